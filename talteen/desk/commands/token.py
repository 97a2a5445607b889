"""``talteen token``: which programs may ask the house, made and revoked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated

import cyclopts
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from talteen.clock import SystemClock
from talteen.desk.commands import present
from talteen.desk.ground import database, startup
from talteen.errors import InputError

app = cyclopts.App(name="token", help="Programs that may ask the house.")


@contextmanager
def _at_work() -> Iterator[datetime]:
    """The database runs, its tables are known; gives the machine's time."""
    with database.running(startup.ready()):
        startup.django()
        yield SystemClock().now()


@app.command
def make(
    name: str,
    *,
    owner: str,
    scope: Annotated[list[str], Parameter(negative="")],
    by: tuple[str, str],
    purpose: str = "",
    days: int = 90,
) -> None:
    """Make a token and show it, once.

    Parameters
    ----------
    name
        Which program it is for, such as crm.
    owner
        The staff code of whoever answers for it. It reaches what they reach, while they do.
    scope
        What it allows, such as ledger:read; again for each.
    by
        The staff codes of two people who decide it. Each types a code of their app or paper.
    purpose
        Why it reads personal data, such as data_subject_request.
    days
        After how many days it ends by itself, 1 to 366.
    """
    with _at_work() as now:
        from talteen.notice import purposes
        from talteen.register.programs import api_tokens
        from talteen.register.programs.api_scopes import Scope

        known = {one.value: one for one in Scope}
        if unknown := sorted(set(scope) - set(known)):
            raise InputError(f"{unknown[0]} is no scope", remedy=f"take one of {', '.join(known)}")
        present.hirers(by)
        shown = api_tokens.make(
            name,
            [known[one] for one in scope],
            owner=owner,
            purpose=purposes.named(purpose) if purpose else None,
            by=by,
            ends_at=now + timedelta(days=days),
            now=now,
        )
    console = Console()
    console.print("Give this to whoever runs the program. It is shown once and kept nowhere:")
    console.print(shown, highlight=False, soft_wrap=True)


@app.command(name="list")
def list_() -> None:
    """Show which tokens are in force, and when each was used last."""
    with _at_work() as now:
        from talteen.register.programs import api_tokens

        table = Table("token", "owner", "may", "purpose", "ends", "used")
        for one in api_tokens.living_at(now).order_by("name"):
            used = f"{one.used_on:%d.%m.%Y}" if one.used_on else "never"
            table.add_row(
                one.name,
                one.owner.code,
                ", ".join(one.scopes),
                one.purpose,
                f"{one.ends_at:%d.%m.%Y}",
                used,
            )
    Console().print(table)


@app.command
def revoke(name: str) -> None:
    """Let a token die at once. One person may do that."""
    with _at_work() as now:
        from talteen.register.programs import api_tokens

        api_tokens.revoke(name, now)
    print(f"The token of {name} is dead.")
