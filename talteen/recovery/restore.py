"""``talteen restore``: a backup becomes a house again, in a house that is empty, by ``catch_up``.

Three acts, each of which may be killed and done again. ``lay_files`` checks the whole backup and
puts roll files, log, register and sealed sound in their places; ``load_database`` writes the rows,
all or none; ``open_house`` brings them to the newest roll file, destroys what came due meanwhile,
and names every recording whose bytes are damaged. Until the last has ended nobody is served.

It takes the newest live key, no older one. Where that is lost with its machine, two persons bring
their shares and the ring opens the newest generation, once (``life.seal.by_ring``).
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog

from talteen import course, house_keys, waking, wiring
from talteen.config import Config
from talteen.engine.backup import folder
from talteen.engine.backup.folder import Backup, Seen
from talteen.engine.backup.manifest import DUMP, PART_BYTES, REGISTER, STORE, Blobs, Damage
from talteen.engine.postgres import dump
from talteen.engine.postgres.dump import Reach
from talteen.engine.tlog.note import Checkpoint
from talteen.engine.vault import rollfile
from talteen.engine.vault.blobs import BlobStore, prove_put_if_absent
from talteen.engine.vault.holders import RestoreHolder
from talteen.engine.vault.rollfile import RollFile
from talteen.errors import ConfigError, Conflict, KeyGone, Tampered, Unavailable
from talteen.ids import HouseId, RecordingId
from talteen.life.seal import rolling
from talteen.life.seal import seen as holders
from talteen.life.seal.by_ring import ByRing
from talteen.life.seal.models import Blob
from talteen.life.seal.stored import blob_key
from talteen.life.seal.vault import Vault
from talteen.oversight import damage as damages
from talteen.oversight.damage import Place
from talteen.recovery.backup import LOG, Progress, silent
from talteen.register import shelf
from talteen.register.log import ledger, ledger_recovery
from talteen.wiring import House

log = structlog.get_logger()

_VITAL = (DUMP, REGISTER, STORE + LOG, STORE + rollfile.PREFIX)
"""Without these a house would be another one. Damaged sound costs its own call and no other."""
_BLOBS = STORE + "blobs/"


@dataclass(frozen=True, slots=True)
class Laid:
    """A backup whose files lie in their places."""

    backup: Backup
    damaged: tuple[Damage, ...]
    """Sealed sound that is not what was backed up. It was not put into the store."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    generation_found: int
    generation_reached: int
    applied: int
    """Roll files that the dump lacked."""
    relisted: int
    unlisted: int
    destroyed: int
    """Recordings that came due, or were being destroyed, while there was no house."""
    damaged: tuple[Place, ...]
    """What does not open, by recording."""
    by_ring: bool


# --- files ----------------------------------------------------------------------------------------


def open_backup(config: Config, at: Path) -> Backup:
    """The backup in the folder ``at``, if this house's key has signed it.

    Raises ConfigError where the signing keys are not here yet, InputError, Tampered.
    """
    if not house_keys.folder(config).is_dir():
        raise ConfigError(
            "keys-house: is not here",
            remedy="bring the signing keys of the house; they are kept apart from its backups",
        )
    return folder.open_at(at, house_keys.signing(config, "house").public_key())


def lay_files(
    config: Config, backup: Backup, *, seen: Seen = folder.nobody, progress: Progress = silent
) -> Laid:
    """Check everything, then put the files of ``backup`` where they belong.

    Raises Tampered, having changed nothing, where what the house stands on is damaged, or where the
    store holds other roll files or another log; Unavailable for a wrong passphrase of the live
    holder: the house stays sealed.
    """
    _try_holders(config, backup)
    damaged = tuple(_checked(backup, seen))
    progress("checked")
    _lay_register(config, backup)
    store = wiring.store_of(config)
    prove_put_if_absent(store)
    survived = any(True for _ in store.keys(rollfile.PREFIX))
    if backup.head.blobs is Blobs.REFERENCED and not survived:
        raise ConfigError(
            "blobs.bucket: the sealed sound of this backup stayed in its bucket, and is not here",
            remedy=f"name the bucket {backup.head.bucket} in talteen.toml",
        )
    _lay_store(store, backup, damaged, survived=survived)
    progress("files laid")
    return Laid(backup, damaged)


def _try_holders(config: Config, backup: Backup) -> None:
    """A wrong passphrase is met now, and not after an hour of copying."""
    for file in backup.files():
        if file.name.startswith(REGISTER):
            for found in folder.damage_of(file, backup.path(file.name)):
                raise _damaged(found)
    law = shelf.read(backup.path(REGISTER)).register.file
    wiring.vault_of(config, law, HouseId(backup.head.house), config.house.born).live.names()


def _checked(backup: Backup, seen: Seen) -> Iterator[Damage]:
    for found in backup.damage(seen):
        if found.name.startswith(_VITAL):
            raise _damaged(found)
        yield found


def _damaged(found: Damage) -> Tampered:
    return Tampered(f"the backup is damaged: {found}", remedy="take another copy of this backup")


def _lay_register(config: Config, backup: Backup) -> None:
    for file in backup.files():
        if file.name.startswith(REGISTER):
            to = config.paths.register / file.name.removeprefix(REGISTER)
            if not to.exists():
                to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                to.write_bytes(backup.path(file.name).read_bytes())


def _lay_store(
    store: BlobStore, backup: Backup, damaged: tuple[Damage, ...], *, survived: bool
) -> None:
    """The log first and the roll files next: they say whose house it is. The newest last.

    A store that survived knows better what has died since: sound comes back into it only where a
    living recording lacks it (``_mend``).
    """
    broken = {place.name for place in damaged}
    for file in backup.files():
        key = file.name.removeprefix(STORE)
        if key == file.name or file.name in broken:
            continue
        if key.startswith((LOG, rollfile.PREFIX)):
            _put(store, key, backup.path(file.name).read_bytes(), survived=survived)
        elif not survived and not _stands(store, key, file.size):
            store.put(key, _blocks(backup, file.name))


def _put(store: BlobStore, key: str, data: bytes, *, survived: bool) -> None:
    """Where the store has this key, it must say the same; a log that went on has a newer head."""
    try:
        store.put_if_absent(key, data)
    except Conflict:
        moves = key == f"{LOG}checkpoint" or key.startswith(f"{LOG}step/")
        if store.read(key) != data and not (survived and moves):
            raise Tampered(
                f"the store says otherwise than the backup at {key}",
                remedy="give the house its own store, or an empty one",
            ) from None


def _stands(store: BlobStore, key: str, size: int) -> bool:
    with contextlib.suppress(Unavailable):
        return store.size(key) == size
    return False


def _blocks(backup: Backup, name: str) -> Iterator[bytes]:
    with backup.path(name).open("rb") as file:
        while block := file.read(PART_BYTES):
            yield block


# --- rows -----------------------------------------------------------------------------------------


def load_database(config: Config, backup: Backup, reach: Reach, *, is_empty: bool) -> None:
    """Write the rows of the backup into the empty database; nothing where a restore of this very
    backup has done so and was broken off later. Conflict where another house lives there.
    """
    mark = config.paths.state / "restoring"
    begun = mark.exists() and mark.read_text() == backup.head.list_sha256
    if is_empty:
        mark.write_text(backup.head.list_sha256)
        dump.load(reach, backup.path(DUMP))
    elif not begun:
        raise Conflict(
            "this database holds a house already", remedy="restore into an empty database"
        )


# --- opening --------------------------------------------------------------------------------------


def open_house(
    house: House,
    laid: Laid,
    *,
    ring: RestoreHolder | None = None,
    witnessed: Checkpoint | None = None,
    progress: Progress = silent,
) -> Restored:
    """Bring the loaded rows to the newest roll file and make the house one that may open.

    Raises Tampered where roll files or tiles end before what the ring, the live holder or
    ``witnessed`` (a head that somebody outside has seen) knows; KeyGone where the newest live key
    is not here and no ``ring`` is given.
    """
    found = house.vault.row().n
    if ring is not None:
        house = _lent(house, ring)
    _check_live_key(house.vault)
    woken = waking.wake(house, witnessed=witnessed)
    progress("caught up")
    now = house.now()
    lent = isinstance(house.vault.live, ByRing) and house.vault.live.lending
    if lent:
        course.roll(house, now)
    progress("live key renewed")
    damaged = tuple(_mend(house, laid))
    damages.note(damaged, house.register, now)
    reached = house.vault.row().n
    _tell(house, woken, found=found, reached=reached, by_ring=ring is not None, now=now)
    (house.config.paths.state / "restoring").unlink(missing_ok=True)
    progress("opened")
    return Restored(
        generation_found=found,
        generation_reached=reached,
        applied=len(woken.caught_up.applied),
        relisted=len(woken.caught_up.relisted),
        unlisted=len(woken.caught_up.unlisted),
        destroyed=woken.swept.destroyed,
        damaged=damaged,
        by_ring=lent,
    )


def _lent(house: House, ring: RestoreHolder) -> House:
    vault = house.vault
    newest = _newest(vault)
    if newest.backup is None:
        raise Unavailable(
            "the newest roll was unbacked: the ring holds no key of it",
            remedy="bring the live holder back; without it nothing opens",
        )
    return replace(house, vault=replace(vault, live=ByRing(vault.live, ring, newest)))


def _check_live_key(vault: Vault) -> None:
    """Where nothing was rolled back, a closed house means that the newest live key is not here."""
    newest = _newest(vault)
    if newest.n >= holders.generation(vault) and newest.live.name not in vault.live.names():
        raise KeyGone(
            "the newest live key is not here",
            remedy="mount the live holder; if it is lost, two persons open the ring: --from-ring",
        )


def _newest(vault: Vault) -> RollFile:
    return rolling.read_file(vault, max(holders.numbers(vault)))


def _mend(house: House, laid: Laid) -> Iterator[Place]:
    """Every living recording's bytes stand in the store, or are named. Reads sizes, not sound."""
    store = house.vault.blobs
    broken: dict[str, list[Damage]] = {}
    for place in laid.damaged:
        broken.setdefault(place.name.removeprefix(STORE), []).append(place)
    for row in Blob.objects.order_by("day", "id").iterator():
        key = blob_key(row.day, row.pk)
        if _stands(store, key, row.size_bytes):
            continue
        recording = RecordingId(row.recording_id)
        places = broken.get(key)
        if places is None and laid.backup.path(STORE + key).is_file():
            store.put(key, _blocks(laid.backup, STORE + key))
        else:
            spans = [(one.start, one.end) for one in places or ()] or [(0, row.size_bytes)]
            yield from (Place("blob", key, recording, start, end) for start, end in spans)


def _tell(
    house: House, woken: waking.Woken, *, found: int, reached: int, by_ring: bool, now: datetime
) -> None:
    if by_ring:
        use = ledger_recovery.RingUse.RESTORE
        ledger.enter(ledger_recovery.RingOpened(use=use, generation=reached), now)
    ledger.enter(
        ledger_recovery.Restored(
            recovery=ledger_recovery.Recovery.FULL,
            generation_found=found,
            generation_reached=reached,
            entries_refilled=woken.refilled,
            destroyed=woken.swept.destroyed,
        ),
        now,
    )
    ledger.publish(house.log, now)
    log.info("house.restored", generation=reached, found=found, count=woken.swept.destroyed)
