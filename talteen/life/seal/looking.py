"""One look at the ring for everybody who wants to know: a minute may pass between two.

A sweep comes every few seconds, and a ring that is a service is asked over a network. What the
records say tells when a look cannot wait: a roll was made, or the date of a key has come.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from talteen.engine.vault.holders import Reaper
from talteen.errors import Unavailable
from talteen.life.seal import models as rows
from talteen.life.seal import ring
from talteen.life.seal.vault import Vault

EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Look:
    """What was found."""

    at: datetime
    newest: int
    """The newest generation then."""
    names: frozenset[str] | None
    """The backup keys that exist; None while the holder does not answer."""


@dataclass(slots=True)
class Looks:
    """The newest look of this process."""

    last: Look | None = None

    def look(self, vault: Vault, reaper: Reaper, now: datetime) -> None:
        """Reap, look and bring holder and records together, unless the last look still stands."""
        if self._stands(vault, now):
            return
        newest = _newest(vault)
        try:
            reaper.reap(now)
            found = ring.ask(vault)
            ring.tend(vault, now, found)
            self.last = Look(now, newest, found.names)
        except Unavailable:  # the ring is away: certificates wait, all else goes on
            self.last = Look(now, newest, None)

    def names(self, vault: Vault, now: datetime) -> frozenset[str] | None:
        """The backup keys that exist, by a look that is a minute old at most; None while the holder
        does not answer.
        """
        if self.last is not None and timedelta(0) <= now - self.last.at < EVERY:
            return self.last.names
        return names(vault)

    def _stands(self, vault: Vault, now: datetime) -> bool:
        last = self.last
        if last is None or last.names is None or not timedelta(0) <= now - last.at < EVERY:
            return False
        due = rows.RollRecord.objects.using(vault.database).exclude(backup_name="")
        due = due.filter(backup_dead_at=None, backup_dies_at__lte=now)
        return last.newest == _newest(vault) and not due.exists()


def names(vault: Vault) -> frozenset[str] | None:
    """The backup keys that exist, asked for now; None while the holder does not answer."""
    try:
        return vault.backup.names()
    except Unavailable:
        return None


def _newest(vault: Vault) -> int:
    records = rows.RollRecord.objects.using(vault.database).order_by("-n")
    return records.values_list("n", flat=True).first() or 0
