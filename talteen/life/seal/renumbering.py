"""The same sound under other numbers: a client, or what stands before it, that gives each recorder
an SSRC, sequence numbers and timestamps of its own (RFC 3550 7.1). Pure.

What tells is the payloads. Where one shift of the numbers makes nearly all of those that come only
once fall together, at about the same time, the other node's packets are written with the first
one's numbers; from there on ``healing`` holds them against each other as if the client had written
the same to both, and believes or does not.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median_low

import numpy as np

from talteen.engine.wire import rtp
from talteen.engine.wire.rtp import Packets
from talteen.life.seal.witness import Copy, Witness

LEAST = 50
"""So many payloads must fall together: a second of speech."""
_OF = 10
"""Of so many that come in both, all but one must fall together by the same shift."""
NEAR_NS = 60_000_000_000
"""The same payloads further apart are a tune that is played to many, and no session."""


@dataclass(frozen=True, slots=True)
class _Shift:
    """From the numbers of one SSRC to those of another."""

    ssrc: int
    sequence: int
    timestamp: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where a payload stands."""

    ssrc: int
    sequence: int
    timestamp: int
    arrival_ns: int


def as_first(first: Witness, other: Witness) -> Witness:
    """``other`` with the numbers of ``first``, where its streams are the same under others."""
    known = {ssrc for one in first.streams for ssrc in _ssrcs(one)}
    theirs = {ssrc for one in other.streams for ssrc in _ssrcs(one)}
    free = [one for one in first.streams if not _ssrcs(one) & theirs]
    streams = [one if _ssrcs(one) & known else _renumbered(one, free) for one in other.streams]
    return replace(other, streams=tuple(streams))


def _ssrcs(copy: Copy) -> set[int]:
    return set(np.unique(rtp.columns(copy.slots).ssrc).tolist())


def _renumbered(theirs: Copy, among: Iterable[Copy]) -> Copy:
    """``theirs`` with the numbers of the stream that it is; as it was where it is none of them."""
    there = _once(theirs)
    for mine in among:
        shifts = _shifts(_once(mine), there)
        if shifts:
            return _written(theirs, shifts)
    return theirs


def _shifts(here: dict[bytes, _Seen], there: dict[bytes, _Seen]) -> dict[int, _Shift]:
    """How each SSRC of ``there`` is to be numbered; nothing of those that tell no one way."""
    both = [(here[payload], there[payload]) for payload in here.keys() & there.keys()]
    found = {}
    for ssrc in {theirs.ssrc for _, theirs in both}:
        pairs = [pair for pair in both if pair[1].ssrc == ssrc]
        shift, count = Counter(_shift(*pair) for pair in pairs).most_common(1)[0]
        apart_ns = median_low(abs(one.arrival_ns - two.arrival_ns) for one, two in pairs)
        if count >= LEAST and count * _OF >= len(pairs) * (_OF - 1) and apart_ns <= NEAR_NS:
            found[ssrc] = shift
    return found


def _shift(mine: _Seen, theirs: _Seen) -> _Shift:
    return _Shift(
        mine.ssrc,
        (mine.sequence - theirs.sequence) % (1 << 16),
        (mine.timestamp - theirs.timestamp) % (1 << 32),
    )


def _once(copy: Copy) -> dict[bytes, _Seen]:
    """Where each payload stands that the stream has only once: silence comes again and again."""
    packets = rtp.columns(copy.slots)
    rows: dict[bytes, int] = {}
    again = set()
    for row, payload in enumerate(rtp.payloads(copy.slots)):
        if rows.setdefault(payload, row) != row:
            again.add(payload)
    return {payload: _seen(packets, row) for payload, row in rows.items() if payload not in again}


def _seen(packets: Packets, row: int) -> _Seen:
    return _Seen(
        int(packets.ssrc[row]),
        int(packets.sequence[row]),
        int(packets.timestamp[row]),
        int(packets.arrival_ns[row]),
    )


def _written(theirs: Copy, shifts: dict[int, _Shift]) -> Copy:
    """Its datagrams with the numbers that ``shifts`` give them; what is no RTP as it was."""
    packets = rtp.columns(theirs.slots)
    datagrams = [theirs.slots.bytes_of(row) for row in range(len(theirs.slots))]
    for row, slot in enumerate(packets.slot.tolist()):
        seen = _seen(packets, row)
        shift = shifts.get(seen.ssrc)
        if shift is not None:
            datagrams[slot] = _numbered(datagrams[slot], seen, shift)
    return replace(theirs, slots=rtp.slots(datagrams, theirs.slots.arrival_ns))


def _numbered(datagram: bytes, seen: _Seen, by: _Shift) -> bytes:
    """RFC 3550 5.1: sequence number, timestamp and SSRC stand in the bytes 2 to 11."""
    sequence = (seen.sequence + by.sequence) % (1 << 16)
    timestamp = (seen.timestamp + by.timestamp) % (1 << 32)
    numbers = sequence.to_bytes(2) + timestamp.to_bytes(4) + by.ssrc.to_bytes(4)
    return datagram[:2] + numbers + datagram[12:]
