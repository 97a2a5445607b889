"""Public holidays of Finland, as dated data with rules for the feasts that move.

Needed where Regulation (EEC, Euratom) 1182/71 moves the end of a period forward: Art. 3(4) counts
out public holidays, Sundays and Saturdays. Christmas Eve and Midsummer Eve are customary days off
but not public holidays here: counting them as working days never gives us a day that the law does
not (REGISTER 14.3). A change of law is a new row, or a ``valid_to`` on an old one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Holiday:
    """One public holiday: its Finnish name, the rule that finds it in a year, and the days it has
    been law.
    """

    name: str
    on: Callable[[int], date]
    valid_from: date
    source: str
    valid_to: date | None = None
    """First day on which it is no longer a holiday; None while it is."""


def easter(year: int) -> date:
    """Easter Sunday of ``year`` in the Gregorian calendar (Meeus, Astronomical Algorithms, chapter
    8).
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day0 = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day0 + 1)


def _each_year(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _after_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _saturday_from(month: int, day: int) -> Callable[[int], date]:
    def on(year: int) -> date:
        first = date(year, month, day)
        return first + timedelta(days=(SATURDAY - first.weekday()) % 7)

    return on


# Epiphany and Ascension Day came back from Saturdays to their own days in 1992; older years are not
# needed.
_SINCE = date(1992, 1, 1)
_CHURCH = (
    "church order (kirkkojärjestys), as listed yearly by the Almanac Office, University of Helsinki"
)

HOLIDAYS = (
    Holiday("uudenvuodenpäivä", _each_year(1, 1), _SINCE, _CHURCH),
    Holiday("loppiainen", _each_year(1, 6), _SINCE, _CHURCH),
    Holiday("pitkäperjantai", _after_easter(-2), _SINCE, _CHURCH),
    Holiday("pääsiäispäivä", _after_easter(0), _SINCE, _CHURCH),
    Holiday("toinen pääsiäispäivä", _after_easter(1), _SINCE, _CHURCH),
    Holiday("vapunpäivä", _each_year(5, 1), _SINCE, "laki 272/1944"),
    Holiday("helatorstai", _after_easter(39), _SINCE, _CHURCH),
    Holiday("helluntaipäivä", _after_easter(49), _SINCE, _CHURCH),
    Holiday("juhannuspäivä", _saturday_from(6, 20), _SINCE, _CHURCH),
    Holiday("pyhäinpäivä", _saturday_from(10, 31), _SINCE, _CHURCH),
    Holiday("itsenäisyyspäivä", _each_year(12, 6), _SINCE, "laki 388/1937"),
    Holiday("joulupäivä", _each_year(12, 25), _SINCE, _CHURCH),
    Holiday("tapaninpäivä", _each_year(12, 26), _SINCE, _CHURCH),
)


@cache
def of_year(year: int) -> Mapping[date, str]:
    """The public holidays of ``year``: date to Finnish name."""
    found = {
        holiday.on(year): holiday.name
        for holiday in HOLIDAYS
        if holiday.valid_from <= holiday.on(year)
        and (holiday.valid_to is None or holiday.on(year) < holiday.valid_to)
    }
    return MappingProxyType(found)


def is_working_day(day: date) -> bool:
    """Whether ``day`` is a working day of Regulation 1182/71 Art. 2(2): no public holiday, Sunday
    or Saturday.
    """
    return day.weekday() < SATURDAY and day not in of_year(day.year)
