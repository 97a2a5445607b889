"""What a person says beside the words of their call, where those were said so and stay (GDPR 16).

A supplementary statement is a sealed note under the key of the call: it stands with its words in
every form in which they are shown or leave, and dies with them. Each answer lays one, once.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from talteen.engine.vault.entries import Kind
from talteen.life.seal.door import Opened
from talteen.life.transcribe import notes


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the person, in their words."""

    answer: UUID
    """The answer of a request that laid it here."""
    at: datetime
    text: str = field(repr=False)


def of(opened: Opened) -> tuple[Statement, ...]:
    """The statements that stand beside the words, oldest first."""
    return _read(notes.newest(opened, Kind.STATEMENT))


def lay(opened: Opened, statement: Statement) -> None:
    """Lay ``statement`` beside the words; one of the same answer is there already after a kill."""
    if any(one.answer == statement.answer for one in of(opened)):
        return

    def added(old: bytes | None) -> bytes:
        return _written((*_read(old), statement))

    notes.change(opened, Kind.STATEMENT, added, statement.at)


def _read(note: bytes | None) -> tuple[Statement, ...]:
    told = json.loads(note) if note else []
    return tuple(
        Statement(UUID(one["answer"]), datetime.fromisoformat(one["at"]), one["text"])
        for one in told
    )


def _written(all_: tuple[Statement, ...]) -> bytes:
    told = [{"answer": one.answer.hex, "at": one.at.isoformat(), "text": one.text} for one in all_]
    return json.dumps(told, ensure_ascii=False).encode()
