"""A captured call as a source of sound: the packets of its streams become two aligned sides.

Each stream is laid on the node's clock by itself, and so the sides stand to each other as they were
spoken. Two passes: the first reads headers and plans, the second decodes while it streams. What was
not to be recorded (before the end of the announcement, in a pause, on hold) is left undecoded, and
its place is exact silence. What is wrong with a call is noted, never hidden and never a reason to
lose the rest.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain, zip_longest

import numpy as np

from talteen.engine.wire import rtp, timeline
from talteen.engine.wire.jitter import Gap, GapKind, Silence
from talteen.engine.wire.media import Format, Sort, StreamFacts
from talteen.engine.wire.rtp import Bools, Ints, Packets, Slots
from talteen.engine.wire.srtp import Opened, Told
from talteen.engine.wire.timeline import Segment, Timeline
from talteen.life.capture import codecs
from talteen.life.capture.rules import Mark, MarkKind
from talteen.life.capture.sidecar import Side
from talteen.life.seal import packets
from talteen.life.seal.audio import NARROW_HZ, WIDE_HZ, Block, Samples, of_one_second
from talteen.life.seal.packets import Stretch

LEAST_MARK_MS = 200
"""Shorter losses are counted but not marked: nobody could find them on a time line."""
DRIFT_NS = 500_000
"""A segment that drifts less than this in all is not resampled: its samples stay as sent."""


@dataclass(frozen=True, slots=True)
class Captured:
    """One stream of a call as the journal hands it over."""

    facts: StreamFacts
    side: Side | None
    """Whose voice it is; None for a stream in which both sides are mixed."""
    records: Iterable[Slots]
    """In the order of the journal. It can be gone through any number of times."""

    def opened(self) -> Iterable[Slots]:
        """The records in clear."""
        keys = self.facts.keys
        return Opened(self.records, keys) if keys else self.records


@dataclass(frozen=True, slots=True)
class Kept:
    """What may be given out at all, on the node's clock (I9)."""

    announced_until_ns: int
    silences: tuple[Silence, ...] = ()
    until_ns: int = 1 << 62
    """A refusal or the hang-up, where it is known: nothing after it."""

    def holes(self) -> Iterator[tuple[int, int]]:
        """From when to when nothing may be heard."""
        yield 0, self.announced_until_ns
        yield from ((one.start_ns, one.end_ns) for one in self.silences)
        yield self.until_ns, 1 << 62

    def touches(self, start_ns: Ints, end_ns: Ints) -> Bools:
        """Whether some of each packet's time may be kept."""
        kept = (end_ns > self.announced_until_ns) & (start_ns < self.until_ns)
        for one in self.silences:
            kept &= (start_ns < one.start_ns) | (end_ns > one.end_ns)
        return np.asarray(kept)

    def holds(self, start_ns: Ints, end_ns: Ints) -> Bools:
        """Whether all of each packet's time may be kept: a packet cannot be cut, so it goes."""
        kept = (start_ns >= self.announced_until_ns) & (end_ns <= self.until_ns)
        for one in self.silences:
            kept &= (end_ns <= one.start_ns) | (start_ns >= one.end_ns)
        return np.asarray(kept)


class NoteKind(Enum):
    """What a person should know of the sound of a call."""

    MIXED = "mixed"
    """Both sides in one stream: they stand in the caller's lane, the agent's is silent."""
    SUMMED = "summed"
    """Several streams of one side, added up."""
    SILENT_STREAM = "silent stream"
    """Not one packet of sound came."""
    UNDECODED = "undecoded"
    """Packets of a codec that is not decoded here: silence in the listening copy."""
    UNKNOWN = "unknown"
    """Packets of a payload type that nobody explained."""
    STRAYS = "strays"
    """Packets of strangers on this port."""
    DUPLICATES = "duplicates"
    NOT_AUTHENTIC = "not authentic"
    """SRTP packets that no key opens."""
    LOST = "lost"


_UNHEARD = frozenset({NoteKind.UNDECODED, NoteKind.UNKNOWN, NoteKind.NOT_AUTHENTIC})
LEAST_UNHEARD = 50
"""Packets: a second of speech."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know. Never content."""

    kind: NoteKind
    label: str
    """Of the stream; for SUMMED and MIXED of the one that was added."""
    packets: int = 0
    codec: str = ""


@dataclass(frozen=True, slots=True)
class _Lane:
    """One stream, planned."""

    stream: Captured
    side: Side
    segments: tuple["_Piece", ...]
    wanted: Bools
    """For each datagram whether its payload will be decoded."""
    gaps: tuple[Gap, ...]
    end_ns: int


@dataclass(frozen=True, slots=True)
class _Piece:
    start_ns: int
    stretch: float
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """The sound of one captured call, measured: a ``Source``."""

    rate: int
    agent_ms: int
    caller_ms: int
    began_ns: int
    """Source time 0 on the node's clock."""
    notes: tuple[Note, ...]
    marks: tuple[Mark, ...]
    """What is worth showing, in source time and by start: pauses, holds, losses from 200 ms."""
    _lanes: tuple[_Lane, ...]
    _silent: tuple[tuple[int, int], ...]
    """What was not to be recorded, in samples."""

    def blocks(self) -> Iterator[Block]:
        """Both sides in step, in blocks of a second; the last may be shorter."""
        heard = [of_one_second(self._heard(lane), self.rate) for lane in self._lanes]
        at = 0
        for parts in zip_longest(*heard):
            length = max(part.shape[1] for part in parts if part is not None)
            agent, caller = (
                self._side(side, parts, at, length) for side in (Side.AGENT, Side.CALLER)
            )
            yield agent, caller
            at += length

    @property
    def unheard(self) -> tuple[Note, ...]:
        """What came, a second of it at least, and cannot be heard: the recording lacks it."""
        return tuple(
            one for one in self.notes if one.kind in _UNHEARD and one.packets >= LEAST_UNHEARD
        )

    def gaps(self, label: str) -> tuple[Gap, ...]:
        """Every hole in one stream's sound, with the exact number of packets that are missing."""
        return tuple(
            gap for lane in self._lanes if lane.stream.facts.label == label for gap in lane.gaps
        )

    def ms(self, at_ns: int) -> int:
        """Source time of an instant of the node's clock."""
        return (at_ns - self.began_ns) // 1_000_000

    def _heard(self, lane: _Lane) -> Iterator[Samples]:
        """One stream on the call's clock, from source time 0 on."""
        payloads = _Payloads(lane.stream.opened(), lane.wanted)
        at = 0
        for piece in lane.segments:
            start = round((piece.start_ns - self.began_ns) * self.rate / 1e9)
            yield from (row[np.newaxis] for row in packets.nothing(start - at, self.rate))
            sound = packets.tape(piece.stretches, payloads, self.rate)
            at = max(at, start)
            skipped = at - start
            for row in packets.after(packets.stretched(sound, piece.stretch), skipped):
                yield row[np.newaxis]
                at += len(row)
        end = (lane.end_ns - self.began_ns) * self.rate // 1_000_000_000
        yield from (row[np.newaxis] for row in packets.nothing(end - at, self.rate))

    def _side(self, side: Side, parts: Sequence[Samples | None], at: int, length: int) -> Samples:
        """The streams of one side, added up, with true silence where nothing was to be kept."""
        total = np.zeros(length, np.int32)
        for lane, part in zip(self._lanes, parts, strict=True):
            if part is not None and lane.side is side:
                total[: part.shape[1]] += part[0]
        for start, end in self._silent:
            total[max(start - at, 0) : max(end - at, 0)] = 0
        return total.clip(-32768, 32767).astype(np.int16)


def lay(streams: Sequence[Captured], kept: Kept, *, began_ns: int | None = None) -> Received:
    """Plan the sound of one call. ``began_ns`` is source time 0, or else the first sound.

    Nothing that ``kept`` leaves out is decoded or given out.
    """
    read = [_read(stream, kept.silences) for stream in streams]
    rate = _rate(read)
    lanes = tuple(_lane(one, rate, kept) for one in read)
    if began_ns is None:
        began_ns = min((p.start_ns for lane in lanes for p in lane.segments), default=0)
    agent_ms, caller_ms = (
        max([0, *((lane.end_ns - began_ns) // 1_000_000 for lane in lanes if lane.side is side)])
        for side in (Side.AGENT, Side.CALLER)
    )
    silent = tuple(_samples(start - began_ns, end - began_ns, rate) for start, end in kept.holes())
    notes = tuple(chain.from_iterable(_notes(one) for one in read)) + tuple(_summed(lanes))
    marks = _marks(lanes, kept, began_ns)
    return Received(rate, agent_ms, caller_ms, began_ns, notes, marks, lanes, silent)


def _marks(lanes: Iterable[_Lane], kept: Kept, began_ns: int) -> tuple[Mark, ...]:
    kinds = {GapKind.HOLD: MarkKind.HOLD, GapKind.PAUSE: MarkKind.PAUSE}
    told = [(kinds[one.kind], one.start_ns, one.end_ns) for one in kept.silences]
    lost = [
        (MarkKind.LOST, gap.start_ns, gap.end_ns)
        for gap in chain.from_iterable(lane.gaps for lane in lanes)
        if gap.kind in (GapKind.LOSS, GapKind.BREAK)
        and gap.end_ns - gap.start_ns >= LEAST_MARK_MS * 1_000_000
    ]
    marks = {
        Mark(kind, max(start - began_ns, 0) // 1_000_000, -(-(end - began_ns) // 1_000_000))
        for kind, start, end in told + lost
        if end > began_ns
    }
    return tuple(sorted(marks, key=lambda mark: (mark.start_ms, mark.end_ms, mark.kind.value)))


def _samples(start_ns: int, end_ns: int, rate: int) -> tuple[int, int]:
    """Every sample that lies inside a silence, be it only in part."""
    return max(start_ns * rate // 1_000_000_000, 0), max(-(-end_ns * rate // 1_000_000_000), 0)


# --- the first pass ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Read:
    """One stream, ordered and timed."""

    stream: Captured
    packets: Packets
    laid: Timeline
    formats: tuple[tuple[Ints, Format], ...]
    refused: int
    replayed: int


def _read(stream: Captured, silences: Sequence[Silence]) -> _Read:
    records = stream.opened()
    columns = rtp.read(records)
    laid = timeline.lay(columns, stream.facts, silences=silences)
    formats = tuple(timeline.formats(columns, stream.facts))
    told = records.told if isinstance(records, Opened) else Told()
    return _Read(stream, columns, laid, formats, told.refused, told.replayed)


def _rate(read: Iterable[_Read]) -> int:
    """Telephone band stays as it is; one wider codec in the call brings all to 16 kHz."""
    heard = (kind for one in read for _, kind in one.formats if codecs.decodable(kind))
    return max((WIDE_HZ if codecs.native_hz(k) > NARROW_HZ else NARROW_HZ for k in heard),
               default=NARROW_HZ)  # fmt: skip


def _lane(one: _Read, rate: int, kept: Kept) -> _Lane:
    kinds = [kind for _, kind in one.formats]
    which = np.full(len(one.packets), -1, np.int64)
    for number, (rows, kind) in enumerate(one.formats):
        if kind.sort is Sort.VOICE and codecs.decodable(kind):
            which[rows] = number
    slots = one.packets.slot
    pieces = tuple(_piece(each, slots, which, kinds, rate, kept) for each in one.laid.segments)
    wanted = np.zeros(int(slots.max(initial=-1)) + 1, np.bool_)
    for stretch in (stretch for piece in pieces for stretch in piece.stretches):
        wanted[stretch.slots] = True
    end_ns = max((int(each.end_ns.max()) for each in one.laid.segments), default=0)
    side = one.stream.side or Side.CALLER
    return _Lane(one.stream, side, pieces, wanted, one.laid.gaps, end_ns)


def _piece(
    segment: Segment, slots: Ints, which: Ints, kinds: Sequence[Format], rate: int, kept: Kept
) -> _Piece:
    """One segment as stretches: broken where the timestamps leave a hole or the codec changes."""
    kind = which[segment.rows]
    heard = (segment.filled > 0) & (kind >= 0) & kept.touches(segment.start_ns, segment.end_ns)
    at = np.flatnonzero(heard)
    kind, tick, filled = kind[at], segment.tick[at], segment.filled[at]
    # What was not to be kept may not come back as the concealment of a loss behind it.
    whole = kept.holds(segment.start_ns[at], segment.end_ns[at])
    lost = (np.diff(segment.sequence[at]) > np.diff(at)) & whole[:-1]
    breaks = np.flatnonzero((tick[1:] != tick[:-1] + filled[:-1]) | np.diff(kind).astype(bool)) + 1
    stretches = []
    for part in np.split(np.arange(len(at)), breaks) if len(at) else []:
        first, of = int(part[0]), kinds[int(kind[part[0]])]
        stretches.append(
            Stretch(
                kind=of,
                slots=slots[segment.rows[at[part]]],
                lengths=filled[part] * codecs.native_hz(of) // segment.clock_hz,
                start=int(tick[first]) * rate // segment.clock_hz,
                lost=first > 0 and bool(lost[first - 1]),
            )
        )
    drift_ns = abs(segment.line.stretch - 1) * int(segment.tick[-1]) / segment.clock_hz * 1e9
    stretch = segment.line.stretch if drift_ns >= DRIFT_NS else 1.0
    return _Piece(segment.line.began_ns, stretch, tuple(stretches))


def _notes(one: _Read) -> Iterator[Note]:
    label = one.stream.facts.label
    if one.stream.side is None:
        yield Note(NoteKind.MIXED, label)
    voice = [(len(rows), kind) for rows, kind in one.formats if kind.sort is Sort.VOICE]
    if not voice:
        yield Note(NoteKind.SILENT_STREAM, label)
    for count, kind in voice:
        if not codecs.decodable(kind):
            yield Note(NoteKind.UNDECODED, label, count, kind.codec)
    counts = {
        NoteKind.UNKNOWN: len(one.packets) - sum(len(rows) for rows, _ in one.formats),
        NoteKind.STRAYS: one.laid.strays,
        NoteKind.DUPLICATES: one.laid.duplicates + one.replayed,
        NoteKind.NOT_AUTHENTIC: one.refused,
        NoteKind.LOST: one.laid.lost,
    }
    yield from (Note(kind, label, count) for kind, count in counts.items() if count)


def _summed(lanes: Sequence[_Lane]) -> Iterator[Note]:
    for side in Side:
        several = [lane for lane in lanes if lane.side is side and lane.segments]
        yield from (Note(NoteKind.SUMMED, lane.stream.facts.label) for lane in several[1:])


# --- the second pass -----------------------------------------------------------------------


class _Payloads:
    """Payloads in the order of speech, from records in the order of arrival.

    What came early waits in RAM: as much as the network put out of order, and no more.
    """

    def __init__(self, records: Iterable[Slots], wanted: Bools) -> None:
        self._records, self._wanted = iter(records), wanted
        self._waiting: dict[int, bytes] = {}
        self._seen = 0

    def take(self, slots: Ints) -> list[bytes]:
        last = int(slots.max(initial=-1))
        while self._seen <= last:
            self._read(next(self._records))
        return [self._waiting.pop(slot) for slot in slots.tolist()]

    def _read(self, batch: Slots) -> None:
        columns = rtp.columns(batch, first_slot=self._seen)
        self._seen += len(batch)
        rows = np.flatnonzero(self._wanted[np.minimum(columns.slot, len(self._wanted) - 1)])
        places = (columns.slot[rows], columns.start[rows], columns.length[rows])
        for slot, start, length in zip(*(each.tolist() for each in places), strict=True):
            if slot < len(self._wanted):
                self._waiting[slot] = bytes(batch.raw[start : start + length])
