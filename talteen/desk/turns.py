"""A transcript as turns on a page: who, when, which words, which of them the machine is unsure of.

Words of both sides and the marks of the time line (pause, hold, transfer) are put in one order.
Word times travel as one short attribute a turn, so that the script can ink the word that sounds
without an element for each of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from talteen.life.transcribe.words import Segment, Side, Transcript
from talteen.life.use.rows import Mark

UNSURE_BELOW = 0.5
"""Under this the recogniser was wrong more often than right in our measurements (42 % right)."""
TURN_ENDS_AFTER_MS = 1500


class Kind(Enum):
    """What stands at a place of the transcript; the value is its class in the style sheet."""

    AGENT = "agent"
    CALLER = "caller"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that look alike."""

    text: str
    unsure: bool


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

    @property
    def anchor(self) -> str:
        """Its name on the page: ``t137``."""
        return f"t{self.start_ms // 1000}"

    @property
    def times(self) -> str:
        """``word_starts`` as an attribute."""
        return " ".join(map(str, self.word_starts))


@dataclass(frozen=True, slots=True)
class Overlap:
    """Both spoke at once."""

    start_ms: int
    end_ms: int


def turns(transcript: Transcript, marks: Sequence[Mark]) -> list[Turn]:
    """The turns of ``transcript`` and the marks, in the order of time."""
    spoken = [_turn(group) for group in _grouped(transcript.segments)]
    events = [Turn(Kind.EVENT, mark.start_ms, mark.end_ms, mark=mark) for mark in marks]
    return sorted([*spoken, *events], key=lambda turn: (turn.start_ms, turn.end_ms))


def overlaps(segments: Iterable[Segment]) -> list[Overlap]:
    """Where the sides talked at once, longer than a nod of the voice (half a second)."""
    sides: dict[Side, list[Segment]] = {Side.AGENT: [], Side.CALLER: []}
    for segment in segments:
        sides[segment.side].append(segment)
    found = [
        Overlap(max(one.start_ms, other.start_ms), min(one.end_ms, other.end_ms))
        for one in sides[Side.AGENT]
        for other in sides[Side.CALLER]
    ]
    return [overlap for overlap in found if overlap.end_ms - overlap.start_ms >= 500]


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


def _turn(group: Sequence[Segment]) -> Turn:
    first = group[0]
    words = [word for segment in group for word in segment.words]
    return Turn(
        kind=Kind.AGENT if first.side is Side.AGENT else Kind.CALLER,
        start_ms=first.start_ms,
        end_ms=max(segment.end_ms for segment in group),
        language=first.language,
        pieces=tuple(_pieces([(word.text, word.probability < UNSURE_BELOW) for word in words])),
        word_starts=tuple(word.start_ms - first.start_ms for word in words),
    )


def _pieces(words: Iterable[tuple[str, bool]]) -> list[Piece]:
    pieces: list[Piece] = []
    for text, unsure in words:
        if pieces and pieces[-1].unsure is unsure:
            pieces[-1] = Piece(f"{pieces[-1].text} {text}", unsure)
        else:
            pieces.append(Piece(text, unsure))
    return pieces
