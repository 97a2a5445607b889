"""Packets of each stream, as one message holds them: counts of a running call, no caller data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from struct import Struct
from uuid import UUID

from talteen.ids import RecordingId

_ROW = Struct("<16sHQ")
MOST = 4_000
"""Streams in one message; of more, the first ones are told."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One stream of a call, and how many packets came on it so far."""

    call: RecordingId
    stream: int
    packets: int


def write(flows: Iterable[Flow]) -> bytes:
    """The rows of at most ``MOST`` streams."""
    rows = (_ROW.pack(one.call.bytes, one.stream, one.packets) for one in flows)
    return b"".join(row for row, _ in zip(rows, range(MOST), strict=False))


def read(listed: bytes) -> Iterator[Flow]:
    """What ``write`` wrote. A torn row is left out."""
    whole = len(listed) - len(listed) % _ROW.size
    for call, stream, packets in _ROW.iter_unpack(listed[:whole]):
        yield Flow(RecordingId(UUID(bytes=call)), stream, packets)
