"""Requests of data subjects as they stand, and who works here."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Min, Q

from talteen.clock import helsinki_date
from talteen.life.answer import steps, undelivered
from talteen.life.answer.models import Package, RequestAnswer, SubjectRequest
from talteen.life.transcribe.models import Transcription
from talteen.life.use.quality.models import Evaluation
from talteen.notice import months
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Role
from talteen.notice.requests import Outcome, Stage
from talteen.notice.rights import Right
from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts import PeopleFacts, RequestFacts
from talteen.oversight.prove.gather_calls import LIVES
from talteen.register.models import AccessDay, Hold, Recording
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import Channel
from talteen.register.spared.do_not_record_models import DoNotRecordEntry
from talteen.register.staff import credentials, partners
from talteen.register.states import OPENABLE

A_YEAR = 12
A_MONTH_TO_ASK = timedelta(days=31)
"""Within which a year's confirmation follows the day on which the list shows it as due."""
_ANSWERED = (Stage.DELIVERING.value, Stage.DELIVERED.value, Stage.CLOSED.value)
_DESTROYS = ("erasure_decided", "objection_accepted")
_OPENABLE = [progress.value for progress in OPENABLE]
_HELD = Hold.objects.filter(state="active")


def requests(file: RegisterFile, now: datetime, *, texts: bool) -> RequestFacts:
    """All requests whose file is kept. ``texts``: whether text messages leave this house."""
    today = helsinki_date(now)
    open_ = list(SubjectRequest.objects.exclude(stage=Stage.CLOSED.value).select_related("case"))
    lost = undelivered.standing([one.pk for one in open_])  # what did not arrive is no answer
    owed = [
        steps.deadline(one, now).limit
        for one in open_
        if one.stage not in _ANSWERED or one.pk in lost
    ]
    decided = RequestAnswer.objects.filter(decided_at__isnull=False)
    refused = decided.filter(outcome=Outcome.REFUSED.value)
    fees = decided.filter(outcome=Outcome.FEE_ASKED.value)
    unfair = Q(opinion=None) | Q(decided_by=F("prepared_by"))
    return RequestFacts(
        all=SubjectRequest.objects.count(),
        open=len(open_),
        late=sum(day < today for day in owed),
        next_limit=min(owed, default=None),
        misdated=_misdated(),
        kept=_unkept(open_, now),
        refused=Count(refused.count(), refused.filter(paper=None).count()),
        fees=Count(fees.count(), fees.filter(unfair).count()),
        by_officer=_by_officer(),
        decided=Count(decided.count(), decided.filter(decided_by=None).count()),
        erased=_erased(decided.filter(letter__in=_DESTROYS)),
        objected=_objected(open_, now),
        texts=texts,
        codes=_unsent_codes(),
        packages=_unchecked(),
        unconfirmed=_unconfirmed(today),
        overkept=_overkept(file, now),
    )


def people(file: RegisterFile, today: date) -> PeopleFacts:
    """Who works here, and what they have today."""
    known = [one for one in credentials.everybody(today) if one.active]
    complete = {one.code for one in known if one.complete(today)}
    return PeopleFacts(
        active=len(known),
        complete=len(complete),
        contacts=len(complete.intersection(file.contact.people)),
        officers=sum(one.role == Role.DPO.value for one in known),
        partners=Count(sum(bool(one.contract) for one in known), partners.uncovered(file, today)),
    )


def _unsent_codes() -> Count:
    """The outbox remembers a month (``messages.REMEMBERED``)."""
    rows = OutgoingMessage.objects.filter(channel=Channel.TEXT.value).exclude(state="waiting")
    return Count(rows.count(), rows.filter(state__in=("late", "refused")).count())


def _misdated() -> int:
    rows = SubjectRequest.objects.annotate(first=Min("edges__at"))
    told = rows.values_list("received_at", "received_on", "first")
    return sum(
        helsinki_date(at) != on or (first is not None and at > first) for at, on, first in told
    )


def _unkept(open_: Iterable[SubjectRequest], now: datetime) -> Count:
    """Calls of requests that are not answered, and those that nothing keeps until they are."""
    cases = [one.case_id for one in open_ if one.stage not in _ANSWERED]
    calls = Recording.objects.filter(
        cases__in=cases, cutoff_at__gt=now, progress__in=_OPENABLE
    ).distinct()
    return Count(calls.count(), calls.exclude(pk__in=_HELD.values("recording")).count())


def _by_officer() -> int:
    officer = Role.DPO.value
    answers = RequestAnswer.objects.filter(decided_by__role=officer)
    holds = Hold.objects.filter(Q(opened_by__role=officer) | Q(approved_by__role=officer))
    return answers.count() + holds.count()


def _erased(decided: Iterable[RequestAnswer]) -> Count:
    calls = {UUID(one) for answer in decided for one in answer.recordings}
    return Count(len(calls), Recording.objects.filter(pk__in=calls, progress__in=LIVES).count())


def _objected(open_: Iterable[SubjectRequest], now: datetime) -> Count:
    """Calls of objections that wait for their answer: neither restricted, nor held for it."""
    asked = [one for one in open_ if Right.OBJECTION.value in one.rights]
    waiting = [one.case_id for one in asked if Right.OBJECTION not in steps.settled(one)]
    calls = Recording.objects.filter(
        cases__in=waiting, cutoff_at__gt=now, progress__in=_OPENABLE
    ).distinct()
    used = calls.filter(restricted=False).exclude(pk__in=_HELD.values("recording"))
    return Count(calls.count(), used.count())


def _unchecked() -> Count:
    """Calls in packages that were handed out, by the words that they had then."""
    handed = Package.objects.filter(handed_out_at__isnull=False, request__isnull=False).values_list(
        "recordings", "handed_out_at"
    )
    pairs = [(UUID(one), at) for calls, at in handed if at for one in calls]
    words = {
        row.recording_id: row
        for row in Transcription.objects.filter(pk__in=[one for one, _ in pairs])
    }
    bad = sum(
        one in words and words[one].state != "checked" and words[one].made_at <= at
        for one, at in pairs
    )
    return Count(len(pairs), bad)


def _unconfirmed(today: date) -> Count:
    days = list(DoNotRecordEntry.objects.values_list("confirmed_on", flat=True))
    return Count(len(days), sum(months.later(day, A_YEAR) + A_MONTH_TO_ASK < today for day in days))


def _overkept(file: RegisterFile, now: datetime) -> Count:
    """What ends by a number of months: days of the log, files of requests, evaluations."""
    today = helsinki_date(now)
    logs = AccessDay.objects.filter(salt__isnull=False)
    closed = SubjectRequest.objects.filter(
        closed_on__isnull=False, forgotten_at=None, complained=False
    )
    over = [
        day
        for day in closed.values_list("closed_on", flat=True)
        if day and months.later(day, file.retention.request_months) < today
    ]
    ended = Evaluation.objects.filter(ends_on__lt=today).count()
    bad = logs.filter(ends_at__lte=now - timedelta(days=1)).count() + len(over) + ended
    return Count(logs.count() + closed.count() + Evaluation.objects.count(), bad)
