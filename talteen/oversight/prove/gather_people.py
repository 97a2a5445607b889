"""Whose rights are looked at, who broke glass, who was recorded untold (17.2, 17.4, E.0)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db.models import F, Q, QuerySet

from talteen.clock import helsinki_date, start_of_day
from talteen.notice import access_reviews, acknowledgements
from talteen.notice.access_reviews import Kept
from talteen.notice.acknowledgements import Edition, Said
from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts import WINDOW, RightFacts
from talteen.register.emergency_models import Emergency
from talteen.register.models import AccessEntry, Recording
from talteen.register.staff import acknowledgements as register
from talteen.register.staff.review_models import AccessReview, RightReview

_A_YEAR = timedelta(days=365)
_A_DAY = timedelta(days=1)
_SWEEPS = _A_DAY
"""Within which the sweep begins a round whose day has come."""


def rights(now: datetime) -> RightFacts:
    """Reviews and emergency openings as they stand ``now``."""
    newest, today = AccessReview.objects.order_by("-begun_on").first(), helsinki_date(now)
    next_on = access_reviews.next_on(newest.begun_on) if newest else None
    rows = RightReview.objects.filter(review=newest) if newest else RightReview.objects.none()
    asked = Emergency.objects.filter(approved_at__gt=now - _A_YEAR)
    return RightFacts(
        reviewed_on=newest.begun_on if newest else None,
        late=next_on is not None and today > next_on + _SWEEPS,
        reviewed=Count(rows.count(), rows.filter(verdict="").count()),
        ended=_after_the_end(now),
        emergencies=Count(asked.count(), _unlike(asked, now)),
    )


def _after_the_end(now: datetime) -> int:
    """Permissions of the window that were given after a review had taken the rights away."""
    lines = AccessEntry.objects.filter(at__gt=now - WINDOW, action="grant")
    first = RightReview.objects.order_by("staff").values("staff")
    seen = lines.filter(staff__in=first).exclude(case__startswith="HA-")
    return sum(not _stood(staff, at) for staff, at in seen.values_list("staff", "at"))


def _stood(staff: UUID, at: datetime) -> bool:
    row = (
        RightReview.objects.filter(staff=staff, review__begun_on__lte=helsinki_date(at))
        .order_by("-review")
        .values_list("verdict", "decided_at", "review__due_on")
        .first()
    )
    if row is None:
        return True
    verdict, decided_at, due_on = row
    if decided_at is not None and decided_at > at:  # nothing had been said yet
        return helsinki_date(at) <= due_on
    return helsinki_date(at) <= due_on if not verdict else verdict == Kept.KEPT.value


def _unlike(asked: QuerySet[Emergency], now: datetime) -> int:
    """Those by fewer than three people, and those that nobody looked at in time."""
    late = Q(reviewed_at=None, review_by__lt=helsinki_date(now))
    few = Q(approved_by=F("asked_by")) | Q(reviewed_by=F("asked_by"))
    few |= Q(reviewed_by=F("approved_by"))
    outside = sum(
        AccessEntry.objects.filter(case=row.reference, action="grant")
        .exclude(at__gte=row.approved_at, at__lt=row.ends_at, staff=row.asked_by_id)
        .exists()
        for row in asked
    )
    return asked.filter(late | few).count() + outside


def untold(living: QuerySet[Recording]) -> int:
    """Of ``living`` recordings those of agents who had not acknowledged the employees' notice when
    they began, or did not permit it: those of the stretches in which they were not recorded."""
    editions = register.editions()
    if not editions:
        return 0
    agents = list(living.order_by().values_list("agent", flat=True).distinct())
    said = register.said(agents)
    return sum(
        living.filter(agent=one, started_at__gte=since, started_at__lt=until).count()
        for one in agents
        for since, until in _shut(editions, said.get(one, []))
    )


def _shut(editions: list[Edition], said: list[Said]) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of time in which nothing of a person may be recorded."""
    days: set[date] = {day for one in editions for day in (one.since, acknowledgements.ends(one))}
    marks = sorted({start_of_day(day) for day in days} | {one.at for one in said})
    for since, until in pairwise([*marks, datetime.max.replace(tzinfo=UTC)]):
        edition = acknowledgements.in_force(editions, helsinki_date(since))
        if not acknowledgements.standing(edition, said, since).recorded:
            yield since, until
