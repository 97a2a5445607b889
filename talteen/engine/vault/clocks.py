"""Which time counts when something is opened, and when clocks are good enough to destroy by.

Reading believes the latest of all clocks: one that was set back plays nothing that another knows to
be over. Destroying believes only clocks that agree, and asks people when far more would die at once
than the days that have passed explain (REGISTER 13.5, J7; a wrong clock must not empty a register).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from math import ceil

AGREEMENT = timedelta(minutes=10)
"""How far two clocks may stand apart and still say the same."""
DAYS_AT_ONCE = 2
"""How many days' calls may die in one roll without a reason: yesterday's, and one that was late."""


class Ruling(Enum):
    """May what is due now be destroyed?"""

    DESTROY = "destroy"
    CLOCKS_DISAGREE = "clocks_disagree"
    """Wait, alarm, and let nothing near its cutoff be opened meanwhile."""
    CLOCK_WENT_BACK = "clock_went_back"
    """The own clock stands before the last roll: wait for it or for a person."""
    TWO_PERSONS = "two_persons"
    """More would die than the time that passed explains: two persons must say so."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What the clocks say at one moment."""

    own: datetime
    second: datetime | None
    """A key holder's or witness's clock, or the database's on another machine; None if there is
    none.
    """
    last_roll: datetime
    off_for: timedelta = timedelta(0)
    """How long the house was off since the last roll, by its boot clock."""


def reading_time(clocks: Iterable[datetime]) -> datetime:
    """The time by which recordings open or not: the latest of ``clocks``."""
    return max(clocks)


def ruling(readings: Readings, days_at_once: int) -> Ruling:
    """Whether the calls of ``days_at_once`` different days may be destroyed in one roll."""
    if readings.own + AGREEMENT < readings.last_roll:
        return Ruling.CLOCK_WENT_BACK
    if readings.second is not None and abs(readings.own - readings.second) > AGREEMENT:
        return Ruling.CLOCKS_DISAGREE
    explained = DAYS_AT_ONCE + ceil(readings.off_for / timedelta(days=1))
    return Ruling.DESTROY if days_at_once <= explained else Ruling.TWO_PERSONS
