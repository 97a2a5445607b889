"""Time. Inside it is aware UTC; a legal date is a day in Helsinki. Nothing else reads a clock.

Rules never ask for the time: it is handed to them. Whoever hands it holds a ``Clock``.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from typing import Protocol
from zoneinfo import ZoneInfo


def _helsinki() -> ZoneInfo:
    # The package's zone data, not the machine's: a legal date does not depend on where it is asked.
    with resources.files("tzdata.zoneinfo.Europe").joinpath("Helsinki").open("rb") as file:
        return ZoneInfo.from_file(file, key="Europe/Helsinki")


HELSINKI = _helsinki()


class Clock(Protocol):
    """Tells the time. Never goes back within one process."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def _since_boot() -> timedelta:
    # Linux counts sleep here too; nobody can set it.
    return timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))


@dataclass(frozen=True, slots=True)
class SteadyClock:
    """The machine's time at this object's birth, carried on by the seconds since boot.

    A wall clock that is set while the process runs does not move it: the two then disagree, and
    that is how a jump is seen (REGISTER J7).
    """

    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _began: timedelta = field(default_factory=_since_boot)

    def now(self) -> datetime:
        return self.started_at + (_since_boot() - self._began)


@dataclass(slots=True)
class MovableClock:
    """A clock that stands until it is moved: for tests, and for a house born as a demo."""

    at: datetime
    moved: list[timedelta] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def advance(self, step: timedelta) -> datetime:
        """Move forward by ``step`` and return the new time. A negative step is a ValueError."""
        if step < timedelta(0):
            raise ValueError("a clock does not go back")
        self.at += step
        self.moved.append(step)
        return self.at


def helsinki_date(at: datetime) -> date:
    """The day in Helsinki on which the aware instant ``at`` falls."""
    return at.astimezone(HELSINKI).date()


def start_of_day(day: date) -> datetime:
    """00:00 in Helsinki of ``day``, as UTC. It exists every day: clocks change between 03 and
    04."""
    return datetime(day.year, day.month, day.day, tzinfo=HELSINKI).astimezone(UTC)


def days_through(first: date, last: date) -> list[date]:
    """The days from ``first`` to ``last``; none where they are out of order."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
