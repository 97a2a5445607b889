"""Is a server alive over this data folder? Read from its pid file and from /proc, never from one.

A pid file may be stale, its number may belong to somebody else by now, the process may be a zombie
whose parent has not looked, and after a ``kill -9`` of the postmaster its backends live on for a
moment.
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What ``postmaster.pid`` says, and that the process is really there."""

    pid: int
    ready: bool
    """It accepts connections; false while it starts, recovers or stops."""


def running(data: Path) -> Postmaster | None:
    """The living postmaster of ``data``, else None. Zombies and strangers do not count."""
    lines = _lines(data / "postmaster.pid")
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    if not _serves(pid, data) or not alive(pid):
        return None
    # Line 8 is the status that pg_ctl waits for, since version 10.
    return Postmaster(pid, ready=len(lines) > 7 and lines[7].strip() == "ready")


def alive(pid: int) -> bool:
    """The process exists and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    # The command's name stands in brackets and may hold anything; the state follows the last one.
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def at_work(data: Path) -> list[int]:
    """Every server process whose working folder is ``data``: the postmaster and its children."""
    numbers = (int(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return [pid for pid in numbers if _serves(pid, data) and alive(pid)]


def _serves(pid: int, data: Path) -> bool:
    return _folder(pid) == data.resolve() and _is_postgres(pid)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _is_postgres(pid: int) -> bool:
    try:
        # A replaced package leaves "… (deleted)" behind.
        return Path(os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")).name == "postgres"
    except OSError:
        return False


def _folder(pid: int) -> Path | None:
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd"))
    except OSError:
        return None
