"""``talteen demo``: a believable register on this machine, or its whole life as one report.

Everything lies in one folder (``TALTEEN_HOME``, else ``./house-demo``), made anew for each
``--once``. It listens on loopback only and sends nothing beyond it.
"""

import json as jsons
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from socket import SOCK_DGRAM, SOCK_STREAM, SocketKind, socket
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    track,
)

from talteen import config as configs
from talteen import log
from talteen.clock import SystemClock, helsinki_date, start_of_day
from talteen.config import HOME, Config
from talteen.config.sections import Level
from talteen.demo import first_sound
from talteen.desk.commands.run import BACKGROUND
from talteen.desk.ground import database, place, startup, supervise
from talteen.desk.ground.supervise import Child
from talteen.errors import ConfigError, InputError, Unavailable
from talteen.operations import port

if TYPE_CHECKING:
    from talteen.demo.once import Step
    from talteen.engine.vault.holders.credential import Share

FOLDER = Path("house-demo")
FILE = '[house]\nborn = "demo"\n'
TELEPHONE = """
[capture]
address = "127.0.0.1"
sip_port = {sip_port}
ports = "{first}-{last}"
peers = ["127.0.0.0/8"]
own_domains = ["keskus.example"]

[capture.lines]
rooms = "rooms"
tables = "tables"
groups = "groups"
loyalty = "loyalty"
"""
"""Of a demo that stays: a capture node beside it, for the calls of the newest day."""
_PORTS = 48
OPENS_AT = timedelta(hours=9)
"""Before nine in the morning the demo's newest day is yesterday: its first calls come at eight."""

Tell = Callable[[str, int, int], None]


def demo(*, once: bool = False, json: bool = False, calls: str = "") -> int:
    """A demo house with spoken calls. The page opens on loopback; Ctrl-C ends it.

    Parameters
    ----------
    once
        Live through the whole life of a small register under a simulated clock, report, and end.
    json
        With --once: print the report as JSON.
    calls
        With --once: only these calls, by the numbers at the beginning of their names, with commas.
    """
    if once:
        return _once(as_json=json, only=frozenset(filter(None, calls.split(","))))
    return _stay()


def day(*, days: int = 1) -> None:
    """Move the clock of a demo house on to the next midnight, and do what is due by then.

    Parameters
    ----------
    days
        So many midnights, each lived through.
    """
    if days < 1:
        raise InputError("a clock does not go back", remedy="talteen demo-day --days 1 or more")
    os.environ.setdefault(HOME, str(FOLDER.absolute()))
    config = startup.ready()
    if not (config.home / "keys-house").exists():
        raise ConfigError(f"{config.home}: holds no demo house", remedy="make it with './run demo'")
    with database.running(config):
        startup.django()
        from talteen import course, wiring
        from talteen.register import house as houses

        house = wiring.house(config)
        for _ in track(range(days), "Days", console=Console(stderr=True), disable=days == 1):
            tomorrow = start_of_day(helsinki_date(house.clock.now()) + timedelta(days=1))
            houses.send_clock(tomorrow, machine_at=SystemClock().now())
            while houses.next_turn(SystemClock().now()):
                done = course.sweep(house, house.now())
        Console().print(
            f"It is {helsinki_date(house.now()):%d.%m.%Y}; the last night let go of "
            f"{done.destroyed} and proved {done.certified}."
        )


def feed() -> None:
    """Live through the demo's three months, then write transcripts until none is missing."""
    config = startup.ready()
    startup.django()
    from talteen import wiring
    from talteen.demo import feeding

    house = wiring.house(config)
    feeding.feed(house, config.home / "drop", today_at=arrival(SystemClock().now()))
    _tell_first_sound(config.web.port)


def _tell_first_sound(port: int) -> None:
    """On the terminal, once the house is full: what a visitor's first press on play costs."""
    from talteen.demo import cast
    from talteen.notice.purposes import Purpose, Role
    from talteen.register.models import Case

    handler = cast.first_of(Role.COMPLAINT_HANDLER)
    case = Case.objects.filter(kind="complaint", people=handler, recordings__isnull=False).first()
    call = case and case.recordings.filter(progress="sealed").first()
    if case is None or call is None:
        return
    console, purpose = Console(stderr=True), Purpose.RIGHTS_OF_PARTIES.value
    try:
        waited_ms = first_sound.measured_ms(
            port, person=handler.pk, call=call.pk, purpose=purpose, case=case.reference
        )
    except Unavailable as error:
        console.print(f"First sound was not measured: {error}")
        return
    console.print(
        f"First sound {waited_ms:.0f} ms after play, the median of {first_sound.TIMES} places "
        f"(the bar is {first_sound.BAR_MS} ms)"
    )


def arrival(machine_at: datetime) -> datetime:
    """The moment at which a demo house arrives: now, or last evening if it is too early today."""
    today = start_of_day(helsinki_date(machine_at))
    return machine_at if machine_at >= today + OPENS_AT else today - timedelta(hours=3)


def _stay() -> int:
    """Make the house if it is not there, and run it with a feeder beside it."""
    os.environ.setdefault(HOME, str(FOLDER.absolute()))
    _configured(Path(os.environ[HOME]), FILE + telephone())
    config = startup.ready()
    console = Console(stderr=True)
    place.prepare(config)
    # Who looks at a demo looks at its pages: without them nothing is made.
    port.free("web.port", config.web.host, config.web.port)
    with supervise.stop_signals() as asked, place.owned(config), database.running(config) as alive:
        wanted = [
            Child("web", supervise.talteen("serve")),
            Child("worker", supervise.talteen("work"), niceness=BACKGROUND),
            Child("feeder", supervise.talteen("demo-feed"), niceness=BACKGROUND),
        ]
        if config.capture.address:
            wanted.append(Child("capture", supervise.talteen("capture")))
        # The pages start beside the making of the house, and wait for its tables.
        with supervise.children(wanted, at_once=1):
            make(config)
            address = f"http://{config.web.host}:{config.web.port}/"
            console.print(f"[bold]Talteen demo[/bold]  {address}   Ctrl-C ends it")
            supervise.watch(wanted, asked, while_alive=alive)
    return 0


@contextmanager
def thrown_away(told: str = FILE) -> "Iterator[tuple[Config, tuple[Share, Share]]]":
    """A demo house that stands for this block, with its database running, and goes with it.
    ``told``: its settings."""
    with tempfile.TemporaryDirectory(prefix="talteen-") as folder:
        os.environ[HOME] = folder
        config = _configured(Path(folder), told)
        # Standard output is the report's; a simulated quarter of quiet nights is no news.
        log.configure(Level.WARNING)
        place.prepare(config)
        with database.running(config):
            yield config, make(config)
            _close_connections()


def _once(*, as_json: bool, only: frozenset[str]) -> int:
    quiet = as_json and not sys.stderr.isatty()
    with thrown_away() as (config, shares), _progress(quiet=quiet) as tell:
        steps = list(_steps(config, shares, only, tell))
    _report(steps, as_json=as_json)
    return 0 if all(step.ok for step in steps) else 1


def _steps(
    config: Config, shares: "tuple[Share, Share]", only: frozenset[str], tell: Tell
) -> "Iterator[Step]":
    from talteen import wiring
    from talteen.demo import material, once
    from talteen.engine.vault.holders.file import open_restore
    from talteen.register import house as houses

    today_at = arrival(SystemClock().now())
    names = {call.name for call in material.calls(helsinki_date(today_at))}
    story = once.Story(
        house=wiring.house(config),
        restore=open_restore(config.paths.keys_ring, *shares),
        move=lambda to: houses.set_clock(to, machine_at=SystemClock().now()),
        tell=tell,
        pages=_pages,
        drop=config.home / "drop",
    )
    chosen = frozenset(n for n in names if n.split("-")[0] in only) if only else None
    yield from once.steps(story, today_at=today_at, only=chosen)


@contextmanager
def _pages() -> Iterator[int]:
    """The real server of this house at a port that is free, from its first answer on."""
    port = _free_port(SOCK_STREAM)
    web = Child("web", ("env", f"TALTEEN_WEB_PORT={port}", *supervise.talteen("serve")))
    with supervise.children([web]):
        first_sound.wait_for(port)
        yield port


def _configured(home: Path, told: str = FILE) -> Config:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = home / configs.FILE_NAME
    if not file.exists():
        file.write_text(told)
    return configs.load(home)


def telephone() -> str:
    """Where a capture node can listen on this machine now."""
    sip_port = _free_port(SOCK_DGRAM)
    first = 20_000 + sip_port % 200 * _PORTS
    return TELEPHONE.format(sip_port=sip_port, first=first, last=first + _PORTS - 1)


def _free_port(kind: SocketKind) -> int:
    """One that nobody listens at on this machine now."""
    with socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make(config: Config) -> "tuple[Share, Share]":
    """Migrate, and found the house if it is not there. Returns the shares of its restore key."""
    shares = config.home / "restore-shares.txt"
    with startup.migrating():
        startup.django()
        from talteen import founding, house_keys
        from talteen.demo import days, material
        from talteen.engine.vault.holders.credential import read_share

        new = not house_keys.folder(config).exists()
        if new:
            founded = founding.prepare(config, material.root() / material.REGISTER)
            # A demo keeps both shares beside each other; a real house gives them to two persons.
            shares.write_text("".join(f"{share.text()}\n" for share in founded.shares))
            shares.chmod(0o600)
    if new:
        now = SystemClock().now()
        days.found(config, at=days.birth_of(helsinki_date(arrival(now))), machine_at=now)
    one, other = (read_share(line) for line in shares.read_text().splitlines())
    return one, other


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Tell]:
    console = Console(stderr=True, quiet=quiet)
    columns = (TextColumn("{task.description:14}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        tasks: dict[str, object] = {}

        def tell(name: str, done: int, of: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=of)
            bar.update(tasks[name], completed=done, total=of)  # type: ignore[arg-type]

        yield tell


def _report(steps: "list[Step]", *, as_json: bool) -> None:
    if as_json:
        rows = [{"name": s.name, "ok": s.ok, "figures": dict(s.figures)} for s in steps]
        print(jsons.dumps({"steps": rows}, ensure_ascii=False))
        return
    console = Console()
    for step in steps:
        mark = "[green]held[/green]" if step.ok else "[red]BROKEN[/red]"
        figures = "  ".join(f"{key} {value}" for key, value in step.figures.items())
        console.print(f"{mark}  {step.name:16} {figures}")


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()
    for connection in connections.all():
        pool = getattr(connection, "close_pool", None)
        if pool is not None:
            pool()
