"""Fixed rules for odd use of the register (REGISTER D). Pure: lines in, findings out.

Five, all of them countable by hand from the access log, and none a score of a person: many calls
in a day, at night, calls of one colleague, calls of one caller, and doors that stayed shut. What
they find is a reason to ask, never an answer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from talteen.clock import HELSINKI, helsinki_date
from talteen.notice.purposes import Purpose


class Rule(Enum):
    """Which use is odd. The value stands in a table and in mails."""

    MANY = "many"
    """More calls opened in a day than work asks for (REGISTER D: 20)."""
    NIGHT = "night"
    """A call opened at night, for anything but one's own call of the day."""
    ONE_COLLEAGUE = "one_colleague"
    """Many calls of one and the same colleague within a week."""
    ONE_CALLER = "one_caller"
    """Several calls of one and the same caller within a week, without a request of theirs."""
    DENIED = "denied"
    """Doors that stayed shut, again and again within an hour."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many on it is odd."""

    many: int = 21
    night: int = 1
    one_colleague: int = 8
    one_caller: int = 4
    denied: int = 5
    night_from_h: int = 22
    night_to_h: int = 6


LIMITS = Limits()
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the access log, as the rules need it."""

    at: datetime
    staff: UUID
    denied: bool
    """False: a grant."""
    purpose: str
    recording: UUID | None
    agent: UUID | None = None
    """Whose call it is; None where that is not known any more."""
    caller: bytes | None = None
    """The same for the same caller, and meaningless otherwise."""


@dataclass(frozen=True, slots=True)
class Odd:
    """What somebody should look at: one person, one rule, one Helsinki day."""

    rule: Rule
    staff: UUID
    day: date
    count: int


def found(lines: Iterable[Line], day: date, limits: Limits = LIMITS) -> list[Odd]:
    """What is odd on ``day``, by person and rule, from its lines and those of six days before."""
    by_person: dict[UUID, list[Line]] = defaultdict(list)
    for line in lines:
        if day - WEEK < helsinki_date(line.at) <= day:
            by_person[line.staff].append(line)
    return [
        Odd(rule, staff, day, count)
        for staff in sorted(by_person)
        for rule, counted in _RULES.items()
        if (count := counted(by_person[staff], day, limits))
    ]


def _many(lines: Sequence[Line], day: date, limits: Limits) -> int:
    opened = {line.recording for line in lines if not line.denied and _on(line, day)}
    return _at_least(len(opened), limits.many)


def _night(lines: Sequence[Line], day: date, limits: Limits) -> int:
    opened = {
        line.recording
        for line in lines
        if not line.denied
        and _on(line, day)
        and line.purpose != Purpose.CORRECTNESS.value
        and _at_night(line.at, limits)
    }
    return _at_least(len(opened), limits.night)


def _one_colleague(lines: Sequence[Line], day: date, limits: Limits) -> int:
    others = [line for line in lines if line.agent != line.staff]
    return _at_least(_of_one(others, day, lambda line: line.agent), limits.one_colleague)


def _one_caller(lines: Sequence[Line], day: date, limits: Limits) -> int:
    # All calls of a caller is what a request of theirs is about.
    request = Purpose.DATA_SUBJECT_REQUEST.value
    others = [line for line in lines if line.purpose != request]
    return _at_least(_of_one(others, day, lambda line: line.caller), limits.one_caller)


def _denied(lines: Sequence[Line], day: date, limits: Limits) -> int:
    shut = sorted(line.at for line in lines if line.denied and _on(line, day))
    most = 0
    for first, at in enumerate(shut):
        most = max(most, sum(at <= other < at + HOUR for other in shut[first:]))
    return _at_least(most, limits.denied)


_RULES: Mapping[Rule, Callable[[Sequence[Line], date, Limits], int]] = {
    Rule.MANY: _many,
    Rule.NIGHT: _night,
    Rule.ONE_COLLEAGUE: _one_colleague,
    Rule.ONE_CALLER: _one_caller,
    Rule.DENIED: _denied,
}


def _of_one(lines: Sequence[Line], day: date, whose: Callable[[Line], object]) -> int:
    """The most calls that were opened of one, where one of these was opened on ``day``."""
    calls: dict[object, set[UUID | None]] = defaultdict(set)
    today = set()
    for line in lines:
        if line.denied or whose(line) is None:
            continue
        calls[whose(line)].add(line.recording)
        if _on(line, day):
            today.add(whose(line))
    return max((len(calls[one]) for one in today), default=0)


def _at_least(count: int, limit: int) -> int:
    return count if count >= limit else 0


def _on(line: Line, day: date) -> bool:
    return helsinki_date(line.at) == day


def _at_night(at: datetime, limits: Limits) -> bool:
    hour = at.astimezone(HELSINKI).hour
    return hour >= limits.night_from_h or hour < limits.night_to_h
