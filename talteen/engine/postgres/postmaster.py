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
    pid = _number(lines)
    if not pid or not _serves(pid, data) or not alive(pid):
        return None
    # Line 8 is the status that pg_ctl waits for, since version 10.
    return Postmaster(pid, ready=len(lines) > 7 and lines[7].strip() == "ready")


def number_is_taken(data: Path) -> bool:
    """A process, be it a zombie or a stranger, has the number in the pid file."""
    return Path(f"/proc/{_number(_lines(data / 'postmaster.pid')) or 'nobody'}").exists()


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
    """It is a postgres over ``data``.

    Root in a container without CAP_SYS_PTRACE cannot read where a process of ``nobody`` works: then
    its command line, which everybody may read, has the last word. It names the folder of a
    postmaster; backends change theirs, and PostgreSQL looks for them itself.
    """
    try:
        folder = Path(os.readlink(f"/proc/{pid}/cwd"))
        # A replaced package leaves "… (deleted)" behind.
        program = Path(os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)"))
    except PermissionError:
        return _started_over(pid, data)
    except OSError:
        return False
    return folder == data.resolve() and program.name == "postgres"


def _started_over(pid: int, data: Path) -> bool:
    words = (_read(Path(f"/proc/{pid}/cmdline"))).split("\0")
    return Path(words[0]).name == "postgres" and str(data) in words


def _number(lines: list[str]) -> int:
    """The process number in a pid file's lines; 0 if there is none."""
    first = lines[0].strip() if lines else ""
    return int(first) if first.isdigit() else 0


def _lines(path: Path) -> list[str]:
    return _read(path).splitlines()


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
