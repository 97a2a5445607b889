"""How days, clocks, lengths and numbers are written in the reader's language (look 3: 9.42, 2:14,
10.11.2026).

Pure formatting; the language is the one that Django has activated for the request. A day and a
clock are always Helsinki's: that is the legal time of the register.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation import gettext

from talteen.clock import HELSINKI, helsinki_date

LANGUAGES = ("fi", "sv", "en")
# Swedish as in Finland, English as in Britain: day before month in all three.
_LOCALES = {"fi": "fi", "sv": "sv_FI", "en": "en_GB"}
_DAY = {"fi": "d.M.", "sv": "d.M", "en": "d MMM"}
_FULL_DAY = {"fi": "d.M.yyyy", "sv": "d.M.yyyy", "en": "d MMM yyyy"}
_WEEKDAY = {"fi": "ccc", "sv": "ccc", "en": "ccc"}
# A day in a calendar cell, in two parts: on a phone the month stands only where it begins.
_DAY_OF_MONTH = {"fi": "d.", "sv": "d.", "en": "d"}
_MONTH_OF_DAY = {"fi": "M.", "sv": "M", "en": " MMM"}
_CLOCK = {"fi": "H.mm", "sv": "H.mm", "en": "HH:mm"}
_SECONDS = {"fi": "H.mm.ss", "sv": "H.mm.ss", "en": "HH:mm:ss"}
_AT = {"fi": "klo {}", "sv": "kl. {}", "en": "{}"}


class InThreeLanguages(Protocol):
    """A thing of the house that carries its name in three columns."""

    @property
    def name_fi(self) -> str: ...

    @property
    def name_sv(self) -> str: ...

    @property
    def name_en(self) -> str: ...


def language() -> str:
    """The reader's language, one of ``LANGUAGES``; Finnish when another was asked for."""
    code = (translation.get_language() or "fi")[:2]
    return code if code in LANGUAGES else "fi"


def day(value: date | datetime) -> str:
    """``10.11.`` without the year."""
    return _date(value, _DAY)


def full_day(value: date | datetime) -> str:
    """``10.11.2026``."""
    return _date(value, _FULL_DAY)


def month_year(value: date) -> str:
    """``elokuu 2026``."""
    return _date(value, dict.fromkeys(LANGUAGES, "LLLL yyyy"))


def week_day(value: date | datetime) -> str:
    """``ti 10.11.``: weekday and day without the year."""
    return _date(value, {code: f"{_WEEKDAY[code]} {_DAY[code]}" for code in LANGUAGES})


def dow(value: date) -> str:
    """``ti``: the weekday alone."""
    return _date(value, _WEEKDAY)


def day_of_month(value: date) -> str:
    """``24.``, the first part of a day."""
    return _date(value, _DAY_OF_MONTH)


def month_of_day(value: date) -> str:
    """``8.``, the second part of a day."""
    return _date(value, _MONTH_OF_DAY)


def near_day(value: date | datetime, now: datetime) -> str:
    """``25.12.``, and with its year when that is not the year of ``now``."""
    same_year = _helsinki(value).year == helsinki_date(now).year
    return day(value) if same_year else full_day(value)


def clock(at: datetime) -> str:
    """``9.42`` in Helsinki."""
    return _time(at, _CLOCK)


def clock_seconds(at: datetime) -> str:
    """``9.42.11`` in Helsinki."""
    return _time(at, _SECONDS)


def at_clock(at: datetime) -> str:
    """``klo 9.42``: the clock with the word that goes before it."""
    return _AT[language()].format(clock(at))


def at_clock_seconds(at: datetime) -> str:
    """``klo 9.42.11``."""
    return _AT[language()].format(clock_seconds(at))


def machine_day(value: date | datetime) -> str:
    """``2026-11-10`` for a ``datetime`` attribute."""
    return _helsinki(value).isoformat()


def machine_minute(at: datetime) -> str:
    """``2026-11-10T09:42`` for a ``datetime`` attribute."""
    return at.astimezone(HELSINKI).strftime("%Y-%m-%dT%H:%M")


def machine_instant(at: datetime) -> str:
    """``2026-11-10T07:42:11.5+00:00``: for a script that counts on from it."""
    return at.isoformat()


def place(ms: int) -> str:
    """A place in sound: ``2:14``, over an hour ``1:02:14``."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def span(ms: int) -> str:
    """A length: ``38 s``, ``6 min 18 s``, ``1 h 2 min``. The units are the same in all three
    languages.
    """
    seconds = ms // 1000
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        minutes, seconds = divmod(seconds, 60)
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    hours, seconds = divmod(seconds, 3600)
    return f"{hours} h {seconds // 60} min"


def count(value: int) -> str:
    """A number with the thousands set apart: ``32 107``."""
    return str(format_decimal(value, locale=_LOCALES[language()]))


def about(value: int, rough: bool) -> str:
    """``count``; where it is ``rough``, in two digits: ``noin 980 000``."""
    if not rough:
        return count(value)
    step = 10 ** max(0, len(str(value)) - 2)
    return gettext("noin {n}").format(n=count(round(value / step) * step))


def gigabytes(size_bytes: int) -> str:
    """``61 Gt``: room on a disk, rounded down."""
    return f"{count(size_bytes >> 30)} {'Gt' if language() == 'fi' else 'GB'}"


def named(thing: InThreeLanguages) -> str:
    """The name of a unit or a line in the reader's language."""
    names: Mapping[str, str] = {"fi": thing.name_fi, "sv": thing.name_sv, "en": thing.name_en}
    return names[language()]


def short(name: object) -> str:
    """The first eight characters of an id: enough to tell two of a page apart."""
    return str(name)[:8]


def groups(hexadecimal: str) -> str:
    """A hash in groups of eight, so that an eye can compare it."""
    return " ".join(hexadecimal[i : i + 8] for i in range(0, len(hexadecimal), 8))


def _helsinki(value: date | datetime) -> date:
    return helsinki_date(value) if isinstance(value, datetime) else value


def _date(value: date | datetime, patterns: Mapping[str, str]) -> str:
    code = language()
    return str(format_date(_helsinki(value), patterns[code], locale=_LOCALES[code]))


def _time(at: datetime, patterns: Mapping[str, str]) -> str:
    code = language()
    return str(format_time(at.astimezone(HELSINKI).time(), patterns[code], locale=_LOCALES[code]))
