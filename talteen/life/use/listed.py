"""Recordings as rows of a list: what stands in them, and how they stand with the reader."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.transcribe.troubles import State
from talteen.life.use.reach import IN_FORCE, Reader
from talteen.life.use.rows import Direction, HoldShown, LineName, Row, Standing
from talteen.life.use.sieve import SOON
from talteen.notice.purposes import Role
from talteen.register.models import Hold, Line, Recording
from talteen.register.states import Progress


def rows(found: Sequence[Recording], reader: Reader, now: datetime) -> list[Row]:
    """The rows of ``found`` for ``reader``, in their order: two queries, however many they are."""
    holds = _holds(found, now)
    return [_row(row, holds.get(row.pk, ()), reader, now) for row in found]


def _holds(rows: Sequence[Recording], now: datetime) -> dict[Any, tuple[Hold, ...]]:
    by_recording: dict[Any, tuple[Hold, ...]] = {}
    wanted = Hold.objects.filter(recording__in=[row.pk for row in rows], state=IN_FORCE)
    wanted = wanted.exclude(provisional_until__lte=now)
    for hold in wanted.select_related("case").prefetch_related("people"):
        by_recording[hold.recording_id] = (*by_recording.get(hold.recording_id, ()), hold)
    return by_recording


def _row(row: Recording, holds: Sequence[Hold], reader: Reader, now: datetime) -> Row:
    own = tuple(
        HoldShown(hold.case.reference, hold.review_on, hold.provisional_until is not None)
        for hold in holds
        if any(person.pk == reader.pk for person in hold.people.all())
    )
    return Row(
        recording=RecordingId(row.pk),
        started_at=row.started_at,
        day=row.day,
        length_ms=row.length_ms,
        # REGISTER D: an analyst judges calls, not people by their names.
        agent=row.agent.code if reader.role == Role.QUALITY_ANALYST.value else row.agent.name,
        line=line_name(row.line),
        language=row.language,
        direction=Direction(row.direction),
        cutoff_at=row.cutoff_at,
        due_at=row.due_at,
        days_left=max((helsinki_date(row.due_at) - helsinki_date(now)).days, 0),
        soon=row.due_at - now <= SOON,
        standing=_standing(row, now, held=bool(holds), own=bool(own)),
        holds=len(holds),
        own_holds=own,
    )


def line_name(line: Line) -> LineName:
    """The line as a value."""
    return LineName(line.slug, line.name_fi, line.name_sv, line.name_en)


_WHILE = {
    Progress.CAPTURING: Standing.CAPTURING,
    Progress.CAPTURED: Standing.SEALING,
    Progress.QUARANTINED: Standing.QUARANTINED,
    Progress.PARKED: Standing.PARKED,
}


def _standing(row: Recording, now: datetime, *, held: bool, own: bool) -> Standing:
    progress = Progress(row.progress)
    if progress in _WHILE:
        return _WHILE[progress]
    # 13.4: at the cutoff it is over, whether or not the job ran; only a hold outlives it.
    if progress is not Progress.SEALED or (now >= row.cutoff_at and not held):
        return Standing.KEYLESS
    if held and not own:
        return Standing.HELD
    if row.restricted:
        return Standing.RESTRICTED
    if getattr(row, "transcription", None) is not None:
        return Standing.READY
    drafting = getattr(row, "drafting", None)
    given_up = drafting is not None and drafting.state == State.GIVEN_UP.value
    return Standing.WORDLESS if given_up else Standing.TRANSCRIBING
