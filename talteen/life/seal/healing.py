"""Two nodes heard the same session: what one of them lost, the other fills (RFC 7866; J23).

Pure. A ``Witness`` is what one node has of a session, in clear and on its own clock. ``heal`` finds
which streams are the same sound, lays the other's arrivals on the first one's clock, and gives the
union of their packets. Three rules stand above completeness:

- What either node was told not to keep (a pause, a hold) is not filled from the other, and goes
  where only the other kept it (REGISTER 6.5-6.7, 8.1): whoever asked for silence asked the house.
- The same packet with other contents is no gap: neither is chosen, both go, and they are counted.
- Where the packets do not bear it out, two sounds are not one, whatever the ids say: None.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from talteen.engine.wire import jitter, rtp, timeline
from talteen.engine.wire.jitter import Ordered, Silence
from talteen.engine.wire.rtp import Ints, Packets, Slots
from talteen.engine.wire.timeline import Segment
from talteen.life.seal import renumbering, witness
from talteen.life.seal.witness import Clock, Copy, Witness

BELIEVED = 9
"""So many packets must agree for each that does not, or two streams are not the same sound."""
FURTHEST_NS = 60_000_000_000
"""Nodes whose clocks differ by more are not believed without a packet that both have."""


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the packets."""

    agreed: int = 0
    """Both have it, and it is the same."""
    filled: int = 0
    """Only the other had it."""
    lacking: int = 0
    """Only the first had it."""
    withheld: int = 0
    """Left out because the node that lacks it had been told not to keep it."""
    disputed: int = 0
    """Left out because both have it and it is not the same: an oddity to be told of."""
    strange: int = 0
    """Only the other had it, in a codec that the first knows by another number, or not at all."""

    def __add__(self, more: "Count") -> "Count":
        return Count(*(getattr(self, one) + getattr(more, one) for one in _COUNTS))


_COUNTS = tuple(Count.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Healed:
    """One session out of two witnesses, on the first one's clock."""

    streams: tuple[Copy, ...]
    own: tuple[Silence, ...]
    """What the first was told not to keep."""
    told: tuple[Silence, ...]
    """What the other was told not to keep."""
    clock: Clock
    count: Count
    unlike: tuple[str, ...]
    """Labels of streams of the other that are not the sound that the first has under them."""

    @property
    def silences(self) -> tuple[Silence, ...]:
        """Of both, by start."""
        every = {*self.own, *self.told}
        return tuple(sorted(every, key=lambda one: (one.start_ns, one.end_ns, one.kind.value)))

    def unheard(self, least_ns: int) -> tuple[Silence, ...]:
        """Silences of the other that the first was not told of, from ``least_ns`` on."""
        news = (part for one in self.told for part in witness.without(one, self.own))
        return tuple(part for part in news if part.end_ns - part.start_ns >= least_ns)


def heal(first: Witness, other: Witness) -> Healed | None:
    """The union of two witnesses; None where their packets do not show one session."""
    other = renumbering.as_first(first, other)
    pairs = _paired(first.streams, other.streams)
    clock = _clock([pair for pair in pairs if pair[1] is not None and _shared(*pair)])
    if clock is None:
        return None
    there = tuple(
        witness.moved(one, clock) for one in other.silences if one.start_ns < other.over_ns
    )
    here = tuple(one for one in first.silences if one.start_ns < first.over_ns)
    told, own = witness.closed(there, here), witness.closed(here, there)
    joined = [_join(mine, theirs, clock, own, told) for mine, theirs in pairs]
    believed = [one for one in joined if one.believed and one.proved]
    if not believed:
        return None
    count = sum((one.count for one in joined if one.believed), Count())
    unlike = tuple(one.copy.facts.label for one in joined if not one.believed)
    streams = tuple(one.copy for one in joined)
    return Healed(streams, own, told, clock, count, unlike)


# --- which streams are the same --------------------------------------------------------------

_Pair = tuple[Copy | None, Copy | None]


def _paired(first: Sequence[Copy], other: Sequence[Copy]) -> list[_Pair]:
    """Each stream of either with the one that it is, by SSRC and label, then by either."""
    left = list(other)
    pairs: list[_Pair] = []
    for mine in first:
        found = _like(mine, left)
        if found is not None:
            left.remove(found)
        pairs.append((mine, found))
    labels = {mine.facts.label for mine in first}
    # Under a label that the first knows it is another sound: nobody may be heard over somebody.
    return [*pairs, *((None, one) for one in left if one.facts.label not in labels)]


def _like(mine: Copy, among: Sequence[Copy]) -> Copy | None:
    same_label = [one for one in among if one.facts.label == mine.facts.label]
    for one in (*same_label, *among):
        if _ssrcs(mine) & _ssrcs(one):
            return one
    silent = not _ssrcs(mine)
    return next((one for one in same_label if silent or not _ssrcs(one)), None)


def _shared(mine: Copy | None, theirs: Copy | None) -> bool:
    return mine is not None and theirs is not None and bool(_ssrcs(mine) & _ssrcs(theirs))


def _ssrcs(copy: Copy) -> set[int]:
    return set(np.unique(rtp.columns(copy.slots).ssrc).tolist())


# --- one clock -------------------------------------------------------------------------------


def _clock(pairs: Sequence[_Pair]) -> Clock | None:
    """The other's clock on the first one's: each sender's own clock, seen from both nodes.

    A packet may be late at either node, never early, so the line below all arrivals (``timeline``)
    is the sender's clock on each node; where both lines stand for the same timestamp, it is the
    same instant. What is filled keeps its distance from the line, and so cannot move it.
    """
    seen = [
        (_common(mine, a, theirs, b), min(len(a.rows), len(b.rows)), mine, a, theirs, b)
        for mine, theirs in ((_laid(one), _laid(two)) for one, two in pairs if one and two)
        for a in mine[1]
        for b in theirs[1]
        if (a.ssrc, a.clock_hz) == (b.ssrc, b.clock_hz)
    ]
    if not seen:
        return None
    common, _, mine, a, theirs, b = max(seen, key=lambda one: one[:2])
    first = int(theirs[0].timestamp[b.rows[0]]) - int(mine[0].timestamp[a.rows[0]])
    tick = (first + (1 << 31)) % (1 << 32) - (1 << 31)
    at = int(a.line.at_ns(np.array([tick], np.int64), a.clock_hz)[0])
    # Too short a stretch tells no drift, and then the nodes' clocks are taken to run alike.
    rate = a.line.stretch / b.line.stretch if _tells_drift(a) and _tells_drift(b) else 1.0
    clock = Clock(b.line.began_ns, at, rate)
    near = abs(clock.to_ns - clock.from_ns) <= FURTHEST_NS
    return clock if common or near else None


def _tells_drift(segment: Segment) -> bool:
    spoken_ns = int(segment.tick[-1]) * 1_000_000_000 // segment.clock_hz
    return len(segment.rows) >= timeline.LEAST_FIT and spoken_ns >= timeline.LEAST_FIT_NS


_Laid = tuple[Packets, tuple[Segment, ...]]


def _laid(copy: Copy) -> _Laid:
    packets = rtp.columns(copy.slots)
    return packets, timeline.lay(packets, copy.facts).segments


def _common(mine: _Laid, a: Segment, theirs: _Laid, b: Segment) -> int:
    """How many packets of two segments have the same number and timestamp."""
    one, other = (
        packets.sequence[part.rows].astype(np.int64) << 32 | packets.timestamp[part.rows]
        for (packets, _), part in ((mine, a), (theirs, b))
    )
    return len(np.intersect1d(one, other))


# --- one stream ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Joined:
    copy: Copy
    count: Count
    believed: bool
    proved: bool
    """Something of it was heard by both."""


def _join(
    mine: Copy | None,
    theirs: Copy | None,
    clock: Clock,
    own: tuple[Silence, ...],
    told: tuple[Silence, ...],
) -> _Joined:
    if theirs is None or mine is None:
        return _alone(mine, theirs, clock, own, told)
    union = _Union.of(mine, theirs, clock)
    kept, count = _chosen(union, own, told)
    if count.disputed * BELIEVED > count.agreed:
        return _Joined(mine, Count(), believed=False, proved=False)
    return _Joined(replace(mine, slots=union.written(kept)), count, True, _shared(mine, theirs))


def _alone(
    mine: Copy | None,
    theirs: Copy | None,
    clock: Clock,
    own: tuple[Silence, ...],
    told: tuple[Silence, ...],
) -> _Joined:
    """A stream that only one of them has: whole, but for what the other was told."""
    copy, silences = (mine, told) if mine else (_carried(theirs, clock), own)
    arrivals = copy.slots.arrival_ns.tolist()
    rows = [row for row, at in enumerate(arrivals) if not witness.inside(at, silences)]
    left = len(arrivals) - len(rows)
    count = Count(lacking=len(rows), withheld=left) if mine else Count(0, len(rows), 0, left)
    slots = rtp.slots([copy.slots.bytes_of(row) for row in rows], [arrivals[row] for row in rows])
    return _Joined(replace(copy, slots=slots), count, believed=True, proved=False)


def _carried(theirs: Copy | None, clock: Clock) -> Copy:
    """The other's stream on the first one's clock, agreements and all."""
    if theirs is None:
        raise AssertionError("a pair has at least one stream")
    agreed = tuple(
        replace(one, since_ns=max(clock.at_one(one.since_ns), 0) if one.since_ns else 0)
        for one in theirs.facts.agreed
    )
    slots = replace(theirs.slots, arrival_ns=clock.at(theirs.slots.arrival_ns))
    return Copy(replace(theirs.facts, agreed=agreed), theirs.side, slots)


@dataclass(frozen=True, slots=True)
class _Union:
    """The packets of both copies, the first one's before the other's."""

    mine: Copy
    theirs: Copy
    packets: Packets
    """Arrivals are on the first one's clock."""
    heard_ns: Ints
    """And here on the clock of the node that heard each."""
    own: int
    """So many are the first one's."""

    @classmethod
    def of(cls, mine: Copy, theirs: Copy, clock: Clock) -> "_Union":
        a, b = rtp.columns(mine.slots), rtp.columns(theirs.slots)
        moved = replace(b, arrival_ns=clock.at(b.arrival_ns))
        both = (
            np.concatenate([getattr(one, name) for one in (a, moved)])
            for name in Packets.__dataclass_fields__
        )
        heard = np.concatenate([a.arrival_ns, b.arrival_ns])
        return cls(mine, theirs, Packets(*both), heard, len(a))

    def counted(self) -> Iterator[Ordered]:
        """The packets of each SSRC with their extended numbers."""
        by_time = np.argsort(self.packets.arrival_ns, kind="stable")
        for ssrc in np.unique(self.packets.ssrc).tolist():
            rows = by_time[self.packets.ssrc[by_time] == ssrc]
            yield from jitter.numbered(self.packets, rows)[0]

    def content(self, row: int) -> bytes:
        """Hash of what a packet says: its format, its time and its payload."""
        raw = (self.mine if row < self.own else self.theirs).slots.raw
        start, length = int(self.packets.start[row]), int(self.packets.length[row])
        seen = hashlib.blake2b(raw[start : start + length], digest_size=16)
        seen.update(int(self.packets.timestamp[row]).to_bytes(4))
        return seen.digest() + repr(self.format(row)).encode()

    def format(self, row: int) -> object:
        """What its payload type means on the node that heard it."""
        facts = (self.mine if row < self.own else self.theirs).facts
        agreed = facts.at(int(self.heard_ns[row]))
        number = int(self.packets.payload_type[row])
        return agreed.format(number) or number

    def readable(self, row: int) -> bool:
        """Whether the first one's agreement gives the other's packet the same meaning."""
        at = int(self.packets.arrival_ns[row])
        number = int(self.packets.payload_type[row])
        return (self.mine.facts.at(at).format(number) or number) == self.format(row)

    def written(self, rows: Iterable[int]) -> Slots:
        """These packets, by arrival."""
        ordered = sorted(rows, key=lambda row: int(self.packets.arrival_ns[row]))
        datagrams = [
            (self.mine if row < self.own else self.theirs).slots.bytes_of(
                int(self.packets.slot[row])
            )
            for row in ordered
        ]
        return rtp.slots(datagrams, [int(self.packets.arrival_ns[row]) for row in ordered])


def _chosen(
    union: _Union, own: tuple[Silence, ...], told: tuple[Silence, ...]
) -> tuple[list[int], Count]:
    """Which packets stay, and why the others go."""
    kept: list[int] = []
    seen: dict[str, int] = dict.fromkeys(_COUNTS, 0)
    placed: set[int] = set()
    for run in union.counted():
        for rows in _grouped(run):
            placed.update(rows)
            mine = [row for row in rows if row < union.own]
            theirs = [row for row in rows if row >= union.own]
            stays, why = _one(union, mine, theirs, own, told)
            kept += stays
            seen[why] += 1
    # What fits into no count the first one keeps as it had it: whoever lays it says so.
    kept += [row for row in range(union.own) if row not in placed]
    return kept, Count(**seen)


def _one(
    union: _Union,
    mine: list[int],
    theirs: list[int],
    own: tuple[Silence, ...],
    told: tuple[Silence, ...],
) -> tuple[list[int], str]:
    """One number of one SSRC: which of its packets stay."""
    if mine and theirs:
        same = {union.content(row) for row in mine} & {union.content(row) for row in theirs}
        return (mine, "agreed") if same else ([], "disputed")
    row = (mine or theirs)[0]
    if witness.inside(int(union.packets.arrival_ns[row]), told if mine else own):
        return [], "withheld"
    if mine:
        return mine, "lacking"
    return (theirs[:1], "filled") if union.readable(row) else ([], "strange")


def _grouped(run: Ordered) -> Iterator[list[int]]:
    """The rows of each number, by arrival."""
    order = np.argsort(run.sequence, kind="stable")
    borders = np.flatnonzero(np.diff(run.sequence[order])) + 1
    for part in np.split(run.rows[order], borders):
        yield part.tolist()
