"""What a child of the holder must know again when it is started anew, in memory that outlives it.

Entries in the order in which they came, in a memfd: a dialog names its callers, so it never touches
a disk (decision 080). A kill at any point leaves either the old entries or the new ones: an entry
counts once the header says so, and the header is one small write.
"""

import os
from collections.abc import Iterable
from struct import Struct

_HEADER = Struct("<QQQ")
"""Where the entries begin, how many bytes they are, and how many of those are settled."""
_FIRST, _SECOND = 4096, 1 << 40
"""Two places: the entries are gathered anew in the one that is not in force. A memfd has holes."""


class Logbook:
    """The entries of one child, in the memfd ``memory``."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        header = os.pread(memory, _HEADER.size, 0)
        whole = len(header) == _HEADER.size
        start, self.size_bytes, self._settled = _HEADER.unpack(header) if whole else (0, 0, 0)
        self._start = start or _FIRST

    def entries(self) -> list[bytes]:
        """All entries, in order."""
        return self._between(0)

    def unsettled(self) -> list[bytes]:
        """The last entries: those of which ``settle`` has not been said."""
        return self._between(self._settled)

    def settle(self) -> None:
        """All that follows from the entries is done."""
        if self._settled != self.size_bytes:
            self._header(self._start, self.size_bytes, self.size_bytes)

    def _between(self, settled: int) -> list[bytes]:
        data = os.pread(self._memory, self.size_bytes - settled, self._start + settled)
        found, at = [], 0
        while at < len(data):
            size = int.from_bytes(data[at : at + 4])
            found.append(data[at + 4 : at + 4 + size])
            at += 4 + size
        return found

    def append(self, entry: bytes) -> None:
        """Add ``entry``. It is there for the next one when this returns."""
        os.pwrite(self._memory, len(entry).to_bytes(4) + entry, self._start + self.size_bytes)
        self._header(self._start, self.size_bytes + 4 + len(entry), self._settled)

    def replace(self, entries: Iterable[bytes]) -> None:
        """Put ``entries`` in the place of all; they are settled."""
        data = b"".join(len(entry).to_bytes(4) + entry for entry in entries)
        old = self._start
        start = _SECOND if old == _FIRST else _FIRST
        os.pwrite(self._memory, data, start)
        self._header(start, len(data), len(data))
        # The old entries go out of memory, too: a call that ended is not kept in a hole.
        os.ftruncate(self._memory, _SECOND if start == _FIRST else _SECOND + len(data))

    def _header(self, start: int, size_bytes: int, settled: int) -> None:
        os.pwrite(self._memory, _HEADER.pack(start, size_bytes, settled), 0)
        self._start, self.size_bytes, self._settled = start, size_bytes, settled
