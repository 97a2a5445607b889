"""``talteen staff``: who works in the house."""

import sys
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from talteen.desk import commands, database
from talteen.errors import InputError

app = cyclopts.App(name="staff", help="Who works in the house.")


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
        The staff codes of two people who decide it.
    """
    from talteen.notice.purposes import Role

    roles = {one.value: one for one in Role}
    if role not in roles:
        raise InputError("there is no such role", remedy=f"take one of {', '.join(roles)}")
    print("Name: ", end="", file=sys.stderr, flush=True)
    name = sys.stdin.readline().strip()
    config = commands.ready()
    with database.running(config):
        commands.django()
        from talteen.register import hiring

        hiring.hire(code, name, roles[role], language, by=by)
    print(f"{code} is entered")
