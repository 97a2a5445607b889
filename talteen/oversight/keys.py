"""What can be wrong with the keys of the ring, told from what the holder and the records say.

The reaper must be alive, and it must be neither late nor too good: a key that outlives its date
breaks the promise of the notice, one that goes before it takes a restore away. Nobody is asked; it
is looked at (DESIGN 5; keys-review 5, 12, 13). ``faults`` is pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from talteen.engine.vault.clocks import AGREEMENT
from talteen.life.seal import ring
from talteen.life.seal.ring import Generation
from talteen.life.seal.vault import Vault

SILENT_AFTER = timedelta(minutes=10)
"""The reaper goes round every half minute: so long a silence is its end."""
LATE_AFTER = timedelta(minutes=15)
"""A key that lives so long past its date waits for no round any more."""
LOOK_BACK = timedelta(days=40)
"""The longest ring, and some days: what ended before that concerns no backup."""


class Kind(Enum):
    """What is wrong. The value stands in the table of alarms."""

    REAPER_SILENT = "reaper_silent"
    KEY_LATE = "key_late"
    KEY_LOST = "key_lost"
    """Gone before its date, or without one: too good."""
    KEY_REVIVED = "key_revived"
    ROLL_UNBACKED = "roll_unbacked"
    RING_AWAY = "ring_away"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong now."""

    kind: Kind
    subject: str
    """The number of a generation; empty where it is about the ring as a whole."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found at one look."""

    generations: tuple[Generation, ...]
    """Newest first, as far back as a backup key may live."""
    names: frozenset[str] | None
    """The backup keys that exist; None while the holder does not answer."""
    reaper_at: datetime | None
    """When the reaper last ended a round, by its own clock."""
    watched_since: datetime | None
    """Since when somebody listens for it; None where there is no reaper of its own: a demo."""


def look(
    vault: Vault,
    now: datetime,
    names: frozenset[str] | None,
    *,
    reaper_at: datetime | None,
    watched_since: datetime | None,
) -> Seen:
    """Look at the records, beside the ``names`` that the holder gave. Reads only."""
    found = ring.generations(vault, since=now - LOOK_BACK)
    return Seen(found, names, reaper_at, watched_since)


def faults(seen: Seen, now: datetime) -> tuple[Fault, ...]:
    """What is wrong at ``now``; empty when all is as it should be."""
    return (*_of_reaper(seen, now), *_of_holder(seen, now), *_of_keys(seen, now))


def _of_reaper(seen: Seen, now: datetime) -> Iterator[Fault]:
    if seen.watched_since is None:
        return
    heard = max(seen.watched_since, seen.reaper_at or seen.watched_since)
    # A reaper whose clock runs ahead kills too early; one whose clock stands still is as good as
    # dead. Either way its word is not believed.
    if now - heard > SILENT_AFTER or heard - now > AGREEMENT:
        yield Fault(Kind.REAPER_SILENT, "", min(heard, now))


def _of_holder(seen: Seen, now: datetime) -> Iterator[Fault]:
    if seen.names is None:
        yield Fault(Kind.RING_AWAY, "", now)
    newest = next((one for one in seen.generations if not one.failed), None)
    if newest is not None and not newest.backed:
        yield Fault(Kind.ROLL_UNBACKED, str(newest.n), newest.at)


def _of_keys(seen: Seen, now: datetime) -> Iterator[Fault]:
    for one in seen.generations:
        kind = _of_key(one, seen.names, now) if one.backed else None
        match kind:
            case Kind.KEY_LOST:
                yield Fault(kind, str(one.n), one.backup_dead_at or now)
            case Kind.KEY_REVIVED:
                yield Fault(kind, str(one.n), one.backup_revived_at or now)
            case Kind.KEY_LATE:
                yield Fault(kind, str(one.n), one.backup_dies_at or now)


def _of_key(one: Generation, names: frozenset[str] | None, now: datetime) -> Kind | None:
    dies_at = one.backup_dies_at
    if one.backup_dead_at is None:
        exists = names is None or one.backup_name in names
        late = dies_at is not None and now - dies_at > LATE_AFTER
        return Kind.KEY_LATE if late and exists else None
    if dies_at is not None and dies_at <= now:
        # What was lost before its date is dead as it should be from its date on.
        back = names is not None and one.backup_name in names
        return Kind.KEY_REVIVED if back else None
    return Kind.KEY_LOST if one.lost else None
