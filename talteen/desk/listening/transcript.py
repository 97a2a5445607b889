"""A call's words as a document that leaves the page: what it says of itself, and its turns.

Verbatim, with speakers, times, named gaps and pauses, in the language in which it was said, and
with the state that people have brought it to (REGISTER 14.9, 16.5). No summary. What is covered is
a word in brackets that says what is there; what cannot be heard says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from talteen.desk.listening import call_facts, covering_words
from talteen.desk.listening.call_facts import FactsShown
from talteen.desk.listening.turns import Kind, Piece, Turn
from talteen.desk.page import wording, words
from talteen.ids import RecordingId
from talteen.life.transcribe.call_facts import Facts
from talteen.life.transcribe.revision import INAUDIBLE, State
from talteen.life.transcribe.statements import Statement

STATES: dict[State, words.Text] = {
    State.MACHINE: words.TRANSCRIPT_STATES["machine_draft"],
    State.CORRECTED: words.TRANSCRIPT_STATES["corrected"],
    State.CHECKED: words.TRANSCRIPT_STATES["checked"],
}


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that any of its forms says."""

    recording: RecordingId
    started_at: datetime
    length_ms: int
    line: str
    agent: str
    language: str
    """The language of the call; the document itself is in the reader's."""
    engine: str
    state: State
    masked: bool
    turns: tuple[Turn, ...]
    made_at: datetime
    purpose: str
    case: str
    facts: Facts | None = None
    """Who spoke how long, and what else can be counted; None where that is not told."""
    statements: tuple[Statement, ...] = ()
    """What the person says beside the words (Art. 16)."""

    @property
    def measured(self) -> FactsShown | None:
        """The facts as a page shows them."""
        return call_facts.drawn(self.facts) if self.facts else None

    @property
    def stated(self) -> str:
        """Its state in words."""
        return str(STATES[self.state])

    @property
    def rows(self) -> Iterator["Line"]:
        """Its lines in the order of time."""
        return (self._line(turn) for turn in self.turns)

    def at(self, ms: int) -> datetime:
        """The moment of a place in the recording."""
        return self.started_at + timedelta(milliseconds=ms)

    def _line(self, turn: Turn) -> "Line":
        if turn.mark is not None:
            name = words.MARKS.get(turn.mark.kind, turn.mark.kind)
            length = f" {wording.span(turn.mark.length_ms)}" if turn.mark.length_ms else ""
            return Line(turn, "", f"{name}{length}")
        who = self.agent if turn.kind is Kind.AGENT else _("Soittaja")
        return Line(turn, who, said(turn))


@dataclass(frozen=True, slots=True)
class Line:
    """One turn or one named gap, in words."""

    turn: Turn
    who: str
    """Empty for a gap."""
    text: str


def _piece(piece: Piece) -> str:
    if piece.covered and not piece.text:
        return f"[{covering_words.KINDS[piece.covered]}]"
    return piece.text


def said(turn: Turn) -> str:
    """The words of ``turn`` as a document writes them."""
    shown = " ".join(_piece(piece) for piece in turn.pieces)
    return shown.replace(INAUDIBLE, f"[{_('kuulumaton')}]")
