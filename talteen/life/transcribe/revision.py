"""A transcript as a person has corrected it: every word keeps its place in the sound.

A reader changes text, not times: what stays the same keeps its time, and what is typed anew shares
the time of what it replaces. Nobody guesses: what cannot be heard is written INAUDIBLE (REGISTER
14.9). The one who corrects and the one who reads it against the sound are two people.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from enum import Enum

from talteen.errors import Conflict, Tampered
from talteen.life.transcribe import words
from talteen.life.transcribe.words import Segment, Transcript, Word

FORMAT = 1
INAUDIBLE = "[?]"
"""How a reader writes what cannot be heard; documents say it in words."""
MOST_LETTERS = 8_000
"""A segment is half a minute at most; nobody says more in it."""


class State(Enum):
    """How far people have come with a transcript."""

    MACHINE = "machine_draft"
    CORRECTED = "corrected"
    """One person has read it."""
    CHECKED = "checked"
    """A second person has read it against the sound."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One version by people. Staff codes, as everywhere in a record of who did what."""

    transcript: Transcript
    by: str
    at: datetime
    checked_by: str | None = None
    checked_at: datetime | None = None

    @property
    def state(self) -> State:
        """Corrected until somebody else has checked it."""
        return State.CHECKED if self.checked_by else State.CORRECTED

    def checked(self, by: str, at: datetime) -> "Revision":
        """The same words, read against the sound by ``by``. Conflict for the one who wrote them."""
        if by == self.by:
            raise Conflict(
                "the second reader is another person than the first",
                remedy="ask a colleague who works on this case",
            )
        return replace(self, checked_by=by, checked_at=at)

    def to_bytes(self) -> bytes:
        """One line of canonical JSON, then the transcript's own bytes."""
        head = {
            "format": FORMAT,
            "by": self.by,
            "at": _instant(self.at),
            "checked_by": self.checked_by,
            "checked_at": _instant(self.checked_at) if self.checked_at else None,
        }
        line = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return line.encode() + b"\n" + self.transcript.to_bytes()


def from_bytes(raw: bytes) -> Revision:
    """The revision that ``to_bytes`` wrote. Raises Tampered for any other bytes."""
    line, _, rest = raw.partition(b"\n")
    transcript = words.from_bytes(rest)
    try:
        head = json.loads(line)
        checked_at = head["checked_at"]
        revision = Revision(
            transcript,
            head["by"],
            datetime.fromisoformat(head["at"]),
            head["checked_by"],
            datetime.fromisoformat(checked_at) if checked_at else None,
        )
        if revision.to_bytes() == raw:
            return revision
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass  # what the bytes hold must not be told, so neither may the cause
    raise Tampered("these bytes are no corrected transcript of ours", remedy="restore the database")


def corrected(transcript: Transcript, texts: Mapping[int, str]) -> Transcript:
    """``transcript`` with the shown segments at these places saying ``texts``.

    A segment that says nothing any more is gone: the machine heard words where there were none.
    """
    changed = (
        _saying(segment, texts[place].split()) if place in texts else segment
        for place, segment in enumerate(transcript.segments)
    )
    return replace(transcript, segments=tuple(one for one in changed if one.words))


def _saying(segment: Segment, said: Sequence[str]) -> Segment:
    return replace(segment, words=tuple(_aligned(segment, said)))


def _aligned(segment: Segment, said: Sequence[str]) -> Iterator[Word]:
    """The words that ``said`` shares with the segment at their times, the others between them."""
    old = segment.words
    matcher = SequenceMatcher(None, [word.text for word in old], said, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield from old[i1:i2]
        else:
            start_ms = old[i1].start_ms if i1 < len(old) else segment.end_ms
            end_ms = old[i2 - 1].end_ms if i2 > i1 else start_ms
            yield from _shared(said[j1:j2], start_ms, end_ms)


def _shared(said: Sequence[str], start_ms: int, end_ms: int) -> Iterator[Word]:
    """``said`` over a stretch, each by its letters. A person wrote it, so it is sure."""
    letters = sum(map(len, said))
    at = 0
    for text in said:
        begins = start_ms + (end_ms - start_ms) * at // letters
        at += len(text)
        yield Word(text, begins, start_ms + (end_ms - start_ms) * at // letters, 1.0)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
