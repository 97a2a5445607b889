"""Balancing a file: ask the rule for each of its days, hour by hour, and write the sums. Numbers
stay in memory or sealed, and nothing is written before all of the file was read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction

from talteen.clock import helsinki_date
from talteen.oversight import days, register_side
from talteen.oversight.balance import rules
from talteen.oversight.balance.running import Running, slot
from talteen.oversight.balance.values import Accounted, Sums
from talteen.oversight.handing import Handed
from talteen.oversight.models import DayBalance, LostCall
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.reading import without_consults
from talteen.oversight.records.values import CallRecord
from talteen.oversight.register_side import Side
from talteen.register.log import ledger
from talteen.register.log.ledger_counts import DayBalanced
from talteen.register.models import Line

log = structlog.get_logger()
Each = Callable[[date, Accounted], object]


@dataclass(frozen=True, slots=True)
class Balanced:
    """One day of one file, with its sums."""

    day: date
    balance: Sums


def balance(
    handed: Handed, mapping: Mapping, now: datetime, each: Each = lambda day, call: None
) -> list[Balanced]:
    """Balance every day of a file and keep the sums. ``each`` is told every call as it is over;
    but for those that are lost or unlawful they are let go of then."""
    made = list(_days(handed, mapping, each))
    _keep(made, handed, now)
    return made


def _days(handed: Handed, mapping: Mapping, each: Each) -> Iterator[Balanced]:
    """The days of a file, one after the other."""
    running: _Day | None = None
    heard: list[CallRecord] = []
    for hour in handed.hours:
        calls = handed.calls(hour)
        heard = [call for call in heard if slot(call.ended_at) >= hour] + calls
        calls = without_consults(calls, heard)
        # A call over midnight belongs to the day on which it began, as its recording does (13.1).
        by_day: defaultdict[date, list[CallRecord]] = defaultdict(list)
        for call in calls:
            by_day[helsinki_date(call.began_at)].append(call)
        for day, begun in by_day.items():
            if running is not None and running.day != day:
                yield running.all_came(each)
                running = None
            running = running or _Day(day, mapping, tells_refusals=handed.tells_refusals)
            running.hour_came(hour, begun, each)
    if running is not None:
        yield running.all_came(each)


class _Day:
    """A day that is being balanced."""

    def __init__(self, day: date, mapping: Mapping, *, tells_refusals: bool) -> None:
        self.day = day
        self._side: Side = register_side.of_day(day, mapping)
        self._refusals = self._side.refusals if tells_refusals else None
        wait_s = mapping.file.longest_wait_s
        self._longest_wait = timedelta(seconds=wait_s) if wait_s else None
        self._running, self._sums = Running(), Sums()

    def hour_came(self, hour: int | None, begun: Sequence[CallRecord], each: Each) -> None:
        """The calls that begin in an hour, and what the register has until then; without one:
        all that is left."""
        recorded, promised = self._side.recorded.until(hour), self._side.promised.until(hour)
        for one in self._running.hour(hour, begun, recorded, promised):
            call = rules.account(one, (), self._longest_wait)
            self._sums.add(call)
            each(self.day, call)

    def all_came(self, each: Each) -> Balanced:
        """All calls of the day came."""
        self.hour_came(None, (), each)
        rules.close(self._sums, self._running.orphans, self._refusals)
        return Balanced(self.day, self._sums)


@transaction.atomic
def _keep(made: Sequence[Balanced], found: Handed, now: datetime) -> None:
    for one in made:
        _keep_day(one, found, now)
        _keep_lost(one, found.shape, now)
    log.info("calls.balanced", source=found.shape, days=len(made), unreadable=len(found.unreadable))


def _keep_day(one: Balanced, found: Handed, now: datetime) -> None:
    before = _entry(one.day)
    DayBalance.objects.update_or_create(
        day=one.day,
        source=found.shape,
        defaults={
            "counts": {verdict.value: n for verdict, n in one.balance.counts.items()},
            "orphans": len(one.balance.orphans),
            "unlawful": len(one.balance.unlawful),
            "unreadable": len(found.unreadable),
            "made_at": now,
            "sha256": found.sha256,
        },
    )
    made = _entry(one.day)
    if made is not None and made != before:
        ledger.enter(made, now)


def _entry(day: date) -> DayBalanced | None:
    """What the ledger says of a day that was balanced: by the export that sees the most."""
    made = days.fullest(day)
    if made is None:
        return None
    return DayBalanced(
        day=day,
        recorded=made.recorded,
        partial=made.partial,
        lost=made.lost,
        lawful=made.lawful,
    )


def _keep_lost(one: Balanced, source: str, now: datetime) -> None:
    """New losses are written; one that is no loss any more explains itself."""
    known = {
        (row.began_at, row.line_id): row
        for row in LostCall.objects.filter(day=one.day, source=source)
    }
    lines = set(Line.objects.values_list("pk", flat=True))
    lost = {(call.began_at, _line(call, lines)): call for call in one.balance.lost}
    LostCall.objects.bulk_create(
        _lost_row(one.day, key, call, source, now) for key, call in lost.items() if key not in known
    )
    found = [row.pk for key, row in known.items() if key not in lost and row.explained_at is None]
    LostCall.objects.filter(pk__in=found).update(explained_at=now)


def _line(call: Accounted, lines: set[str]) -> str | None:
    return call.line if call.line in lines else None


def _lost_row(
    day: date, key: tuple[datetime, str | None], call: Accounted, source: str, now: datetime
) -> LostCall:
    reason = call.why.value if call.why else ""
    began_at, line = key
    return LostCall(
        day=day, began_at=began_at, line_id=line, source=source, reason=reason, found_at=now
    )
