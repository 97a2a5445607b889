"""Lessons: what an evaluator keeps of a call before it dies, in at most 280 letters of their own.

Remarks quote, so they die with the call's key. A lesson is written while the call lives, passes the
gate, and goes with the evaluation. Whoever reads it reads no name: its agent finds it among their
own evaluations, others as a sentence and a week.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict
from talteen.life.use import listed
from talteen.life.use.gate import passing
from talteen.life.use.guide.models import Lesson
from talteen.life.use.listen import Keeps
from talteen.life.use.quality.models import Evaluation
from talteen.life.use.quality.shown import EVALUATORS
from talteen.life.use.reach import Reader
from talteen.life.use.rows import LineName
from talteen.notice.purposes import Role

READERS = frozenset({*EVALUATORS, Role.AGENT, Role.TRAINER})
MOST = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """An own evaluation of which nothing is kept yet but its answers."""

    evaluation: UUID
    recording: UUID
    started_at: datetime
    line: LineName
    cutoff_at: datetime
    """Until then a lesson can be written."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One lesson."""

    text: str
    week: str
    """In which the call was evaluated."""
    own: bool
    """Whether it is of a call of the reader's, or by the reader."""


def waiting(reader: Reader, now: datetime) -> list[Waiting]:
    """What the reader can still write a lesson of; what dies first stands first."""
    rows = Evaluation.objects.filter(evaluator=reader, lesson=None, call__recording__isnull=False)
    rows = rows.filter(call__recording__cutoff_at__gt=now).select_related("call__recording__line")
    return [
        Waiting(
            evaluation=row.pk,
            recording=row.call.recording_id,
            started_at=row.call.recording.started_at,
            line=listed.line_name(row.call.recording.line),
            cutoff_at=row.call.recording.cutoff_at,
        )
        for row in rows.order_by("call__recording__cutoff_at")[:MOST]
    ]


def kept(reader: Reader) -> Sequence[Kept]:
    """The lessons that the reader may read: an agent those of the own calls, others all of the
    unit, as sentences without people."""
    role = Role(reader.role)
    if role not in READERS:
        return []
    rows = Lesson.objects.select_related("evaluation")
    rows = rows.filter(evaluation__agent__unit=reader.unit)
    if role is Role.AGENT:
        rows = rows.filter(evaluation__agent=reader)
    return [
        Kept(
            text=row.text,
            week=row.evaluation.week,
            own=reader.pk in (row.evaluation.agent_id, row.evaluation.evaluator_id),
        )
        # By their words: an order in time would tell more than the week.
        for row in rows.order_by("-evaluation__week", "text")[:MOST]
    ]


def keep(
    house: Keeps, reader: Reader, evaluation: UUID, text: str, *, language: str, now: datetime
) -> None:
    """Keep ``text`` beside an own evaluation whose call still lives.

    Raises Conflict where it is another's, the call is gone, or a lesson stands already;
    passing.Refused.
    """
    if not any(one.evaluation == evaluation for one in waiting(reader, now)):
        raise Conflict("no lesson can be written here any more", remedy="see what still can")
    passing.check(house, text, language=language, longest=passing.LESSON, now=now)
    with transaction.atomic():
        Lesson.objects.create(evaluation_id=evaluation, text=text.strip())
