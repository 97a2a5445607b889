"""Memory that the processes of one server share: made by their parent, inherited over fork(2).

Any of them may be killed between two instructions, so nothing here waits for somebody who is gone:
locks are the kernel's, which end with the process that holds them (fcntl(2), record locks). They
are counted by process: among its own threads another lock stands before them.
"""

import fcntl
import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_FLOCK = struct.Struct("hhqqi4x")
"""``struct flock`` of Linux with 64 bits: kind, whence, start, length, process."""


class Shared:
    """``size`` bytes, all zero. A lock at a place guards what begins there."""

    def __init__(self, size: int) -> None:
        self._file = os.memfd_create("shared")
        os.ftruncate(self._file, size)
        self.memory = memoryview(mmap.mmap(self._file, size))
        self._among_threads = threading.Lock()

    @contextmanager
    def alone(self, place: int) -> Iterator[None]:
        """Nobody else is in here meanwhile, neither of this process nor of another."""
        with self._among_threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX, 1, place)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)

    def wait_for(self, place: int) -> None:
        """Hold the lock at ``place`` from here on, as soon as nobody else does."""
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, place)

    def take(self, place: int) -> bool:
        """Hold it from here on if nobody does; whether this process holds it."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError:
            return False
        return True

    def let_go(self, place: int) -> None:
        """No longer hold it."""
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)

    def is_held(self, place: int) -> bool:
        """Whether another process holds it. Of what this one holds it knows by itself."""
        asked = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0)
        told = _FLOCK.unpack(fcntl.fcntl(self._file, fcntl.F_GETLK, asked))
        return bool(told[0] != fcntl.F_UNLCK)
