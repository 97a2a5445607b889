"""When each sample was spoken: the sender's clock laid on the node's.

A packet can be late but never early. So of all (arrival - timestamp / rate) the smallest tell the
sender's clock, and the straight line that lies below all of them, as close as it can, is that clock
with its drift. Both sides of a call are laid on the same clock of the node and so on each other.
A sender that begins anew (SSRC, clock rate, a leap of its timestamps, a re-INVITE) gets a line of
its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from talteen.engine.wire import jitter, rtp
from talteen.engine.wire.jitter import Gap, GapKind, Sent, Silence
from talteen.engine.wire.media import Format, Sort, StreamFacts, ticks
from talteen.engine.wire.rtp import Bools, Ints, Packets

Floats = NDArray[np.float64]

LEAP_NS = 2_000_000_000
"""A timestamp further from its arrival than before by this much counts from a new beginning."""
LEAST_FIT_NS = 10_000_000_000
"""A shorter stretch tells its beginning, but not its drift."""
LEAST_FIT = 200
"""Nor does one of fewer packets."""
STEEPEST = 1e-3
"""1,000 ppm: no quartz is worse; beyond it the line follows the network and not a clock."""
LEAST_GAP_NS = 5_000_000
"""A hole without a missing packet is worth telling from this length on."""
_NTH = 3
_REACH = 250
_BINS = 2_048


@dataclass(frozen=True, slots=True)
class Line:
    """The clock of a sender on the node's: tick 0 at ``began_ns``, then ``stretch`` for a second.

    ``stretch`` is 1.0002 where the sender's clock is 200 ppm slow.
    """

    began_ns: int
    stretch: float

    def at_ns(self, tick: Ints, clock_hz: int) -> Ints:
        """Node time of each tick, in nanoseconds since 1970."""
        seconds = tick.astype(np.float64) / clock_hz * self.stretch
        return np.asarray(self.began_ns + np.rint(seconds * 1e9).astype(np.int64), np.int64)


@dataclass(frozen=True, slots=True)
class Segment:
    """Packets of one SSRC under one clock, in the order of sending. Equally long columns."""

    ssrc: int
    clock_hz: int
    rows: Ints
    """Into the packets of the stream."""
    sequence: Ints
    tick: Ints
    """Timestamp, unwrapped, from the first packet's."""
    filled: Ints
    """Ticks of sound in each packet: 0 for comfort noise, keys and what lost its payload."""
    line: Line

    @property
    def start_ns(self) -> Ints:
        """When each packet's first sample was spoken, on the node's clock."""
        return self.line.at_ns(self.tick, self.clock_hz)

    @property
    def end_ns(self) -> Ints:
        """When its last sample ended."""
        return self.line.at_ns(self.tick + self.filled, self.clock_hz)


@dataclass(frozen=True, slots=True)
class Timeline:
    """One stream, ordered and timed."""

    segments: tuple[Segment, ...]
    """By time."""
    gaps: tuple[Gap, ...]
    """By time, between and within segments."""
    duplicates: int
    late: int
    strays: int
    """Packets of strangers, and such whose number or time fits nowhere."""

    @property
    def lost(self) -> int:
        """Packets that were sent and never came."""
        return sum(gap.packets for gap in self.gaps)


def lay(packets: Packets, facts: StreamFacts, *, silences: Sequence[Silence] = ()) -> Timeline:
    """Order the packets of one stream and find when each was spoken."""
    meaning = _Meaning.of(packets, facts)
    held = rtp.turns(packets, noted=facts.ssrcs)
    orders = [(turn.ssrc, jitter.ordered(packets, turn.rows)) for turn in held.held]
    strays = held.strays + sum(order.strays for _, order in orders)
    loose: list[Segment] = []
    for ssrc, order in orders:
        for run in order.runs:
            segments, odd = _cut(packets, meaning, ssrc, run)
            loose += segments
            strays += odd
    laid = sorted(_fitted(loose, packets.arrival_ns), key=lambda one: one.line.began_ns)
    return Timeline(
        segments=tuple(laid),
        gaps=tuple(_gaps(laid, meaning, silences)),
        duplicates=sum(order.duplicates for _, order in orders),
        late=sum(order.late for _, order in orders),
        strays=strays,
    )


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What each packet is, a row a packet."""

    agreement: Ints
    """Which of the stream's agreements was in force."""
    clock_hz: Ints
    """0 where the packet's format has no clock that counts: noise, keys, the unknown."""
    filled: Ints
    voice: Bools
    event: Bools

    @classmethod
    def of(cls, packets: Packets, facts: StreamFacts) -> "_Meaning":
        size = len(packets)
        it = cls(
            _agreement(packets, facts),
            np.zeros(size, np.int64),
            np.zeros(size, np.int64),
            np.zeros(size, np.bool_),
            np.zeros(size, np.bool_),
        )
        for rows, kind in formats(packets, facts):
            it._tell(packets, rows, kind)
        return it

    def _tell(self, packets: Packets, rows: Ints, kind: Format) -> None:
        self.event[rows] = kind.sort is Sort.EVENT
        if kind.sort is not Sort.VOICE:
            return
        filled = ticks(kind, packets.length[rows], packets.head[rows])
        if not filled.any():
            filled = np.where(packets.length[rows] > 0, _usual_step(packets, rows), 0)
        self.clock_hz[rows], self.filled[rows] = kind.clock_hz, filled
        self.voice[rows] = filled > 0


def formats(packets: Packets, facts: StreamFacts) -> list[tuple[Ints, Format]]:
    """The rows of each meaning that a payload type has in this stream. The rest has none."""
    agreement = _agreement(packets, facts)
    found = []
    for key in np.unique(agreement << 8 | packets.payload_type).tolist():
        which, payload_type = key >> 8, key & 255
        kind = facts.agreed[which].format(payload_type)
        if kind is not None:
            rows = np.flatnonzero((agreement == which) & (packets.payload_type == payload_type))
            found.append((rows, kind))
    return found


def _agreement(packets: Packets, facts: StreamFacts) -> Ints:
    """Which of the agreements was in force when each packet came."""
    since = np.array([one.since_ns for one in facts.agreed], np.int64)
    found = np.searchsorted(since, packets.arrival_ns, side="right") - 1
    return np.maximum(found, 0).astype(np.int64)


def _usual_step(packets: Packets, rows: Ints) -> int:
    """What a codec that we cannot read fills: the usual distance of its neighbours."""
    follow = np.diff(packets.sequence[rows]) == 1
    steps = np.diff(packets.timestamp[rows])[follow]
    return int(np.median(steps)) if len(steps) else 0


# --- segments ------------------------------------------------------------------------------


def _cut(
    packets: Packets, meaning: _Meaning, ssrc: int, run: jitter.Ordered
) -> tuple[list[Segment], int]:
    """One run of packets in order as segments without lines yet; and how many fitted nowhere."""
    clock = _forward_filled(meaning.clock_hz[run.rows])
    agreement = np.maximum.accumulate(meaning.agreement[run.rows])
    changed = np.flatnonzero((np.diff(clock) != 0) | (np.diff(agreement) != 0)) + 1
    borders = [0, *changed.tolist(), len(run.rows)]
    segments: list[Segment] = []
    odd = 0
    for first, last in pairwise(borders):
        rows, sequence = run.rows[first:last], run.sequence[first:last]
        tick = rtp.unwrap(packets.timestamp[rows])
        tick -= tick[0]
        delay = packets.arrival_ns[rows] - tick * 1_000_000_000 // int(clock[first])
        leaps, fits = _leaps(delay)
        odd += int((~fits).sum())
        for part in np.split(np.arange(len(rows)), leaps):
            kept = part[fits[part]]
            if len(kept):
                filled = meaning.filled[rows[kept]]
                segments.append(
                    Segment(
                        ssrc,
                        int(clock[first]),
                        rows[kept],
                        sequence[kept],
                        tick[kept] - int(tick[kept[0]]),
                        filled,
                        Line(0, 1.0),
                    )
                )
    return segments, odd


def _forward_filled(clock_hz: Ints) -> Ints:
    """Packets without a clock of their own stand under that of the one before (or after) them."""
    known = np.flatnonzero(clock_hz)
    if not len(known):
        return np.full(len(clock_hz), 8_000, np.int64)
    nearest = np.searchsorted(known, np.arange(len(clock_hz)), side="right") - 1
    return np.asarray(clock_hz[known[np.maximum(nearest, 0)]], np.int64)


def _leaps(delay: Ints) -> tuple[list[int], Bools]:
    """Where the timestamps begin anew for good, and which packets are no outliers below.

    A stall of the network lifts the delays of the packets that waited, but the lowest among those
    that follow are where they were before: that is no leap.
    """
    leaps: list[int] = []
    fits = np.ones(len(delay), np.bool_)
    for at in (np.flatnonzero(np.abs(np.diff(delay)) > LEAP_NS) + 1).tolist():
        began = leaps[-1] if leaps else 0
        before = _low(delay[max(began, at - _REACH) : at])
        after = _low(delay[at : at + _REACH])
        if abs(after - before) > LEAP_NS:
            leaps.append(at)
        elif delay[at] < before - LEAP_NS:
            fits[at] = False
    return leaps, fits


def _low(delay: Ints) -> int:
    """A low one that a few wild timestamps cannot pull down."""
    nth = min(_NTH, (len(delay) - 1) // 2)
    return int(np.partition(delay, nth)[nth])


# --- lines ---------------------------------------------------------------------------------


def _fitted(segments: Sequence[Segment], arrival_ns: Ints) -> list[Segment]:
    """Each segment with its line. A short one takes the drift of the nearest that could tell."""
    fits = [_fit(segment, arrival_ns[segment.rows]) for segment in segments]
    sure = [at for at, fit in enumerate(fits) if fit is not None]
    laid = []
    for at, segment in enumerate(segments):
        nearest = min(sure, key=lambda one: abs(one - at), default=None)
        fit = fits[nearest] if nearest is not None else None
        stretch = 1.0 if fit is None else fit
        laid.append(replace(segment, line=_line(segment, arrival_ns[segment.rows], stretch)))
    return laid


def _line(segment: Segment, arrival_ns: Ints, stretch: float) -> Line:
    """The highest line of this slope that no packet lies below."""
    elapsed = segment.tick.astype(np.float64) / segment.clock_hz * stretch * 1e9
    base = int(arrival_ns[0])
    return Line(base + round(float(np.min((arrival_ns - base) - elapsed))), stretch)


def _fit(segment: Segment, arrival_ns: Ints) -> float | None:
    """How many seconds of the node one second of the sender takes; None where it cannot tell."""
    spoken_s = segment.tick.astype(np.float64) / segment.clock_hz
    if len(spoken_s) < LEAST_FIT or (spoken_s[-1] - spoken_s[0]) * 1e9 < LEAST_FIT_NS:
        return None
    delay_s = (arrival_ns - int(arrival_ns[0])).astype(np.float64) / 1e9 - spoken_s
    slope = _slope(*_lowest(spoken_s, delay_s), mean=float(spoken_s.mean()))
    return 1.0 + slope if abs(slope) <= STEEPEST else None


def _lowest(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The lowest point of each of at most 2,048 equal stretches: the line touches no other."""
    width = max(float(x[-1] - x[0]), 1e-9) / _BINS
    bins = np.minimum(((x - x[0]) / width).astype(np.int64), _BINS - 1)
    order = np.lexsort((y, bins))
    first = np.concatenate([[True], np.diff(bins[order]) > 0])
    return x[order[first]], y[order[first]]


def _slope(x: Floats, y: Floats, *, mean: float) -> float:
    """Slope of the line below all points with the least sum of distances.

    That line is the edge of the lower convex hull which spans the mean of the abscissae.
    """
    hull: list[tuple[float, float]] = []
    for point in zip(x.tolist(), y.tolist(), strict=True):
        while len(hull) > 1 and _turns_down(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    for (x0, y0), (x1, y1) in pairwise(hull):
        if x1 >= mean:
            return (y1 - y0) / (x1 - x0)
    return 0.0


def _turns_down(
    one: tuple[float, float], other: tuple[float, float], then: tuple[float, float]
) -> bool:
    (ax, ay), (bx, by), (cx, cy) = one, other, then
    return (bx - ax) * (cy - ay) <= (by - ay) * (cx - ax)


# --- gaps ----------------------------------------------------------------------------------


def _gaps(segments: Sequence[Segment], meaning: _Meaning, silences: Sequence[Silence]) -> list[Gap]:
    within = (
        jitter.gaps(
            Sent(
                segment.sequence,
                segment.start_ns,
                segment.end_ns,
                meaning.voice[segment.rows],
                meaning.event[segment.rows],
            ),
            least_ns=LEAST_GAP_NS,
            silences=silences,
        )
        for segment in segments
    )
    between = [
        Gap(
            jitter.told(silences, start, end) or GapKind.BREAK,
            start,
            max(start, end),
            _missing(one, other),
        )
        for one, other in pairwise(segments)
        for start, end in [(int(one.end_ns[-1]), int(other.start_ns[0]))]
        if end - start >= LEAST_GAP_NS or _missing(one, other)
    ]
    return sorted(chain(between, *within), key=lambda gap: (gap.start_ns, gap.end_ns))


def _missing(one: Segment, other: Segment) -> int:
    """Packets missing between two segments, where the same count goes on over the border."""
    if one.ssrc != other.ssrc:
        return 0
    step = int(other.sequence[0]) - int(one.sequence[-1])
    return step - 1 if 0 < step <= jitter.MAX_DROPOUT else 0
