"""One side's words as the detectors read them: bare, folded, in order, with the other side near.

A question on one side is a cue for the answer on the other ("millä nimellä?" "Lahtinen"), so each
lane can say what was said just before a word by anybody.
"""

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from talteen.life.transcribe.lemma import folded
from talteen.life.transcribe.words import Segment, Side

_EDGES = " \t.,;:!?…\"'”’»«()[]–—"
_STOPS = (".", "!", "?", "…")
ASKED_WITHIN_MS = 12_000
"""How long a question of the other side stays a cue."""
CUE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Token:
    """One word without the punctuation around it."""

    bare: str
    text: str
    """``bare``, casefolded."""
    language: str
    start_ms: int
    end_ms: int
    opens: bool
    """Whether a sentence begins here, so that a capital letter says nothing."""
    pauses: bool
    """Whether punctuation follows."""

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital that is not merely the sentence's."""
        return self.bare[:1].isupper() and not self.opens


@dataclass(frozen=True, slots=True)
class Lane:
    """The shown words of one side in the order of time."""

    side: Side
    tokens: tuple[Token, ...]
    other: tuple[Token, ...]

    def before(self, place: int, words: int = CUE_WORDS) -> str:
        """The last words before ``place`` on this side, then the other side's question, if the
        time between is short. A space stands around every word."""
        here = self.tokens[max(place - words, 0) : place]
        at = self.tokens[place].start_ms
        own = [one.text for one in here if at - one.end_ms < ASKED_WITHIN_MS]
        upto = bisect.bisect_left(self.other, at, key=lambda one: one.start_ms)
        near = self.other[max(upto - 2 * words, 0) : upto]
        asked = [one.text for one in near if at - one.end_ms < ASKED_WITHIN_MS]
        return f" {' '.join(asked)} | {' '.join(own)} "


def lanes(segments: Sequence[Segment]) -> dict[Side, Lane]:
    """Both lanes of a transcript's shown segments."""
    tokens = {side: tuple(_tokens(segments, side)) for side in Side}
    other = {Side.AGENT: Side.CALLER, Side.CALLER: Side.AGENT}
    return {side: Lane(side, tokens[side], tokens[other[side]]) for side in Side}


def _tokens(segments: Sequence[Segment], side: Side) -> Iterator[Token]:
    opens = True
    for segment in sorted(segments, key=lambda one: (one.start_ms, one.end_ms)):
        if segment.side is not side:
            continue
        for word in segment.words:
            bare = word.text.strip(_EDGES)
            ends = word.text.rstrip("\"'”’»")
            yield Token(
                bare=bare,
                text=folded(bare),
                language=segment.language,
                start_ms=word.start_ms,
                end_ms=word.end_ms,
                opens=opens,
                pauses=ends[-1:] in ".,;:!?…",
            )
            opens = ends.endswith(_STOPS)
        opens = True
