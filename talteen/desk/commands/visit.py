"""``talteen visit``: the evidence room for an authority, opened by two and closed by its day."""

import sys

import cyclopts

from talteen.desk.commands import present
from talteen.desk.ground import database, startup

app = cyclopts.App(name="visit", help="The evidence room for a visiting authority.")


@app.command(name="open")
def open_(
    code: str, *, reference: str, by: tuple[str, str], days: int = 30, language: str = "fi"
) -> None:
    """Open the room for an inspector. Their name is read from the terminal; the password is shown
    once.

    Parameters
    ----------
    code
        The code that they sign in with, such as tsv1.
    reference
        The authority's own number of the matter.
    by
        The staff codes of two people, one of them the data protection officer. Each types a code
        of their app or paper.
    days
        How long, 30 at most.
    language
        fi, sv or en.
    """
    print("Name: ", end="", file=sys.stderr, flush=True)
    name = sys.stdin.readline().strip()
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring
        from talteen.oversight import visits

        house = wiring.house(config)
        present.two(by)
        opened = visits.open_room(
            code, name, reference, by=by, days=days, language=language,
            file=house.register, now=house.now(),
        )  # fmt: skip
    print(f"{code} may read until {opened.visit.ends_at:%Y-%m-%d %H:%M} UTC")
    print(f"Password, shown once: {opened.password}")


@app.command
def close(code: str) -> None:
    """Close the room before its day.

    Parameters
    ----------
    code
        The inspector's code.
    """
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring
        from talteen.oversight import visits

        visits.close_room(code, wiring.house(config).now())
    print(f"{code} reads nothing any more")


@app.command(name="list")
def list_() -> None:
    """Show every visit that there was."""
    with database.running(startup.ready()):
        startup.django()
        from talteen.oversight import visits

        for one in visits.everyone():
            print(f"{one.staff.code}  {one.reference}  until {one.ends_at:%Y-%m-%d %H:%M} UTC")
