"""The register's side of a day, in the order of time and never whole: what a balance compares the
exchange's calls with.

The register has no numbers (they are sealed), so a recording is known by agent, line and time.
That is why the mapping file must say which extension is whose.
"""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from django.db.models import OuterRef, Subquery, Sum

from talteen.life.capture.acts import SYNTHETIC, TWIN
from talteen.life.capture.models import Promise
from talteen.life.capture.rules import MarkKind
from talteen.oversight.balance.running import slot
from talteen.oversight.balance.values import Outcome, Promised, Recorded
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.values import Stretch
from talteen.register.models import Recording, Tally
from talteen.register.states import UNSEALED_VALUES, Progress

T = TypeVar("T")
_REFUSALS = ("refused_at_prompt", "refused")
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_AT_ONCE = 2000
"""Rows that the database gives at a time."""


@dataclass(slots=True)
class _InTime(Generic[T]):
    """What comes in the order of ``ordered`` and begins then or later, hour by hour."""

    rows: Iterator[T]
    ordered: Callable[[T], datetime]
    begins: Callable[[T], datetime]
    _ahead: list[T] = field(default_factory=list)
    _done: bool = False

    def until(self, hour: int | None) -> list[T]:
        """What begins in the hour, and what no hour before it took; all of the rest for None."""
        while not self._done and not self._beyond(hour):
            found = next(self.rows, None)
            self._done = found is None
            self._ahead += [] if found is None else [found]
        given: list[T] = []
        later: list[T] = []
        for one in self._ahead:
            (given if hour is None or slot(self.begins(one)) <= hour else later).append(one)
        self._ahead = later
        return given

    def _beyond(self, hour: int | None) -> bool:
        newest = self._ahead[-1] if self._ahead else None
        return hour is not None and newest is not None and slot(self.ordered(newest)) > hour


@dataclass(frozen=True, slots=True)
class Side:
    """A day of the register."""

    recorded: _InTime[Recorded]
    """Recordings that live."""
    promised: _InTime[Promised]
    """Promises that no living recording tells better."""
    refusals: int


def of_day(day: date, mapping: Mapping) -> Side:
    """The register's side of ``day``. The database is asked as it is read."""
    told = Tally.objects.filter(day=day, kind__in=_REFUSALS).aggregate(n=Sum("count"))["n"]
    return Side(
        _InTime(_recordings(day, mapping), _announced, lambda one: one.begins_at),
        _InTime(_promises(day), _promised_at, _promised_at),
        told or 0,
    )


def _recordings(day: date, mapping: Mapping) -> Iterator[Recorded]:
    # A call that is not sealed yet has no sound that could cover a talk: its promise tells of it.
    unkept = [*UNSEALED_VALUES, Progress.REFUSED.value]
    living = Recording.objects.filter(day=day).exclude(progress__in=unkept)
    rows = living.select_related("agent").order_by("announced_until", "pk")
    return (_recorded(row, mapping) for row in rows.iterator(_AT_ONCE))


def _announced(one: Recorded) -> datetime:
    assert one.announced_until
    return one.announced_until


def _promised_at(one: Promised) -> datetime:
    return one.at


def _recorded(row: Recording, mapping: Mapping) -> Recorded:
    ends_at = row.ended_at
    return Recorded(
        id=str(row.pk),
        kept=_kept(Stretch(row.announced_until, ends_at), row.marks),
        announced_until=row.announced_until,
        agent=mapping.extension(row.agent.code),
        line=row.line_id,
    )


def _kept(whole: Stretch, marks: Iterable[Table[str, object]]) -> tuple[Stretch, ...]:
    """All of it, but where sound was lost. A pause or a hold is accounted for."""
    kept, at = [], whole.begins_at
    for mark in sorted(marks, key=lambda mark: str(mark["start_ms"]).zfill(12)):
        if mark["kind"] != MarkKind.LOST.value:
            continue
        begins_at, ends_at = (_after(whole, mark[name]) for name in ("start_ms", "end_ms"))
        kept += [Stretch(at, begins_at)] if begins_at > at else []
        at = max(at, ends_at)
    return (*kept, Stretch(at, max(at, whole.ends_at)))


def _after(whole: Stretch, ms: object) -> datetime:
    return whole.begins_at + timedelta(milliseconds=int(str(ms)))


def _promises(day: date) -> Iterator[Promised]:
    sealed = Recording.objects.filter(day=day, pk=OuterRef("recording"))
    sealed = sealed.exclude(progress__in=UNSEALED_VALUES)
    # Another node's account of a session is no second call; the house's own never was at the
    # exchange.
    noted = Promise.objects.filter(day=day).exclude(outcome__in=(SYNTHETIC, TWIN))
    rows = noted.annotate(progress=Subquery(sealed.values("progress")[:1]))
    for row in rows.order_by("arrived_at", "mac").iterator(_AT_ONCE):
        refused = row.progress == Progress.REFUSED.value
        if row.progress is not None and not refused:
            continue
        told = _OUTCOMES.get(row.outcome, Outcome.UNKNOWN)
        outcome = Outcome.REFUSED if refused else told
        yield Promised(bytes(row.mac).hex(), row.arrived_at, row.line_id, outcome)
