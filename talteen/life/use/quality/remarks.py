"""What people write about a call when they evaluate it, and what the agent answers.

Remarks often quote. So they are a note under the call's own key (``transcribe.notes``), die with
it, and stand in no column. A remark is about the whole, a question, a place in the sound, or both.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from talteen.engine.vault.entries import Kind
from talteen.life.seal.door import Opened
from talteen.life.transcribe import notes

MOST_LETTERS = 1_000


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark."""

    text: str
    by: str
    """Staff code."""
    question: str = ""
    """Id in the form; empty where it is about the whole."""
    at_ms: int | None = None
    """Where in the sound."""


def of(opened: Opened) -> Mapping[UUID, Sequence[Remark]]:
    """All remarks on the open call, by evaluation, in the order in which they were made."""
    return _read(notes.newest(opened, Kind.EVALUATION))


def add(opened: Opened, evaluation: UUID, made: Sequence[Remark], now: datetime) -> None:
    """Keep ``made`` beside what was written before."""
    if not made:
        return

    def with_more(old: bytes | None) -> bytes:
        known = {**_read(old)}
        known[evaluation] = [*known.get(evaluation, ()), *made]
        return _written(known)

    notes.change(opened, Kind.EVALUATION, with_more, now)


def _written(known: Mapping[UUID, Sequence[Remark]]) -> bytes:
    rows = {
        str(one): [[r.text, r.by, r.question, r.at_ms] for r in some] for one, some in known.items()
    }
    return json.dumps(rows, ensure_ascii=False).encode()


def _read(note: bytes | None) -> dict[UUID, list[Remark]]:
    told = json.loads(note) if note is not None else {}
    return {UUID(one): [Remark(*row) for row in some] for one, some in told.items()}
