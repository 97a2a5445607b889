"""Key holders in the transit engine of an OpenBao server: a mount for the live keys, one for the
ring.

A generation key is a transit key that can be neither exported nor backed up; the server locks and
opens with it and never shows it. Dates of death are names in a key-value mount beside the ring,
``NAME.MILLISECONDS``: the house may only add such names, and the earliest of a key counts, so that
not even a stolen house token moves a death later. Four tokens, each with the least it needs, stand
in docs/operators/key-holders.md; beside their policies, backups hang on ``two_persons``.

A server that is sealed or restarts is HolderAway. A key is gone only when the mount itself says
that it has none of this name.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from talteen.engine.vault.canonical import from_ms, to_ms
from talteen.engine.vault.holders import (
    CredentialRefused,
    Declared,
    HolderAway,
    refusals,
    two_persons,
)
from talteen.engine.vault.holders.bao_client import Client, Refusal

KIND = "openbao"
DATES = "-dates"
"""The key-value mount of a ring is called as its transit mount, with this behind it."""
_FORGED = ("ciphertext", "message authentication failed", "base64")
"""What the server says of bytes that it did not make."""
_NOT_THERE = ("not found", "no existing key")


@dataclass(frozen=True, slots=True)
class Transit:
    """The keys of one transit mount."""

    client: Client
    mount: str

    def create(self, name: str) -> None:
        """The server answers "made" for a key that stands already: so it is asked before."""
        if self._find(name) is not None:
            raise refusals.taken()
        wanted = {"type": "aes256-gcm96", "exportable": False, "allow_plaintext_backup": False}
        made = self.client.ask("POST", f"{self.mount}/keys/{name}", wanted)
        if made and (made["exportable"] or made["allow_plaintext_backup"]):
            raise HolderAway(
                "the server makes keys that can be taken out of it",
                remedy="see who made a key of this name, and what the mount allows",
            )

    def encrypt(self, name: str, plain: bytes) -> bytes:
        self._must_stand(name)  # the server would make a key that it lacks
        body = {"plaintext": b64encode(plain).decode()}
        sealed: str = self._use("encrypt", name, body)["ciphertext"]
        return sealed.encode()

    def decrypt(self, name: str, sealed: bytes) -> bytes:
        body = {"ciphertext": sealed.decode("ascii", "replace")}
        return b64decode(self._use("decrypt", name, body)["plaintext"])

    def prove(self, name: str) -> None:
        """Have the server open and lock again what it has locked: it shows nothing by that."""
        self._use("rewrap", name, {"ciphertext": self.encrypt(name, bytes(32)).decode()})

    def allow_death(self, name: str) -> bool:
        """Whether there is such a key; from then on it can be deleted."""
        try:
            self.client.ask("POST", f"{self.mount}/keys/{name}/config", {"deletion_allowed": True})
        except Refusal as refusal:
            if refusal.says(_NOT_THERE):
                return False
            raise refusal.told() from None
        return True

    def delete(self, name: str) -> None:
        """Delete ``name`` for good; nothing where it is not there."""
        try:
            self.client.ask("DELETE", f"{self.mount}/keys/{name}")
        except Refusal as refusal:
            if not refusal.says(_NOT_THERE):
                raise refusal.told() from None

    def names(self) -> frozenset[str]:
        found = self.client.ask("LIST", f"{self.mount}/keys")
        return frozenset(found["keys"]) if found else frozenset()

    def ways_beyond_deletion(self, name: str, sealed: bytes) -> tuple[Callable[[], object], ...]:
        """What a reaper must be denied, each asked as it is, without a look before."""
        asks = (
            (f"decrypt/{name}", {"ciphertext": sealed.decode()}),
            (f"encrypt/{name}", {"plaintext": ""}),
            (f"rewrap/{name}", {"ciphertext": sealed.decode()}),
            (f"keys/{name}", {"type": "aes256-gcm96"}),
            (f"keys/{name}/config", {"deletion_allowed": True}),
        )
        return tuple(
            partial(self.client.ask, "POST", f"{self.mount}/{path}", body) for path, body in asks
        )

    def _use(self, act: str, name: str, body: Mapping[str, str]) -> Any:
        try:
            return self.client.ask("POST", f"{self.mount}/{act}/{name}", body)
        except (Refusal, CredentialRefused) as refusal:
            # Without the right to make keys, a missing one is answered with "denied", too.
            self._must_stand(name)
            if not isinstance(refusal, Refusal):
                raise
            if act == "decrypt" and refusal.says(_FORGED):
                raise refusals.not_wrapped_here() from None
            raise refusal.told() from None

    def _must_stand(self, name: str) -> None:
        found = self._find(name)
        if found is None:
            raise refusals.gone()
        if found.get("soft_deleted"):
            raise HolderAway(
                "somebody soft-deleted a key in OpenBao, and it is still there",
                remedy="restore it (soft-delete-restore), or let the house destroy it",
            )

    def _find(self, name: str) -> dict[str, Any] | None:
        return self.client.ask("GET", f"{self.mount}/keys/{name}")


@dataclass(frozen=True, slots=True)
class BaoLiveHolder:
    """A LiveHolder in one transit mount."""

    keys: Transit
    copies_live_for: timedelta = timedelta(0)

    @property
    def declared(self) -> Declared:
        return Declared(KIND, self.copies_live_for)

    def answer(self) -> None:
        self.keys.client.keep_token()
        self.keys.names()

    def create(self, name: str) -> None:
        self.keys.create(name)

    def wrap(self, name: str, key: bytes) -> bytes:
        return self.keys.encrypt(name, key)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return self.keys.decrypt(name, wrapped)

    def destroy(self, name: str) -> None:
        if self.keys.allow_death(name):
            self.keys.delete(name)

    def names(self) -> frozenset[str]:
        return self.keys.names()


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates of death, as names in a key-value mount (version 1)."""

    client: Client
    mount: str

    def all(self) -> dict[str, list[int]]:
        """The dates of each key, in milliseconds; the earliest first."""
        found = self.client.ask("LIST", self.mount)
        dates: dict[str, list[int]] = {}
        for entry in found["keys"] if found else ():
            name, _, ms = entry.rpartition(".")
            if name and ms.isdigit():
                dates.setdefault(name, []).append(int(ms))
        return {name: sorted(each) for name, each in dates.items()}

    def add(self, name: str, ms: int) -> None:
        self.client.ask("POST", f"{self.mount}/{name}.{ms}", {"dies": str(ms)})

    def forget(self, name: str, dates: list[int]) -> None:
        for ms in dates:
            self.client.ask("DELETE", f"{self.mount}/{name}.{ms}")


@dataclass(frozen=True, slots=True)
class BaoBackupHolder:
    """A BackupHolder in one transit mount and its dates, by a token that cannot decrypt there."""

    keys: Transit
    restore_public: bytes = field(repr=False)
    copies_live_for: timedelta = timedelta(0)

    @property
    def declared(self) -> Declared:
        return Declared(KIND, self.copies_live_for)

    @property
    def _dates(self) -> Dates:
        return Dates(self.keys.client, self.keys.mount + DATES)

    def answer(self) -> None:
        self.keys.client.keep_token()
        self.keys.names()

    def create(self, name: str) -> None:
        self.keys.create(name)
        self.keys.prove(name)

    def wrap(self, name: str, key: bytes) -> bytes:
        return self.keys.encrypt(name, two_persons.lock(self.restore_public, name, key))

    def schedule_death(self, name: str, at: datetime) -> None:
        ms, known = to_ms(at), self._dates.all().get(name)
        # First it can be deleted, then it has a date: what the reaper is told of, it may delete.
        if (known is None or ms < known[0]) and self.keys.allow_death(name):
            self._dates.add(name, ms)

    def deaths(self) -> Mapping[str, datetime]:
        living = self.keys.names()
        dates = self._dates.all()
        return MappingProxyType({name: from_ms(dates[name][0]) for name in living & dates.keys()})

    def names(self) -> frozenset[str]:
        return self.keys.names()


@dataclass(frozen=True, slots=True)
class BaoReaper:
    """A Reaper by a token that may delete in the ring, see its dates, and nothing else."""

    keys: Transit

    def reap(self, now: datetime) -> tuple[str, ...]:
        self.keys.client.keep_token()
        dates = Dates(self.keys.client, self.keys.mount + DATES)
        known = dates.all()
        due = sorted(name for name, each in known.items() if each[0] <= to_ms(now))
        for name in due:
            self.keys.delete(name)
            dates.forget(name, known[name])
        return tuple(due)
