"""The parts of an address: ids, days, codes and what is done, and how each is read and written."""

from datetime import date
from typing import Any

from django.urls import register_converter


def _of_the_house(day: date) -> date:
    """A day on which a house may have lived. From the ends of what a date can be no month and no
    day can be counted on. ValueError, as converters say it: the address leads nowhere."""
    if not 2000 <= day.year < 3000:
        raise ValueError("no house has such a day")
    return day


class DayConverter:
    """``2026-11-10`` in an address; anything else leads nowhere."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return _of_the_house(date.fromisoformat(value))

    def to_url(self, value: date) -> str:
        return value.isoformat()


class MonthConverter:
    """``2026-08`` in an address: the first day of that month."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> date:
        return _of_the_house(date.fromisoformat(f"{value}-01"))

    def to_url(self, value: date) -> str:
        return value.strftime("%Y-%m")


class _Text:
    """A part of an address that is taken as it is written."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class EntryConverter(_Text):
    """The name of an entry of the do-not-record list: a code, drawn at random."""

    regex = r"E-[0-9A-Z]{8}"


class EntryActConverter(_Text):
    """What is done with it."""

    regex = "confirm|remove"


class ClauseConverter(_Text):
    """A clause of the notice."""

    regex = r"\d{1,2}|objection|complaint"


class NoticeActConverter(_Text):
    """What is done with the next version of the notice."""

    regex = "propose|approve|withdraw|opinion"


class AssessmentActConverter(_Text):
    """What is done with a balancing test or the impact assessment."""

    regex = "propose|adopt|withdraw|opinion"


class StatementConverter(_Text):
    """A kind of statement."""

    regex = "month|requests|access|people"


class SpanConverter(_Text):
    """What a statement is about: a month, a year, a quarter, or today."""

    regex = r"\d{4}-\d{2}|\d{4}-Q[1-4]|\d{4}|today"


_CONVERTERS: dict[str, type[Any]] = {
    "notice_act": NoticeActConverter,
    "assessment_act": AssessmentActConverter,
    "statement": StatementConverter,
    "span": SpanConverter,
    "clause": ClauseConverter,
    "entry": EntryConverter,
    "entry_act": EntryActConverter,
    "day": DayConverter,
    "month": MonthConverter,
}


def register() -> None:
    """Make them known to the addresses."""
    for name, converter in _CONVERTERS.items():
        register_converter(converter, name)
