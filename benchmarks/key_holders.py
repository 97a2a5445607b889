"""The holders' part of a roll beside the bare calls that it cannot do without (group ``vault``).

A roll makes a key in each holder, locks the root key in both, opens it in the live one, lets the
old live key die and dates a backup key. The peer asks the same service for just these things and
looks at no answer: no proof, no check that a key is new, no inner lock.
"""

import os
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from benchmarks import Row, lacking, seconds
from talteen.engine.vault.holders import BackupHolder, LiveHolder, credential
from talteen.engine.vault.holders.openbao import DATES, BaoBackupHolder, BaoLiveHolder
from talteen.engine.vault.holders.pkcs11 import Pkcs11BackupHolder, Pkcs11LiveHolder
from talteen.engine.vault.holders.token import ask
from tests.kit.keyrings import Ring, places
from tests.kit.keyrings.softhsm import MODULE

REPEATS = 25
KEY, BOX = bytes(32), bytes(1168)
DIES = datetime(2026, 11, 30, tzinfo=UTC)
BAR = "<=2"
row = partial(Row, "vault")


def rows() -> Iterator[Row]:
    """PKCS#11 and OpenBao, where they can run here."""
    for kind, name in (("pkcs11", "PKCS#11 (SoftHSM2)"), ("openbao", "OpenBao")):
        measure = f"holders' part of a roll with {name}, against its bare calls (ms)"
        if kind == "pkcs11" and not Path(MODULE).exists():
            yield lacking("vault", measure, "softhsm2 is not installed (Debian: softhsm2)", BAR)
            continue
        yield row(measure, *beside(kind), BAR)


def beside(kind: str) -> tuple[float, float]:
    """Medians (ms) of ours and of the bare calls, in turns."""
    made = credential.make_restore_credential()
    with tempfile.TemporaryDirectory() as folder, places(kind, Path(folder)) as running:
        live, ring = running.live()(), running.ring(made)
        bare = bare_calls(live, ring.backup)
        times = [
            (seconds(partial(roll, live, ring)), seconds(partial(once, bare, uuid4().hex)))
            for _ in range(REPEATS)
        ]
    return (
        statistics.median(ours for ours, _ in times) * 1e3,
        statistics.median(peer for _, peer in times) * 1e3,
    )


def once(bare: "Bare", name: str) -> None:
    """The bare way of one roll's part."""
    bare.make(name)
    bare.end(name)


def roll(live: LiveHolder, ring: Ring) -> None:
    """What a roll asks of its holders."""
    name = f"x-{uuid4().hex}"
    live.create(name)
    wrapped = live.wrap(name, KEY)
    if live.unwrap(name, wrapped) != KEY:
        raise AssertionError("it must open what it locks")
    ring.backup.create(name)
    ring.backup.wrap(name, KEY)
    live.destroy(name)
    ring.backup.schedule_death(name, DIES)


class Bare(Protocol):
    """What a roll asks of its holders, asked of the services themselves."""

    def make(self, name: str) -> None:
        """A key in each holder, both locks, and the live one opened."""
        ...

    def open(self) -> None:
        """Open once more what the last ``make`` has locked."""
        ...

    def end(self, name: str) -> None:
        """The live key dies, the backup key is dated."""
        ...


def bare_calls(live: LiveHolder, backup: BackupHolder) -> Bare:
    """The bare way of this kind of holders."""
    if isinstance(live, BaoLiveHolder) and isinstance(backup, BaoBackupHolder):
        return BareOpenBao(live, backup)
    if isinstance(live, Pkcs11LiveHolder) and isinstance(backup, Pkcs11BackupHolder):
        return BarePkcs11(live, backup)
    raise AssertionError("no bare way is known to this holder")


@dataclass(slots=True)
class BareOpenBao:
    """Eight requests, and one for each further opening."""

    live: BaoLiveHolder
    backup: BaoBackupHolder
    locked: tuple[str, str] = ("", "")

    def make(self, name: str) -> None:
        ask, mount = self.live.keys.client.ask, self.live.keys.mount
        in_ring, ring = self.backup.keys.client.ask, self.backup.keys.mount
        ask("POST", f"{mount}/keys/{name}", {"type": "aes256-gcm96"})
        made: Any = ask("POST", f"{mount}/encrypt/{name}", {"plaintext": "AAAA"})
        self.locked = name, made["ciphertext"]
        self.open()
        in_ring("POST", f"{ring}/keys/{name}", {"type": "aes256-gcm96"})
        in_ring("POST", f"{ring}/encrypt/{name}", {"plaintext": "AAAA"})

    def open(self) -> None:
        name, locked = self.locked
        path = f"{self.live.keys.mount}/decrypt/{name}"
        self.live.keys.client.ask("POST", path, {"ciphertext": locked})

    def end(self, name: str) -> None:
        ask, mount = self.live.keys.client.ask, self.live.keys.mount
        ask("POST", f"{mount}/keys/{name}/config", {"deletion_allowed": True})
        ask("DELETE", f"{mount}/keys/{name}")
        dates = f"{self.backup.keys.mount}{DATES}"
        self.backup.keys.client.ask("POST", f"{dates}/{name}.1", {"dies": "1"})


@dataclass(slots=True)
class BarePkcs11:
    """Two keys made, two locks, one opening, one deletion, one date."""

    live: Pkcs11LiveHolder
    backup: Pkcs11BackupHolder
    keys: tuple[Any, Any] = (None, None)
    locked: tuple[Any, Any] = (None, None)

    def make(self, name: str) -> None:
        ask(self.live.token, lambda session: self._at_live(session, name))
        ask(self.backup.token, lambda session: self._at_ring(session, name))

    def open(self) -> None:
        ask(self.live.token, lambda session: self._open())

    def end(self, name: str) -> None:
        from pkcs11 import Attribute

        def date(session: Any) -> None:
            self.keys[1][Attribute.ID] = b"12345678"

        ask(self.live.token, lambda session: self.keys[0].destroy())
        ask(self.backup.token, date)

    def _at_live(self, session: Any, name: str) -> None:
        key = _made(session, name)
        self.keys = key, None
        self.locked = _locked(key, KEY)
        self._open()

    def _open(self) -> None:
        from pkcs11 import Mechanism

        sealed, params = self.locked
        self.keys[0].decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=params)

    def _at_ring(self, session: Any, name: str) -> None:
        key = _made(session, name)
        self.keys = self.keys[0], key
        _locked(key, BOX)


def _made(session: Any, name: str) -> Any:
    from pkcs11 import KeyType

    return session.generate_key(KeyType.AES, 256, label=name, store=True)


def _locked(key: Any, plain: bytes) -> tuple[Any, Any]:
    from pkcs11 import Mechanism
    from pkcs11.mechanisms import GCMParams

    params = GCMParams(os.urandom(12), b"", 128)
    return key.encrypt(plain, mechanism=Mechanism.AES_GCM, mechanism_param=params), params
