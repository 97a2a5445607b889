"""``talteen doctor``: proves the whole path on this very machine, and names what mends it."""

import json as jsons
import os
import pwd
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from talteen import config as configs
from talteen.clock import SystemClock
from talteen.config import Config
from talteen.desk.ground import database, startup, supervise
from talteen.desk.ground.supervise import Child
from talteen.errors import TalteenError

if TYPE_CHECKING:
    from talteen.operations.doctor import Tell
    from talteen.operations.findings import Finding
    from talteen.operations.machine import Asked

Json = Annotated[bool, Parameter(negative="")]
Demo = Annotated[bool, Parameter(negative="")]
BEGIN_S = 300.0
"""How long worker and node of a new house may take to begin: a busy machine needs minutes."""
_MARKS = {"ok": "[green]ok     [/green]", "warning": "[yellow]warning[/yellow]"}


def doctor(
    *, json: Json = False, call: bool = True, time_server: str = "", demo: Demo = False
) -> int:
    """Look at every part of this house, then let a synthetic call walk its whole path.

    Exit status 0: all is well; 1: something should be looked at; 2: something does not work. The
    call is the house's own announcement, played by itself: it is entered into the ledger as
    synthetic, destroyed at once, and no real call is touched.

    Parameters
    ----------
    json
        Print {"checks": [...]} instead of lines.
    call
        --no-call leaves the synthetic call out.
    time_server
        HOST or HOST:PORT of a time server to hold this clock against.
    demo
        Examine a house that is made for this and thrown away afterwards.
    """
    from talteen.operations import findings
    from talteen.operations.machine import Asked

    asked = Asked(call=call, time_server=time_server)
    found: list[Finding] = []
    with _progress(quiet=json) as tell:
        for one in _thrown_away(asked, found, tell) if demo else _examined(asked, found, tell):
            found.append(one)
            if not json:
                _say(one)
    if json:
        print(jsons.dumps(findings.as_json(found), ensure_ascii=False))
    return findings.exit_status(found)


def _examined(asked: "Asked", found: "list[Finding]", tell: "Tell") -> "Iterator[Finding]":
    from talteen.operations.findings import well, wrong

    try:
        config = startup.ready()
    except TalteenError as error:
        yield wrong("config", error.happened, error.remedy)
        return
    yield well("config", f"the settings of {configs.FILE_NAME} can be worked with")
    if stranger := _stranger(config):
        yield stranger
        return
    yield from _of_machine(config, asked)
    with ExitStack() as running:
        try:
            running.enter_context(database.running(config))
        except TalteenError as error:
            yield wrong("database", error.happened, error.remedy)
            return
        yield from _of_database(config)
        yield from _of_house(config, asked, found, tell)


def _stranger(config: Config) -> "Finding | None":
    """That there is no house here, or that it is another user's: this one would make a database
    where none belongs, or leave files that its owner could not read."""
    from talteen.operations.findings import wrong

    if not config.database.url and not (config.home / "keys-house").exists():
        return wrong(
            "house",
            f"{config.home}: holds no house",
            "name one with TALTEEN_HOME, or: talteen init",
        )
    owner = config.home.stat().st_uid
    if owner != os.geteuid():
        name = (
            pwd.getpwuid(owner).pw_name
            if owner in {one.pw_uid for one in pwd.getpwall()}
            else owner
        )
        return wrong(
            "house", f"{config.home}: belongs to another user", f"sudo -u {name} talteen doctor"
        )
    return None


def _thrown_away(asked: "Asked", found: "list[Finding]", tell: "Tell") -> "Iterator[Finding]":
    """The same on a house that is made for it, with a worker and a capture node of its own."""
    from talteen.desk.commands import demo as demos

    # Its worker and its node would tell of their beginning between the findings.
    os.environ.setdefault("TALTEEN_LOG_LEVEL", "error")
    tell("making a house", 0, 1)
    with demos.thrown_away(demos.FILE + demos.telephone()) as (config, _):
        from talteen.register import house as houses

        # The node stamps calls by this machine's clock, at any hour of the night.
        now = SystemClock().now()
        houses.set_clock(now, machine_at=now)
        children = [Child("worker", supervise.talteen("work"))]
        children.append(Child("capture", supervise.talteen("capture")))
        with supervise.children(children, at_once=len(children)):
            tell("waiting for its worker and its node", 0, 1)
            _await_parts(config)
            yield from _of_machine(config, asked)
            yield from _of_house(config, asked, found, tell)


def _await_parts(config: Config) -> None:
    """Until both are at work, or long enough for the checks to say which one is not."""
    from talteen import capturing
    from talteen.life.capture.console import Client
    from talteen.register import house as houses

    end = time.monotonic() + BEGIN_S
    while time.monotonic() < end:
        with suppress(TalteenError), Client(capturing.folder(config).path) as console:
            if console.calls() and houses.last_sweep() is not None:
                return
        time.sleep(0.2)


def _of_machine(config: Config, asked: "Asked") -> "Iterator[Finding]":
    from talteen.operations import machine

    yield from machine.of_machine(config, asked)


def _of_database(config: Config) -> "Iterator[Finding]":
    from talteen.operations.findings import well

    where = "the server of database.url" if config.database.url else "the embedded server"
    yield well("database", f"{where} lets the role {config.database.role.value} in")


def _of_house(
    config: Config, asked: "Asked", found: "list[Finding]", tell: "Tell"
) -> "Iterator[Finding]":
    from talteen.operations import machine
    from talteen.operations.findings import State, wrong

    startup.django()
    found_tables = machine.guarded("tables", tables)
    yield found_tables
    if found_tables.state is State.FAULT:
        return
    from talteen import wiring
    from talteen.operations import doctor as doctors

    try:
        house = wiring.house(config)
    except TalteenError as error:
        yield wrong("house", error.happened, error.remedy)
        return
    yield from doctors.of_house(house, asked, found, tell)


def tables() -> "Finding":
    """Whether the tables are those of this release."""
    from talteen.operations.findings import doubtful, well, wrong

    behind, ahead = database.migrations_apart()
    if behind:
        return wrong("tables", f"migrations of this release missing: {behind}", "talteen migrate")
    if ahead:
        # Allowed while releases change one by one (decision 015), and not for longer.
        return doubtful(
            "tables",
            f"migrations ahead of this release: {ahead}",
            "start the release that made them, or a later one",
        )
    return well("tables", "the tables are those of this release")


def _say(one: "Finding") -> None:
    console = Console()
    mark = _MARKS.get(one.state.value, "[red]FAULT  [/red]")
    console.print(f"{mark} {one.name:32} ", end="")
    console.print(one.says, markup=False, highlight=False, soft_wrap=True)
    if one.remedy:
        console.print(f"        → {one.remedy}", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _progress(*, quiet: bool) -> "Iterator[Tell]":
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:24}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=quiet or not console.is_terminal
    ) as bar:
        task = bar.add_task("looking", total=1)

        def tell(step: str, done: int, of: int) -> None:
            bar.update(task, description=step, completed=done, total=of)

        yield tell
