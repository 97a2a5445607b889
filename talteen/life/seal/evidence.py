"""The evidence copy: what one stream sent, byte for byte (docs/formats/evidence-copy.md).

Where a policy says ``evidence_copy``, this stands beside the listening copy, sealed like it.
Nothing is decoded, concealed or resampled in it, so whatever another decoder would hear can be
heard from it. What was not to be recorded is not in it either, and neither are keys: a card number
is no evidence of what was said.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import RawIOBase
from typing import IO

import numpy as np

from talteen.engine.wire import rtp, timeline
from talteen.engine.wire.media import Agreed, Format, Sort, StreamFacts
from talteen.engine.wire.rtp import Bools, Packets, Slots
from talteen.errors import Tampered
from talteen.life.seal.received import Captured, Kept

MAGIC = b"TEC1"
_HEAD = struct.Struct(">I")
_RECORD = struct.Struct(">HQ")
_END = struct.Struct(">HQQ")
_HEAD_AT_MOST = 65_536
_BATCH = 512


def written(stream: Captured, kept: Kept) -> Iterator[bytes]:
    """One stream as an evidence copy, in pieces as they are read.

    Each packet once, in the order of arrival, without strangers, keys and what ``kept`` leaves out.
    """
    columns = rtp.read(stream.opened())
    keeps = _keeps(columns, stream.facts, kept)
    seen = hashlib.sha256()
    count = 0
    head = _head(stream.facts, columns, keeps)
    pieces = [MAGIC + _HEAD.pack(len(head)) + head]
    at = 0
    for batch in stream.opened():
        for row in np.flatnonzero(keeps[at : at + len(batch)]).tolist():
            packet = batch.bytes_of(row)
            pieces.append(_RECORD.pack(len(packet), int(batch.arrival_ns[row])) + packet)
            count += 1
        at += len(batch)
        piece = b"".join(pieces)
        pieces.clear()
        seen.update(piece)
        yield piece
    end = b"".join(pieces) + _END.pack(0, count, len(columns) - count)
    seen.update(end)
    yield end + seen.digest()


def _keeps(columns: Packets, facts: StreamFacts, kept: Kept) -> Bools:
    """For each datagram whether it goes into the copy."""
    keeps = np.zeros(int(columns.slot.max(initial=-1)) + 1, np.bool_)
    for segment in timeline.lay(columns, facts).segments:
        keeps[columns.slot[segment.rows]] = kept.holds(segment.start_ns, segment.end_ns)
    for rows, kind in timeline.formats(columns, facts):
        if kind.sort is Sort.EVENT:
            keeps[columns.slot[rows]] = False
    return keeps


def _head(facts: StreamFacts, columns: Packets, keeps: Bools) -> bytes:
    """Label and agreements as JSON; static payload types stand there too where they were used."""
    used = set(columns.payload_type[keeps[columns.slot]].tolist())
    agreed = [
        {
            "since_ns": one.since_ns,
            "formats": {
                str(number): [kind.name, kind.clock_hz, kind.channels, kind.fmtp]
                for number in sorted(used | set(one.formats))
                if (kind := one.format(number))
            },
        }
        for one in facts.agreed
    ]
    told = {"label": facts.label, "agreed": agreed, "ssrcs": list(facts.ssrcs)}
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Copied:
    """An evidence copy, read back."""

    facts: StreamFacts
    records: tuple[Slots, ...]
    withheld: int
    """RTP packets that came and are not here: duplicates, strangers, keys, gaps."""

    def captured(self, like: Captured) -> Captured:
        """The stream again as it can be laid and decoded."""
        return Captured(self.facts, like.side, self.records)


def read(stream: IO[bytes] | RawIOBase) -> Copied:
    """An evidence copy with every byte checked. It is held in RAM as a whole.

    Raises Tampered where it is not what ``written`` gave.
    """
    source = _Checked(stream)
    if source.take(len(MAGIC)) != MAGIC:
        raise _damaged()
    (size,) = _HEAD.unpack(source.take(_HEAD.size))
    if size > _HEAD_AT_MOST:
        raise _damaged()
    facts = _facts(source.take(size))
    packets: list[bytes] = []
    arrived: list[int] = []
    while True:
        length, number = _RECORD.unpack(source.take(_RECORD.size))
        if not length:
            break
        arrived.append(number)
        packets.append(source.take(length))
    (withheld,) = struct.unpack(">Q", source.take(8))
    if number != len(packets) or source.digest() != stream.read(32) or stream.read(1):
        raise _damaged()
    batches = (slice(at, at + _BATCH) for at in range(0, len(packets), _BATCH))
    records = tuple(rtp.slots(packets[some], arrived[some]) for some in batches)
    return Copied(facts, records, withheld)


def _facts(head: bytes) -> StreamFacts:
    try:
        told = json.loads(head)
        agreed = tuple(
            Agreed(
                one["since_ns"],
                {int(number): Format(*kind) for number, kind in one["formats"].items()},
            )
            for one in told["agreed"]
        )
        return StreamFacts(told["label"], agreed, tuple(told["ssrcs"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _damaged() from None


class _Checked:
    """Reads exactly what is asked for, and remembers what all of it hashes to."""

    def __init__(self, stream: IO[bytes] | RawIOBase) -> None:
        self._stream, self._seen = stream, hashlib.sha256()

    def take(self, size: int) -> bytes:
        part = self._stream.read(size) or b""
        if len(part) != size:
            raise _damaged()
        self._seen.update(part)
        return part

    def digest(self) -> bytes:
        return self._seen.digest()


def _damaged() -> Tampered:
    return Tampered("an evidence copy is not what was written", remedy="restore its blob")


def payloads(records: Iterable[Slots]) -> Iterator[tuple[int, int, bytes]]:
    """SSRC, sequence number and payload of each packet, in the order of the records."""
    for batch in records:
        columns = rtp.columns(batch)
        places = (columns.ssrc, columns.sequence, columns.start, columns.length)
        for ssrc, sequence, start, length in zip(*(c.tolist() for c in places), strict=True):
            yield ssrc, sequence, bytes(batch.raw[start : start + length])
