"""What has left the house, to whom, and who was told of what became of it since; and whose machines
the house speaks to."""

from datetime import datetime, timedelta
from uuid import UUID

from talteen.clock import helsinki_date
from talteen.config import Config
from talteen.life.answer.disclose.models import Disclosure, RecipientTask
from talteen.life.answer.models import RequestAnswer
from talteen.notice import breaches as breach_law
from talteen.notice import disclosures as law
from talteen.notice import recipient_tasks as tasks
from talteen.notice.breaches import BreachStage
from talteen.notice.disclosures import DisclosureStep, Door
from talteen.notice.particulars import RegisterFile
from talteen.notice.recipient_tasks import TaskStage
from talteen.oversight.breaches.models import Breach
from talteen.oversight.flow import gate
from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts import LeavingFacts

TOLD_WITHIN = timedelta(days=1)
"""After a secrecy has ended, by the sweep."""


def leaving(config: Config, file: RegisterFile, now: datetime) -> LeavingFacts:
    """All of it, at one moment."""
    rows = list(
        Disclosure.objects.filter(left_at__isnull=False, forgotten_at=None)
        .select_related("recipient")
        .prefetch_related("edges", "papers", "calls")
    )
    orders = [one for one in rows if one.door == Door.AUTHORITY.value]
    claims = [one for one in rows if one.door != Door.AUTHORITY.value]
    return LeavingFacts(
        orders=Count(len(orders), sum(not _lawful(one) for one in orders)),
        claims=Count(len(claims), sum(not _lawful(one) for one in claims)),
        named=Count(len(rows), sum(not _named(one, now) for one in rows)),
        passed_on=_passed_on(now),
        connectors=_connectors(config, file),
        breaches=_breaches(now),
    )


def _lawful(row: Disclosure) -> bool:
    """Verified, grounded, cut to named calls, let go by two, and heard where it must be."""
    steps = {edge.step for edge in row.edges.all()}
    papers = {paper.kind for paper in row.papers.all()}
    two = row.approved_by_id is not None and row.approved_by_id != row.proposed_by_id
    heard = bool(row.opinion) or not law.needs_opinion(Door(row.door), refusing=False)
    done = {DisclosureStep.VERIFIED.value, DisclosureStep.SCOPED.value} <= steps
    few = 0 < len(row.calls.all()) <= law.MOST_CALLS
    return two and heard and done and few and "ground" in papers


def _named(row: Disclosure, now: datetime) -> bool:
    """It can be told by name, or a law forbids it until a day; and once it has come, it was."""
    today = helsinki_date(now)
    if not row.recipient.name:
        return False
    if row.secret_until is None or law.is_secret(row.secret_until, today):
        return True
    return row.told_at is not None or today - row.secret_until <= TOLD_WITHIN


def _passed_on(now: datetime) -> Count:
    """Each call that was disclosed and then erased, corrected or restricted: has its receiver a
    task, and is none past its day?"""
    owed = _owed()
    there = set(RecipientTask.objects.values_list("occasion", "disclosure", "recording"))
    open_ = RecipientTask.objects.exclude(stage__in=[one.value for one in tasks.SETTLED])
    late = open_.filter(due_on__lt=helsinki_date(now), stage=TaskStage.OPEN.value).count()
    return Count(len(owed), len(owed - there) + late)


def _owed() -> set[tuple[UUID, UUID, UUID]]:
    answers = RequestAnswer.objects.filter(
        decided_at__isnull=False, letter__in=list(tasks.BY_LETTER)
    ).select_related("request__case")
    left = {
        (call.recording, row.pk, row.left_at)
        for row in Disclosure.objects.filter(left_at__isnull=False).prefetch_related("calls")
        for call in row.calls.all()
    }
    return {
        (answer.pk, disclosure, recording)
        for answer in answers
        for recording, disclosure, left_at in left
        if recording in _touched(answer) and left_at and left_at <= (answer.decided_at or left_at)
    }


def _touched(answer: RequestAnswer) -> set[UUID]:
    if answer.recordings:
        return {UUID(one) for one in answer.recordings}
    return set(answer.request.case.recordings.values_list("pk", flat=True))


def _connectors(config: Config, file: RegisterFile) -> Count:
    covered = gate.covered(config, file)
    return Count(len(covered), sum(one.party is None for one in covered))


def _breaches(now: datetime) -> Count:
    rows = Breach.objects.all()
    return Count(len(rows), sum(_untold(one, now) for one in rows))


def _untold(row: Breach, now: datetime) -> bool:
    """The authority was not told in its hours, or people of a high risk were told nothing."""
    limit = breach_law.limit(row.reported_at, row.aware_at)
    stage = BreachStage(row.stage)
    runs = stage in (BreachStage.REPORTED, BreachStage.ASSESSING, BreachStage.TO_NOTIFY)
    unsaid = stage is BreachStage.CLOSED and row.risk == "high" and not row.people
    return unsaid or (runs and now > limit and row.notified_at is None)
