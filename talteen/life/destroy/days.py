"""Which day dies when: the register's calendar as prepared values (REGISTER 13.1, 13.15; look:
kalenteri).

A window of 92 days back from today, in whole weeks. Each day says how many calls it holds, when
they end, and how far that end has come: fresh, dying next night, without a live key, or destroyed
with certificates. Destruction needs no button: this only reads.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from django.db.models import Count, F, Max, Min, QuerySet, Sum, Value

from talteen.clock import HELSINKI, days_through, helsinki_date, start_of_day
from talteen.life.destroy.models import Destruction
from talteen.life.transcribe.models import Transcription
from talteen.register.models import Hold, Recording, Tally
from talteen.register.states import Progress

WINDOW = timedelta(days=92)
"""The longest that three calendar months can be."""
_IN_FORCE = "active"


class Stage(Enum):
    """How far the end of a day has come."""

    COMING = "coming"
    EMPTY = "empty"
    LIVING = "living"
    TODAY = "today"
    TONIGHT = "tonight"
    """Its live keys die at the next midnight."""
    KEYLESS = "keyless"
    """No live key; the last backup copy of a key is still alive."""
    GONE = "gone"
    """No key anywhere: certificates."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    day: date
    stage: Stage
    calls: int
    """Calls that are alive, or whose keys are dying; on a day that is gone, those that were
    destroyed.
    """
    ends_on: date | None
    """The day at whose start nothing of it exists; None without calls."""
    left_percent: int
    """How much of its life is left, 0 to 100: the strength of its colour."""
    holds: int

    @property
    def first_of_month(self) -> bool:
        return self.day.day == 1


@dataclass(frozen=True, slots=True)
class Night:
    """What the next midnight does."""

    at: datetime
    calls: int
    days: tuple[date, ...]
    """The days whose calls reach their cutoff. After a short month there may be several, or none.
    """
    kept_by_hold: int
    last_copy_dies: datetime | None


@dataclass(frozen=True, slots=True)
class HeldBeyond:
    """A held recording that is older than the calendar."""

    reference: str
    day: date
    review_on: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The whole register, day by day, oldest week first."""

    days: tuple[Day, ...]
    night: Night
    alive: int
    held_beyond: tuple[HeldBeyond, ...]

    @property
    def window(self) -> tuple[Day, ...]:
        """The 92 days up to today, without the rest of the first and last week."""
        return tuple(day for day in self.days if day.stage is not Stage.COMING)[-WINDOW.days :]

    @property
    def weeks(self) -> tuple[tuple[Day, ...], ...]:
        """The days in sevens, Monday first."""
        return tuple(self.days[i : i + 7] for i in range(0, len(self.days), 7))


@dataclass(frozen=True, slots=True)
class DayLine:
    """The sum of the day at the foot of every staff page."""

    recorded: int
    not_recorded: int
    tonight: int


@dataclass(frozen=True, slots=True)
class Filling:
    """How far the calls of a house have come, while a demo fills it."""

    recorded: int
    sealing: int
    sealed: int
    transcribed: int
    left_out: int
    keyless: int
    certified: int

    @property
    def busy(self) -> bool:
        """Whether something is still on its way."""
        return self.recorded == 0 or self.sealing > 0 or self.transcribed < self.sealed


@dataclass(frozen=True, slots=True)
class DayOfEnd:
    """A day that was destroyed, in sum."""

    date: date
    calls: int
    first_key_died: datetime
    last_copy_died: datetime


def calendar(now: datetime) -> Calendar:
    """The calendar as of ``now``: a dozen grouped queries, whatever the size of the register."""
    today = helsinki_date(now)
    begin = _monday(today - WINDOW)
    end = _monday(today) + timedelta(days=6)
    tally = _Tally(now, begin)
    return Calendar(
        days=tuple(_day(day, tally, today) for day in days_through(begin, end)),
        night=_night(now),
        alive=sum(tally.alive.values()),
        held_beyond=_held_beyond(begin),
    )


def day_line(now: datetime) -> DayLine:
    """Yesterday's calls and the next night's, in three counts."""
    yesterday = helsinki_date(now) - timedelta(days=1)
    alive = Recording.objects.filter(day=yesterday).exclude(progress=Progress.REFUSED.value).count()
    gone = Destruction.objects.filter(day=yesterday).exclude(reason="refusal").count()
    left_out = Tally.objects.filter(day=yesterday).aggregate(n=Sum("count"))["n"] or 0
    return DayLine(recorded=alive + gone, not_recorded=left_out, tonight=dying_tonight(now).count())


def newest_end(now: datetime) -> DayOfEnd | None:
    """The latest day of which no key is left anywhere."""
    done = Destruction.objects.filter(day__gte=helsinki_date(now) - 2 * WINDOW)
    days = done.values("day").annotate(
        calls=Count("pk"),
        dead=Count("backup_dead_at"),
        first=Min("live_dead_at"),
        last=Max("backup_dead_at"),
    )
    row = days.filter(calls=F("dead")).order_by("-day").first()
    if row is None:
        return None
    return DayOfEnd(row["day"], row["calls"], row["first"] or row["last"], row["last"])


def living_on(day: date) -> int:
    """How many calls of ``day`` still exist as recordings."""
    return Recording.objects.filter(day=day).exclude(progress=Progress.REFUSED.value).count()


def held_on(day: date) -> int:
    """How many calls of ``day`` a hold keeps."""
    return Recording.objects.filter(day=day, holds__state=_IN_FORCE).distinct().count()


def filling() -> Filling:
    """How far the calls of the house have come, counted from the rows."""
    states = dict(Recording.objects.order_by().values_list("progress").annotate(Count("pk")))
    gone = Destruction.objects.aggregate(all=Count("pk"), certified=Count("backup_dead_at"))
    return Filling(
        recorded=sum(states.values()) + gone["all"],
        sealing=states.get(Progress.CAPTURED.value, 0) + states.get(Progress.CAPTURING.value, 0),
        sealed=states.get(Progress.SEALED.value, 0),
        transcribed=Transcription.objects.exclude(indexed_at=None).count(),
        left_out=Tally.objects.aggregate(n=Sum("count"))["n"] or 0,
        keyless=gone["all"] - gone["certified"] + sum(states.get(state, 0) for state in _DYING),
        certified=gone["certified"],
    )


def next_cutoff(now: datetime) -> datetime | None:
    """When the next call stops opening; None when none is alive."""
    living = Recording.objects.filter(cutoff_at__gt=now).exclude(progress__in=_DYING)
    return living.order_by("cutoff_at").values_list("cutoff_at", flat=True).first()


def next_due(now: datetime) -> datetime | None:
    """When the last copy of a key next dies; None when no key is waiting or alive."""
    waiting = Destruction.objects.filter(backup_dead_at=None, due_at__gt=now)
    living = Recording.objects.filter(due_at__gt=now)
    ends = [rows.aggregate(at=Min("due_at"))["at"] for rows in (waiting, living)]
    return min((end for end in ends if end is not None), default=None)


class _Tally:
    """Counts by day, read once."""

    def __init__(self, now: datetime, begin: date) -> None:
        rows = Recording.objects.filter(day__gte=begin)
        self.now = now
        self.alive, self.all = Counter[date](), Counter[date]()
        self.ends: dict[date, tuple[datetime, datetime]] = {}
        for (day, cutoff, due), (calls, dying) in _ending(rows).items():
            self.all[day] += calls
            self.alive[day] += calls - dying if cutoff > now else 0
            earlier = self.ends.get(day, (cutoff, due))
            self.ends[day] = (min(cutoff, earlier[0]), min(due, earlier[1]))
        rows = rows.exclude(progress=Progress.REFUSED.value)
        self.holds = _by_day(rows.filter(holds__state=_IN_FORCE))
        gone = Destruction.objects.filter(day__gte=begin)
        self.gone = _by_day(gone.filter(backup_dead_at__lte=now))
        self.copied = _by_day(gone.exclude(backup_dead_at__lte=now))
        self.gone_due = dict(gone.order_by().values_list("day").annotate(Min("due_at")))


_DYING = (Progress.DESTROYING.value, Progress.UNPLAYABLE_FOREVER.value)


def _ending(rows: QuerySet[Recording]) -> dict[tuple[date, datetime, datetime], tuple[int, int]]:
    """By day, cutoff and due: how many calls there are, refused ones aside, and how many of them
    are dying.

    All are counted along an index that begins by these three (recording_ends), whatever has become
    of them; what has become of the few that do not live comes from another. One statement, so that
    both are of the same instant.
    """
    ends = ("day", "cutoff_at", "due_at")
    counted, ended = {"calls": Count("*")}, (*_DYING, Progress.REFUSED.value)
    every = rows.order_by().values_list(*ends).annotate(became=Value(""), **counted)
    gone = rows.filter(progress__in=ended).order_by().values_list(*ends)
    found: dict[tuple[date, datetime, datetime], tuple[int, int]] = {}
    told = every.union(gone.annotate(became=F("progress"), **counted), all=True)
    for day, cutoff, due, progress, calls in told:
        there, dying = found.get((day, cutoff, due), (0, 0))
        there += calls if not progress else -calls if progress == Progress.REFUSED.value else 0
        found[day, cutoff, due] = (there, dying + (calls if progress in _DYING else 0))
    return {key: one for key, one in found.items() if one[0]}


def _by_day(rows: object) -> Counter[date]:
    grouped = rows.order_by().values_list("day").annotate(Count("pk", distinct=True))  # type: ignore[attr-defined]  # two models, one shape
    return Counter(dict(grouped))


def _day(day: date, tally: _Tally, today: date) -> Day:
    if day > today:
        return Day(day, Stage.COMING, 0, None, 0, 0)
    stage = _stage(day, tally, today)
    cutoff, due = tally.ends.get(day, (None, None))
    ends = due or tally.gone_due.get(day)
    calls = tally.gone[day] if stage is Stage.GONE else tally.all[day] + tally.copied[day]
    return Day(
        day=day,
        stage=stage,
        calls=calls,
        ends_on=helsinki_date(ends) if ends else None,
        left_percent=_left(start_of_day(day), cutoff, tally.now),
        holds=tally.holds[day],
    )


def _stage(day: date, tally: _Tally, today: date) -> Stage:
    if tally.alive[day]:
        cutoff = tally.ends[day][0]
        if cutoff == _next_midnight(tally.now):
            return Stage.TONIGHT
        return Stage.TODAY if day == today else Stage.LIVING
    if tally.copied[day] or tally.all[day]:
        return Stage.KEYLESS
    if tally.gone[day]:
        return Stage.GONE
    return Stage.TODAY if day == today else Stage.EMPTY


def _left(start: datetime, cutoff: datetime | None, now: datetime) -> int:
    if cutoff is None:
        return 0
    return max(0, min(100, round(100 * (cutoff - now) / (cutoff - start))))


def _night(now: datetime) -> Night:
    midnight = _next_midnight(now)
    dying = dying_tonight(now)
    held = Recording.objects.filter(cutoff_at=midnight, holds__state=_IN_FORCE).distinct().count()
    days = dying.order_by("day").values_list("day", flat=True).distinct()
    return Night(
        at=midnight,
        calls=dying.count(),
        days=tuple(days),
        kept_by_hold=held,
        last_copy_dies=dying.aggregate(due=Min("due_at"))["due"],
    )


def dying_tonight(now: datetime) -> QuerySet[Recording]:
    """The recordings that stop opening at the next midnight, without those that a hold keeps."""
    at_midnight = Recording.objects.filter(cutoff_at=_next_midnight(now))
    living = at_midnight.exclude(progress__in=(*_DYING, Progress.REFUSED.value))
    return living.exclude(holds__state=_IN_FORCE)


def _held_beyond(begin: date) -> tuple[HeldBeyond, ...]:
    old = Hold.objects.filter(state=_IN_FORCE, recording__day__lt=begin).select_related(
        "case", "recording"
    )
    return tuple(
        HeldBeyond(hold.case.reference, hold.recording.day, hold.review_on)
        for hold in old.order_by("recording__day", "case__reference")
    )


def _next_midnight(now: datetime) -> datetime:
    return start_of_day(now.astimezone(HELSINKI).date() + timedelta(days=1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
