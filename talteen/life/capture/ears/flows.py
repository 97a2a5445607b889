"""Packets of each stream, as one message holds them: counts of a running call, no caller data.

It is told every second of thousands of streams: a stream has its address as bytes, and nobody
makes more of it than that.
"""

from collections.abc import Iterable
from itertools import islice
from struct import Struct

from talteen.ids import RecordingId

_ROW = Struct("<18sQ")
_STREAM = Struct("<16sH")
MOST = 4_000
"""Streams in one message; of more, the first ones are told."""

Address = bytes
"""A stream of a call: 18 bytes."""


def address(call: RecordingId, stream: int) -> Address:
    """Of a stream (0 to 65,535)."""
    return _STREAM.pack(call.bytes, stream)


def write(told: Iterable[tuple[Address, int]]) -> bytes:
    """The rows of at most ``MOST`` streams: how many packets came on each so far."""
    return b"".join(_ROW.pack(*one) for one in islice(told, MOST))


def read(listed: bytes) -> dict[Address, int]:
    """What ``write`` wrote. A torn row is left out."""
    whole = len(listed) - len(listed) % _ROW.size
    return dict(_ROW.iter_unpack(listed[:whole]))
