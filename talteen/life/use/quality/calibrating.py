"""Calibrating: several people answer one form about the same drawn calls, each blind, then all see
all.

A round is about the form. It is no evaluation of an agent, who is not named in it and whose scores
it does not touch; the listening stands in the access log like any other. Nobody sees another's
answers before the round is revealed: when the last one is in, or by who opened it. A call that dies
meanwhile is waited for no longer. What the people remarked is sealed under the call's key and dies
with it; answers stay for the term of employee data (``retention.evaluation_months``), and figures
of nobody after that (``standing``).
"""

from collections.abc import Collection, Sequence
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
from talteen.life.use.quality import (
    answers,
    drafts,
    lot,
    published,
    remarks,
    round_calls,
    standing,
)
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
MOST_CALLS = 10
"""In one round: more than a working day of listening is no session."""


class NotForAll(InputError):
    """Somebody who was chosen may not open each of the calls."""

    slug = "not-for-all"


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
    others: Collection[UUID] = (),
) -> int:
    """Open a round on the call of ``grant`` and on ``others``; gives its number. ``ends_after``:
    months.

    Raises Denied for another purpose than service quality, InputError with fewer than two people,
    too many calls or one that ``round_calls`` does not offer, NotForAll where somebody may not open
    each of them, Conflict while one of them has an open round.
    """
    if grant.purpose is not Purpose.SERVICE_QUALITY:
        raise Denied(Rule.PURPOSE_NOT_OPEN)
    door.open_for(vault, grant, now)
    recordings = [grant.recording, *_offered(grant, others, now)]
    people = _able(recordings, evaluators)
    access.log_range(grant, "evaluate", start_ms=0, end_ms=0, at=now, what="calibration")
    today = helsinki_date(now)
    with transaction.atomic():
        rows = Recording.objects.select_for_update().filter(pk__in=recordings).order_by("pk")
        known = {row.pk: row for row in rows}
        running = CalibrationRound.objects.filter(state=State.OPEN.value)
        if running.filter(call__recording__in=known).exists() or len(known) < len(recordings):
            raise Conflict("one of these has an open round", remedy="wait until it is revealed")
        first: CalibrationRound | None = None
        for one in recordings:
            made = CalibrationRound.objects.create(
                form=published.row_of(form),
                opened_by_id=grant.staff,
                week=lot.week_of(today),
                state=State.OPEN.value,
                ends_on=months.later(lot.monday_of(today) + timedelta(days=7), ends_after),
                first=first,
            )
            first = first or made
            CalibrationCall.objects.create(round=made, recording=known[one], opened_at=now)
            CalibrationMark.objects.bulk_create(
                CalibrationMark(round=made, evaluator=each) for each in people
            )
    return number_of(made)


def _offered(grant: Grant, others: Collection[UUID], now: datetime) -> list[RecordingId]:
    """The other calls of a round, each once."""
    wanted = set(others) - {grant.recording}
    if not wanted:
        return []
    who = Staff.objects.get(pk=grant.staff)
    offered = [one.recording for one in round_calls.offered(who, grant.recording, now)]
    found = [one for one in offered if one in wanted]
    if len(found) < len(wanted) or len(found) >= MOST_CALLS:
        raise InputError("these calls make no round", remedy="choose at most nine of the list")
    return found


def _able(recordings: Sequence[RecordingId], evaluators: Collection[UUID]) -> list[Staff]:
    """Those who were chosen; each may open each of the calls."""
    people = list(eligible(recordings[0]).filter(pk__in=evaluators))
    if len(people) < LEAST or len(people) != len(set(evaluators)):
        raise InputError("a round needs two people", remedy="choose at least two of the list")
    for other in recordings[1:]:
        if eligible(other).filter(pk__in=evaluators).count() < len(people):
            raise NotForAll("somebody may not open each call", remedy="choose others, or less")
    return people


def number_of(row: CalibrationRound) -> int:
    """The number of the round that a row of it belongs to: its first call's."""
    return row.first_id or row.pk


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
        one = _locked(number_of(known.round))
        mark = CalibrationMark.objects.get(pk=known.pk)
        if State(one.state) is not State.OPEN or mark.answers is not None:
            raise Conflict("no round asks you about this call", remedy="look at your rounds")
        mark.answers = answers.kept(draft.answers)
        mark.save(update_fields=["answers"])
        remarks.add(opened, mark.pk, draft.remarks, now)
        drafts.let_go(grant)
        if not _missing(one.pk).exists():
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
    found = row.filter(pk=number, first=None).first()
    if found is None:
        raise Missing("there is no such round", remedy="look at your rounds")
    return found


def rows_of(number: int) -> QuerySet[CalibrationRound]:
    """The rows of a round, one a call, in their order."""
    return CalibrationRound.objects.filter(Q(pk=number) | Q(first=number)).order_by("pk")


def _missing(number: int) -> QuerySet[CalibrationMark]:
    """The answers that a round waits for: those about calls that are still there."""
    marks = CalibrationMark.objects.filter(round__in=rows_of(number), answers__isnull=True)
    return marks.filter(round__call__isnull=False)


def _reveal(one: CalibrationRound) -> None:
    rows = rows_of(one.pk)
    rows.update(state=State.REVEALED.value)
    one.figures = standing.figures_of(rows)
    one.save(update_fields=["figures"])
    standing.renew(one.form.form)


def tend(today: date) -> None:
    """Reveal the rounds that wait for no call that is left, and let go of those whose term is
    over."""
    running = CalibrationRound.objects.filter(state=State.OPEN.value, first=None)
    for number in list(running.values_list("pk", flat=True)):
        with transaction.atomic():
            if not _missing(number).exists():
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
