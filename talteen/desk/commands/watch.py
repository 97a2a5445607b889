"""``talteen watch``: a telephone system's recording folder as a source of calls."""

import contextlib
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from rich.console import Console
from rich.markup import escape

from talteen import config as configs
from talteen.clock import helsinki_date
from talteen.config import Config, Layout, Role
from talteen.desk.ground import database, startup, supervise
from talteen.errors import ConfigError, InputError, Unavailable

if TYPE_CHECKING:
    from talteen.life.seal.watched import Report, Watch
    from talteen.wiring import House

LOOK_EVERY_S = 5.0
_AGAIN_AFTER_S = 30.0
"""When the database, the keys or the disk reserve did not let a call in."""

log = structlog.get_logger()
_LEAVE = (
    "declare the announcement that plays, name in watch.owner who deletes the files, or write "
    'watch.unannounced = "delete"'
)


def watch(folder: Path | None = None, *, once: bool = False, which: str = "") -> int:
    """Take in the calls that a telephone system leaves in a folder; delete files that are safe.

    Runs until SIGTERM or Ctrl-C. What the names cannot say stands under [watch] in talteen.toml.

    Parameters
    ----------
    folder
        The folder; left out: watch.folder of talteen.toml.
    once
        Take in what lies there whole, roll, delete, and end. Exit 2 if a call could not be used.
    which
        Show the place of one call that messages name with eight letters, and end.
    """
    config = startup.ready()
    root = folder.expanduser().resolve() if folder else config.watch.folder
    if root is None:
        raise InputError("no folder was named", remedy="talteen watch DIR, or set watch.folder")
    if not once:  # which ends with a roll, as an administrator's command
        startup.as_role(config, Role.WATCH)
        config = configs.load()
    with supervise.stop_signals() as asked, database.running(config):
        startup.django()
        database.wait_for_tables()
        from talteen import course, wiring
        from talteen.life.capture.sources import watch as drops

        house = wiring.house(config)
        with drops.opened(root, config.watch) as drop:
            watching = course.watch(house, drop)
            if which:
                return _show(watching, which)
            _sure_of_what_is_declared(config, house.now())
            if once:
                return _once(house, watching, asked)
            _until(house, watching, asked)
    return 0


def _once(house: "House", watching: "Watch", asked: supervise.Stop) -> int:
    """Look until what lies there is at rest, then roll, so that nothing waits for an hour."""
    from talteen import course

    quiet_s = house.config.watch.quiet_seconds
    ended_s = time.monotonic() + 2 * quiet_s
    report = _look(house, watching)
    while report.growing and time.monotonic() < ended_s and not asked.wait(min(quiet_s, 1.0)):
        report = _look(house, watching)
    if report.waiting and not asked.is_set():
        course.roll(house, house.now())
        report = _look(house, watching)
    return 2 if report.refused else 0


def _until(house: "House", watching: "Watch", asked: supervise.Stop) -> None:
    wait_s = 0.0
    while not asked.wait(wait_s):
        try:
            _look(house, watching)
            wait_s = LOOK_EVERY_S
        except Unavailable as error:
            log.warning("watch.waits", reason=error.slug, wait_s=_AGAIN_AFTER_S)
            wait_s = _AGAIN_AFTER_S


def _look(house: "House", watching: "Watch") -> "Report":
    console = Console(stderr=True)
    with console.status("Looking") if sys.stderr.isatty() else contextlib.nullcontext():
        report = watching.look(time.monotonic(), house.now())
    for kind, count in sorted(report.taken.items()):
        log.info("watch.taken", kind=kind, count=count)
    if report.deleted:
        log.info("watch.deleted", count=report.deleted)
    for line in report.unusable:
        console.print(escape(line), style="red", highlight=False, soft_wrap=True)
    return report


def _show(watching: "Watch", name: str) -> int:
    place = watching.place(name, time.monotonic())
    if place is None:
        raise InputError("no call here is called so", remedy="copy the eight letters whole")
    print(place)
    return 0


def _sure_of_what_is_declared(config: Config, now: datetime) -> None:
    """Raise ConfigError where every file of a line would be deleted and nothing of it kept.

    A call that nobody announced is not kept (REGISTER 6.3), and its file goes at once (J13). Where
    the table only forgot to say that it was announced, that would empty the exchange's folder.
    """
    table = config.watch
    if table.layout is Layout.SIDECAR or table.owner or table.unannounced == "delete":
        return
    from talteen.register import versions

    known = {version.key for version in versions.announcements(helsinki_date(now))}
    silent = [line.number for line in table.lines if line.announcement not in known]
    if silent or not table.lines:
        which = f"of line {', '.join(silent)}" if silent else "as no line is declared"
        raise ConfigError(
            f"watch.lines: {which}, no announcement in force is declared: every file would be "
            "deleted and nothing kept",
            remedy=_LEAVE,
        )
