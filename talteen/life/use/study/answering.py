"""Answering a study's question about one call: once, by a person, under a grant for quality.

The question is a form of one question (``quality.form``): yes, no, or does not apply, with its
anchor. Whoever cannot tell says why; such a call counts for nothing and no other takes its place.
What was answered is shown to nobody before the report is frozen: a study that is watched while it
runs ends when somebody likes the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict, InputError
from talteen.life.use.quality import form
from talteen.life.use.quality.form import (
    LANGUAGES,
    NO,
    YES,
    Answer,
    Form,
    Question,
    Scale,
    Section,
    Special,
)
from talteen.life.use.study.models import Study, StudyCall
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.policy import Rule
from talteen.register.refusals import Denied

QUESTION = "question"


class Said(Enum):
    """What a person says about one call."""

    YES = "yes"
    NO = "no"
    NA = "na"
    """The question does not apply to it."""
    UNCLEAR = "unclear"
    """Nobody can tell: too little is heard."""
    CUT = "cut"
    """It ends before the question comes up."""
    LANGUAGE = "language"
    """It is in a language that the person does not speak well enough."""


_BY_ANSWER: Mapping[Answer, Said] = {YES: Said.YES, NO: Said.NO, Special.NA: Said.NA}
_ANSWERS: Mapping[Said, Answer] = {said: answer for answer, said in _BY_ANSWER.items()}
COUNTED = frozenset(said.value for said in _ANSWERS)
"""What goes into the report, as the column holds it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of one study about one call, to whoever has it open."""

    study: UUID
    number: str
    form: Form
    answered: bool
    """By whoever it was; what they said is not shown."""

    @property
    def question(self) -> Question:
        """Its one question."""
        return next(iter(self.form.questions))


def asked(grant: Grant) -> list[Asked]:
    """The studies that ask about the call of ``grant``; none for another purpose than quality."""
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        return []
    rows = StudyCall.objects.filter(recording=grant.recording, study__frozen_at=None)
    rows = rows.select_related("study").order_by("study__begun_at")
    return [
        Asked(row.study_id, row.study.number, form_of(row.study), bool(row.answer)) for row in rows
    ]


def form_of(study: Study) -> Form:
    """The study's question as a form of one question; its words are in one language."""

    def words(text: str) -> Mapping[str, str]:
        return dict.fromkeys(LANGUAGES, text)

    anchors = {YES: words(study.means_yes)}
    question = Question(QUESTION, words(study.question), form.WHOLE, Scale.YES_NO, anchors=anchors)
    section = Section("study", words(study.question), form.WHOLE, (question,))
    return Form(f"study-{study.number}", 1, words(study.question), (section,))


def give(grant: Grant, study: UUID, said: Said, now: datetime) -> None:
    """Keep what the holder of ``grant`` says about the call.

    Raises Denied for another purpose than service quality, Conflict where the call was answered
    already, is none of the study's, or its report is frozen.
    """
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        raise Denied(Rule.PURPOSE_NOT_OPEN)
    access.log_range(grant, "evaluate", start_ms=0, end_ms=0, at=now)
    with transaction.atomic():
        rows = StudyCall.objects.select_for_update().select_related("study")
        row = rows.filter(study=study, recording=grant.recording, study__frozen_at=None).first()
        if row is None or row.answer:
            raise Conflict("there is nothing to answer here", remedy="look at the study's page")
        if said in _ANSWERS and form.lacking(
            form_of(row.study), {QUESTION: _ANSWERS[said]}, frozenset()
        ):
            raise InputError("this is no answer to the question", remedy="choose one of the form's")
        row.answer, row.evaluator_id = said.value, grant.staff
        row.save(update_fields=["answer", "evaluator"])
