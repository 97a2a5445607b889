"""A transcript as turns on a page: who, when, which words, which of them the machine is unsure of.

Words of both sides and the marks of the time line (pause, hold, transfer) are put in one order.
Word times travel as one short attribute a turn, so that the script can ink the word that sounds
without an element for each of them.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import accumulate

from talteen.life.transcribe.masking.cover import Covering
from talteen.life.transcribe.masking.spans import Kind as SpanKind
from talteen.life.transcribe.masking.spans import Span
from talteen.life.transcribe.words import Segment, Side, Transcript
from talteen.life.use.rows import Mark

UNSURE_BELOW = 0.5
"""Under this the recogniser was wrong more often than right in our measurements (42 % right)."""
TURN_ENDS_AFTER_MS = 1500
NOD_MS = 500
"""Two voices at once for less than this are a nod of the voice."""
SILENT_FROM_MS = 5000
"""A pause this long is named (research: both silent for five seconds)."""


class Kind(Enum):
    """What stands at a place of the transcript; the value is its class in the style sheet."""

    AGENT = "agent"
    CALLER = "caller"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that look alike; ``text`` is empty where it is covered."""

    text: str
    unsure: bool
    covered: SpanKind | None = None
    """What the words are, where a span lies on them."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn, or one mark between turns."""

    kind: Kind
    start_ms: int
    end_ms: int
    language: str = ""
    pieces: tuple[Piece, ...] = ()
    word_starts: tuple[int, ...] = ()
    """Start of each word, in milliseconds after the start of the turn."""
    mark: Mark | None = None
    overlapped: bool = False
    """Whether the other side spoke at the same time."""

    def since(self, start_ms: int) -> "Turn":
        """The same in the time of a passage that begins at ``start_ms``."""
        begins = max(self.start_ms - start_ms, 0)
        return replace(self, start_ms=begins, end_ms=max(self.end_ms - start_ms, begins))


@dataclass(frozen=True, slots=True)
class Overlap:
    """Both spoke at once."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Covers:
    """What is covered, and whether this reader has it lifted: then it is marked, not hidden."""

    spans: Sequence[Span] = ()
    lifted: bool = False


def turns(
    transcript: Transcript,
    marks: Sequence[Mark],
    covers: Covers = Covers(),
    both: Sequence[Overlap] | None = None,
) -> list[Turn]:
    """The turns of ``transcript`` and the marks, in the order of time. ``both``: its ``overlaps``,
    where they are known already."""
    covering = Covering(covers.spans)
    meets = _meeting(overlaps(transcript.segments) if both is None else both)
    spoken = [
        replace(turn, overlapped=meets(turn))
        for turn in (
            _turn(group, covering, lifted=covers.lifted) for group in _grouped(transcript.segments)
        )
    ]
    marks = [*marks, *_silences(spoken, marks)]
    events = [Turn(Kind.EVENT, mark.start_ms, mark.end_ms, mark=mark) for mark in marks]
    return sorted([*spoken, *events], key=lambda turn: (turn.start_ms, turn.end_ms))


def _meeting(both: Sequence[Overlap]) -> Callable[[Turn], bool]:
    """Whether a turn meets any of ``both``, which stand in the order of time."""
    starts = [one.start_ms for one in both]
    latest = list(accumulate((one.end_ms for one in both), max))

    def meets(turn: Turn) -> bool:
        begun = bisect_left(starts, turn.end_ms)
        return begun > 0 and turn.start_ms < latest[begun - 1]

    return meets


def _silences(spoken: Sequence[Turn], marks: Iterable[Mark]) -> list[Mark]:
    """The pauses in which neither side speaks and nothing else is named."""
    named = [(mark.start_ms, mark.end_ms) for mark in marks]
    busy = sorted([*((turn.start_ms, turn.end_ms) for turn in spoken), *named])
    found: list[Mark] = []
    until = busy[0][1] if busy else 0
    for start, end in busy:
        if start - until >= SILENT_FROM_MS:
            found.append(Mark("silence", until, start))
        until = max(until, end)
    return found


def overlaps(segments: Iterable[Segment]) -> list[Overlap]:
    """Where the sides talked at once, longer than a nod of the voice, in the order of time."""
    found: list[Overlap] = []
    speaking: list[Segment] = []
    for one in sorted(segments, key=lambda segment: segment.start_ms):
        speaking = [other for other in speaking if other.end_ms - one.start_ms >= NOD_MS]
        for other in speaking:
            end_ms = min(one.end_ms, other.end_ms)
            if other.side is not one.side and end_ms - one.start_ms >= NOD_MS:
                found.append(Overlap(one.start_ms, end_ms))
        speaking.append(one)
    return found


def _grouped(segments: Iterable[Segment]) -> list[list[Segment]]:
    """Neighbouring segments of one side and language are one turn, unless a silence parts them."""
    groups: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda segment: segment.start_ms):
        last = groups[-1][-1] if groups else None
        if last and _continues(last, segment):
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return groups


def _continues(last: Segment, segment: Segment) -> bool:
    same_voice = last.side is segment.side and last.language == segment.language
    return same_voice and segment.start_ms - last.end_ms < TURN_ENDS_AFTER_MS


def _turn(group: Sequence[Segment], covering: Covering, *, lifted: bool) -> Turn:
    first = group[0]
    words = list(_shown(group, covering, lifted=lifted))
    return Turn(
        kind=Kind.AGENT if first.side is Side.AGENT else Kind.CALLER,
        start_ms=first.start_ms,
        end_ms=max(segment.end_ms for segment in group),
        language=first.language,
        pieces=tuple(_pieces(piece for _, piece in words)),
        word_starts=tuple(start_ms - first.start_ms for start_ms, _ in words),
    )


def _shown(
    group: Sequence[Segment], covering: Covering, *, lifted: bool
) -> Iterator[tuple[int, Piece]]:
    """Each word with its time; words that one span hides are one word, its label."""
    last: Span | None = None
    for segment in group:
        for word in segment.words:
            span = covering.of(word, segment.side)
            unsure = word.probability < UNSURE_BELOW
            if span is None or lifted:
                yield word.start_ms, Piece(word.text, unsure, span.kind if span else None)
            elif span != last:
                yield word.start_ms, Piece("", unsure=False, covered=span.kind)
            last = span


def _pieces(words: Iterable[Piece]) -> list[Piece]:
    pieces: list[Piece] = []
    for one in words:
        last = pieces[-1] if pieces else None
        alike = last and (last.unsure, last.covered) == (one.unsure, one.covered)
        if last and alike and one.text and last.text:
            pieces[-1] = replace(last, text=f"{last.text} {one.text}")
        else:
            pieces.append(one)
    return pieces
