"""What a machine did at an instant: who worked, who stood in line, what the database waited for.

A look twice a second. Its own wakes are looked at too: a measurer that is late itself judges
nobody. The kernel counts for each thread how long it ran and how long it waited for a core
(``schedstat``); sessions of the database say what they wait for.
"""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

EVERY_S = 0.5
GROUPS: Mapping[str, Callable[[list[bytes]], bool]] = {
    "pages": lambda words: b"talteen.desk.cli" in words and b"serve" in words,
    "worker": lambda words: b"talteen.desk.cli" in words and b"work" in words,
    "database": lambda words: words[0].endswith(b"/postgres"),
}
"""Who is told apart: processes with such a command line, and all that they began."""
_WAITS = """
    SELECT backend_type || ':' || coalesce(wait_event_type || '/' || wait_event, 'runs')
    FROM pg_stat_activity
    WHERE (state = 'active' OR backend_type <> 'client backend')
      AND coalesce(wait_event_type, '') <> 'Activity' AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One look; shares are of the time since the one before."""

    at: float
    late_s: float
    """How much later than it wanted the looking thread itself woke."""
    ran: Mapping[str, float]
    """Cores that a group had."""
    queued: Mapping[str, float]
    """Threads of it that stood in line for a core, on average."""
    waits: Mapping[str, int]
    """What sessions and processes of the database did."""

    def __str__(self) -> str:
        shares = ", ".join(
            f"{name} ran {self.ran[name]:.2f} queued {self.queued[name]:.2f}" for name in self.ran
        )
        waits = ", ".join(f"{what} {n}" for what, n in sorted(self.waits.items()))
        return f"measurer late {self.late_s * 1e3:.0f} ms; {shares}; {waits or 'no waits'}"


@dataclass(slots=True)
class Watch:
    """All looks, in their order."""

    looks: list[Look] = field(default_factory=list)

    def between(self, begin: float, end: float) -> list[Look]:
        """The looks that tell of any of the time between."""
        return [one for one in self.looks if begin <= one.at <= end + 2 * EVERY_S]


@contextlib.contextmanager
def watched(waits: Callable[[], list[str]]) -> Iterator[Watch]:
    """Look during the block. ``waits``: what the database's processes do, one word each."""
    watch, stop = Watch(), threading.Event()

    def look_on() -> None:
        ran, queued = _spent()
        while True:
            wanted = time.monotonic() + EVERY_S
            if stop.wait(EVERY_S):
                return
            now = time.monotonic()
            ran_now, queued_now = _spent()
            took = now - wanted + EVERY_S
            watch.looks.append(
                Look(
                    now,
                    now - wanted,
                    _shares(ran, ran_now, took),
                    _shares(queued, queued_now, took),
                    Counter(waits()),
                )
            )
            ran, queued = ran_now, queued_now

    thread = threading.Thread(target=look_on)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()


def database_waits() -> list[str]:
    """What each session and process of the database is at, but for those that idle."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_WAITS)
        return [row[0] for row in cursor.fetchall()]


Spent = Mapping[str, Mapping[int, float]]


def _shares(before: Spent, after: Spent, took_s: float) -> dict[str, float]:
    return {
        name: sum(
            spent - before.get(name, {}).get(thread, spent) for thread, spent in threads.items()
        )
        / took_s
        for name, threads in after.items()
    }


def _spent() -> tuple[Spent, Spent]:
    """Seconds that each thread of each group has run, and stood in line, since it began."""
    ran: dict[str, dict[int, float]] = {name: {} for name in GROUPS}
    queued: dict[str, dict[int, float]] = {name: {} for name in GROUPS}
    for folder, name in _members():
        with contextlib.suppress(OSError):
            for thread in (folder / "task").iterdir():
                had, waited = (thread / "schedstat").read_text().split()[:2]
                ran[name][int(thread.name)] = int(had) / 1e9
                queued[name][int(thread.name)] = int(waited) / 1e9
    return ran, queued


def _members() -> Iterator[tuple[Path, str]]:
    """The folders of processes that are in a group, and in which."""
    parents: dict[str, str] = {}
    named: dict[str, str] = {}
    folders = list(Path("/proc").glob("[0-9]*"))
    for folder in folders:
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parents[folder.name] = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            name = next((name for name, is_one in GROUPS.items() if is_one(words)), None)
            if name is not None:
                named[folder.name] = name
    for folder in folders:
        pid = folder.name
        while pid in parents and pid not in named:
            pid = parents[pid]
        if pid in named:
            yield folder, named[pid]
