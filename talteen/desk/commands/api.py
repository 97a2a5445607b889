"""``talteen api-token``: who may use the API of this machine."""

from rich.console import Console
from rich.table import Table

from talteen.clock import SystemClock
from talteen.desk.ground import place, startup
from talteen.desk.interface.tokens import Scope, Tokens
from talteen.errors import InputError


def api_token(
    name: str = "",
    *,
    read: bool = False,
    say: bool = False,
    people: bool = False,
    revoke: str = "",
) -> None:
    """Make a token for the API and show it, once. Without a NAME: show which tokens there are.

    Parameters
    ----------
    name
        What uses it, such as exchange or strip.
    read
        It may see which calls run.
    say
        It may say something of them: announced, paused, refused.
    people
        It may say who joins and who leaves (SCIM): the controller's directory.
    revoke
        Let the token of this name die at once.
    """
    config = startup.ready()
    place.prepare(config)
    tokens = Tokens(config.paths.state / "api-tokens.json")
    console = Console()
    if revoke:
        tokens.revoke(revoke)
        console.print(f"The token of {revoke} is dead.")
    elif name:
        told = ((Scope.READ, read), (Scope.SAY, say), (Scope.PEOPLE, people))
        scopes = [scope for scope, given in told if given]
        console.print("Give this to who needs it. It is shown once and kept nowhere:")
        console.print(_made(tokens, name, scopes), highlight=False, soft_wrap=True)
    else:
        console.print(_table(tokens))


def _made(tokens: Tokens, name: str, scopes: list[Scope]) -> str:
    if not scopes:
        raise InputError(
            "this token would allow nothing", remedy="give --read, --say, --people or several"
        )
    return tokens.make(name, scopes, SystemClock().now())


def _table(tokens: Tokens) -> Table:
    table = Table("token", "may", "since")
    for one in tokens.all():
        scopes = ", ".join(sorted(scope.value for scope in one.scopes))
        table.add_row(one.name, scopes, f"{one.made_at:%d.%m.%Y %H.%M}")
    return table
