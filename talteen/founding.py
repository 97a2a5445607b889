"""How a house begins: its folder, its keys, its register, its first generation, its first notice.

Everything is made once and never again: a folder that holds a house already is left as it is. The
restore credential is split in two shares that are shown to two persons and kept by neither machine
nor program.
"""

import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from talteen import enrolling, house_keys, ids, wiring
from talteen.clock import helsinki_date
from talteen.config import Born, Config
from talteen.engine.tlog import key_change
from talteen.engine.tlog.key_change import KeyChange
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.credential import Share
from talteen.errors import Conflict
from talteen.ids import HouseId
from talteen.life.seal import rolling
from talteen.life.seal.models import Node
from talteen.notice import check as notice_check
from talteen.notice import register_file, register_folder, text
from talteen.notice import versions as notices
from talteen.notice.versions import Approval
from talteen.oversight.flow import gate
from talteen.register import adoptions, shelf, versions
from talteen.register import house as houses
from talteen.register.log import ledger, ledger_keys, ledger_kinds
from talteen.register.log.ledger_kinds import Sha256
from talteen.wiring import House


@dataclass(frozen=True, slots=True)
class Founded:
    """A house that was just made."""

    shares: tuple[Share, Share]
    """One for each of two persons. Shown once; nothing here keeps them."""


def check(
    register: Path,
    number: str,
    valid_from: date,
    *,
    approvers: Sequence[str],
    at: datetime,
    reasons: Mapping[str, str] | None = None,
) -> None:
    """Raise what publishing the register folder as the first version would raise, before a house is
    made on it: one without a notice could record nothing, and nobody could mend it."""
    stood, today = shelf.read(register), helsinki_date(at)
    draft = register_file.drafted(
        stood.register.file, number, valid_from=valid_from, supersedes=None
    )
    edition = text.edition(stood.register, draft)
    found = notice_check.check(edition, stood.register, stood.facts(today, None))
    first, second = approvers
    approval = Approval(first, second)
    notices.publish((), draft, approval=approval, findings=found, today=today, reasons=reasons)


def prepare(config: Config, register: Path) -> Founded:
    """Make folders, keys and register of a house at ``config.home``. Needs no database.

    ``register`` is the register folder to take over. Conflict where a house stands already.
    """
    keys = house_keys.folder(config)
    if keys.exists():
        raise Conflict("this folder holds a house already", remedy="name another with TALTEEN_HOME")
    shelf.read(register)  # a wrong register makes no house
    for folder in (config.home, config.paths.state, config.paths.blobs, config.paths.keys_ring):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copytree(register, config.paths.register, dirs_exist_ok=True)
    restore = credential.make_restore_credential()
    keys.mkdir(mode=0o700)
    for name in house_keys.SIGNING:
        raw = Ed25519PrivateKey.generate().private_bytes_raw()
        _write_secret(keys / f"{name}.ed25519", raw)
    _write_secret(keys / wiring.QUANTUM_SIGNING, MLDSA44PrivateKey.generate().private_bytes_raw())
    _write_secret(keys / house_keys.LIVE_CREDENTIAL, secrets.token_bytes(32))
    _write_secret(keys / house_keys.RESTORE_PUBLIC, restore.public)
    return Founded(restore.shares)


def found(config: Config, born: Born, *, at: datetime, machine_at: datetime) -> HouseId:
    """Write the first rows of the house in its migrated database, and roll its first generation."""
    house = HouseId(ids.new())
    houses.found(house, born, at=at, machine_at=machine_at)
    file = shelf.read(config.paths.register).register.file
    gate.check(config, file)
    vault = wiring.vault_of(config, file, house, born)
    wiring.prove_store(config)
    wiring.prove_holders(config, vault)
    if vault.reserve is not None:
        vault.reserve.fill()
    rolling.found(vault, at)
    log = wiring.log_of(config, file)
    ledger.enter(
        ledger_kinds.HouseBorn(
            house=house,
            born_as=ledger_kinds.Birth(born.value),
            log_key=Sha256(key_change.name_of(log.signer.key)),
        ),
        at,
    )
    ledger_keys.born(log, at)
    return house


_COMING = "next"
"""Where the next keys of the log stand until they have been announced."""


def rotate_log_key(house: House, at: datetime) -> KeyChange | None:
    """Let new keys sign the log from now on: the old one announces them, and is destroyed.

    Nothing else of the house may run. Killed anywhere and called again, it goes on; None where it
    had only to finish what was announced before.
    """
    keys = house_keys.folder(house.config)
    coming = keys / _COMING
    if not coming.exists():
        _make_log_keys(keys)
    log, made = house.log, None
    following = wiring.log_signers(log.origin, lambda name: _either(coming, keys, name))
    if following[0].key != log.signer.key:
        made = ledger_keys.change(log, following[0].key, following[1].key, at)
        wiring.write_former(house.config, log.keys)
    for name in reversed(wiring.LOG_KEYS):  # that which decides who signs goes last
        if (coming / name).exists():
            os.replace(coming / name, keys / name)
    coming.rmdir()
    return made


def _make_log_keys(keys: Path) -> None:
    """All of them or none: a house has both keys of one time."""
    making = keys / f"{_COMING}.making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    first, second = Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate()
    for name, raw in zip(
        wiring.LOG_KEYS, (first.private_bytes_raw(), second.private_bytes_raw()), strict=True
    ):
        _write_secret(making / name, raw)
    os.replace(making, keys / _COMING)


def _either(coming: Path, keys: Path, name: str) -> bytes:
    return ((coming if (coming / name).exists() else keys) / name).read_bytes()


def publish(
    config: Config,
    number: str,
    valid_from: date,
    *,
    approvers: Sequence[str],
    at: datetime,
    reviewed_on: date | None = None,
    reasons: Mapping[str, str] | None = None,
) -> None:
    """Publish the register folder as version ``number``. Before the first version: adopt its old
    notices, and by the same two what it rests on (the papers of ``notice.adoption``).

    ``reasons``: why it goes out with a warning of the check, by the id of the finding.
    ``reviewed_on``: the day of all balancing tests, for an example register that lives in any year.
    """
    stood = shelf.read(config.paths.register)
    if reviewed_on is not None:
        stood = replace(stood, register=register_folder.reviewed_as_of(stood.register, reviewed_on))
    first, second = approvers
    if not versions.history():
        versions.adopt_legacy(stood, at)
        adoptions.found(stood.register, first, second, at)
    approval = Approval(first, second)
    versions.publish(stood, number, valid_from, approval=approval, at=at, reasons=reasons)


def enrol_node(house: House, now: datetime) -> None:
    """Have the capture node of this machine believed, and tell it what it must know (idempotent).

    A house that was made by an earlier release gets the node's signing key here.
    """
    config, name = house.config, house.config.capture.node
    secret = house_keys.folder(config) / enrolling.CAPTURE_KEY
    if not secret.exists():
        _write_secret(secret, Ed25519PrivateKey.generate().private_bytes_raw())
    public = house_keys.signing(config, "capture").public_key().public_bytes_raw()
    Node.objects.get_or_create(name=name, defaults={"public": public, "seen_at": now})
    if house.vault.root().nodes.get(name) != public:
        rolling.roll(house.vault, Changes(enrol={name: public}), now)
    _write_key(
        house_keys.folder(config) / house_keys.DO_NOT_RECORD, house.vault.do_not_record_key()
    )
    enrolling.tell(config, now)


def _write_key(path: Path, key: bytes) -> None:
    """What the node asks the do-not-record list with."""
    if path.exists() and path.read_bytes() == key:
        return
    path.unlink(missing_ok=True)
    _write_secret(path, key)


def _write_secret(path: Path, raw: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
