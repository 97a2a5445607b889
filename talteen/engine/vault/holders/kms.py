"""Key holders in AWS KMS, or a service that speaks like it: one customer key for each generation.

A key is found by its alias (``kms_keys``). Its deletion is a date at least seven days ahead, and
until that day a person with the right to may cancel it (AWS KMS, "Deleting keys"). So: from the
moment it is pending it counts as destroyed here and opens nothing for us;
``Declared.copies_live_for`` says the seven days, from which k is computed; and a key that was
brought back is among the ``names`` again within the hour, where the house sees it and destroys it
again (keys-review 13).

A date of death in the ring is a second alias of the key. An alias can be added without the right to
take one away, and the earliest counts: not even a stolen house credential moves a death later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from talteen.engine.vault.canonical import from_ms, to_ms
from talteen.engine.vault.holders import Declared, two_persons
from talteen.engine.vault.holders.kms_keys import WAIT_DAYS, Keys

KIND = "kms"
WAIT = timedelta(days=WAIT_DAYS)


@dataclass(frozen=True, slots=True)
class KmsLiveHolder:
    """A LiveHolder. ``copies_live_for``: what the operator declares beside the service's wait."""

    keys: Keys
    copies_live_for: timedelta = timedelta(0)

    @property
    def declared(self) -> Declared:
        return Declared(KIND, max(WAIT, self.copies_live_for))

    def answer(self) -> None:
        self.keys.ask()

    def create(self, name: str) -> None:
        self.keys.create(name)

    def wrap(self, name: str, key: bytes) -> bytes:
        return self.keys.encrypt(name, key)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return self.keys.decrypt(name, wrapped)

    def destroy(self, name: str) -> None:
        self.keys.destroy(name)

    def names(self) -> frozenset[str]:
        return _names(self.keys)


@dataclass(frozen=True, slots=True)
class KmsBackupHolder:
    """A BackupHolder, by a credential that may not decrypt."""

    keys: Keys
    restore_public: bytes = field(repr=False)
    copies_live_for: timedelta = timedelta(0)

    @property
    def declared(self) -> Declared:
        return Declared(KIND, max(WAIT, self.copies_live_for))

    def answer(self) -> None:
        self.keys.ask()

    def create(self, name: str) -> None:
        self.keys.create(name)
        self.keys.prove(name)

    def wrap(self, name: str, key: bytes) -> bytes:
        return self.keys.encrypt(name, two_persons.lock(self.restore_public, name, key))

    def schedule_death(self, name: str, at: datetime) -> None:
        self.keys.date(name, to_ms(at))

    def deaths(self) -> Mapping[str, datetime]:
        listed = self.keys.listed()
        living = listed.keys.keys() | self.keys.revived(listed)
        dated = living & listed.dates.keys()
        return MappingProxyType({name: from_ms(listed.dates[name]) for name in dated})

    def names(self) -> frozenset[str]:
        return _names(self.keys)


@dataclass(frozen=True, slots=True)
class KmsReaper:
    """A Reaper by a credential that may see keys and schedule their deletion. A key whose deletion
    was cancelled is due again, for its date still stands.
    """

    keys: Keys

    def reap(self, now: datetime) -> tuple[str, ...]:
        listed = self.keys.listed()
        standing = listed.keys.keys() | self.keys.revived(listed)
        over = {name for name, ms in listed.dates.items() if ms <= to_ms(now)}
        return tuple(name for name in sorted(standing & over) if self.keys.destroy(name))


def _names(keys: Keys) -> frozenset[str]:
    """What stands: also what somebody has brought back or switched off."""
    listed = keys.listed()
    return frozenset(listed.keys) | keys.revived(listed)
