"""For whom somebody asks, and how far that reaches. Pure.

REGISTER 14.7. A proxy acts by a mandate with its scope and its days, a guardian by an order, a
parent until the child is of age. An estate asks for a person who has died: the law of personal data
does not reach there (recital 27), and that is the answer. What was seen of the mandate is written
down; the paper itself is never copied (5(1)(c)).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from talteen.errors import Conflict, InputError
from talteen.notice.rights import Right


class Kind(Enum):
    """By what somebody asks for another person."""

    PROXY = "proxy"
    """A mandate of the person's own: to a relative, to a lawyer."""
    GUARDIAN = "guardian"
    PARENT = "parent"
    """Of a minor."""
    ESTATE = "estate"


class NoMandate(Conflict):
    """Somebody asks for another person, and no mandate is written down."""

    slug = "mandate-missing"


class Outside(Conflict):
    """The mandate does not reach to this answer: another right, day or call."""

    slug = "outside-mandate"


@dataclass(frozen=True, slots=True)
class Mandate:
    """How far it reaches. Days are Helsinki dates, both included."""

    kind: Kind
    rights: frozenset[Right]
    from_on: date
    until_on: date | None
    """None while nobody ends it."""
    calls_from: date | None = None
    calls_to: date | None = None
    """The days of the calls that it is about; None and None of all."""
    revoked: bool = False


def check_writing(mandate: Mandate) -> None:
    """Raise InputError for a mandate that reaches nowhere, or whose days are out of order."""
    if mandate.kind is not Kind.ESTATE and not mandate.rights:
        raise InputError("the scope is missing", remedy="say which rights it is about")
    if mandate.until_on is not None and mandate.until_on < mandate.from_on:
        raise InputError("it ends before it begins", remedy="write its days in their order")
    if mandate.kind is Kind.PARENT and mandate.until_on is None:
        raise InputError(
            "a parent acts until the child is of age", remedy="write the last day before that"
        )
    first, last = mandate.calls_from, mandate.calls_to
    if first is not None and last is not None and last < first:
        raise InputError("the days are in the wrong order", remedy="write the first day first")


def check_acting(
    mandate: Mandate | None, right: Right, today: date, calls: Iterable[date], *, claimed: bool
) -> None:
    """Raise unless an answer to ``right`` about the calls of these days may go to whoever asks.

    ``claimed``: they say that they ask for another person. NoMandate where that is not written down
    as a mandate, Outside where it does not reach so far.
    """
    if mandate is None:
        if claimed:
            raise NoMandate(
                "somebody asks for another person, and no mandate is written down",
                remedy="write down who, for whom and what was seen of it, or answer that it lacks",
            )
        return
    if (why := _short_of(mandate, right, today, calls)) is not None:
        raise Outside(f"the mandate does not reach to this: {why}", remedy=_REMEDY)


_REMEDY = "ask for a mandate that does and write it down, or answer that this one does not carry it"


def _short_of(mandate: Mandate, right: Right, today: date, calls: Iterable[date]) -> str | None:
    if mandate.kind is Kind.ESTATE:
        return "the person has died (recital 27)"
    if mandate.revoked:
        return "it was withdrawn"
    if today < mandate.from_on:
        return "it has not begun"
    if mandate.until_on is not None and today > mandate.until_on:
        return "its last day has passed"
    if right not in mandate.rights:
        return f"it is not about {right.value}"
    first, last = mandate.calls_from or date.min, mandate.calls_to or date.max
    if any(not first <= day <= last for day in calls):
        return "a call is of another day"
    return None
