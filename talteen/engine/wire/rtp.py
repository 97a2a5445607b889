"""RTP as columns: thousands of packets of one stream read at once (RFC 3550 section 5).

A drain leaves whole datagrams in one arena. Here each header field becomes one numpy column over
all of them; no packet is touched by Python alone. What is no RTP is left out, never raised: a
recorder's port hears RTCP, STUN and strangers (RFC 7983). Nothing is decided here about whose sound
counts but by ``turns``: the first SSRC holds the stream, another takes it only by going on alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HEADER_BYTES = 12
SUSTAINED = 5
"""Packets in a row without another SSRC between them that make a stream change hands."""
SUSTAINED_NS = 60_000_000
"""And how long they must last: a burst of strangers is shorter."""
LATE_NS = 1_000_000_000
"""How long after the change a packet of the former SSRC is still only late."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Datagrams of one stream as a drain left them, in the order of their reading."""

    raw: bytes | memoryview
    offsets: Ints
    lengths: Ints
    """Bytes of each datagram. A row that points outside ``raw`` is no packet."""
    arrival_ns: Ints
    """When the kernel received each: nanoseconds since 1970 on the node's clock."""

    def __len__(self) -> int:
        return len(self.offsets)

    def bytes_of(self, row: int) -> bytes:
        """One datagram."""
        start = int(self.offsets[row])
        return bytes(self.raw[start : start + int(self.lengths[row])])


def slots(datagrams: Sequence[bytes], arrival_ns: Sequence[int] | Ints) -> Slots:
    """Datagrams that lie apart, as one value."""
    lengths = np.array([len(one) for one in datagrams], np.int64)
    starts = np.cumsum(lengths) - lengths
    return Slots(b"".join(datagrams), starts, lengths, np.asarray(arrival_ns, np.int64))


@dataclass(frozen=True, slots=True)
class Packets:
    """A row a packet of valid RTP."""

    slot: Ints
    """Which datagram this was, counted through everything that was read."""
    arrival_ns: Ints
    marker: Bools
    payload_type: NDArray[np.uint8]
    sequence: NDArray[np.uint16]
    timestamp: NDArray[np.uint32]
    ssrc: NDArray[np.uint32]
    start: Ints
    """Where in the ``raw`` of its own ``Slots`` the payload begins."""
    length: Ints
    """Bytes of payload: contributing sources, extension and padding are stripped."""
    head: NDArray[np.uint32]
    """The first four bytes of the payload, big-endian; zeros where it is shorter."""

    def __len__(self) -> int:
        return len(self.slot)

    def take(self, rows: Ints | Bools | slice) -> "Packets":
        """Some of the rows, in the order asked for."""
        return Packets(*(getattr(self, each.name)[rows] for each in fields(self)))


def columns(drained: Slots, *, first_slot: int = 0) -> Packets:
    """The RTP among the datagrams. ``first_slot`` is the number of the first one."""
    raw = np.frombuffer(drained.raw, np.uint8)
    rows = np.flatnonzero(_inside(drained, len(raw), least=HEADER_BYTES))
    rows = rows[_is_rtp(raw, drained.offsets[rows])]
    at, length = drained.offsets[rows], drained.lengths[rows]
    skipped, padded = _around_payload(raw, at, length)
    whole = skipped + padded <= length
    rows, at = rows[whole], at[whole]
    start, size = at + skipped[whole], (length - skipped - padded)[whole]
    second, wide = raw[at + 1], _anywhere(raw, ">u4")
    return Packets(
        slot=rows + first_slot,
        arrival_ns=drained.arrival_ns[rows],
        marker=second >= 128,
        payload_type=second & np.uint8(127),
        sequence=_anywhere(raw, ">u2")[at + 2].astype(np.uint16),
        timestamp=wide[at + 4].astype(np.uint32),
        ssrc=wide[at + 8].astype(np.uint32),
        start=start,
        length=size,
        head=_head(wide, start, size),
    )


def read(batches: Iterable[Slots]) -> Packets:
    """The RTP of a whole stream, batch by batch: some fifty bytes a packet stay."""
    parts: list[Packets] = [columns(_NOTHING)]
    seen = 0
    for batch in batches:
        parts.append(columns(batch, first_slot=seen))
        seen += len(batch)
    return Packets(
        *(np.concatenate([getattr(p, each.name) for p in parts]) for each in fields(Packets))
    )


def payloads(drained: Slots) -> Iterator[bytes]:
    """What each packet of ``columns`` carries, in its order."""
    packets = columns(drained)
    for start, length in zip(packets.start.tolist(), packets.length.tolist(), strict=True):
        yield bytes(drained.raw[start : start + length])


def rtcp_rows(drained: Slots) -> Ints:
    """Rows of ``drained`` that are RTCP on the same port (RFC 5761 section 4)."""
    raw = np.frombuffer(drained.raw, np.uint8)
    rows = np.flatnonzero(_inside(drained, len(raw), least=8))
    at = drained.offsets[rows]
    found: Ints = rows[(raw[at] >> 6 == 2) & _rtcp_type(raw[at + 1])]
    return found


def unwrap(values: NDArray[np.uint16] | NDArray[np.uint32]) -> Ints:
    """Counters that wrap, as numbers that do not. The first keeps its value.

    Each value is taken as the one nearest to its neighbour before, so neighbours may be up to half
    a turn apart in either direction.
    """
    if not len(values):
        return np.zeros(0, np.int64)
    signed = np.int16 if values.dtype.itemsize == 2 else np.int32
    steps = np.diff(values).view(signed).astype(np.int64)
    return int(values[0]) + np.concatenate([[0], np.cumsum(steps)])


@dataclass(frozen=True, slots=True)
class Turn:
    """One SSRC holds the stream. ``rows`` are by arrival."""

    ssrc: int
    rows: Ints


@dataclass(frozen=True, slots=True)
class Turns:
    """Who held a stream, one after the other."""

    held: tuple[Turn, ...]
    strays: int
    """Packets of an SSRC that never held the stream when they came."""


def turns(packets: Packets, *, noted: Sequence[int] = ()) -> Turns:
    """The first SSRC holds the stream; another takes over only with sustained traffic of its own.

    A recycled port still hears the end of somebody else's call: a handful of packets before the
    first sustained SSRC, or between the packets of the one that holds, is not of this call.
    An SSRC that the SDP named (``noted``) needs no proof.
    """
    by_time = np.argsort(packets.arrival_ns, kind="stable")
    ssrc, arrival = packets.ssrc[by_time], packets.arrival_ns[by_time]
    lock = _Lock(frozenset(noted))
    borders = np.flatnonzero(np.diff(ssrc)) + 1
    for rows in np.split(np.arange(len(ssrc)), borders) if len(ssrc) else []:
        lock.hear(int(ssrc[rows[0]]), rows, int(arrival[rows[0]]), int(arrival[rows[-1]]))
    held = tuple(Turn(one, by_time[np.concatenate(parts)]) for one, parts in lock.held)
    return Turns(held, len(packets) - sum(len(turn.rows) for turn in held))


class _Lock:
    """Who holds the stream while its runs are heard in order."""

    def __init__(self, noted: frozenset[int]) -> None:
        self.held: list[tuple[int, list[Ints]]] = []
        self._noted, self._last, self._proven = noted, dict[int, int](), False

    def hear(self, ssrc: int, rows: Ints, first_ns: int, last_ns: int) -> None:
        proven = len(rows) >= SUSTAINED and last_ns - first_ns >= SUSTAINED_NS
        proven |= ssrc in self._noted
        if proven and not self._proven:
            self._forget_guests(ssrc)
        self._proven |= proven
        if self.held and self.held[-1][0] == ssrc:
            self.held[-1][1].append(rows)
        elif proven or not self.held:
            self.held.append((ssrc, [rows]))
        elif first_ns - self._last.get(ssrc, -LATE_NS - 1) <= LATE_NS:
            next(parts for one, parts in reversed(self.held) if one == ssrc).append(rows)
            return
        else:
            return
        self._last[ssrc] = last_ns

    def _forget_guests(self, ssrc: int) -> None:
        """Whoever came before the first proven SSRC without being proven was passing through."""
        few = [(one, parts) for one, parts in self.held if one != ssrc]
        for one, parts in few:
            if sum(map(len, parts)) < SUSTAINED:
                self.held.remove((one, parts))
                self._last.pop(one, None)


def _inside(drained: Slots, size: int, *, least: int) -> Bools:
    starts, lengths = drained.offsets, drained.lengths
    return np.asarray((starts >= 0) & (lengths >= least) & (starts <= size - lengths))


def _rtcp_type(second: NDArray[np.uint8]) -> Bools:
    return np.asarray((second >= 192) & (second <= 223))


def _is_rtp(raw: NDArray[np.uint8], at: Ints) -> Bools:
    return np.asarray((raw[at] >> 6 == 2) & ~_rtcp_type(raw[at + 1]))


def _around_payload(raw: NDArray[np.uint8], at: Ints, length: Ints) -> tuple[Ints, Ints]:
    """Bytes before and after each payload; more than the datagram has where it is malformed."""
    first = raw[at]
    skipped, padded = np.full(len(at), HEADER_BYTES), np.zeros(len(at), np.int64)
    odd = np.flatnonzero(first & 63)  # most packets have nothing around their payload
    if len(odd):
        skipped[odd] = _before(raw, at[odd], length[odd], first[odd])
        behind = odd[first[odd] & 32 != 0]
        size = raw[at[behind] + length[behind] - 1].astype(np.int64)  # 5.1: counts itself
        padded[behind] = np.where(size, size, length[behind])
    return skipped, padded


def _before(raw: NDArray[np.uint8], at: Ints, length: Ints, first: NDArray[np.uint8]) -> Ints:
    """Header, contributing sources and extension (RFC 3550 5.3.1)."""
    skipped: Ints = HEADER_BYTES + 4 * (first & 15).astype(np.int64)
    extended = np.flatnonzero(first & 16)
    here = skipped[extended]
    fits = here + 4 <= length[extended]
    words = np.where(fits, at[extended] + here + 2, 0)
    size = 4 * (raw[words].astype(np.int64) << 8 | raw[np.where(fits, words + 1, 0)])
    skipped[extended] = here + 4 + np.where(fits, size, 0)
    return skipped


def _anywhere(raw: NDArray[np.uint8], kind: str) -> NDArray[np.uint32]:
    """The number that begins at each byte: one window a byte, without a copy."""
    size = np.dtype(kind).itemsize
    return np.ndarray((max(len(raw) - size + 1, 0),), kind, raw.data, strides=(1,))


def _head(wide: NDArray[np.uint32], start: Ints, size: Ints) -> NDArray[np.uint32]:
    """Windows at the payloads; what is behind the end of a short payload is zero."""
    if not len(start) or (start.max() < len(wide) and size.min() >= 4):
        return wide[start].astype(np.uint32)
    within = np.minimum(start, len(wide) - 1)  # a payload at the very end has no window of its own
    four = wide[within].astype(np.uint64) << (8 * (start - within)).astype(np.uint64)
    short = (8 * np.maximum(4 - size, 0)).astype(np.uint64)
    return (((four & 0xFFFFFFFF) >> short) << short).astype(np.uint32)


_NONE = np.zeros(0, np.int64)
_NOTHING = Slots(b"", _NONE, _NONE, _NONE)
