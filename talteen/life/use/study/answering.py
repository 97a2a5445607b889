"""Answering a study's questions about one call: once, by a person, under a grant for quality.

Each question is answered with yes or no, or with a step of its scale, or does not apply, by its
anchors. Whoever cannot tell says why, for the whole call; such a call counts for nothing and no
other takes its place. What was answered is shown to nobody before the report is frozen: a study
that is watched while it runs ends when somebody likes the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict, InputError
from talteen.life.use.study import planning
from talteen.life.use.study.models import StudyCall
from talteen.life.use.study.plan import Asked
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.policy import Rule
from talteen.register.refusals import Denied


class Said(Enum):
    """What a person answers to one question about one call."""

    YES = "yes"
    NO = "no"
    NA = "na"
    """The question does not apply to it."""
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"

    @property
    def step(self) -> int | None:
        """Which step of a scale it is; None for the others."""
        return int(self.value) if self.value.isdigit() else None


class Skipped(Enum):
    """Why a person cannot answer about a call at all."""

    UNCLEAR = "unclear"
    """Nobody can tell: too little is heard."""
    CUT = "cut"
    """It ends before the question comes up."""
    LANGUAGE = "language"
    """It is in a language that the person does not speak well enough."""


GIVEN = "given"
"""In the column: every question has its answer."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """The questions of one study about one call, to whoever has it open."""

    study: UUID
    number: str
    asks: tuple[Asked, ...]
    answered: bool
    """By whoever it was; what they said is not shown."""


def asked(grant: Grant) -> list[OnCall]:
    """The studies that ask about the call of ``grant``; none for another purpose than quality."""
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        return []
    rows = StudyCall.objects.filter(recording=grant.recording, study__frozen_at=None)
    rows = rows.select_related("study").order_by("study__begun_at")
    return [
        OnCall(row.study_id, row.study.number, planning.plan_of(row.study).asks, bool(row.answer))
        for row in rows
    ]


def give(grant: Grant, study: UUID, said: Sequence[Said] | Skipped, now: datetime) -> None:
    """Keep what the holder of ``grant`` says about the call: an answer to each question, or why
    there is none.

    Raises Denied for another purpose than service quality, InputError where a question has no
    answer, Conflict where the call was answered already, is none of the study's, or its report is
    frozen.
    """
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        raise Denied(Rule.PURPOSE_NOT_OPEN)
    access.log_range(grant, "evaluate", start_ms=0, end_ms=0, at=now)
    with transaction.atomic():
        rows = StudyCall.objects.select_for_update().select_related("study")
        row = rows.filter(study=study, recording=grant.recording, study__frozen_at=None).first()
        if row is None or row.answer:
            raise Conflict("there is nothing to answer here", remedy="look at the study's page")
        if isinstance(said, Skipped):
            row.answer = said.value
        elif not _fit(said, planning.plan_of(row.study).asks):
            raise InputError("a question has no answer", remedy="answer each of them")
        else:
            row.answer, row.answers = GIVEN, [one.value for one in said]
        row.evaluator_id = grant.staff
        row.save(update_fields=["answer", "answers", "evaluator"])


def choices(ask: Asked) -> tuple[Said, ...]:
    """With what a question can be answered."""
    steps = tuple(one for one in Said if one.step is not None)
    return (*(steps if ask.steps else (Said.YES, Said.NO)), Said.NA)


def _fit(said: Sequence[Said], asks: Sequence[Asked]) -> bool:
    """Whether there is an answer to each question, of its kind."""
    return len(said) == len(asks) and all(
        one in choices(ask) for one, ask in zip(said, asks, strict=True)
    )


def given(row: StudyCall) -> tuple[Said, ...]:
    """What was answered about a call; nothing where nobody has or could."""
    if row.answer == GIVEN:
        return tuple(Said(one) for one in row.answers)
    return (Said(row.answer),) if row.answer in {one.value for one in Said} else ()
