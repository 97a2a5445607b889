"""What is left of calls that were destroyed: when their keys died, why, and whether it is certified
(REGISTER 13.15). No word, number or name."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from talteen.clock import helsinki_date, start_of_day
from talteen.ids import RecordingId
from talteen.life.destroy.models import Destruction
from talteen.life.use.listed import line_name
from talteen.life.use.rows import LineName


@dataclass(frozen=True, slots=True)
class Destroyed:
    """One destroyed recording: what is left of it."""

    recording: RecordingId
    day: date
    line: LineName | None
    """None where the row was rebuilt from a roll file after a restore."""
    reason: str
    live_dead_at: datetime | None
    backup_dead_at: datetime | None
    due_at: datetime
    last_copy_dies: datetime | None
    """By when the last backup key is dead; None while the live key of a call that was held dies."""
    held: int
    generation_before: int
    generation_after: int
    certified: bool


def of_day(day: date, *, after: UUID | None = None, size: int | None = None) -> list[Destroyed]:
    """What is left of the calls of ``day`` that were destroyed, in the order of their ids; of a
    long day ``size`` of them, those behind ``after``."""
    rows = Destruction.objects.filter(day=day).select_related("line").order_by("recording")
    rows = rows.filter(recording__gt=after) if after else rows
    return [_destroyed(row) for row in rows[:size]]


def of_call(recording: RecordingId) -> Destroyed | None:
    """What is left of one recording; None when it was not destroyed, or never was."""
    row = Destruction.objects.filter(recording=recording).select_related("line").first()
    return _destroyed(row) if row else None


def _destroyed(row: Destruction) -> Destroyed:
    return Destroyed(
        recording=RecordingId(row.recording),
        day=row.day,
        line=line_name(row.line) if row.line else None,
        reason=row.reason,
        live_dead_at=row.live_dead_at,
        backup_dead_at=row.backup_dead_at,
        due_at=row.due_at,
        last_copy_dies=_last_copy_dies(row),
        held=row.held,
        generation_before=row.generation_before,
        generation_after=row.generation_after,
        certified=row.certificate_leaf is not None,
    )


def _last_copy_dies(row: Destruction) -> datetime | None:
    """As promised; of a call that a hold kept longer as long after its end (13.9)."""
    if not row.held:
        return row.due_at
    if row.live_dead_at is None:
        return None
    margin = helsinki_date(row.due_at) - helsinki_date(row.cutoff_at)
    return max(row.due_at, start_of_day(helsinki_date(row.live_dead_at) + margin))
