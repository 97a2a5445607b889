"""One segment file: append, flush, keep room ahead, burn in place.

Room is allocated ahead of the writing, so that calls that go on still go on when the disk is full
(DESIGN 13: intake stops at a reserve). What is allocated reads as zeros, which no record begins
with. The descriptor is the only state: a segment can be taken up by its id after a crash. While it
is open for writing the file is locked, so that nobody takes it for one that is over; a kill gives
the lock back.
"""

import errno
import fcntl
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from talteen.engine.vault import journal
from talteen.engine.vault.journal import Bytes, Record
from talteen.errors import DiskFull, Unavailable
from talteen.ids import SegmentId

SUFFIX = ".journal"
UNBORN = ".unborn"
"""Behind the name of a segment whose file is not locked yet."""
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def path_of(folder: Path, segment: SegmentId) -> Path:
    """Where the file of ``segment`` stands."""
    return folder / f"{segment}{SUFFIX}"


@dataclass(slots=True)
class Segment:
    """A segment file open for writing. Not for two threads at once, except ``flush``."""

    id: SegmentId
    path: Path
    file: int = field(repr=False)
    at: int = journal.HEAD_BYTES
    """Where the next record goes."""
    allocated: int = 0

    @classmethod
    def create(cls, folder: Path, segment: SegmentId) -> "Segment":
        """A new file with its head, flushed, and its name too. Raises DiskFull or Unavailable."""
        path = path_of(folder, segment)
        try:
            file = _born(path, journal.head(segment))
            flush_folder(folder)
        except OSError as error:
            raise refused(error) from None
        return cls(segment, path, file)

    def reserve(self, ahead_bytes: int) -> None:
        """Have at least ``ahead_bytes`` allocated behind what is written; DiskFull if it cannot."""
        wanted = self.at + ahead_bytes
        if wanted <= self.allocated:
            return
        try:
            os.posix_fallocate(self.file, self.at, ahead_bytes)
        except OSError as error:
            raise refused(error) from None
        self.allocated = wanted

    def append(self, data: Bytes) -> int:
        """Write whole ``data`` behind the last record; gives where it begins. Not flushed."""
        begins = self.at
        write_at(self.file, data, begins)
        self.at = begins + len(data)
        return begins

    def read(self, at: int, size_bytes: int) -> bytes:
        """What stands there."""
        return os.pread(self.file, size_bytes, at)

    def overwrite(self, at: int, data: Bytes) -> None:
        """Put ``data`` in the place of what stands at ``at``. Not flushed."""
        write_at(self.file, data, at)

    def flush(self) -> None:
        """What was appended before this call survives a power cut when it returns."""
        os.fdatasync(self.file)

    def close(self) -> None:
        """Give back the room that was not needed, flush, and close."""
        os.ftruncate(self.file, self.at)
        os.fsync(self.file)
        os.close(self.file)


def _born(path: Path, head: bytes) -> int:
    """The new file at ``path``, locked before it has its name."""
    unborn = path.with_name(path.name + UNBORN)
    while True:
        file = os.open(unborn, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        # Between these two lines a sweep may have met it, and taken it away.
        try:
            with suppress(BlockingIOError, FileNotFoundError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.pwrite(file, head, 0)
                os.fsync(file)
                unborn.rename(path)
                return file
        except OSError:
            _unborn(file, unborn)
            raise
        _unborn(file, unborn)


def _unborn(file: int, path: Path) -> None:
    os.close(file)
    path.unlink(missing_ok=True)


def lock(path: Path) -> int | None:
    """The file at ``path``, locked: whoever wrote it has closed it, or is dead. None where it is
    being written, or gone. Closing it gives the lock back."""
    with suppress(FileNotFoundError):
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            return file
    return None


def write_at(file: int, data: Bytes, at: int) -> None:
    """Write all of ``data`` at offset ``at``. Raises DiskFull or Unavailable."""
    try:
        written = os.pwrite(file, data, at)
        while written < len(data):
            written += os.pwrite(file, memoryview(data)[written:], at + written)
    except OSError as error:
        raise refused(error) from None


def burn(path: Path, segment: SegmentId, dead: Iterable[Record]) -> int:
    """Overwrite the records ``dead`` of the file at ``path`` where they lie; gives how many."""
    count = 0
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CLOEXEC), "r+b", buffering=0) as file:
        for record in dead:
            write_at(file.fileno(), journal.burnt(segment, record.reach_bytes), record.at)
            count += 1
        os.fsync(file.fileno())
    return count


def flush_folder(folder: Path) -> None:
    """New and lost names in ``folder`` survive a power cut when it returns."""
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(at)
    finally:
        os.close(at)


def refused(error: OSError) -> Unavailable:
    """What a write that the disk refused means."""
    if error.errno in NO_ROOM:
        return DiskFull(
            "the journal has no room left", remedy="free space; new calls are refused meanwhile"
        )
    return Unavailable(
        f"the journal cannot be written ({errno.errorcode.get(error.errno or 0, 'unknown')})",
        remedy="check the folder of the journal, its disk and its owner",
    )
