"""What can be counted of one call without judging anybody: who spoke how long, when nobody did.

Pure. Times come from the words and marks of this call alone, and are given to whoever works on this
call: they are kept nowhere, compared with no other call, and make no score (REGISTER 16.1, 16.3).
How something was said is not measured at all (AI Act 2024/1689, Art. 5(1)(f)).
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from talteen.life.capture.rules import Mark, MarkKind
from talteen.life.transcribe import lemma, near_phrases
from talteen.life.transcribe.words import Segment, Side, Sounding, Transcript, Word
from talteen.notice import phrases
from talteen.notice.phrases import Phrase

LONG_SILENCE_MS = 5_000
"""A silence that is worth naming: both sides, as on the page."""
BETWEEN = 3
"""So many other words may stand among those of a phrase."""
UNSURE_BELOW = 0.5
TOO_UNSURE = 0.4
"""From this share of doubted words on nobody can say that something was not said."""


class Part(Enum):
    """What a moment of the call was. Each moment is one of them, so that they add up."""

    GAP = "gap"
    """Not recorded: a pause, a consultation, lost sound."""
    HOLD = "hold"
    """The call was on hold, or only music or ringing was heard."""
    BOTH = "both"
    AGENT = "agent"
    CALLER = "caller"
    SILENCE = "silence"


class Saying(Enum):
    """Whether a required phrase was found."""

    FOUND = "found"
    LIKELY = "likely"
    """Something nearly like it was heard: a person listens there before they say either."""
    NOT_FOUND = "not_found"
    CANNOT_TELL = "cannot_tell"
    """There are no words of that side, or too many of them are doubtful."""


@dataclass(frozen=True, slots=True)
class Said:
    """One required phrase in this call."""

    phrase: Phrase
    saying: Saying
    at_ms: int | None = None
    """Where it, or what is nearly like it, was heard first, in recording time."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one call. Times are milliseconds."""

    length_ms: int
    parts: tuple[tuple[Part, int], ...]
    """How long each kind of moment lasted, in the order of ``Part``; together the whole call."""
    long_silences: int
    longest_silence_ms: int
    said: tuple[Said, ...]

    def of(self, part: Part) -> int:
        """How long ``part`` lasted in all."""
        return dict(self.parts)[part]

    def spoken(self, side: Side) -> int:
        """How long ``side`` spoke, alone or at the same time as the other."""
        return self.of(Part(side.value)) + self.of(Part.BOTH)

    def share(self, side: Side) -> float | None:
        """Its share of all that was spoken, 0 to 1; None where nobody spoke."""
        every = sum(self.spoken(one) for one in Side)
        return self.spoken(side) / every if every else None


def facts(
    transcript: Transcript,
    *,
    length_ms: int,
    marks: Sequence[Mark],
    required: Sequence[Phrase],
    day: date,
) -> Facts:
    """The facts of a call of ``length_ms`` that was made on the Helsinki date ``day``."""
    stretches = _stretches(transcript, length_ms, marks)
    silences = [end - start for part, start, end in stretches if part is Part.SILENCE]
    sums = dict.fromkeys(Part, 0)
    for part, start, end in stretches:
        sums[part] += end - start
    return Facts(
        length_ms=length_ms,
        parts=tuple(sums.items()),
        long_silences=sum(one >= LONG_SILENCE_MS for one in silences),
        longest_silence_ms=max(silences, default=0),
        said=tuple(_said(transcript, one) for one in phrases.required(required, day)),
    )


# --- time ------------------------------------------------------------------------------------

_Stretch = tuple[Part, int, int]
_GAPS = {
    MarkKind.PAUSE,
    MarkKind.CONSULT,
    MarkKind.UNANNOUNCED,
    MarkKind.LOST,
    MarkKind.REDACTED,
}
_HOLDS = {MarkKind.HOLD, MarkKind.RINGING}


def _stretches(transcript: Transcript, length_ms: int, marks: Sequence[Mark]) -> list[_Stretch]:
    """The call from 0 to its end, as stretches of one kind each."""
    layers = {
        "gap": [(one.start_ms, one.end_ms) for one in marks if one.kind in _GAPS],
        "hold": [(one.start_ms, one.end_ms) for one in marks if one.kind in _HOLDS],
        "agent": list(_spoken(transcript.segments, Side.AGENT)),
        "caller": list(_spoken(transcript.segments, Side.CALLER)),
        "music": [
            (one.start_ms, one.end_ms)
            for one in transcript.not_speech
            if one.kind in (Sounding.MUSIC, Sounding.RING)
        ],
    }
    edges = sorted(
        {0, length_ms}
        | {min(max(at, 0), length_ms) for spans in layers.values() for one in spans for at in one}
    )
    inside = {name: _Cover(spans) for name, spans in layers.items()}
    joined: list[_Stretch] = []
    for start, end in itertools.pairwise(edges):
        part = _part({name for name, cover in inside.items() if cover.holds(start)})
        if joined and joined[-1][0] is part:
            start = joined.pop()[1]
        joined.append((part, start, end))
    return joined


def _part(there: set[str]) -> Part:
    """What a moment is at which these layers lie. What was not recorded comes first."""
    if "gap" in there:
        return Part.GAP
    if "hold" in there:
        return Part.HOLD
    if {"agent", "caller"} <= there:
        return Part.BOTH
    if "agent" in there:
        return Part.AGENT
    if "caller" in there:
        return Part.CALLER
    return Part.HOLD if "music" in there else Part.SILENCE


class _Cover:
    """Asks for rising instants whether any of some spans holds them."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(span for span in spans if span[0] < span[1])
        self._next, self._until = 0, 0

    def holds(self, at: int) -> bool:
        while self._next < len(self._spans) and self._spans[self._next][0] <= at:
            self._until = max(self._until, self._spans[self._next][1])
            self._next += 1
        return at < self._until


def _spoken(segments: Iterable[Segment], side: Side) -> Iterator[tuple[int, int]]:
    return ((one.start_ms, one.end_ms) for one in segments if one.side is side)


# --- phrases ---------------------------------------------------------------------------------


def _said(transcript: Transcript, phrase: Phrase) -> Said:
    side = Side(phrase.side.value)
    segments = [one for one in transcript.segments if one.side is side]
    for saying, places in ((Saying.FOUND, _places), (Saying.LIKELY, _near)):
        found = [at for at in places(segments, phrase) if _in_time(at, phrase)]
        if found:
            return Said(phrase, saying, min(found))
    return Said(phrase, Saying.NOT_FOUND if _legible(segments) else Saying.CANNOT_TELL)


def _in_time(at_ms: int, phrase: Phrase) -> bool:
    return phrase.within_s is None or at_ms <= phrase.within_s * 1_000


def _legible(segments: Iterable[Segment]) -> bool:
    words = [word for one in segments for word in one.words]
    doubted = sum(word.probability < UNSURE_BELOW for word in words)
    return bool(words) and doubted < TOO_UNSURE * len(words)


def _places(segments: Sequence[Segment], phrase: Phrase) -> Iterator[int]:
    """Where ``phrase`` begins, in any way of any language that was spoken."""
    for language in sorted({one.language for one in segments}):
        said = [
            (word, forms)
            for one in segments
            if one.language == language
            for word in one.words
            for forms in _forms(word, language)
        ]
        for way in phrase.ways(language):
            wanted = [_meant(word, language) for word in lemma.words(way)]
            yield from _starts(said, wanted)


def _near(segments: Sequence[Segment], phrase: Phrase) -> Iterator[int]:
    """Where something begins that is nearly like ``phrase``, in a language that was spoken."""
    for language in sorted({one.language for one in segments}):
        said = [word for one in segments if one.language == language for word in one.words]
        for way in phrase.ways(language):
            yield from near_phrases.places(said, way, between=BETWEEN)


_Word = tuple[Word, frozenset[str]]


def _starts(said: Sequence[_Word], wanted: Sequence[frozenset[str]]) -> Iterator[int]:
    for place, (word, forms) in enumerate(said):
        if forms & wanted[0] and _follows(said[place + 1 :][: len(wanted) - 1 + BETWEEN], wanted):
            yield word.start_ms


def _follows(said: Sequence[_Word], wanted: Sequence[frozenset[str]]) -> bool:
    """Whether the words after the first stand in ``said`` in their order."""
    rest = iter(said)
    return all(any(forms & one for _, forms in rest) for one in wanted[1:])


def _meant(word: str, language: str) -> frozenset[str]:
    """What a word of a phrase may be said as: its own base forms, never a part of it alone."""
    form = lemma.forms(word, language)
    return frozenset((form.surface, *form.lemmas))


def _forms(word: Word, language: str) -> list[frozenset[str]]:
    return [_all_forms(one, language) for one in lemma.words(word.text)]


def _all_forms(word: str, language: str) -> frozenset[str]:
    """The word as said, in its base forms and by the parts of a compound."""
    form = lemma.forms(word, language)
    return frozenset((form.surface, *form.lemmas, *form.parts))
