"""The ground that processes stand on: folders, the session key, memory that stays, one owner.

Made before anything is served. Every step may be repeated, and leaves what is there as it is.
"""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import structlog

from talteen.config import Born, Config
from talteen.desk.ground.standing_back import StandingBack, set_back
from talteen.errors import Conflict
from talteen.life.capture.ears import memory

log = structlog.get_logger()


def prepare(config: Config) -> None:
    """Make the folders of the house that only this user may enter, and the key of sessions."""
    paths = config.paths
    for folder in (config.home, paths.state, paths.run, paths.log, paths.index, paths.blobs):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not config.web.secret_key_file:
        _make_secret(paths.run / "secret-key")


def leave_no_core() -> None:
    """A core dump would hold keys and words: this process and its children leave none, and no other
    process of its user looks into it (the system forgets that in a child: each says it itself)."""
    memory.no_core()


def stay_in_memory(config: Config) -> None:
    """For a process in which keys and words are open: off the swap, where the system allows it.

    Where it does not and swap is on, the log says so, and docs/operators/hardening.md what to do. A
    demo house leaves the machine's memory as it is.
    """
    locked = config.house.born is Born.LIVE and memory.lock()
    if not locked and not memory.swap_is_off():
        log.warning("memory.may_be_swapped", kind="swap-on")


def stand_back(niceness: int) -> StandingBack:
    """For a process that nobody waits for at a screen: it is at least so nice (nice(1)) from here
    on, its threads and children too."""
    own = os.getpriority(os.PRIO_PROCESS, 0)
    standing = StandingBack(max(own, niceness))
    set_back(standing.niceness)
    return standing


@contextlib.contextmanager
def owned(config: Config) -> Iterator[None]:
    """One supervisor a house: holds the lock ``run/lock`` as long as the ``with`` lasts.

    Raises Conflict, naming its process, if another one holds it. The kernel lets go of the lock of
    a process that was killed.
    """
    handle = os.open(config.paths.run / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                f"this house already runs (process {lock.read().strip() or 'unknown'})",
                remedy="stop that one first, or set TALTEEN_HOME to another house",
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _make_secret(path: Path) -> None:
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
