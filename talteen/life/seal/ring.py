"""The backup ring as the house knows it: which generation a backup can still open, and until when.

The holder decides what exists; these records say what should. Where the two differ, the holder is
told again, and what had been dead and came back is reported and told to die now (keys-review 13).
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from talteen.engine.vault import roll as order
from talteen.engine.vault.clocks import AGREEMENT
from talteen.engine.vault.rollfile import Death
from talteen.errors import Unavailable
from talteen.life.seal import binary
from talteen.life.seal import models as rows
from talteen.life.seal.vault import Vault

NOTE_DEATH = """
    UPDATE roll_record SET backup_dies_at = least(backup_dies_at, %s) WHERE backup_name = %s
"""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation and the ends of its two keys."""

    n: int
    at: datetime
    backup_name: str
    """Empty for an unbacked roll."""
    live_dead_at: datetime | None
    backup_dies_at: datetime | None
    backup_dead_at: datetime | None
    backup_revived_at: datetime | None = None
    failed: bool = False
    """Its read-back failed: it was never read, and is no backup of anything."""

    @property
    def backed(self) -> bool:
        """Whether there ever was a backup key."""
        return bool(self.backup_name)

    @property
    def lost(self) -> bool:
        """Whether its backup key went before its date, or without one."""
        if self.backup_dead_at is None:
            return False
        return self.backup_dies_at is None or self.backup_dead_at < self.backup_dies_at - AGREEMENT


def generations(vault: Vault, *, since: datetime | None = None) -> tuple[Generation, ...]:
    """Every generation, newest first; ``since``: those whose backup may have lived after it."""
    records = rows.RollRecord.objects.using(vault.database).order_by("-n")
    if since is not None:
        dead = Q(backup_dead_at__lte=since) | Q(backup_name="", at__lte=since)
        records = records.exclude(dead)
    return tuple(
        Generation(
            n=record.n,
            at=record.at,
            live_dead_at=record.live_dead_at,
            backup_name=record.backup_name,
            backup_dies_at=record.backup_dies_at,
            backup_dead_at=record.backup_dead_at,
            backup_revived_at=record.backup_revived_at,
            failed=record.failed,
        )
        for record in records.defer("root", "live_wrapped")
    )


def can_heal(vault: Vault) -> bool:
    """Whether the newest generation has no backup key (any more), and another could have one."""
    newest = rows.RollRecord.objects.using(vault.database).filter(failed=False)
    missing = newest.order_by("-n").values_list("backup_name", "backup_dead_at").first()
    if missing is None or (missing[0] and missing[1] is None):
        return False
    try:
        vault.backup.names()
    except Unavailable:
        return False
    return True


def dead_everywhere(vault: Vault, n: int) -> datetime | None:
    """Since when no key of a generation before ``n`` exists, live or backup; None while one does.

    What roll ``n`` destroyed is gone in every backup from then on.
    """
    before = rows.RollRecord.objects.using(vault.database).filter(n__lt=n)
    alive = Q(live_dead_at=None) | (~Q(backup_name="") & Q(backup_dead_at=None))
    if not before.exists() or before.filter(alive).exists():
        return None
    ends = before.values_list("live_dead_at", "backup_dead_at")
    return max(end for pair in ends for end in pair if end is not None)


def dies_everywhere(vault: Vault, n: int) -> datetime | None:
    """The date that a letter may name: when the last backup key of a generation before ``n`` dies.

    None where no date stands (an older roll is unfinished), or where none was backed up.
    """
    before = rows.RollRecord.objects.using(vault.database).filter(n__lt=n).exclude(backup_name="")
    ends = before.values_list("backup_dies_at", flat=True)
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def noting(deaths: Iterable[Death]) -> list[binary.Statement]:
    """What writes down dates of death; a date moves earlier, never later."""
    return [(NOTE_DEATH, death.at, death.name) for death in deaths]


def date_deaths(vault: Vault, deaths: tuple[Death, ...]) -> None:
    """Tell the holder of dates of death. One that is down hears of them in ``tend``: destruction
    does not wait for it.
    """
    with suppress(Unavailable):
        for death in deaths:
            vault.backup.schedule_death(death.name, death.at)


_Expected = tuple[int, str, datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Found:
    """What the holder says that exists."""

    expected: tuple[_Expected, ...]
    """The keys that the records named just before."""
    names: frozenset[str]
    deaths: Mapping[str, datetime]


def ask(vault: Vault) -> Found:
    """Ask the holder what exists. Raises Unavailable while it does not answer."""
    # In this order: a key is made before its record is written, so that what a record names and
    # the holder does not know a moment later is gone, and not still to come.
    expected = tuple(_expected(vault))
    return Found(expected, vault.backup.names(), vault.backup.deaths())


def tend(vault: Vault, now: datetime, found: Found | None = None) -> tuple[str, ...]:
    """Bring holder and records together; returns keys that came back from the dead.

    Dates that could not be handed over are handed over, keys of lost attempts die, and what is gone
    is noted. What is gone before its date is a loss and no death: no certificate rests on it, and
    should it turn up again before that date, it lives on. Run it hourly. ``found``: what was
    asked for just now. Raises Unavailable while the backup holder does not answer.
    """
    found = found or ask(vault)
    names, told = found.names, found.deaths
    revived = []
    for n, name, dies_at, dead_at in (*found.expected, *_came_back(vault, names)):
        if name not in names:
            _rows(vault).filter(n=n, backup_dead_at=None).update(backup_dead_at=now)
        elif dead_at is not None and dies_at is not None and dies_at <= now:
            revived.append(name)
            _rows(vault).filter(n=n).update(backup_revived_at=now)
            vault.backup.schedule_death(name, now)
        else:
            if dead_at is not None:  # it was away before its date (a wrong disk), and is here again
                _rows(vault).filter(n=n).update(backup_dead_at=None)
            if dies_at is not None and told.get(name) != dies_at:
                vault.backup.schedule_death(name, dies_at)
    _end_lost_attempts(vault, names, now)
    return tuple(revived)


def _rows(vault: Vault) -> QuerySet[rows.RollRecord]:
    return rows.RollRecord.objects.using(vault.database).exclude(backup_name="")


def _expected(vault: Vault) -> Iterable[_Expected]:
    """The keys that should exist."""
    living = _rows(vault).filter(backup_dead_at=None)
    return living.values_list("n", "backup_name", "backup_dies_at", "backup_dead_at")


def _came_back(vault: Vault, names: frozenset[str]) -> Iterable[_Expected]:
    """The keys that exist and should not."""
    dead = _rows(vault).filter(backup_name__in=names).exclude(backup_dead_at=None)
    return dead.values_list("n", "backup_name", "backup_dies_at", "backup_dead_at")


def _end_lost_attempts(vault: Vault, names: frozenset[str], now: datetime) -> None:
    """A backup key of a decided generation that another key won opens nothing: it goes."""
    records = rows.RollRecord.objects.using(vault.database)
    decided = records.aggregate(newest=Max("n"))["newest"] or 0
    known = records.filter(backup_name__in=names).values_list("backup_name", flat=True)
    for name in names - set(known):
        generation = order.generation_of(name)
        if generation is not None and generation <= decided:
            vault.backup.schedule_death(name, now)
