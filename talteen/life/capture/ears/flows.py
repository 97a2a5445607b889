"""Packets of each stream and how unevenly they come, as few messages hold them: of a running call,
no caller data.

It is told every second of thousands of streams: a stream has its address as bytes, and nobody
makes more of it than that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from struct import Struct

from talteen.ids import RecordingId

_ROW = Struct("<18sQI")
_STREAM = Struct("<16sH")
MOST = 4_000
"""Streams in one message; of more, several tell."""

Address = bytes
"""A stream of a call: 18 bytes."""


def address(call: RecordingId, stream: int) -> Address:
    """Of a stream (0 to 65,535)."""
    return _STREAM.pack(call.bytes, stream)


UNTOLD = 0xFFFFFFFF
"""The jitter of a stream that nobody measures: no client asked for reports of it."""


def write(told: Iterable[tuple[Address, int, int]]) -> list[bytes]:
    """The rows of all streams, so many in each part as a message holds: how many packets came on
    each so far, and their interarrival jitter (RFC 3550 6.4.1) in microseconds, or ``UNTOLD``. Of
    no stream there is one part, too."""
    rows, size = b"".join(_ROW.pack(*one) for one in told), MOST * _ROW.size
    return [rows[at : at + size] for at in range(0, len(rows) or 1, size)]


def read(listed: bytes) -> dict[Address, tuple[int, int]]:
    """What ``write`` wrote. A torn row is left out."""
    whole = len(listed) - len(listed) % _ROW.size
    return {
        one: (packets, jitter_us) for one, packets, jitter_us in _ROW.iter_unpack(listed[:whole])
    }


@dataclass(slots=True)
class Parts:
    """What one ear tells, part by part."""

    _so_far: bytes = b""

    def add(self, listed: bytes, *, more: bool) -> dict[Address, tuple[int, int]] | None:
        """All that the ear told, with its last part; None while there is ``more``."""
        told, self._so_far = self._so_far + listed, b""
        if not more:
            return read(told)
        self._so_far = told
        return None
