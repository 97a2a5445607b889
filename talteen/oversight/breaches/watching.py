"""The alarms of the house open drafts of breaches by themselves (REGISTER 17.5, 13.4, D).

A draft decides nothing: it makes sure that a person looks while there is time. Each occasion opens
one. Looked for once a minute, in what other rooms have written down already, without a key.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max

from talteen.clock import HELSINKI, helsinki_date
from talteen.life.answer.models import Package
from talteen.life.capture.begun import LOST
from talteen.life.capture.models import Promise
from talteen.life.destroy.models import Destruction
from talteen.notice.breaches import BreachKind
from talteen.notice.particulars import RegisterFile
from talteen.oversight.breaches import report
from talteen.oversight.breaches.models import BreachWatch
from talteen.oversight.breaches.report import Seen
from talteen.oversight.drill_models import Damage, DrillRun
from talteen.oversight.keys import Kind
from talteen.oversight.models import Alarm
from talteen.register.models import AccessEntry, Hold

EVERY = timedelta(minutes=1)
AWAKE = timedelta(hours=1)
"""An alarm of keys that stands from before a house was off is read once it has looked anew."""
BACK = timedelta(days=7)
"""How far back a look goes: longer than any house stands still unnoticed."""
TOO_LATE = timedelta(days=1)
"""What lives so long past its time is an incident (13.4)."""
OPENED_AT_MOST = 20
"""Calls that one person opens in a day before somebody asks why (REGISTER D)."""
DENIED_AT_MOST = 20
"""Times that one person meets a closed door in a day before somebody asks why."""


@transaction.atomic
def look(file: RegisterFile, now: datetime) -> int:
    """Open drafts for what is new; returns how many. Called by every sweep, works once a minute."""
    watch = BreachWatch.objects.select_for_update().first() or BreachWatch.objects.create()
    last = watch.looked_at
    if last is not None and last <= now < last + EVERY:
        return 0
    newest = AccessEntry.objects.aggregate(n=Max("pk"))["n"] or 0
    found = [*_stored(now), *_packages(now), *_opened(watch.looked_to, newest, now)]
    if last is not None and last <= now < last + AWAKE:
        found += _keys(now)
    if last is None or last.replace(minute=0) != now.replace(minute=0):
        found += _late(now)
    watch.looked_at, watch.looked_to = now, newest
    watch.save(update_fields=["looked_at", "looked_to"])
    new = report.new_occasions([one.occasion for one in found if one.occasion])
    for one in found:
        if one.occasion in new:
            report.draft(file, one)
    return len(new)


# --- what is stored -------------------------------------------------------------------------------


def _stored(now: datetime) -> Iterator[Seen]:
    """Bytes that do not open: of a held call, its evidence is lost."""
    held = set(Hold.objects.filter(state="active").values_list("recording", flat=True))
    together: defaultdict[tuple[datetime, bool], list[Damage]] = defaultdict(list)
    for row in Damage.objects.filter(found_at__gt=now - BACK).order_by("pk"):
        together[row.found_at, row.recording in held].append(row)
    for (found_at, of_hold), rows in together.items():
        yield Seen(
            kind=BreachKind.LOST_HELD_CALL if of_hold else BreachKind.DAMAGED,
            at=now,
            occurred_at=found_at,
            calls=[row.recording for row in rows if row.recording],
            occasion=f"damage:{rows[0].pk}",
        )
    lost = Promise.objects.filter(outcome=LOST, day__gt=helsinki_date(now - BACK))
    for gone in lost.exclude(recording=None):
        calls = [UUID(str(gone.recording))]
        yield Seen(BreachKind.LOST_CALL, now, gone.arrived_at, calls, occasion=f"lost:{calls[0]}")


def _late(now: datetime) -> Iterator[Seen]:
    """Calls that outlived their time by more than a day, one draft for each day of dying."""
    days = (helsinki_date(now) - timedelta(days=150), helsinki_date(now))
    late = Destruction.objects.filter(
        day__range=days, lateness_s__gt=TOO_LATE.total_seconds(), live_dead_at__gt=now - BACK
    )
    together: defaultdict[date, list[Destruction]] = defaultdict(list)
    for row in late.order_by("live_dead_at"):
        if row.live_dead_at is not None:
            together[helsinki_date(row.live_dead_at)].append(row)
    for day, rows in together.items():
        calls = [row.recording for row in rows]
        began = min(row.cutoff_at for row in rows)
        yield Seen(BreachKind.LATE_DESTRUCTION, now, began, calls, occasion=f"late:{day}")


def _keys(now: datetime) -> Iterator[Seen]:
    """A backup key that outlives its day, or comes back; a drill in which something dead opened,
    or nothing living did."""
    standing = Alarm.objects.filter(resolved_at=None)
    for row in standing.filter(kind=Kind.KEY_LATE.value, since__lt=now - TOO_LATE):
        yield Seen(BreachKind.LATE_DESTRUCTION, now, row.since, occasion=f"alarm:{row.pk}")
    for row in standing.filter(kind=Kind.KEY_REVIVED.value):
        yield Seen(BreachKind.LATE_DESTRUCTION, now, row.since, occasion=f"alarm:{row.pk}")
    for run in DrillRun.objects.filter(ok=False, at__gt=now - BACK):
        kind = BreachKind.LATE_DESTRUCTION if run.revived else BreachKind.LOST_HELD_CALL
        yield Seen(kind, now, run.at, occasion=f"drill:{run.pk}")


# --- what people do -------------------------------------------------------------------------------


def _packages(now: datetime) -> Iterator[Seen]:
    """Somebody has guessed at the code of a package until it closed: it may lie in wrong hands."""
    tried = Package.objects.filter(tries_left=0, made_at__gt=now - timedelta(days=30))
    for row in tried.only("pk", "recordings", "made_at"):
        calls = [UUID(one) for one in row.recordings]
        yield Seen(BreachKind.WRONG_DELIVERY, now, None, calls, occasion=f"package:{row.pk}")


def _opened(looked_to: int, newest: int, now: datetime) -> Iterator[Seen]:
    """Whoever opened more calls in a day than two persons had agreed on, or met too many doors."""
    fresh = AccessEntry.objects.filter(pk__gt=looked_to, pk__lte=newest)
    fresh = fresh.filter(action__in=("grant", "denied"), at__gt=now - BACK)
    days = {(staff, helsinki_date(at)) for staff, at in fresh.values_list("staff", "at")}
    for staff, day in sorted(days, key=str):
        yield from _of_one(staff, day, now)


def _of_one(staff: UUID, day: date, now: datetime) -> Iterator[Seen]:
    rows = AccessEntry.objects.filter(staff=staff, at__gte=_start(day))
    rows = rows.filter(at__lt=_start(day + timedelta(days=1)))
    granted = rows.filter(action="grant", recording__isnull=False)
    began = granted.order_by("at").values_list("at", flat=True).first()
    calls = list(granted.order_by().values_list("recording", flat=True).distinct())
    if len(calls) > OPENED_AT_MOST:
        opened = [call for call in calls if call]
        occasion = f"opened:{staff}:{day}"
        yield Seen(BreachKind.MASS_ACCESS, now, began, opened, suspect=staff, occasion=occasion)
    denied = rows.filter(action="denied").aggregate(n=Count("pk"))["n"]
    if denied > DENIED_AT_MOST:
        occasion = f"denied:{staff}:{day}"
        yield Seen(BreachKind.UNAUTHORISED_ACCESS, now, suspect=staff, occasion=occasion)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=HELSINKI)
