"""The keys of a house as people look at them: which generation lives, which backup of which day can
still be restored and until when, what dies tonight, and what is late.

Read from rows, and from the holders' own word. Both the screen of the vault and ``talteen keys
status`` show this and nothing else. No caller data: days, numbers of generations, counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q

from talteen.clock import helsinki_date, start_of_day
from talteen.engine.vault.holders import BackupHolder, Declared, LiveHolder
from talteen.errors import Unavailable
from talteen.life.destroy import days
from talteen.life.destroy.models import Destruction
from talteen.life.seal import models as rows
from talteen.life.seal import ring
from talteen.life.seal.margins import Margin
from talteen.life.seal.ring import Generation
from talteen.life.seal.vault import Vault
from talteen.oversight import key_alarms
from talteen.oversight.key_alarms import Standing
from talteen.oversight.night import LATE_S
from talteen.register.models import Recording
from talteen.register.states import LIVING

DAY = timedelta(days=1)
WITHIN = timedelta(days=30)
"""How far back lateness of destructions is looked for."""
SOME = 60
"""Generations that are shown one by one; each day of the ring has two dozen and more."""


@dataclass(frozen=True, slots=True)
class BackupDay:
    """Copies of the database that were made on one Helsinki day, and until when one opens."""

    day: date
    generations: int
    """How many generations lived on that day."""
    until: datetime | None
    """From when on some copy of that day no longer opens; None on the day that has the living
    generation alone: its date is set by the next roll.
    """
    gaps: int
    """Generations of it without a backup key: unbacked rolls, and keys that were lost."""
    left_percent: int
    """How much of the time that such a copy opens is left, 0 to 100."""

    def opens(self, now: datetime) -> bool:
        """Whether any copy of that day can still be restored through the ring."""
        return self.until is None or self.until > now


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """The intake keys of one node that live, and so can still take calls in."""

    node: str
    alive: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class HolderState:
    """One key holder, as it describes itself, and whether it answers now."""

    declared: Declared
    keys: int | None
    """How many keys it has; None while it does not answer."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """Deeds that came after their time, REGISTER 13.4."""

    overdue: int
    """Recordings past their cutoff by more than an hour whose live key still exists."""
    late: int
    """Of those destroyed in the last 30 days: after more than an hour."""
    longest_s: int


@dataclass(frozen=True, slots=True)
class KeyState:
    """All of it, at one moment."""

    now: datetime
    generations: tuple[Generation, ...]
    """Newest first; those whose backup key lives, or ended within the last days."""
    days: tuple[BackupDay, ...]
    """Oldest first, through today."""
    intake: tuple[NodeKeys, ...]
    live: HolderState
    backup: HolderState
    ring_days: int
    margin_days: int
    margin: Margin
    alarms: tuple[Standing, ...]
    reaper_at: datetime | None
    tonight: Mapping[date, int]
    """What stops opening at the next midnight: day of the call -> recordings."""
    lateness: Lateness

    @property
    def newest(self) -> Generation | None:
        """The generation that is read now."""
        return next((one for one in self.generations if not one.failed), None)

    @property
    def alive(self) -> tuple[Generation, ...]:
        """Generations whose backup key lives, oldest first."""
        living = (one for one in self.generations if one.backed and one.backup_dead_at is None)
        return tuple(sorted(living, key=lambda one: one.n))

    @property
    def next_death(self) -> datetime | None:
        """When the next backup key dies."""
        dates = (one.backup_dies_at for one in self.alive)
        return min((at for at in dates if at is not None), default=None)

    @property
    def unbacked(self) -> tuple[Generation, ...]:
        """Generations that no backup can be restored from, newest first."""
        return tuple(one for one in self.generations if not one.failed and _gap(one))


def state(vault: Vault, now: datetime, *, reaper_at: datetime | None) -> KeyState:
    """Look at everything. A dozen queries, whatever the size of the register."""
    found = ring.generations(vault, since=now - vault.ring - 2 * DAY)
    return KeyState(
        now=now,
        generations=found,
        days=backup_days(found, now, ring_kept=vault.ring),
        intake=_intake(vault),
        live=HolderState(vault.live.declared, _count(vault.live)),
        backup=HolderState(vault.backup.declared, _count(vault.backup)),
        ring_days=vault.ring.days,
        margin_days=vault.margin_days,
        margin=vault.margin,
        alarms=key_alarms.standing(),
        reaper_at=reaper_at,
        tonight=_tonight(now),
        lateness=lateness(now),
    )


def backup_days(
    generations: Iterable[Generation], now: datetime, *, ring_kept: timedelta
) -> tuple[BackupDay, ...]:
    """The days of the ring and one before it, oldest first: until when a copy of each can be
    restored. Pure.

    A copy of the database names the generation that lived when it was made, from its roll to the
    next one. Nobody knows at which hour of a day a copy was made, so the earliest end counts.
    """
    lived = sorted((one for one in generations if not one.failed), key=lambda one: one.n)
    ends = [*(one.at for one in lived[1:]), now + timedelta(microseconds=1)]
    today = helsinki_date(now)
    shown = []
    for back in range(ring_kept.days + 1, -1, -1):
        begin, end = start_of_day(today - back * DAY), start_of_day(today - (back - 1) * DAY)
        there = [
            one for one, until in zip(lived, ends, strict=True) if one.at < end and until > begin
        ]
        if there:
            shown.append(_backup_day(today - back * DAY, there, now, kept=ring_kept))
    return tuple(shown)


def _backup_day(day: date, there: list[Generation], now: datetime, *, kept: timedelta) -> BackupDay:
    dates = (one.backup_dies_at for one in there if not _gap(one))
    until = min((at for at in dates if at is not None), default=None)
    gaps = sum(_gap(one) for one in there)
    if until is None and gaps == len(there):
        until = there[0].at  # there never was anything to open
    left = kept if until is None else until - now
    percent = max(0, min(100, round(100 * (left / kept))))
    return BackupDay(day, len(there), until, gaps, percent)


def _gap(one: Generation) -> bool:
    return not one.backed or one.lost


def _intake(vault: Vault) -> tuple[NodeKeys, ...]:
    alive = rows.IntakeKey.objects.using(vault.database).filter(closed_n=None)
    born = dict(_rolled(vault, alive.values_list("born_n", flat=True)))
    keys: dict[str, list[datetime]] = {}
    for node, n in alive.values_list("node", "born_n").order_by("node"):
        if n in born:
            keys.setdefault(node, []).append(born[n])
    return tuple(NodeKeys(node, len(ats), min(ats)) for node, ats in keys.items())


def _rolled(vault: Vault, numbers: Iterable[int]) -> Iterable[tuple[int, datetime]]:
    records = rows.RollRecord.objects.using(vault.database).filter(n__in=set(numbers))
    return records.values_list("n", "at")


def _count(holder: LiveHolder | BackupHolder) -> int | None:
    try:
        return len(holder.names())
    except Unavailable:
        return None


def _tonight(now: datetime) -> dict[date, int]:
    dying = days.dying_tonight(now).order_by("day").values_list("day")
    return dict(dying.annotate(Count("pk", distinct=True)))


def lateness(now: datetime) -> Lateness:
    """What came after its time, or has not come yet."""
    past = Recording.objects.filter(
        cutoff_at__lte=now - timedelta(seconds=LATE_S), progress__in=_LIVING
    )
    overdue = past.exclude(holds__state__in=("placing", "active")).count()
    gone = Destruction.objects.filter(live_dead_at__gt=now - WITHIN)
    late = gone.aggregate(n=Count("pk", filter=Q(lateness_s__gt=LATE_S)), longest=Max("lateness_s"))
    return Lateness(overdue, late["n"], late["longest"] or 0)


_LIVING = [progress.value for progress in LIVING]
