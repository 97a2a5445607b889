"""What a child of the holder must know again when it is started anew, in memory that outlives it.

Entries in the order in which they came, in a memfd: a dialog names its callers, so it never touches
a disk (decision 080). A kill at any point leaves either the old entries or the new ones: an entry
counts once the header says so, and the header is one small write.
"""

import os
from collections.abc import Iterable
from struct import Struct

_HEADER = Struct("<QQ")
"""Where the entries begin, and how many bytes they are."""
_FIRST, _SECOND = 4096, 1 << 40
"""Two places: the entries are gathered anew in the one that is not in force. A memfd has holes."""


class Logbook:
    """The entries of one child, in the memfd ``memory``."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        header = os.pread(memory, _HEADER.size, 0)
        start, self.size_bytes = _HEADER.unpack(header) if len(header) == _HEADER.size else (0, 0)
        self._start = start or _FIRST

    def entries(self) -> list[bytes]:
        """All entries, in order."""
        data = os.pread(self._memory, self.size_bytes, self._start)
        found, at = [], 0
        while at < len(data):
            size = int.from_bytes(data[at : at + 4])
            found.append(data[at + 4 : at + 4 + size])
            at += 4 + size
        return found

    def append(self, entry: bytes) -> None:
        """Add ``entry``. It is there for the next one when this returns."""
        os.pwrite(self._memory, len(entry).to_bytes(4) + entry, self._start + self.size_bytes)
        self._header(self._start, self.size_bytes + 4 + len(entry))

    def replace(self, entries: Iterable[bytes]) -> None:
        """Put ``entries`` in the place of all."""
        data = b"".join(len(entry).to_bytes(4) + entry for entry in entries)
        old = self._start
        start = _SECOND if old == _FIRST else _FIRST
        os.pwrite(self._memory, data, start)
        self._header(start, len(data))
        # The old entries go out of memory, too: a call that ended is not kept in a hole.
        os.ftruncate(self._memory, _SECOND if start == _FIRST else _SECOND + len(data))

    def _header(self, start: int, size_bytes: int) -> None:
        os.pwrite(self._memory, _HEADER.pack(start, size_bytes), 0)
        self._start, self.size_bytes = start, size_bytes
