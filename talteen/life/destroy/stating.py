"""The month's statement: when it is made, and from which entries.

The calls of a month have all reached their due by the first day of the fourth month after it (13.1:
three calendar months, clamped). On that day the month is stated, and stated again on the first day
of each later month for as long as something of it is still held or open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db import transaction

from talteen.clock import helsinki_date, start_of_day
from talteen.life.destroy import statement
from talteen.life.destroy.models import Destruction
from talteen.notice import months
from talteen.register.log import ledger, ledger_bytes, ledger_excerpt
from talteen.register.log.ledger import Found
from talteen.register.log.ledger_counts import MonthStated
from talteen.register.log.ledger_models import LedgerEntry

ENDS_AFTER = 4
"""Months from the first day of a month to the day on which nothing of it need be alive."""
_QUIET = timedelta(hours=6)
"""After midnight: what dies at midnight has been entered by then."""


def state(now: datetime) -> int:
    """Enter the statements that are due by ``now``; how many. Only what is published is counted."""
    today = helsinki_date(now - _QUIET)
    ready = [month for month in _due(today) if today.day > 1 or not _ending(month)]
    for month in ready:
        _enter(preview(month, now), now)
    return len(ready)


def preview(month: date, now: datetime) -> MonthStated:
    """What the published entries say of ``month`` (its first day) as of ``now``."""
    begin = ledger_excerpt.size_before(start_of_day(month))
    size = ledger_excerpt.size_now()
    counted = ledger_excerpt.entries(begin, size, kinds=statement.COUNTED)
    return statement.count(counted, month, begin=begin, size=size, at=now)


def so_far(month: date, now: datetime) -> MonthStated:
    """The same for a page: counted once for each size of the log and each day.

    Cutoffs and dues are midnights of Helsinki: nothing of it changes within a day by itself.
    """
    today = helsinki_date(now)
    return _counted(month, ledger_excerpt.head_now(), start_of_day(today))


@lru_cache(maxsize=64)
def _counted(month: date, head: tuple[int, bytes], at: datetime) -> MonthStated:
    """``head``: size and root of the log, which say which entries are counted."""
    begin, (size, _) = ledger_excerpt.size_before(start_of_day(month)), head
    counted = ledger_excerpt.entries(begin, size, kinds=statement.COUNTED)
    return statement.count(counted, month, begin=begin, size=size, at=at)


def newest(month: date) -> Found | None:
    """The last statement of ``month`` that was entered, if there is one."""
    return next(reversed(list(ledger.find(MonthStated, day=month))), None)


def stated_on(month: date) -> date:
    """The day on which ``month`` is first stated."""
    return months.later(month, ENDS_AFTER)


def lived(now: datetime) -> list[date]:
    """The months that have anything to state, the running one first."""
    born, this = _born(), statement.month_of(helsinki_date(now))
    if born is None:
        return []
    older = [day for day, stated in _stated().items() if day < born and stated.captured]
    return [*reversed(list(_months(born, this))), *sorted(older, reverse=True)]


@transaction.atomic
def _enter(stated: MonthStated, now: datetime) -> None:
    ledger.enter(stated, now)


def _ending(month: date) -> bool:
    """Whether an end has begun and is not certified yet: worth waiting for, but for a day only."""
    begun = Destruction.objects.filter(certificate_leaf=None, day__lt=months.later(month, 1))
    return begun.filter(day__gte=month).exists()


def _due(today: date) -> Iterator[date]:
    """The months to be stated, oldest first."""
    born, this = _born(), statement.month_of(today)
    if born is None:
        return
    known = _stated()
    # A new house may take in calls from before it was born, as old as calls can be (J6).
    for month in _months(months.later(born, 1 - ENDS_AFTER), months.later(this, -ENDS_AFTER)):
        last = known.get(month)
        if last is None or (last.open and helsinki_date(last.at) < this):
            yield month


@dataclass(frozen=True, slots=True)
class _Last:
    """What the last statement of a month left open, and when it was made."""

    at: datetime
    captured: int
    open: bool


def _stated() -> dict[date, _Last]:
    """The last statement of each month that was ever stated."""
    rows = LedgerEntry.objects.filter(kind=MonthStated.tag).order_by("id")
    last: dict[date, _Last] = {}
    for raw in rows.values_list("raw", flat=True):
        entered = ledger_bytes.read(bytes(raw))
        if isinstance(stated := entered.entry, MonthStated):
            last[stated.day] = _Last(entered.at, stated.captured, statement.is_open(stated))
    return last


def _months(first: date, last: date) -> Iterator[date]:
    """The months from ``first`` to ``last``, both included."""
    while first <= last:
        yield first
        first = months.later(first, 1)


def _born() -> date | None:
    """The month of the first entry that the log ever had."""
    at = LedgerEntry.objects.filter(index=0).values_list("at", flat=True).first()
    return None if at is None else statement.month_of(helsinki_date(at))
