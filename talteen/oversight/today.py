"""The calls of one day by the hour, as far as the register knows them before anybody has balanced
it. Only reads.

A recording stands at the hour of its beginning, a call that was lawfully not kept and one that
still runs at the hour in which it came, a lost one where the balance found it. Calls that were
turned away at the door (503) have a day and no hour: the exchange may have sent them elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from talteen.clock import HELSINKI, helsinki_date
from talteen.life.capture.acts import OPEN, SYNTHETIC, TWIN
from talteen.life.capture.begun import LOST
from talteen.life.capture.carrying import NOT_TAKEN
from talteen.life.capture.models import Promise
from talteen.oversight.balance.matching import TOLERANCE
from talteen.oversight.models import DayBalance, LostCall
from talteen.register.models import Recording, Tally
from talteen.register.states import UNSEALED_VALUES

HOURS = range(24)
ELSEWHERE = frozenset({"recorded", "parked", "quarantined", TWIN, LOST, SYNTHETIC})
"""Outcomes of promises that are counted otherwise: by their recording, by another, as a loss."""


@dataclass(frozen=True, slots=True)
class Hour:
    """The calls that came in one hour of Helsinki's clock."""

    hour: int
    recorded: int
    lawful: int
    underway: int
    lost: int

    @property
    def calls(self) -> int:
        return self.recorded + self.lawful + self.underway + self.lost


@dataclass(frozen=True, slots=True)
class Today:
    """A day so far."""

    day: date
    hours: tuple[Hour, ...]
    """All 24. On the day of 25 hours the one that comes twice stands once."""
    turned_away: int
    balanced_at: datetime | None
    """When its records were held against the exchange's; None while nobody can know of losses."""

    @property
    def recorded(self) -> int:
        return sum(hour.recorded for hour in self.hours)

    @property
    def lawful(self) -> int:
        return sum(hour.lawful for hour in self.hours)

    @property
    def underway(self) -> int:
        return sum(hour.underway for hour in self.hours)

    @property
    def lost(self) -> int:
        return sum(hour.lost for hour in self.hours)

    @property
    def calls(self) -> int:
        return self.recorded + self.lawful + self.underway + self.lost

    @property
    def most(self) -> int:
        """Of the busiest hour; 1 at least."""
        return max([1, *(hour.calls for hour in self.hours)])


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """A call that the register has heard begin and not end: no agent, no caller."""

    line: str
    arrived_at: datetime
    keeping: bool


def today(now: datetime) -> Today:
    """The Helsinki day of ``now``."""
    day = helsinki_date(now)
    # What is not sealed yet has a promise that says so, and may still leave nothing (J10).
    sealed = Recording.objects.filter(day=day).exclude(progress__in=UNSEALED_VALUES)
    recorded = _by_hour(sealed.values_list("started_at", flat=True))
    promises = Promise.objects.filter(day=day).exclude(outcome__in=ELSEWHERE)
    rows = list(promises.values_list("arrived_at", "outcome"))
    lawful = _by_hour(at for at, outcome in rows if outcome not in OPEN)
    underway = _by_hour(at for at, outcome in rows if outcome in OPEN)
    missing = _by_hour(lost(day))
    balance = DayBalance.objects.filter(day=day).order_by("-made_at").first()
    return Today(
        day=day,
        hours=tuple(Hour(h, recorded[h], lawful[h], underway[h], missing[h]) for h in HOURS),
        turned_away=sum(
            Tally.objects.filter(day=day, kind=NOT_TAKEN).values_list("count", flat=True)
        ),
        balanced_at=balance.made_at if balance else None,
    )


def open_promises() -> tuple[OpenPromise, ...]:
    """What the register knows of running calls where no node can be asked; oldest first."""
    rows = Promise.objects.filter(outcome__in=OPEN).order_by("arrived_at")
    return tuple(
        OpenPromise(row.line_id or "", row.arrived_at, row.outcome != "running") for row in rows
    )


def lost(day: date) -> Iterator[datetime]:
    """Calls that the balance missed, and those whose sound nobody can open; each once."""
    missed = LostCall.objects.filter(day=day, explained_at=None).values_list("began_at", flat=True)
    gone = Promise.objects.filter(day=day, outcome=LOST).values_list("arrived_at", flat=True)
    yield from missed
    yield from (at for at in gone if not any(abs(at - one) <= TOLERANCE for one in missed))


def _by_hour(instants: Iterable[datetime]) -> Counter[int]:
    return Counter(at.astimezone(HELSINKI).hour for at in instants)
