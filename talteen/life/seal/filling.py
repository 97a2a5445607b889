"""Losses of a sealed recording, filled from another node's sound when the packets are gone
(decision 239).

The recording's own sound is decoded in RAM, laid on the other's by what was said (``overlay``), and
where it lacks something that the other heard and was allowed to keep, the other's sound goes in.
Nothing else of it moves: its start, its beginning and every time in it stay what they are, so that
words, covers, corrections and evaluations stay where they stood.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from talteen.life.capture.rules import Capture, Mark, MarkKind, Span
from talteen.life.seal import overlay
from talteen.life.seal.audio import Block
from talteen.life.seal.overlay import Laid
from talteen.life.seal.received import LEAST_MARK_MS, Received
from talteen.life.seal.silencing import SealedSound

LEAST_MORE_MS = 1_000
"""By less two nodes' ends differ of the same call."""


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """A recording's own sound with the other's in some stretches: an `audio.Source`."""

    own: SealedSound
    theirs: Received
    laid: Laid
    fills: tuple[Span, ...]
    """In recording time, by start, none over another."""
    length_ms: int

    @property
    def rate(self) -> int:
        """Samples a second: of both."""
        return self.own.rate

    @property
    def agent_ms(self) -> int:
        """Where the agent's side ends."""
        return self.length_ms

    @property
    def caller_ms(self) -> int:
        """Where the caller's side ends."""
        return self.length_ms

    def blocks(self) -> Iterator[Block]:
        """Both sides in step."""
        tape = _Tape(self.theirs.blocks())
        fills = [(self._sample(one.start_ms), self._sample(one.end_ms)) for one in self.fills]
        at = 0
        for block in _lengthened(self.own.blocks(), self._sample(self.length_ms), self.rate):
            length = len(block[0])
            sides = block[0].copy(), block[1].copy()
            for start, end in fills:
                first, last = max(start, at), min(end, at + length)
                if first < last:
                    for side, part in zip(
                        sides, tape.take(self.laid.theirs(first), last - first), strict=True
                    ):
                        side[first - at : last - at] = part
            yield sides
            at += length

    def _sample(self, ms: int) -> int:
        return ms * self.rate // 1000


@dataclass(frozen=True, slots=True, eq=False)
class Filling:
    """What a recording becomes."""

    kept: Capture
    source: Filled


def lay(own: SealedSound, whole: Capture, theirs: Received, near_ms: int) -> Laid | None:
    """How the other's sound lies to the recording's own; None where it does not show that they are
    one conversation. ``near_ms``: the recording's first moment on the other's time line, by the two
    nodes' clocks."""
    if own.rate != theirs.rate:
        return None
    return overlay.lay(
        own.blocks(),
        theirs.blocks(),
        own.rate,
        length_ms=whole.length_ms,
        avoid=[Span(one.start_ms, one.end_ms) for one in (*whole.gaps, *whole.marks) if _gap(one)],
        near_ms=near_ms,
    )


def fill(
    own: SealedSound, whole: Capture, theirs: Received, allowed: Capture, laid: Laid
) -> Filling | None:
    """The recording ``whole`` with what it lacks and the other node has; None where that is
    nothing.

    ``allowed`` is what the law and the people let the other node keep of its own account.
    """
    rate = own.rate

    def ours(their_ms: int) -> int:
        at = their_ms * rate // 1000
        return (at - (laid.theirs(0))) * 1000 // rate

    kept = Span(ours(allowed.kept.start_ms), ours(allowed.kept.end_ms))
    zero = allowed.kept.start_ms
    unkept = [Span(ours(one.start_ms + zero), ours(one.end_ms + zero)) for one in allowed.gaps]
    lacking = [Span(ours(one.start_ms), ours(one.end_ms)) for one in theirs.marks if _lost(one)]
    lost = [Span(one.start_ms, one.end_ms) for one in (*whole.gaps, *whole.marks) if _lost(one)]
    length_ms = whole.length_ms
    if kept.end_ms > length_ms + LEAST_MORE_MS:
        lost.append(Span(length_ms, kept.end_ms))
        length_ms = kept.end_ms
    silent = [Span(o.start_ms, o.end_ms) for o in whole.gaps if not _lost(o)]
    inside = [Span(max(o.start_ms, kept.start_ms), min(o.end_ms, kept.end_ms)) for o in lost]
    fills = _without(inside, [*unkept, *lacking, *silent])
    if not fills:
        return None
    left = [one for one in _without(lost, fills) if one.length_ms >= LEAST_MARK_MS]
    marks = [one for one in whole.marks if not _lost(one)]
    marks += [Mark(MarkKind.LOST, one.start_ms, one.end_ms) for one in left]
    healed = replace(
        whole,
        kept=Span(0, length_ms),
        gaps=tuple(one for one in whole.gaps if not _lost(one)),
        marks=tuple(sorted(marks, key=lambda one: (one.start_ms, one.end_ms))),
        incomplete=bool(left) or allowed.incomplete,
    )
    return Filling(healed, Filled(own, theirs, laid, tuple(fills), length_ms))


def begins_before(allowed: Capture, laid: Laid, rate: int) -> bool:
    """Whether the other was allowed to keep a beginning that the recording has not: nothing is
    laid before the start of a recording, from which its end counts (I3)."""
    begins = allowed.kept.start_ms * rate // 1000 - laid.theirs(0)
    return begins * 1000 // rate < -LEAST_MORE_MS


def _gap(one: Mark) -> bool:
    return one.end_ms > one.start_ms


def _lost(one: Mark) -> bool:
    return one.kind is MarkKind.LOST and _gap(one)


def _without(stretches: Collection[Span], taken: Collection[Span]) -> list[Span]:
    """What is left of ``stretches``, by start, each moment once."""
    left = list[Span]()
    for one in sorted(stretches, key=lambda one: one.start_ms):
        at = max(one.start_ms, left[-1].end_ms if left else one.start_ms)
        for other in sorted(taken, key=lambda other: other.start_ms):
            if other.end_ms <= at or other.start_ms >= one.end_ms:
                continue
            if at < other.start_ms:
                left.append(Span(at, other.start_ms))
            at = max(at, other.end_ms)
        if at < one.end_ms:
            left.append(Span(at, one.end_ms))
    return left


def _lengthened(blocks: Iterable[Block], length: int, rate: int) -> Iterator[Block]:
    """``blocks``, and silence up to ``length`` samples."""
    at = 0
    for block in blocks:
        yield block
        at += len(block[0])
    while at < length:
        nothing = np.zeros(min(rate, length - at), np.int16)
        yield nothing, nothing
        at += len(nothing)


class _Tape:
    """The other's sound, wound forward."""

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks, self._at = blocks, 0
        self._here: Block = (np.zeros(0, np.int16), np.zeros(0, np.int16))

    def take(self, start: int, length: int) -> Block:
        """``length`` samples from ``start`` on; silence where there are none. Never backwards by
        more than the block that lies under the head."""
        taken = np.zeros(length, np.int16), np.zeros(length, np.int16)
        while True:
            first, last = max(start, self._at), min(start + length, self._at + len(self._here[0]))
            if first < last:
                for side in (0, 1):
                    part = self._here[side][first - self._at : last - self._at]
                    taken[side][first - start : last - start] = part
            if self._at + len(self._here[0]) >= start + length:
                return taken
            following = next(self._blocks, None)
            if following is None:
                return taken
            self._at += len(self._here[0])
            self._here = following
