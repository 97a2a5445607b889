"""Evaluating a drawn call by a form, and what the agent says to it (REGISTER E.2, 16.3).

A person answers, never the machine. The agent reads it at once, acknowledges it, or disputes
questions while the call lives; then another person evaluates the same call without seeing the first
answers, and theirs count. When the call dies its remarks die with its key and the link to it goes;
answers, scores and the outcome stay for the employee's own term (``retention.evaluation_months``).
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, Missing
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.seal.vault import Vault
from talteen.life.use.quality import answers, blurring, deadlines, drafts, lot, published, remarks
from talteen.life.use.quality.handed import Draft, whole
from talteen.life.use.quality.models import EvaluatedCall, Evaluation
from talteen.life.use.quality.remarks import MOST_LETTERS, Remark
from talteen.notice import months
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.database.among import among
from talteen.register.models import Recording, Staff
from talteen.register.policy import Rule
from talteen.register.refusals import Denied


class State(Enum):
    """Where an evaluation stands between evaluator and agent."""

    GIVEN = "given"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    """It waits for a second, blind evaluation."""
    DECIDED = "decided"
    """The second one is there; its answers count."""
    SECOND = "second"
    """It is the second one itself."""


class TooLate(Conflict):
    """The days in which an evaluation may be disputed are over."""

    slug = "dispute-too-late"

    def __init__(self) -> None:
        super().__init__("the time to dispute is over", remedy="speak with your team leader")


def give(vault: Vault, grant: Grant, draft: Draft, *, ends_after: int, now: datetime) -> UUID:
    """Keep what the holder of ``grant`` answered; gives the evaluation. ``ends_after``: months.

    Raises Incomplete, Denied for another purpose than service quality, Conflict where this person
    has evaluated the call already, or the first of two disputed ones was theirs.
    """
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        raise Denied(Rule.PURPOSE_NOT_OPEN)
    whole(draft)
    opened = door.open_for(vault, grant, now)
    access.log_range(grant, "evaluate", start_ms=0, end_ms=0, at=now)
    with transaction.atomic():
        made = _kept(grant, draft, ends_after, now)
        remarks.add(opened, made, draft.remarks, now)
        drafts.let_go(grant)
    return made


def _kept(grant: Grant, draft: Draft, ends_after: int, now: datetime) -> UUID:
    # The row's lock makes two evaluations of one call at once come one after the other.
    row = Recording.objects.select_for_update().get(pk=grant.recording)
    before = list(Evaluation.objects.filter(call__recording=row).select_related("form"))
    if any(one.evaluator_id == grant.staff for one in before):
        raise Conflict("you have evaluated this call", remedy="leave it to another")
    waiting = next((one for one in before if one.state == State.DISPUTED.value), None)
    if before and waiting is None:
        raise Conflict("this call has been evaluated", remedy="take another of the sample")
    made = Evaluation.objects.create(
        form=waiting.form if waiting else published.row_of(draft.form),
        agent=row.agent,
        evaluator_id=grant.staff,
        week=lot.week_of(helsinki_date(now)),
        answers=answers.kept(draft.answers),
        state=(State.SECOND if waiting else State.GIVEN).value,
        # From the end of its week on: the day on which a call was looked at is nobody's to infer.
        ends_on=months.later(lot.monday_of(helsinki_date(now)) + timedelta(days=7), ends_after),
    )
    EvaluatedCall.objects.create(evaluation=made, recording=row, made_at=now)
    if waiting is not None:
        waiting.second, waiting.state = made, State.DECIDED.value
        waiting.save(update_fields=["second", "state"])
    return made.pk


def acknowledge(evaluation: UUID, agent: Staff) -> None:
    """The agent has read it. Missing where it is not theirs, Conflict where it was answered."""
    with transaction.atomic():
        row = _own(evaluation, agent)
        row.state = State.ACKNOWLEDGED.value
        row.save(update_fields=["state"])


def dispute(
    vault: Vault,
    evaluation: UUID,
    agent: Staff,
    questions: Collection[str],
    text: str,
    now: datetime,
) -> None:
    """The agent disputes ``questions``, and says why: a second person evaluates the call, blind.

    Raises as ``acknowledge``; InputError without a question or a reason; TooLate after ten working
    days; NoLongerOpens once the call opens no more: nobody could listen again.
    """
    with transaction.atomic():
        row = _own(evaluation, agent)
        known = [one.id for one in published.read(row.form.text).questions if one.id in questions]
        if not known or not 0 < len(text.strip()) <= MOST_LETTERS:
            raise InputError("a dispute names questions and says why", remedy="fill in both")
        link = EvaluatedCall.objects.filter(evaluation=row).first()
        if link is None:
            raise Conflict("the call is gone", remedy="speak with your team leader")
        if helsinki_date(now) > deadlines.dispute_by(helsinki_date(link.made_at)):
            raise TooLate
        call = RecordingId(link.recording_id)
        opened = door.open_for_step(vault, call, Step.REMARK, now)
        remarks.add(opened, row.pk, [Remark(text.strip(), agent.code, known[0])], now)
        row.state, row.disputed = State.DISPUTED.value, known
        row.save(update_fields=["state", "disputed"])


def _own(evaluation: UUID, agent: Staff) -> Evaluation:
    rows = Evaluation.objects.select_for_update(of=("self",)).select_related("form")
    row = rows.filter(pk=evaluation, agent=agent).exclude(state=State.SECOND.value).first()
    if row is None:
        raise Missing("this is not your evaluation", remedy="look at your own page")
    if row.state != State.GIVEN.value:
        raise Conflict("you have answered this already", remedy="read what came of it")
    return row


def end(today: date) -> int:
    """Let go of evaluations whose term is over; gives how many."""
    over = Evaluation.objects.filter(ends_on__lte=today)
    if not over.exists():
        return 0
    with transaction.atomic():
        EvaluatedCall.objects.filter(evaluation__in=over).delete()
        # A first one goes with its second: they were made for the same call.
        over.exclude(second=None).update(second=None)
        ended, _ = over.delete()
    return ended


def forget(recordings: Collection[UUID]) -> None:
    """These calls die: what was answered about them stays, that it was about them does not."""
    blurring.blur(recordings)
    EvaluatedCall.objects.filter(recording__in=among(recordings)).delete()
