"""What became of the letters of a breach, as the outbox and the people who post them tell it."""

from collections.abc import Iterable, Mapping
from enum import Enum
from uuid import UUID

from talteen.notice.ways import Way
from talteen.oversight.breaches.models import Breach, BreachLetter
from talteen.register.post import messages


class LetterState(Enum):
    """How far a letter has come."""

    TO_POST = "to_post"
    """It is printed and posted by people."""
    WAITING = "waiting"
    SENT = "sent"
    POSTED = "posted"
    READ = "read"
    LOST = "lost"
    """It did not arrive, or there is no number to which it could go."""
    TOLD = "told"
    """It did not arrive, and the person was told in another way."""


OWED = frozenset({LetterState.TO_POST, LetterState.WAITING, LetterState.LOST})
"""Those of which nobody can say yet that the person was told."""


def key_of(letter: UUID) -> str:
    """The occasion of its message."""
    return f"breach-letter:{letter}"


def states(letters: Iterable[BreachLetter]) -> Mapping[UUID, LetterState]:
    """By the letter."""
    rows = list(letters)
    known = messages.states([key_of(row.pk) for row in rows])
    return {row.pk: _state(row, known.get(key_of(row.pk), "")) for row in rows}


def _state(row: BreachLetter, message: str) -> LetterState:
    if row.told_at is not None:
        return LetterState.TOLD
    if row.read_at is not None:
        return LetterState.READ
    if row.lost_at is not None or message in messages.UNDELIVERED:
        return LetterState.LOST
    if row.way == Way.PRINT.value:
        return LetterState.POSTED if row.left_at else LetterState.TO_POST
    # A message that was sent is forgotten after a month; this row is not.
    gone = row.left_at is not None and message != "waiting"
    return LetterState.SENT if gone else LetterState.WAITING


def unreached(breach: Breach) -> int:
    """How many of its letters are still to be seen to."""
    return sum(state in OWED for state in states(breach.letters.all()).values())
