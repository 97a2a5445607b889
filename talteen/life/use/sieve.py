"""What a person lets through when calls are listed: a sieve, and what it asks of the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from django.db.models import Q

from talteen.clock import helsinki_date, start_of_day
from talteen.ids import RecordingId
from talteen.life.use.reach import Reader
from talteen.life.use.rows import Direction
from talteen.register.models import Recording

SOON = timedelta(days=21)
"""From this long before its end on a call counts as disappearing soon."""


class Flag(Enum):
    """What a call may carry that people look for."""

    INCOMPLETE = "incomplete"
    SPECIAL_CATEGORY = "special_category"
    THIRD_PARTIES = "third_parties"
    PAUSED = "paused"
    UNREVIEWED = "unreviewed"


_FLAGGED = {
    Flag.INCOMPLETE: Q(incomplete=True),
    Flag.SPECIAL_CATEGORY: Q(special_category=True),
    Flag.THIRD_PARTIES: Q(third_parties=True),
    Flag.PAUSED: Q(marks__contains=[{"kind": "pause"}]),
    Flag.UNREVIEWED: Q(reviewed=False),
}


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which calls to list. Every part that is left out lets all through."""

    day: date | None = None
    lines: frozenset[str] = frozenset()
    agent: str | None = None
    direction: Direction | None = None
    language: str | None = None
    soon: bool = False
    case: str | None = None
    """Only the calls of this case."""
    own_of_today: bool = False
    until: date | None = None
    """With ``day``: the last day; without: everything up to it."""
    flags: frozenset[Flag] = frozenset()
    """Only calls that carry all of these."""
    side: str | None = None
    """Of a search: only what ``agent`` or ``caller`` said."""
    only: RecordingId | None = None

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day; None where that side is open."""
        return self.day, self.until or self.day

    @property
    def of_few(self) -> bool:
        """Whether it lets through no more than one person or one case has."""
        return bool(self.only or self.case or self.agent or self.own_of_today)

    @property
    def narrowed(self) -> int:
        """How many filters a person has set."""
        chosen = (self.day, self.agent, self.direction, self.language, self.soon)
        later = (self.until, self.side)
        return len(self.lines) + len(self.flags) + sum(bool(part) for part in (*chosen, *later))


def conditions(reader: Reader, sieve: Sieve, now: datetime) -> Iterable[Q]:
    """What a row must meet to come through ``sieve``, one condition at a time; but for its days."""
    if sieve.only:
        yield Q(pk=sieve.only)
    if sieve.case:
        yield Q(pk__in=Recording.objects.filter(cases__reference=sieve.case))
    if sieve.own_of_today:
        yield Q(agent=reader, day=helsinki_date(now))
    for flag in sieve.flags:
        yield _FLAGGED[flag]
    if sieve.lines:
        yield Q(line__in=sieve.lines)
    if sieve.agent:
        yield Q(agent=sieve.agent)
    if sieve.direction:
        yield Q(direction=sieve.direction.value)
    if sieve.language:
        yield Q(language=sieve.language)
    if sieve.soon:
        yield Q(due_at__lte=start_of_day(helsinki_date(now) + SOON))


def on_days(sieve: Sieve) -> Q:
    """Its days, for whoever counts: the index that counting reads begins with the day."""
    first, last = sieve.days
    if first and first == last:
        return Q(day=first)
    return (Q(day__gte=first) if first else Q()) & (Q(day__lte=last) if last else Q())


def in_time(sieve: Sieve) -> Q:
    """The same as instants, for whoever lists: by them a list has its order, so that it begins
    where the days do."""
    first, last = sieve.days
    begun = Q(started_at__gte=start_of_day(first)) if first else Q()
    if not last or last == date.max:
        return begun
    return begun & Q(started_at__lt=start_of_day(last + timedelta(days=1)))
