"""What a child of the holder must know again when it is started anew, in memory that outlives it.

Entries in the order in which they came, in a memfd: a dialog names its callers, so it never touches
a disk (decision 080). A kill at any point leaves either the old entries or the new ones: an entry
counts once the header says so, and the header is one small write.
"""

import mmap
import os
from collections.abc import Iterable
from struct import Struct

_HEADER = Struct("=QQQ")
"""Where the entries begin, how many bytes they are, and how many of those are settled."""
_START, _SIZE, _SETTLED = range(3)
_FIRST, _SECOND = 4096, 1 << 40
"""Two places: the entries are gathered anew in the one that is not in force. A memfd has holes."""
_WINDOW_BYTES = 1 << 18
"""So much of it is mapped, where the next entries go: an entry costs no system call."""


class Logbook:
    """The entries of one child, in the memfd ``memory``."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        if os.fstat(memory).st_size < _FIRST:
            os.ftruncate(memory, _FIRST)
        # Numbers of the machine's own width: each is written at once, whenever a kill comes.
        self._header = memoryview(mmap.mmap(memory, mmap.PAGESIZE)).cast("Q")
        if not self._header[_START]:
            self._header[_START] = _FIRST
        self._window, self._window_at = mmap.mmap(-1, mmap.PAGESIZE), 0

    @property
    def size_bytes(self) -> int:
        """How many bytes the entries are."""
        return self._header[_SIZE]

    def entries(self) -> list[bytes]:
        """All entries, in order."""
        return self._between(0)

    def unsettled(self) -> list[bytes]:
        """The last entries: those of which ``settle`` has not been said."""
        return self._between(self._header[_SETTLED])

    def settle(self) -> None:
        """All that follows from the entries is done."""
        self._header[_SETTLED] = self._header[_SIZE]

    def _between(self, settled: int) -> list[bytes]:
        start, size, _ = self._header[:3]
        data = os.pread(self._memory, size - settled, start + settled)
        found, at = [], 0
        while at < len(data):
            size = int.from_bytes(data[at : at + 4])
            found.append(data[at + 4 : at + 4 + size])
            at += 4 + size
        return found

    def append(self, entry: bytes) -> None:
        """Add ``entry``. It is there for the next one when this returns."""
        written = len(entry).to_bytes(4) + entry
        header = self._header
        at = header[_START] + header[_SIZE] - self._window_at
        if not 0 <= at <= len(self._window) - len(written):
            at = self._move_window(header[_START] + header[_SIZE], len(written))
        self._window[at : at + len(written)] = written
        header[_SIZE] += len(written)

    def _move_window(self, at: int, size_bytes: int) -> int:
        """Map what lies around byte ``at``, and room for so many from there; gives its place."""
        self._window_at = at - at % mmap.ALLOCATIONGRANULARITY
        length = max(_WINDOW_BYTES, at - self._window_at + size_bytes)
        if os.fstat(self._memory).st_size < self._window_at + length:
            os.ftruncate(self._memory, self._window_at + length)
        self._window.close()
        self._window = mmap.mmap(self._memory, length, offset=self._window_at)
        return at - self._window_at

    def replace(self, entries: Iterable[bytes]) -> None:
        """Put ``entries`` in the place of all; they are settled."""
        data = b"".join(len(entry).to_bytes(4) + entry for entry in entries)
        start = _SECOND if self._header[_START] == _FIRST else _FIRST
        os.pwrite(self._memory, data, start)
        # All three at once, so by the kernel: a kill does not come between.
        os.pwrite(self._memory, _HEADER.pack(start, len(data), len(data)), 0)
        self._window.close()
        self._window, self._window_at = mmap.mmap(-1, mmap.PAGESIZE), 0
        # The old entries go out of memory, too: a call that ended is not kept in a hole.
        os.ftruncate(self._memory, _SECOND if start == _FIRST else _SECOND + len(data))
