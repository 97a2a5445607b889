"""``talteen staff``: who works in the house, what they have signed and passed, and who has left."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Annotated

import cyclopts
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from talteen.clock import SystemClock, helsinki_date
from talteen.desk.commands import present
from talteen.desk.ground import database, startup
from talteen.errors import InputError

app = cyclopts.App(name="staff", help="Who works in the house.")
_WIDE = 120
"""Columns in which a line of ``staff list`` has room."""


@contextmanager
def _at_work() -> Iterator[date]:
    """The database runs, its tables are known; gives the Helsinki day of today."""
    with database.running(startup.ready()):
        startup.django()
        yield helsinki_date(SystemClock().now())


@app.command
def add(
    code: str,
    *,
    role: str,
    language: str = "fi",
    by: Annotated[tuple[str, str] | None, Parameter()] = None,
) -> None:
    """Enter a person. Their name is read from the terminal, so that no history of commands has it.

    The first two are entered by whoever sets the house up; each later one by two who are there.
    They open no call before their undertaking and training are entered.

    Parameters
    ----------
    code
        The staff code, such as r03.
    role
        The role by the register, such as register_contact or dpo.
    language
        fi, sv or en.
    by
        The staff codes of two people who decide it. Each types a code of their app or paper.
    """
    from talteen.notice.purposes import Role

    roles = {one.value: one for one in Role}
    if role not in roles:
        raise InputError("there is no such role", remedy=f"take one of {', '.join(roles)}")
    name = _asked("Name: ")
    with _at_work():
        from talteen.register.staff import hiring

        if by is not None:
            present.hirers(by)
        hiring.hire(code, name, roles[role], language, by=by)
    print(f"{code} is entered")


@app.command
def undertake(code: str, version: str, *, on: date | None = None) -> None:
    """Enter a signed undertaking of confidentiality.

    Parameters
    ----------
    code
        The staff code.
    version
        The version that was signed, as it stands on the paper, such as 2026-1.
    on
        The day on which it was signed: today, unless said.
    """
    with _at_work() as today:
        from talteen.register.staff import credentials

        credentials.undertake(code, version, on or today, today=today)
    print(f"{code} has undertaken {version}")


@app.command
def train(code: str, *, on: date | None = None, until: date | None = None) -> None:
    """Enter a data protection training that was passed. It is valid for twelve months at most.

    Parameters
    ----------
    code
        The staff code.
    on
        The day on which it was passed: today, unless said.
    until
        Its last day, where that is earlier than in twelve months.
    """
    with _at_work() as today:
        from talteen.register.staff import credentials

        last = credentials.train(code, on or today, until=until, today=today)
    print(f"{code} is trained until {last.isoformat()}")


@app.command
def partner(code: str, company: str, *, until: date) -> None:
    """Enter that somebody works here for a partner: a processor whose record stands in the
    register. What they may open ends with the contract.

    Parameters
    ----------
    code
        The staff code.
    company
        The processor's name as register.toml has it. The contract is the one of its record.
    until
        The last day. It counts no longer than the record, which is to be reviewed before.
    """
    with _at_work():
        from django.conf import settings

        from talteen.register import shelf
        from talteen.register.staff import partners

        file = shelf.read(settings.CONFIG.paths.register).register.file
        made = partners.enter(file, code, company, until, now=SystemClock().now())
    print(f"{code} works here by {made.contract} until {made.valid_until.isoformat()}")


@app.command
def place(
    code: str, *, unit: str = "", team: str = "", by: Annotated[tuple[str, str], Parameter()]
) -> None:
    """Enter in which unit and team somebody works. What their role may open of it follows.

    Parameters
    ----------
    code
        The staff code.
    unit
        The slug of a unit of register.toml; left out: the whole house.
    team
        The team's name, the same for all of its people; left out: none.
    by
        The staff codes of two people who decide it. Each types a code of their app or paper.
    """
    with _at_work():
        from talteen.register.staff import placing

        present.hirers(by)
        placing.place(code, unit, team, by)
    print(f"{code} works in {' / '.join(filter(None, (unit, team))) or 'the whole house'}")


@app.command
def head(
    unit: str,
    code: str = "",
    *,
    team: str = "",
    by: Annotated[tuple[str, str], Parameter()],
) -> None:
    """Enter who heads a unit, or a team of it: they look at its people's rights each quarter.

    Parameters
    ----------
    unit
        The slug of the unit.
    code
        The staff code of a team leader of that unit; left out: nobody heads it from now on.
    team
        A team of the unit; left out: the unit as a whole.
    by
        The staff codes of two other people who decide it. Each types a code of their app or paper.
    """
    with _at_work():
        from talteen.register.staff import heads

        present.hirers(by)
        if code:
            heads.name((unit, team), code, by, SystemClock().now())
        else:
            heads.end((unit, team), by, SystemClock().now())
    print(f"{' / '.join(filter(None, (unit, team)))} is headed by {code or 'nobody'}")


@app.command
def heads() -> None:
    """Show who heads what."""
    with _at_work():
        from talteen.register.staff import heads as register

        named = register.now().by_place
    table = Table("unit", "team", "head", box=None)
    for (unit, team), person in named.items():
        table.add_row(unit, team or "-", person.code)
    Console().print(table)


@app.command
def tell(*, by: Annotated[tuple[str, str], Parameter()]) -> None:
    """Put the employees' notice of the register folder before the staff, to be acknowledged.

    Publishing a version of the notice does the same. Where the words have not changed, nothing is
    asked anew.

    Parameters
    ----------
    by
        The staff codes of two people who decide it. Each types a code of their app or paper.
    """
    with _at_work():
        from django.conf import settings

        from talteen.register import shelf
        from talteen.register.staff import acknowledgements

        present.hirers(by)
        folder = shelf.read(settings.CONFIG.paths.register).register
        told = acknowledgements.enter(folder, SystemClock().now())
    print(f"{told.version} is to be acknowledged; it counts from {told.since.isoformat()}")


@app.command
def acknowledge(code: str, version: str, *, permits: bool | None = None) -> None:
    """Enter what somebody has signed on paper: that they have read the employees' notice.

    Parameters
    ----------
    code
        The staff code.
    version
        The version that stands on the paper; it must be the newest.
    permits
        Whether they permit that their calls are recorded, where the paper says so.
    """
    with _at_work():
        from talteen.notice.acknowledgements import EmployeeWord
        from talteen.register.staff import acknowledgements

        words = [EmployeeWord.READ]
        if permits is not None:
            words.append(EmployeeWord.PERMITTED if permits else EmployeeWord.WITHDRAWN)
        acknowledgements.on_paper(code, version, words, SystemClock().now())
    print(f"{code} has acknowledged {version}")


@app.command
def invite(code: str, *, by: Annotated[tuple[str, str] | None, Parameter()] = None) -> None:
    """Make a link by which a person chooses a password and a second factor. It works once, for a
    day, and ends what they signed in with before.

    Until two people can sign in, whoever sets the house up decides; afterwards two of them.

    Parameters
    ----------
    code
        The staff code.
    by
        The staff codes of two people who decide it. Each types a code of their app or paper.
    """
    with _at_work():
        from django.conf import settings

        from talteen.register.staff import invitations

        if by is not None:
            present.hirers(by)
        made = invitations.at_terminal(code, by, SystemClock().now())
        web = settings.CONFIG.web
    scheme, host = ("https" if web.tls_certificate_file else "http"), [*web.names, web.host][0]
    print(f"Give this link to {code}; it is not shown again and ends in 24 hours:")
    print(f"{scheme}://{host}:{web.port}/join#{made}")


@app.command
def directory(code: str, *, by: Annotated[tuple[str, str], Parameter()]) -> None:
    """Let the controller's directory know somebody who was here before it. What it calls them is
    read from the terminal: the user name, and then the external id.

    From then on the directory can end what the person may do.

    Parameters
    ----------
    code
        The staff code.
    by
        The staff codes of two people who decide it. Each types a code of their app or paper.
    """
    user_name, external_id = _asked("User name: "), _asked("External id: ")
    with _at_work():
        from talteen.register.models import Staff
        from talteen.register.staff import directory
        from talteen.register.staff.directory import Said

        present.hirers(by)
        person = Staff.objects.filter(code=code).first()
        name, language = (person.name, person.language) if person else (code, "fi")
        said = Said(user_name, external_id, name, language, active=True)
        directory.adopt(code, said, by=by, now=SystemClock().now())
    print(f"{code} is known to the directory")


def _asked(what: str) -> str:
    print(what, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


@app.command
def leave(code: str) -> None:
    """Say that a person has left: from now on nothing opens for them, not even what they have open.

    Exit 1 where cases or holds have nobody else, or fewer than two people are left.

    Parameters
    ----------
    code
        The staff code.
    """
    with _at_work():
        from talteen.register.staff import credentials

        left = credentials.leave(code, SystemClock().now())
    print(f"{code} has left; {left.sessions} sessions ended")
    print("Tokens belong to machines: revoke those that they knew ('talteen api-token')")
    for case in left.cases:
        print(f"case {case} has nobody else: name somebody")
    if left.holds:
        print(f"{left.holds} holds open for nobody else: name somebody in their cases")
    if left.active < 2:
        print("fewer than two people are left: enter others, many acts take two")
    if left.cases or left.holds or left.active < 2:
        raise SystemExit(1)


def _day(day: date | None) -> str:
    return day.isoformat() if day else "-"


@app.command(name="list")
def show(*, as_json: Annotated[bool, Parameter(name="--json")] = False) -> None:
    """Show who works here, what they have signed, and until when they are trained. Names are not
    shown: the codes are enough here.

    Parameters
    ----------
    as_json
        For programs.
    """
    with _at_work() as today:
        from talteen.register.staff import credentials

        people = credentials.everybody(today)
    if as_json:
        told = [asdict(one) | {"complete": one.complete(today)} for one in people]
        print(json.dumps(told, default=str, indent=1))
        return
    columns = (
        "code", "role", "unit", "team", "undertaking", "trained until", "may open", "notice",
        "partner",
    )  # fmt: skip
    table = Table(*columns, box=None)
    for one in people:
        opens = "yes" if one.complete(today) else "no" if one.active else "has left"
        standing = (_day(one.trained_until), opens, one.told or "-", _day(one.contract_until))
        where = (one.unit or "-", one.team or "-")
        table.add_row(one.code, one.role, *where, one.undertaking or "-", *standing)
    # A narrow terminal breaks the lines itself: a day that is cut short says nothing.
    Console(width=max(Console().width, _WIDE)).print(table)
