"""How a house begins: its folder, its keys, its register, its first generation, its first notice.

Everything is made once and never again: a folder that holds a house already is left as it is. The
restore credential is split in two shares that are shown to two persons and kept by neither machine
nor program.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen import ids, wiring
from talteen.config import Born, Config
from talteen.engine.vault.blobs import prove_put_if_absent
from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.credential import Share
from talteen.errors import Conflict
from talteen.ids import HouseId
from talteen.life.seal import rolling
from talteen.notice import register_file
from talteen.notice.versions import Approval
from talteen.register import house as houses
from talteen.register import ledger, ledger_kinds, shelf, versions
from talteen.register.ledger_kinds import Sha256


@dataclass(frozen=True, slots=True)
class Founded:
    """A house that was just made."""

    shares: tuple[Share, Share]
    """One for each of two persons. Shown once; nothing here keeps them."""


def prepare(config: Config, register: Path) -> Founded:
    """Make folders, keys and register of a house at ``config.home``. Needs no database.

    ``register`` is the register folder to take over. Conflict where a house stands already.
    """
    keys = wiring.secrets_of(config)
    if keys.exists():
        raise Conflict("this folder holds a house already", remedy="name another with TALTEEN_HOME")
    shelf.read(register)  # a wrong register makes no house
    for folder in (config.home, config.paths.state, config.paths.blobs, config.paths.keys_ring):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copytree(register, config.paths.register, dirs_exist_ok=True)
    restore = credential.make_restore_credential()
    keys.mkdir(mode=0o700)
    for name in wiring.SIGNING:
        raw = Ed25519PrivateKey.generate().private_bytes_raw()
        _write_secret(keys / f"{name}.ed25519", raw)
    _write_secret(keys / wiring.LIVE_CREDENTIAL, secrets.token_bytes(32))
    _write_secret(keys / wiring.RESTORE_PUBLIC, restore.public)
    return Founded(restore.shares)


def found(config: Config, born: Born, *, at: datetime, machine_at: datetime) -> HouseId:
    """Write the first rows of the house in its migrated database, and roll its first generation."""
    house = HouseId(ids.new())
    houses.found(house, born, at=at, machine_at=machine_at)
    file = shelf.read(config.paths.register).register.file
    vault = wiring.vault_of(config, file, house, born)
    prove_put_if_absent(vault.blobs)
    if vault.reserve is not None:
        vault.reserve.fill()
    rolling.found(vault, at)
    vkey = str(wiring.log_of(config, file).signer.key)
    ledger.enter(
        ledger_kinds.HouseBorn(
            house=house,
            born_as=ledger_kinds.Birth(born.value),
            log_key=Sha256(hashlib.sha256(vkey.encode()).digest()),
        ),
        at,
    )
    return house


def publish(
    config: Config,
    number: str,
    valid_from: date,
    *,
    approvers: Sequence[str],
    at: datetime,
    reviewed_on: date | None = None,
) -> None:
    """Adopt the old notices of the register folder, then publish its own as version ``number``.

    ``reviewed_on``: the day of all balancing tests, for an example register that lives in any year.
    """
    stood = shelf.read(config.paths.register)
    if reviewed_on is not None:
        file = register_file.reviewed_as_of(stood.register.file, reviewed_on)
        stood = replace(stood, register=replace(stood.register, file=file))
    if not versions.history():
        versions.adopt_legacy(stood, at)
    first, second = approvers
    versions.publish(stood, number, valid_from, approval=Approval(first, second), at=at)


def _write_secret(path: Path, raw: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
