"""The house itself: its one row, how it was born, and what time it is in it.

A live house has the machine's clock. A house born as a demo has a clock that can be moved forward,
so that a visitor watches three months pass; no setting turns one kind into the other (REGISTER J7).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from talteen.clock import Clock, SystemClock, helsinki_date, start_of_day
from talteen.config import Born
from talteen.errors import ConfigError, Conflict, NotAllowed
from talteen.ids import HouseId
from talteen.register.models import House


@transaction.atomic
def found(house: HouseId, born: Born, *, at: datetime, machine_at: datetime) -> House:
    """Write the row of a new house. Conflict if there is one already.

    ``at`` is the first time on a demo house's own clock; a live house is born at ``machine_at``.
    """
    if House.objects.exists():
        raise Conflict("this database already holds a house", remedy="use another database")
    demo = born is Born.DEMO
    return House.objects.create(
        id=house,
        born_as=born.value,
        born_at=at if demo else machine_at,
        clock_at=at if demo else None,
        clock_set_at=machine_at if demo else None,
    )


def row() -> House:
    """The house of this database. Raises ConfigError where it holds none."""
    found = House.objects.first()
    if found is None:
        raise ConfigError("this database holds no house", remedy="make one with 'talteen init'")
    return found


@dataclass(frozen=True, slots=True)
class HouseClock:
    """The time in this house: the machine's, unless it was born as a demo and its clock was
    moved."""

    machine: Clock = field(default_factory=SystemClock)

    def now(self) -> datetime:
        row = House.objects.only("born_as", "clock_at", "clock_set_at").first()
        now = self.machine.now()
        if row is None or row.clock_at is None or row.clock_set_at is None:
            return now
        return row.clock_at + max(now - row.clock_set_at, timedelta(0))


def swept(machine_at: datetime) -> None:
    """Note that a sweep has ended."""
    House.objects.update(swept_at=machine_at)


def last_sweep() -> datetime | None:
    """When a sweep last ended, by the machine's clock; None before the first."""
    return House.objects.values_list("swept_at", flat=True).first()


@transaction.atomic
def set_clock(to: datetime, *, machine_at: datetime) -> datetime:
    """Move the clock of a demo house forward to ``to`` and return it.

    NotAllowed in a live house; Conflict when ``to`` lies in the past: a clock set back never
    revives.
    """
    row = _movable(to, machine_at)
    row.clock_at, row.clock_set_at = to, machine_at
    row.save(update_fields=["clock_at", "clock_set_at"])
    return to


@transaction.atomic
def send_clock(to: datetime, *, machine_at: datetime) -> None:
    """Have the worker move the clock of a demo house on to ``to``, and live through every night
    until then: what a leap passes over would die late, and its certificate would say so.

    Raises as ``set_clock``.
    """
    row = _movable(to, machine_at)
    row.clock_until = to
    row.save(update_fields=["clock_until"])


@transaction.atomic
def next_turn(machine_at: datetime) -> bool:
    """Move a clock that is on its way on to the next noon or midnight, or to where it is sent to;
    whether there was one to move. At noon too: a backup key dies some seconds past a midnight, and
    the next one may be the last that was promised."""
    row = House.objects.select_for_update().exclude(clock_until=None).first()
    if row is None or row.clock_until is None or row.clock_at is None or row.clock_set_at is None:
        return False
    now = row.clock_at + max(machine_at - row.clock_set_at, timedelta(0))
    midnight = start_of_day(helsinki_date(now) + timedelta(days=1))
    noon = midnight - timedelta(hours=12)
    to = min(noon if now < noon else midnight, row.clock_until)
    if to > now:
        row.clock_at, row.clock_set_at = to, machine_at
    row.clock_until = None if row.clock_until <= max(to, now) else row.clock_until
    row.save(update_fields=["clock_at", "clock_set_at", "clock_until"])
    return True


def nights_ahead(now: datetime) -> int:
    """How many midnights a clock that is on its way has before it."""
    until = House.objects.values_list("clock_until", flat=True).first()
    return (helsinki_date(until) - helsinki_date(now)).days if until else 0


def _movable(to: datetime, machine_at: datetime) -> House:
    row = House.objects.select_for_update().get()
    if row.born_as != Born.DEMO.value or row.clock_at is None or row.clock_set_at is None:
        raise NotAllowed(
            "only a house born as a demo has a movable clock", remedy="start a demo house"
        )
    if to < row.clock_at + (machine_at - row.clock_set_at):
        raise Conflict("a clock does not go back", remedy="choose a later time")
    return row
