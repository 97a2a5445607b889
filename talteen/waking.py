"""Before a house opens, and whenever its database turns out to be older than the roll files: bring
it to where they are. And, while it is closed, its live keys to another holder.
"""

from dataclasses import dataclass, replace

import structlog

from talteen import course, house_keys, keyholders, wiring
from talteen.config import Config, keys
from talteen.course import Swept
from talteen.engine.tlog.note import Checkpoint
from talteen.engine.vault import roll as order
from talteen.engine.vault import rollfile
from talteen.engine.vault.holders import LiveHolder
from talteen.engine.vault.holders.moving import MovingHolder
from talteen.errors import ConfigError, Conflict, KeyGone
from talteen.life.seal import rolling
from talteen.life.seal.catch_up import CaughtUp
from talteen.life.seal.models import RollRecord
from talteen.life.seal.rolling import Progress, Rolled
from talteen.register.log import ledger, ledger_witnesses
from talteen.wiring import House

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Woken:
    """What was done before anything opened."""

    caught_up: CaughtUp
    refilled: int
    """Entries of the ledger that the database lacked."""
    swept: Swept


def wake(house: House, *, witnessed: Checkpoint | None = None) -> Woken:
    """Before anything opens: bring the database to where the roll files and the log's tiles are,
    and destroy what came due while the house was off (keys-review rules 1 and 20).

    Raises Tampered where the roll files end before what the key holders have seen, or the tiles
    before ``witnessed``, a head of the log that somebody outside has seen.
    """
    now = house.clock.now()
    try:
        caught_up = course.catch_up(house, now)
    except KeyGone:
        _refuse_another_holder(house)
        raise
    refilled = ledger.refill(house.log, now, seen=witnessed)
    ledger_witnesses.refuse_rollback(house.log, wiring.witnesses_of(house.config))
    return Woken(caught_up, refilled, course.sweep(house, house.now()))


def keep_up(house: House) -> bool:
    """Catch up where a roll file stands of which this database has never heard: a standby that was
    late has taken over (decision 209). Before the time is asked: its root may not open any more.
    """
    coming = rollfile.key_of(house.vault.row().n + 1)
    if not any(True for _ in house.vault.blobs.keys(coming)):
        return False
    now = house.clock.now()
    log.error("database.behind")
    course.catch_up(house, now)
    ledger.refill(house.log, now)
    return True


def move_keys(house: House, former: Config, progress: Progress = rolling.silent) -> Rolled | None:
    """Let the live keys of a closed house lie in the holder that it is built with, and no longer
    where ``former`` says: one roll, whose old key dies there and is proved to (decision 267).

    None where the newest key was there already: an attempt that was killed had decided, and is
    ended now. ConfigError where both are one place, KeyGone where neither has the newest key.
    """
    if _place(former) == _place(house.config):
        raise ConfigError(
            "keys_live: is where the live keys lie already",
            remedy="name the settings from before the change",
        )
    credential = house_keys.folder(house.config) / house_keys.LIVE_CREDENTIAL
    own = house.vault.live
    both = MovingHolder(keyholders.live(former, credential.read_bytes()), own)
    both.answer()
    between = replace(house, vault=replace(house.vault, live=both))
    course.catch_up(between, house.clock.now())
    newest = RollRecord.objects.get(n=between.vault.row().open_n).live_name
    moved = newest in own.names()
    rolled = None if moved else course.roll(between, between.now(), progress)
    if _living(both.out_of):
        raise Conflict(
            "the former holder still names keys of this house", remedy="run it once more"
        )
    house.vault.forget()
    log.warning("keys.moved", kind=own.declared.kind)
    return rolled


def _place(config: Config) -> tuple[object, ...]:
    return keys.place(config.keys_live, config.paths.keys_live)


def _living(holder: LiveHolder) -> frozenset[str]:
    """The keys of generations in it."""
    return frozenset(one for one in holder.names() if order.generation_of(one) is not None)


def _refuse_another_holder(house: House) -> None:
    """A holder that never held a key of this house is rather the wrong one than the end of all."""
    if not _living(house.vault.live):
        raise ConfigError(
            "keys_live: this holder has no key of this house",
            remedy="run 'talteen keys move FORMER' with the settings from before, or restore from "
            "the ring (docs/operators/backup.md)",
        ) from None
