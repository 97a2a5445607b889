"""Before a house opens, and whenever its database turns out to be older than the roll files: bring
it to where they are.
"""

from dataclasses import dataclass

import structlog

from talteen import course, wiring
from talteen.course import Swept
from talteen.engine.tlog.note import Checkpoint
from talteen.engine.vault import rollfile
from talteen.life.seal.catch_up import CaughtUp
from talteen.register import ledger, ledger_witnesses
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
    caught_up = course.catch_up(house, now)
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
