"""The reaper's round: beside the ring, with the right to delete and no other (keys-review 5).

It goes on while the database, the worker or the rest of the house is down: the last copy of a key
dies on its date all the same. The sweep of the worker reaps too, so nothing waits for this process.
"""

from collections.abc import Callable
from datetime import datetime

import structlog

from talteen.clock import Clock
from talteen.desk.ground.supervise import Stop
from talteen.engine.vault.holders import Reaper
from talteen.errors import Unavailable

log = structlog.get_logger()


def silent(at: datetime) -> None:
    """Nobody watches."""


def keep(
    reaper: Reaper,
    clock: Clock,
    asked: Stop,
    *,
    every_s: float,
    alive: Callable[[datetime], None] = silent,
) -> None:
    """Reap now and every ``every_s`` seconds until ``asked``. A ring that is away is waited for.

    ``alive`` hears of the end of every round (``holders.pulse``).
    """
    while True:
        now = clock.now()
        try:
            dead = reaper.reap(now)
            alive(now)
        except (Unavailable, OSError):
            log.error("ring.unavailable")
        else:
            if dead:
                log.info("ring.reaped", count=len(dead))
        if asked.wait(every_s):
            return
