"""Letting a small file go so that its name, its data and the directory forget it.

Overwritten, flushed, unlinked, flushed. On flash and on copy-on-write disks old blocks may survive
below the file system: that part the operator declares (disk encryption), and certificates say so.
"""

import contextlib
import os
from pathlib import Path
from uuid import uuid4

from talteen.engine.vault.holders import refusals
from talteen.errors import DiskFull, Unavailable


def write_new(path: Path, data: bytes) -> None:
    """Write ``data`` under a name that must be free, durable on return. Raises Conflict.

    The name comes before the bytes, so a crash may leave it with few of them or none. It is for
    what nobody reads by this name before it has returned, such as a key that was never used: its
    own flush has carried the name along, where a name that is given later costs the disk another.
    """
    try:
        _write(path, data)
    except FileExistsError:
        raise refusals.taken() from None
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _refused(error) from None
    flush_folder(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """The same for what another process may look for meanwhile: it finds all of it, or nothing."""
    unfinished = path.parent / f".unfinished-{uuid4().hex}"
    try:
        _write(unfinished, data)
        os.link(unfinished, path)
    except FileExistsError:
        raise refusals.taken() from None
    except OSError as error:
        raise _refused(error) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            unfinished.unlink()
    flush_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Write ``data`` in the place of what was there, durable on return."""
    unfinished = path.parent / f".unfinished-{uuid4().hex}"
    try:
        _write(unfinished, data)
        unfinished.rename(path)
    except OSError as error:
        raise _refused(error) from None
    flush_folder(path.parent)


def erase(path: Path) -> bool:
    """Overwrite and unlink ``path``; whether it was there."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        size = os.fstat(file).st_size
        os.pwrite(file, os.urandom(size), 0)
        os.fsync(file)
    finally:
        os.close(file)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    flush_folder(path.parent)
    return True


def flush_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(at)
    finally:
        os.close(at)


def _write(path: Path, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, data)
        os.fsync(file)
    finally:
        os.close(file)


def _refused(error: OSError) -> Unavailable:
    kind = DiskFull if error.errno in {28, 122} else Unavailable
    return kind("the key folder refuses a write", remedy="check its disk, its owner and its space")
