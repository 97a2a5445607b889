"""The balances of the last month, as prepared values for the page. Only reads."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from talteen.clock import helsinki_date
from talteen.oversight.balance.values import Verdict
from talteen.oversight.models import DayBalance, LostCall

WINDOW_DAYS = 31
_DUE = (Verdict.RECORDED.value, Verdict.PARTIAL.value, Verdict.LOST.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySum:
    """One day by one export, or several days together."""

    day: date
    source: str
    recorded: int
    partial: int
    lost: int
    lawful: int
    orphans: int
    unlawful: int
    unreadable: int
    made_at: datetime

    @property
    def due(self) -> int:
        """How many calls had to be recorded."""
        return self.recorded + self.partial + self.lost

    @property
    def calls(self) -> int:
        return self.due + self.lawful

    @property
    def clean(self) -> bool:
        """Nothing on it asks for anybody's eyes."""
        return not (self.partial or self.lost or self.orphans or self.unlawful or self.unreadable)


@dataclass(frozen=True, slots=True)
class LostShown:
    """A lost call that nobody has explained."""

    began_at: datetime
    line: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Month:
    """The page: days newest first, and what is still unexplained."""

    days: tuple[DaySum, ...]
    """Of each day the export that has the most calls: it sees the most."""
    all: tuple[DaySum, ...]
    """Every export of every day."""
    lost: tuple[LostShown, ...]
    missing: tuple[date, ...]
    """Days before today that were not balanced, since the first that was."""

    @property
    def recorded(self) -> int:
        return sum(day.recorded for day in self.days)

    @property
    def due(self) -> int:
        return sum(day.due for day in self.days)

    @property
    def tenths(self) -> int | None:
        """Wholly recorded calls of those that had to be, in tenths of a percent, rounded down: it
        says 100 % only where nothing is missing. None where no call had to be recorded.
        """
        return self.recorded * 1000 // self.due if self.due else None


def month(now: datetime) -> Month:
    """The balances of the last ``WINDOW_DAYS`` days up to ``now``."""
    today = helsinki_date(now)
    since = today - timedelta(days=WINDOW_DAYS - 1)
    rows = DayBalance.objects.filter(day__gte=since, day__lte=today).order_by("-day", "source")
    every = tuple(_sum(row) for row in rows)
    lost = LostCall.objects.filter(explained_at=None, day__gte=since).order_by("-began_at")
    days = tuple(_fullest(every))
    return Month(
        days=days,
        all=every,
        lost=tuple(LostShown(row.began_at, row.line_id, row.reason) for row in lost),
        missing=tuple(_missing({day.day for day in days}, today)),
    )


def _sum(row: DayBalance) -> DaySum:
    counts: dict[str, int] = row.counts
    return DaySum(
        day=row.day,
        source=row.source,
        recorded=counts.get(Verdict.RECORDED.value, 0),
        partial=counts.get(Verdict.PARTIAL.value, 0),
        lost=counts.get(Verdict.LOST.value, 0),
        lawful=sum(n for verdict, n in counts.items() if verdict not in _DUE),
        orphans=row.orphans,
        unlawful=row.unlawful,
        unreadable=row.unreadable,
        made_at=row.made_at,
    )


def of_day(day: date) -> list[DaySum]:
    """Every export of ``day``."""
    return [_sum(row) for row in DayBalance.objects.filter(day=day).order_by("source")]


def fullest(day: date) -> DaySum | None:
    """The export of ``day`` that sees the most; None where there is none."""
    return next(iter(_fullest(of_day(day))), None)


def _fullest(days: Iterable[DaySum]) -> Iterable[DaySum]:
    by_day: defaultdict[date, list[DaySum]] = defaultdict(list)
    for day in days:
        by_day[day.day].append(day)
    for group in by_day.values():
        yield max(group, key=lambda day: (day.calls, day.lost, day.source))


def _missing(balanced: set[date], today: date) -> Iterable[date]:
    if not balanced:
        return
    day = today - timedelta(days=1)
    while day > min(balanced):
        if day not in balanced:
            yield day
        day -= timedelta(days=1)
