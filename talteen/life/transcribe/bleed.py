"""The far side heard faintly on the near one: a headset on a desk, a bad hybrid. Words must not
double.

A segment is the other side's where the other side is much louder over the same stretch and says
nearly the same. Both must hold: two people do say "kyllä" at once, and a quiet caller is still a
caller.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from talteen.life.transcribe.words import Flag, Segment, Side

STEP_MS = 100
LOUDER_DB = 15.0
ALIKE = 0.8
SLACK_MS = 300
"""Engines place the same word a little differently on two sides."""


@dataclass(slots=True)
class Loudness:
    """How loud a side is in each STEP_MS; fed by the way as its sound streams through."""

    rate: int
    _power: list[float] = field(default_factory=list)
    _rest: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))

    def of(self, blocks: Iterable[NDArray[np.int16]]) -> Iterator[NDArray[np.int16]]:
        """``blocks``, unchanged."""
        step = self.rate * STEP_MS // 1000
        for block in blocks:
            joined = np.concatenate((self._rest, block))
            whole = len(joined) - len(joined) % step
            squares = joined[:whole].reshape(-1, step).astype(np.float32) ** 2
            self._power.extend(squares.mean(axis=1).tolist())
            self._rest = joined[whole:]
            yield block

    def db(self, start_ms: int, end_ms: int) -> float:
        """Mean level over a stretch, in decibels over one step of a 16-bit sample."""
        steps = self._power[start_ms // STEP_MS : end_ms // STEP_MS + 1]
        return float(10 * np.log10(np.mean(steps) + 1)) if steps else 0.0


def flagged(
    side: Sequence[Segment], other: Sequence[Segment], loudness: Mapping[Side, Loudness]
) -> list[Segment]:
    """The segments of ``side``; those that are the ``other`` side's words carry Flag.BLEED."""
    return [
        replace(each, flags=each.flags | {Flag.BLEED}) if _is_bleed(each, other, loudness) else each
        for each in side
    ]


def _is_bleed(
    segment: Segment, other: Sequence[Segment], loudness: Mapping[Side, Loudness]
) -> bool:
    theirs = [
        word.text
        for each in other
        for word in each.words
        if word.end_ms + SLACK_MS > segment.start_ms and word.start_ms - SLACK_MS < segment.end_ms
    ]
    if not theirs:
        return False
    span = segment.start_ms, segment.end_ms
    far = loudness[other[0].side].db(*span)
    return far - loudness[segment.side].db(*span) >= LOUDER_DB and _alike(
        segment.text, " ".join(theirs)
    )


def _alike(ours: str, theirs: str) -> bool:
    """Whether nearly all of ``ours`` stands in ``theirs`` in order."""
    blocks = SequenceMatcher(
        None, ours.casefold(), theirs.casefold(), autojunk=False
    ).get_matching_blocks()
    return sum(block.size for block in blocks) >= ALIKE * len(ours)
