"""Calibrating: several people answer one form about one drawn call, each blind, then all see all.

A round is about the form. It is no evaluation of the agent, who is not named in it and whose scores
it does not touch; the listening stands in the access log like any other. Nobody sees another's
answers before the round is revealed: when the last one is in, or by who opened it. What the people
remarked is sealed under the call's key and dies with it; answers stay for the term of employee data
(``retention.evaluation_months``), and figures of nobody after that (``standing``).
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, Missing
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.vault import Vault
from talteen.life.use.quality import answers, drafts, lot, published, remarks, standing
from talteen.life.use.quality.form import Form
from talteen.life.use.quality.handed import Draft, whole
from talteen.life.use.quality.models import CalibrationCall, CalibrationMark, CalibrationRound
from talteen.notice import months
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.access import Grant
from talteen.register.database.among import among
from talteen.register.models import Recording, Staff
from talteen.register.policy import Rule
from talteen.register.refusals import Denied

LEAST = 2
"""One person agrees with themselves."""


class State(Enum):
    """Where a round stands."""

    OPEN = "open"
    """Answers are given blind."""
    REVEALED = standing.REVEALED
    """Everybody in it sees all of it."""


def eligible(recording: RecordingId) -> QuerySet[Staff]:
    """Who could be asked about this call: the analysts of its unit, and its agent's team leaders.

    The policy asks again when they open it (REGISTER D): a round opens no door that was shut.
    """
    row = Recording.objects.select_related("line", "agent").get(pk=recording)
    leads = Q(role=Role.TEAM_LEADER.value, team=row.agent.team) & ~Q(team="")
    may = Q(role=Role.QUALITY_ANALYST.value) | leads
    here = Q(unit=None) | Q(unit=row.line.unit_id)
    return Staff.objects.filter(may & here, is_active=True).order_by("name")


def open_round(
    vault: Vault,
    grant: Grant,
    form: Form,
    evaluators: Collection[UUID],
    *,
    ends_after: int,
    now: datetime,
) -> int:
    """Open a round on the call of ``grant``; gives its number. ``ends_after``: months.

    Raises Denied for another purpose than service quality, InputError with fewer than two people or
    one who may not open the call, Conflict while the call has an open round.
    """
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        raise Denied(Rule.PURPOSE_NOT_OPEN)
    door.open_for(vault, grant, now)
    people = list(eligible(grant.recording).filter(pk__in=evaluators))
    if len(people) < LEAST or len(people) != len(set(evaluators)):
        raise InputError("a round needs two people", remedy="choose at least two of the list")
    access.log_range(grant, "evaluate", start_ms=0, end_ms=0, at=now, what="calibration")
    today = helsinki_date(now)
    with transaction.atomic():
        row = Recording.objects.select_for_update().get(pk=grant.recording)
        if CalibrationRound.objects.filter(call__recording=row, state=State.OPEN.value).exists():
            raise Conflict("this call has an open round", remedy="wait until it is revealed")
        made = CalibrationRound.objects.create(
            form=published.row_of(form),
            opened_by_id=grant.staff,
            week=lot.week_of(today),
            state=State.OPEN.value,
            ends_on=months.later(lot.monday_of(today) + timedelta(days=7), ends_after),
        )
        CalibrationCall.objects.create(round=made, recording=row, opened_at=now)
        CalibrationMark.objects.bulk_create(
            CalibrationMark(round=made, evaluator=one) for one in people
        )
    return made.pk


def asked(staff: UUID, recording: RecordingId) -> CalibrationMark | None:
    """What ``staff`` has still to answer about this call; None where nothing."""
    marks = CalibrationMark.objects.filter(
        evaluator=staff,
        answers__isnull=True,
        round__call__recording=recording,
        round__state=State.OPEN.value,
    )
    return marks.select_related("round__form").first()


def give(vault: Vault, grant: Grant, draft: Draft, now: datetime) -> int:
    """Keep the blind answers of the holder of ``grant``; gives the number of the round.

    Raises Incomplete, Denied as ``open_round``, Conflict where nothing is asked of them any more.
    """
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        raise Denied(Rule.PURPOSE_NOT_OPEN)
    whole(draft)
    opened = door.open_for(vault, grant, now)
    access.log_range(grant, "evaluate", start_ms=0, end_ms=0, at=now, what="calibration")
    with transaction.atomic():
        known = asked(grant.staff, grant.recording)
        if known is None:
            raise Conflict("no round asks you about this call", remedy="look at your rounds")
        one = _locked(known.round_id)
        mark = CalibrationMark.objects.get(pk=known.pk)
        if State(one.state) is not State.OPEN or mark.answers is not None:
            raise Conflict("no round asks you about this call", remedy="look at your rounds")
        mark.answers = answers.kept(draft.answers)
        mark.save(update_fields=["answers"])
        remarks.add(opened, mark.pk, draft.remarks, now)
        drafts.let_go(grant)
        if not one.marks.filter(answers__isnull=True).exists():
            _reveal(one)
    return one.pk


def reveal(number: int, by: Staff) -> None:
    """Reveal a round before everybody has answered; who has not is left out of it.

    Missing for anybody but who opened it, Conflict where it is revealed.
    """
    with transaction.atomic():
        one = _locked(number)
        if one.opened_by_id != by.pk:
            raise Missing("this is not your round", remedy="ask who opened it")
        if State(one.state) is not State.OPEN:
            raise Conflict("the round is revealed", remedy="read what came of it")
        _reveal(one)


def _locked(number: int) -> CalibrationRound:
    row = CalibrationRound.objects.select_for_update(of=("self",)).select_related("form")
    found = row.filter(pk=number).first()
    if found is None:
        raise Missing("there is no such round", remedy="look at your rounds")
    return found


def _reveal(one: CalibrationRound) -> None:
    one.state = State.REVEALED.value
    one.save(update_fields=["state"])
    standing.renew(one.form.form)


def tend(today: date) -> None:
    """Reveal the rounds whose calls are gone, and let go of those whose term is over."""
    for number in CalibrationRound.objects.filter(state=State.OPEN.value, call=None).values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            _reveal(_locked(number))
    over = CalibrationRound.objects.filter(ends_on__lte=today)
    if not over.exists():
        return
    with transaction.atomic():
        CalibrationCall.objects.filter(round__in=over).delete()
        CalibrationMark.objects.filter(round__in=over).delete()
        over.delete()


def forget(recordings: Collection[UUID]) -> None:
    """These calls die: what was answered about them stays, that it was about them does not."""
    CalibrationCall.objects.filter(recording__in=among(recordings)).delete()
