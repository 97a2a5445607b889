"""Folders of benches and drills, on the disk that houses stand on. Who is killed leaves one behind;
the next of its kind takes it away."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WHERE = Path("/var/tmp")
_HELD, _MAKING = "held", "held.making"


@contextmanager
def held(prefix: str, *, where: Path = WHERE, keep: bool = False) -> Iterator[tuple[Path, int]]:
    """A folder that goes with the block, and the handle of the lock on it: a child that is given it
    uses the folder too. With ``keep`` it stays, also from the next one."""
    clear(prefix, where)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=where))
    try:
        with (folder / _MAKING).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / _MAKING).rename(folder / _HELD)  # nobody sees it unlocked
            yield folder, lock.fileno()
    finally:
        if keep:
            (folder / _HELD).unlink(missing_ok=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def clear(prefix: str, where: Path = WHERE) -> list[Path]:
    """Take away the folders of those that nobody runs any more: somebody, or a lack of memory,
    killed them. Returns which."""
    left = []
    for lock in sorted(where.glob(f"{prefix}*/{_HELD}")):
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # it runs
        shutil.rmtree(lock.parent, ignore_errors=True)
        left.append(lock.parent)
    return left
