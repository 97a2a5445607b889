"""How a span covers: a word whose middle lies within it, and sound somewhat wider than words.

Text goes before it leaves the server, and sound is silent before it is sent (VirtualWav): neither
can be uncovered by who received it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from talteen.life.capture import rules
from talteen.life.transcribe.masking.spans import Span
from talteen.life.transcribe.words import Segment, Side, Word

PAD_MS = 250
"""Word times err by 100 ms at most in 95 of 100 words (research); sound is cut wider than words."""
_BAR = "\u2588"
"""FULL BLOCK: no letter, so that no search and no screen reader takes it for a word."""
_BARS = re.compile(rf"{_BAR}[{_BAR} ]*{_BAR}|{_BAR}")
_SHOWN = _BAR * 3


class Covering:
    """Spans that are asked for word by word: an hour of talk has ten thousand of the one and
    hundreds of the other, so they lie by the side and the second that they touch."""

    def __init__(self, spans: Iterable[Span]) -> None:
        """``spans`` in the order in which they count: of two that cover a word the first does."""
        touched: dict[tuple[Side, int], list[Span]] = {}
        for span in spans:
            for second in range(span.start_ms // 1000, span.end_ms // 1000 + 1):
                touched.setdefault((span.side, second), []).append(span)
        self._touched: Final[Mapping[tuple[Side, int], Sequence[Span]]] = touched

    def of(self, word: Word, side: Side) -> Span | None:
        """The span that covers ``word`` of ``side``; None where it is shown."""
        middle = (word.start_ms + word.end_ms) / 2
        for span in self._touched.get((side, int(middle) // 1000), ()):
            if span.start_ms <= middle <= span.end_ms:
                return span
        return None


def letters(segment: Segment, spans: Iterable[Span]) -> str:
    """The segment's text with every covered letter a bar: as long as the text, so that places in
    it hold. ``shortened`` before it is shown."""
    covering = Covering(spans)
    said = (
        _BAR * len(word.text) if covering.of(word, segment.side) else word.text
        for word in segment.words
    )
    return " ".join(said)


def shortened(text: str) -> str:
    """``text`` with bars that no longer tell how much they cover."""
    return _BARS.sub(_SHOWN, text)


def muted(spans: Iterable[Span]) -> list[rules.Span]:
    """The stretches of sound to silence, on both sides: a voice is heard faintly on the other."""
    return [
        rules.Span(max(span.start_ms - PAD_MS, 0), span.end_ms + PAD_MS)
        for span in sorted(spans, key=lambda one: one.start_ms)
    ]
