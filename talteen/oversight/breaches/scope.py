"""What a breach reached: told from the access log and from the state of the keys, never by opening
anything (REGISTER 17.5). Only reads.

Two questions. *Who consulted what* in the time of the breach: the log has a line before every byte
that left (I11). *What lay on a medium* that was lost: which calls of its days had a key then, and
which were dead already. Bytes without a key are never readable; bytes whose keys were elsewhere are
not, as long as the keys are safe.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db.models import Q, QuerySet

from talteen.life.destroy.models import Destruction
from talteen.oversight.breaches.models import Breach
from talteen.register.models import AccessEntry, Recording, Staff


class Readable(Enum):
    """Whether somebody could take in what was said."""

    YES = "yes"
    FRAGMENT = "fragment"
    """Search hits show a sentence of it."""
    NO = "no"
    """It was sealed, and its keys were not there."""
    UNKNOWN = "unknown"
    """It was sealed; nobody has looked yet whether its keys were safe."""
    NEVER = "never"
    """No key of it lived any more anywhere."""


class Part(Enum):
    """What was reached, by where it is known from."""

    HEARD = "heard"
    READ = "read"
    LEFT = "left"
    """A document of it was given out."""
    SEARCHED = "searched"
    NAMED = "named"
    """Whoever reported it, or the alarm, named it; the log has no consultation of it."""
    ON_MEDIUM = "on_medium"
    DEAD_ON_MEDIUM = "dead_on_medium"


_PARTS = {
    "play": Part.HEARD,
    "read": Part.READ,
    "unmask": Part.READ,
    "correct": Part.READ,
    "evaluate": Part.READ,
    "passage": Part.READ,
    "export": Part.LEFT,
    "search": Part.SEARCHED,
}
_OPENED = (Part.LEFT, Part.HEARD, Part.READ, Part.SEARCHED)
"""What reaches further stands first: each call is counted once."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the scope."""

    part: Part
    readable: Readable
    calls: int
    first_entry: int = 0
    """Of the access log; 0 where it is known from elsewhere."""
    last_entry: int = 0
    seconds: int = 0
    """Of sound, as far as it was asked for."""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallReached:
    """One call, as far as the register still knows it."""

    recording: UUID
    part: Part
    readable: Readable
    day: date | None
    """Null where it was never here, or its bare row has gone."""
    line: str
    agent: str
    """Whose voice is in it too: the name of a member of staff, who is told as well."""
    dead: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """All of it."""

    rows: tuple[Row, ...]
    calls: tuple[CallReached, ...]
    """Those that are known one by one: not the ones of a medium."""

    @property
    def readable(self) -> int:
        """Calls of which somebody could take in something."""
        told = (Readable.YES, Readable.FRAGMENT)
        return sum(row.calls for row in self.rows if row.readable in told)

    @property
    def sealed(self) -> int:
        """Calls that were reached and did not open."""
        return sum(row.calls for row in self.rows) - self.readable

    @property
    def callers(self) -> int:
        """The most people that may be concerned: each call may have had another caller."""
        return sum(row.calls for row in self.rows if row.readable is not Readable.NEVER)

    @property
    def reachable(self) -> tuple[UUID, ...]:
        """Calls that somebody could take in and that stand in the register still: to the numbers
        that they came from a letter can go."""
        told = (Readable.YES, Readable.FRAGMENT)
        return tuple(one.recording for one in self.calls if one.readable in told and not one.dead)

    @property
    def agents(self) -> tuple[str, ...]:
        """Members of staff whose voice was readable."""
        told = (Readable.YES, Readable.FRAGMENT)
        names = {one.agent for one in self.calls if one.readable in told}
        return tuple(sorted(names - {""}))


def of(breach: Breach, now: datetime) -> Scope:
    """The scope as the log and the keys tell it now."""
    found = dict(_consulted(breach, now))
    named = set(breach.calls.values_list("recording", flat=True)) - set(found)
    safe = _by_keys(breach.keys_safe)
    rows = [*_rows(breach, found, now)]
    if named:
        rows.append(Row(Part.NAMED, safe, len(named)))
    rows += _medium(breach, [*found, *named])
    reached = [(call, part, _readable(part)) for call, part in found.items()]
    reached += [(call, Part.NAMED, safe) for call in sorted(named)]
    return Scope(tuple(rows), tuple(_calls(reached)))


def _readable(part: Part) -> Readable:
    return Readable.FRAGMENT if part is Part.SEARCHED else Readable.YES


def _by_keys(safe: bool | None) -> Readable:
    match safe:
        case True:
            return Readable.NO
        case False:
            return Readable.YES
        case None:
            return Readable.UNKNOWN


# --- from the access log --------------------------------------------------------------------------


def _entries(breach: Breach, now: datetime) -> QuerySet[AccessEntry]:
    """The lines of the log that the breach is about: through one account, or of its calls."""
    if breach.occurred_from is None:
        return AccessEntry.objects.none()
    until = breach.occurred_to or breach.contained_at or now
    rows = AccessEntry.objects.filter(
        at__gte=breach.occurred_from, at__lte=until, action__in=list(_PARTS)
    ).exclude(recording=None)
    if breach.suspect_id is not None:
        return rows.filter(staff=breach.suspect_id)
    return rows.filter(recording__in=list(breach.calls.values_list("recording", flat=True)))


def _consulted(breach: Breach, now: datetime) -> Iterator[tuple[UUID, Part]]:
    """Each call that was consulted, once, by what reached furthest."""
    seen: dict[UUID, set[Part]] = {}
    for recording, action in _entries(breach, now).values_list("recording", "action").distinct():
        if recording is not None:
            seen.setdefault(recording, set()).add(_PARTS[action])
    for call, parts in sorted(seen.items()):
        yield call, next(part for part in _OPENED if part in parts)


def _rows(breach: Breach, found: dict[UUID, Part], now: datetime) -> Iterator[Row]:
    for part in _OPENED:
        calls = [call for call, one in found.items() if one is part]
        if calls:
            lines = _entries(breach, now).filter(recording__in=calls).order_by("pk")
            yield _row(part, len(calls), lines)


def _row(part: Part, calls: int, lines: Iterable[AccessEntry]) -> Row:
    told = list(lines)
    played = [(one.end_ms or 0) - (one.start_ms or 0) for one in told if one.action == "play"]
    return Row(
        part,
        _readable(part),
        calls,
        first_entry=told[0].pk,
        last_entry=told[-1].pk,
        seconds=max(0, sum(played)) // 1000,
        since=told[0].at,
        until=told[-1].at,
    )


# --- from the keys --------------------------------------------------------------------------------


def _medium(breach: Breach, told: list[UUID]) -> Iterator[Row]:
    """Of the days on a lost medium: what had a key when it was lost, and what had none. Calls that
    were ``told`` one by one are not counted again."""
    if breach.calls_from is None or breach.calls_to is None:
        return
    days = (breach.calls_from, breach.calls_to)
    at = breach.occurred_from or breach.reported_at
    gone = Destruction.objects.filter(day__range=days).exclude(pk__in=told)
    here = Recording.objects.filter(day__range=days).exclude(pk__in=told)
    alive_then = Q(backup_dead_at=None) | Q(backup_dead_at__gt=at)
    living = here.count() + gone.filter(alive_then).count()
    dead = gone.exclude(alive_then).count()
    if living:
        yield Row(Part.ON_MEDIUM, _by_keys(breach.keys_safe), living)
    if dead:
        yield Row(Part.DEAD_ON_MEDIUM, Readable.NEVER, dead)


def _calls(reached: list[tuple[UUID, Part, Readable]]) -> Iterator[CallReached]:
    ids = [call for call, _, _ in reached]
    rows = Recording.objects.select_related("agent").in_bulk(ids)
    gone = Destruction.objects.in_bulk(ids)
    for call, part, readable in reached:
        row, end = rows.get(call), gone.get(call)
        yield CallReached(
            recording=call,
            part=part,
            readable=readable,
            day=row.day if row else end.day if end else None,
            line=(row.line_id if row else end.line_id if end else None) or "",
            agent=row.agent.name if row else "",
            dead=row is None,
        )


def accounts(now: datetime) -> list[Staff]:
    """Members of staff whose account a breach may have gone through: all that are here, and those
    who left within the log's look-back."""
    recent = AccessEntry.objects.filter(at__gt=now - timedelta(days=30)).order_by()
    busy = Q(pk__in=recent.values_list("staff", flat=True).distinct())
    return list(Staff.objects.filter(Q(is_active=True) | busy).order_by("name"))
