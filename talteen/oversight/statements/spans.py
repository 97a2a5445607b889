"""The spans that statements are about: months, quarters, years. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from talteen.clock import start_of_day
from talteen.errors import InputError
from talteen.notice import months

QUARTER = 3


@dataclass(frozen=True, slots=True)
class Span:
    """Whole Helsinki days, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """00:00 of the first day."""
        return start_of_day(self.first)

    @property
    def ends(self) -> datetime:
        """00:00 of the day after the last."""
        return start_of_day(self.last + timedelta(days=1))


def month(first: date) -> Span:
    """The month that begins on ``first``."""
    return _of(first, 1)


def quarter(named: str) -> Span:
    """``2026-Q4``. InputError for any other word."""
    year, _, number = named.partition("-Q")
    if not year.isdigit() or number not in ("1", "2", "3", "4"):
        raise InputError("this is no quarter", remedy="write it as 2026-Q4")
    return _of(date(int(year), QUARTER * int(number) - 2, 1), QUARTER)


def year(number: int) -> Span:
    """The calendar year."""
    return _of(date(number, 1, 1), 12)


def name_of_quarter(day: date) -> str:
    """``2026-Q4`` for a day in it."""
    return f"{day.year}-Q{(day.month + 2) // QUARTER}"


def quarters(born: date, today: date) -> Iterator[str]:
    """The quarters from ``born`` on, the running one first."""
    day = today
    while day >= born.replace(day=1) or name_of_quarter(day) == name_of_quarter(born):
        yield name_of_quarter(day)
        day = quarter(name_of_quarter(day)).first - timedelta(days=1)


def _of(first: date, count: int) -> Span:
    return Span(first, months.later(first, count) - timedelta(days=1))
