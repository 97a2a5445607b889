"""The holders' part of a roll beside the bare calls that it cannot do without (group ``vault``).

A roll makes a key in each holder, locks the root key in both, opens it in the live one, lets the
old live key die and dates a backup key. The peer asks the same service for just these things and
looks at no answer: no proof, no check that a key is new, no inner lock.
"""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks import Row, lacking, seconds
from talteen.engine.vault.holders import BackupHolder, LiveHolder, credential
from talteen.engine.vault.holders.openbao import DATES, BaoBackupHolder, BaoLiveHolder
from talteen.engine.vault.holders.pkcs11 import Pkcs11BackupHolder, Pkcs11LiveHolder
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
            (seconds(partial(roll, live, ring)), seconds(partial(bare, uuid4().hex)))
            for _ in range(REPEATS)
        ]
    return (
        statistics.median(ours for ours, _ in times) * 1e3,
        statistics.median(peer for _, peer in times) * 1e3,
    )


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


def bare_calls(live: LiveHolder, backup: BackupHolder) -> Callable[[str], None]:
    """The same, asked of the service itself."""
    if isinstance(live, BaoLiveHolder) and isinstance(backup, BaoBackupHolder):
        return partial(bare_openbao, live, backup)
    if isinstance(live, Pkcs11LiveHolder) and isinstance(backup, Pkcs11BackupHolder):
        return partial(bare_pkcs11, live, backup)
    raise AssertionError("no bare way is known to this holder")


def bare_openbao(live: BaoLiveHolder, backup: BaoBackupHolder, name: str) -> None:
    """Eight requests."""
    ask, mount = live.keys.client.ask, live.keys.mount
    in_ring, ring = backup.keys.client.ask, backup.keys.mount
    ask("POST", f"{mount}/keys/{name}", {"type": "aes256-gcm96"})
    locked: Any = ask("POST", f"{mount}/encrypt/{name}", {"plaintext": "AAAA"})
    ask("POST", f"{mount}/decrypt/{name}", {"ciphertext": locked["ciphertext"]})
    in_ring("POST", f"{ring}/keys/{name}", {"type": "aes256-gcm96"})
    in_ring("POST", f"{ring}/encrypt/{name}", {"plaintext": "AAAA"})
    ask("POST", f"{mount}/keys/{name}/config", {"deletion_allowed": True})
    ask("DELETE", f"{mount}/keys/{name}")
    in_ring("POST", f"{ring}{DATES}/{name}.1", {"dies": "1"})


def bare_pkcs11(live: Pkcs11LiveHolder, backup: Pkcs11BackupHolder, name: str) -> None:
    """Two keys made, two locks, one opening, one deletion, one date."""
    from pkcs11 import Attribute, KeyType, Mechanism
    from pkcs11.mechanisms import GCMParams

    from talteen.engine.vault.holders.token import ask

    def at_live(session: Any) -> None:
        key = session.generate_key(KeyType.AES, 256, label=name, store=True)
        params = GCMParams(os.urandom(12), b"", 128)
        locked = key.encrypt(KEY, mechanism=Mechanism.AES_GCM, mechanism_param=params)
        key.decrypt(locked, mechanism=Mechanism.AES_GCM, mechanism_param=params)
        key.destroy()

    def at_ring(session: Any) -> None:
        key = session.generate_key(KeyType.AES, 256, label=name, store=True)
        params = GCMParams(os.urandom(12), b"", 128)
        key.encrypt(BOX, mechanism=Mechanism.AES_GCM, mechanism_param=params)
        key[Attribute.ID] = b"12345678"

    ask(live.token, at_live)
    ask(backup.token, at_ring)
