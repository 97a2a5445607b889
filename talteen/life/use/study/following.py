"""What the sweep does for studies: draws one when its weeks are drawn, freezes it before its calls
close; and what the death of a call does to its row.

The draw is the lot's own (``quality.lot``): a ticket is HMAC-SHA256 of a call's id under the
study's seed, and the lowest of each stratum are taken. A report is frozen when every call has its
answer, and at the latest in the last hour before the first call of the sample opens no more. If the
house was off in that hour, its calls die at once when it wakes, as they must; their answers are
kept without them until the same sweep freezes the report.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from talteen.clock import helsinki_date
from talteen.life.use.quality import lot
from talteen.life.use.quality.drawing import Seeds
from talteen.life.use.quality.lot import Candidate
from talteen.life.use.quality.models import Draw, DrawShare
from talteen.life.use.study import frozen, planning, stratifying
from talteen.life.use.study.models import Study, StudyCall
from talteen.life.use.study.plan import Plan
from talteen.life.use.study.planning import FREEZES_BEFORE
from talteen.life.use.study.report import Stratum
from talteen.notice.purposes import Purpose
from talteen.register import balanced
from talteen.register.database.among import among
from talteen.register.log.ledger_kinds import Reason
from talteen.register.models import Hold, Recording
from talteen.register.states import OPENABLE, Lot

Chance = tuple[int, int]
"""Calls of an agent that were in a week's lot, and how many of them it drew."""


def tend(seeds: Seeds, now: datetime) -> None:
    """Draw and freeze what its time has come for. May be called any number of times."""
    today = helsinki_date(now)
    if balanced.stands(Purpose.SERVICE_QUALITY, today):  # 6.1
        for study in Study.objects.filter(drawn_at=None).order_by("begun_at"):
            if _is_ripe(study, today):
                _draw(seeds, study.pk, now)
    running = Study.objects.filter(frozen_at=None).exclude(drawn_at=None)
    for study in running.order_by("begun_at"):
        if _must_freeze(study, now):
            _freeze(study.pk, now)


def forget(recordings: Collection[UUID]) -> None:
    """These calls die. What was answered about one whose time was over stays for the report,
    without the call; a call that was erased before takes its answer with it."""
    rows = StudyCall.objects.filter(recording__in=among(recordings))
    rows.exclude(recording__destroy_reason=Reason.EXPIRED.value).delete()
    rows.update(recording=None)


def _is_ripe(study: Study, today: date) -> bool:
    """Whether its last week is drawn, or will never be: the house was off when it began."""
    if today < planning.draws_on(study.last):
        return False
    weeks = Draw.objects.filter(monday__gte=study.first, monday__lte=study.last)
    return not weeks.filter(made_at=None).exists()


def _must_freeze(study: Study, now: datetime) -> bool:
    if study.closes_at is None or now >= study.closes_at - FREEZES_BEFORE:
        return True
    return not study.calls.filter(answer="").exists()


@transaction.atomic
def _draw(seeds: Seeds, which: UUID, now: datetime) -> None:
    study = Study.objects.select_for_update().get(pk=which)
    if study.drawn_at is not None:
        return  # another sweep was first
    plan = planning.plan_of(study)
    known = stratifying.counted(study.unit_id, plan)
    pool: dict[Stratum, list[Recording]] = {key: [] for key in known}
    for row in _open_pool(study.unit_id, plan, now):
        pool[stratifying.stratum(plan, row)].append(row)
    among = {key: calls for key, (calls, _) in known.items()}
    there = {key: len(rows) for key, rows in pool.items()}
    quotas = stratifying.quotas(plan, among, there)
    seed = seeds(bytes(study.seed))
    drawn = [row for key, rows in pool.items() for row in _lowest(seed, rows, quotas[key])]
    chances = _chances(plan)
    StudyCall.objects.bulk_create(_row(study, plan, row, chances) for row in drawn)
    study.drawn_at = now
    study.closes_at = min((row.cutoff_at for row in drawn), default=None)
    study.frame = [[key, among[key], there[key], quotas[key]] for key in sorted(among)]
    study.save(update_fields=["drawn_at", "closes_at", "frame"])


def _open_pool(unit: str, plan: Plan, now: datetime) -> QuerySet[Recording]:
    """What the lot drew and still opens for quality until the report can be frozen."""
    held = Exists(Hold.objects.filter(recording=OuterRef("pk"), state="active"))
    openable = Q(progress__in=[progress.value for progress in OPENABLE])
    rows = stratifying.of_weeks(unit, plan).filter(openable, lot=Lot.DRAWN.value)
    rows = rows.select_related("line")
    rows = rows.filter(restricted=False, special_category=False)
    return rows.filter(~held, cutoff_at__gt=now + FREEZES_BEFORE)


def _lowest(seed: bytes, rows: list[Recording], quota: int) -> list[Recording]:
    """The rows with the lowest tickets."""
    by_id = {row.pk: row for row in rows}
    tickets = lot.in_order(seed, [Candidate(row.pk, row.agent_id) for row in rows])
    return [by_id[one.recording] for one in tickets[:quota]]


def _chances(plan: Plan) -> Mapping[tuple[date, UUID], Chance]:
    """With what chance each week's lot drew a call of each agent."""
    shares = DrawShare.objects.filter(draw__monday__gte=plan.first, draw__monday__lte=plan.last)
    return {(one.draw_id, one.agent_id): (one.among, one.quota) for one in shares}


def _row(
    study: Study, plan: Plan, row: Recording, chances: Mapping[tuple[date, UUID], Chance]
) -> StudyCall:
    among, quota = chances[lot.monday_of(row.day), row.agent_id]
    return StudyCall(
        study=study,
        recording=row,
        line_id=row.line_id,
        language=row.language,
        stratum=list(stratifying.stratum(plan, row)),
        agent_id=row.agent_id,
        among=among,
        quota=quota,
    )


@transaction.atomic
def _freeze(which: UUID, now: datetime) -> None:
    study = Study.objects.select_for_update().get(pk=which)
    if study.frozen_at is not None:
        return
    study.report = frozen.to_json(frozen.made(study, list(study.calls.all())))
    study.frozen_at, study.frame = now, []
    study.save(update_fields=["report", "frozen_at", "frame"])
    study.calls.all().delete()


def closes_within(ahead: timedelta, now: datetime) -> QuerySet[Study]:
    """Studies whose first call closes within ``ahead``: whoever answers is warned."""
    soon = Study.objects.filter(frozen_at=None, closes_at__lte=now + ahead)
    return soon.order_by("closes_at")
