"""How the file of a day's index takes the place of another: whole on the disk first, or not at all.

Beside ``DAY.shard`` there may lie, for a while, ``.new`` (being built), ``.next`` (waiting for the
key that comes) and the journal of a writer.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def taking(path: Path) -> Iterator[Path]:
    """Where to build what takes the name of ``path`` in the end."""
    with built(new_of(path)) as building:
        yield building
    take_name(building, path)


@contextmanager
def built(path: Path) -> Iterator[Path]:
    """A place for a file that is whole on the disk in the end, or not there."""
    path.unlink(missing_ok=True)
    try:
        yield path
        sync(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def take_name(building: Path, path: Path) -> None:
    """Give a whole file the name of ``path``; those who are reading go on in the old one."""
    if journal_of(path).exists():
        # A writer crashed. Its journal must meet neither shard: not the new one, which it would
        # tear, and not the old one unread, which it alone could mend.
        path.unlink(missing_ok=True)
        journal_of(path).unlink()
    building.replace(path)
    sync_folder(path)


def beside(path: Path) -> tuple[Path, ...]:
    """The file and all that may lie beside it."""
    return path, journal_of(path), new_of(path), next_of(path)


def new_of(path: Path) -> Path:
    """Where what takes the place of a file is built."""
    return path.with_name(path.name + ".new")


def next_of(path: Path) -> Path:
    """Where a copy waits for the key that comes."""
    return path.with_name(path.name + ".next")


def journal_of(path: Path) -> Path:
    """Where a writer notes what was, until it has committed."""
    return path.with_name(path.name + "-journal")


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, last."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Have the name of ``path`` last."""
    sync(path.parent)
