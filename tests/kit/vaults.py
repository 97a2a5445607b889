"""A vault of file holders and a folder store for tests, and calls that lie in it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from talteen import ids
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.entries import Kind
from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.credential import RestoreCredential
from talteen.engine.vault.holders.file import (
    FileBackupHolder,
    FileReaper,
    FileRestoreHolder,
    open_live,
    open_restore,
)
from talteen.errors import Unavailable
from talteen.ids import HouseId, RecordingId
from talteen.life.seal import rolling
from talteen.life.seal.rolling import Rolled
from talteen.life.seal.vault import Vault
from talteen.register.models import Recording
from talteen.register.states import Progress
from tests.kit import builders
from tests.kit.builders import NOON

SECRET = b"a passphrase that only tests know"
SOUND = b"Hyvaa paivaa, haluaisin varata huoneen. " * 1000
NUMBER = "+358401234567"
ROLL_STEPS = (
    "live_key_created",
    "backup_key_created",
    "file_put",
    "applied",
    "read_back",
    "live_key_destroyed",
    "deaths_dated",
    "settled",
)
"""Behind each of these a roll may be killed; in order."""


@dataclass(frozen=True, slots=True)
class LateStore(FolderStore):
    """A store that stores, and then loses an answer on its way back, when it is told to."""

    to_lose: list[str] = field(default_factory=list)
    """Keys whose next answer is lost."""

    def put_if_absent(self, key: str, data: bytes) -> None:
        FolderStore.put_if_absent(self, key, data)
        if key in self.to_lose:
            self.to_lose.remove(key)
            raise Unavailable("the answer of the store was lost", remedy="try again")


@dataclass(slots=True)
class Safe:
    """A vault, where its parts lie, and the restore credential that two persons would hold."""

    vault: Vault
    folder: Path
    restore: RestoreCredential

    @property
    def reaper(self) -> FileReaper:
        return FileReaper(self.folder / "keys-ring")

    @property
    def restore_holder(self) -> FileRestoreHolder:
        return open_restore(self.folder / "keys-ring", *self.restore.shares)


def safe(folder: Path, *, now: datetime = NOON) -> Safe:
    """A new vault with its first generation, on the test's database."""
    made = unfounded(folder)
    rolling.found(made.vault, now)
    return made


def unfounded(folder: Path) -> Safe:
    """A vault that has no generation yet."""
    made = credential.make_restore_credential()
    (folder / "keys-ring").mkdir(parents=True)
    vault = Vault(
        house=HouseId(ids.new()),
        signer=Ed25519PrivateKey.generate(),
        node="import",
        node_signer=Ed25519PrivateKey.generate(),
        live=open_live(folder / "keys-live", SECRET, cost=2**4),
        backup=FileBackupHolder(folder / "keys-ring", made.public),
        blobs=FolderStore(folder / "blobs"),
        ring=timedelta(days=6),
        margin_days=7,
    )
    return Safe(vault, folder, made)


def seal(
    vault: Vault,
    *,
    started_at: datetime = NOON - timedelta(hours=1),
    number: str = NUMBER,
    sound: bytes = SOUND,
) -> Recording:
    """A call of one blob, handed in and committed; it waits for the next roll."""
    row = builders.recording(started_at=started_at)
    recording = RecordingId(row.pk)
    dek = vault.new_dek()
    ref = vault.write_blob(recording, Kind.CALLER_SOUND, [sound], dek=dek, start=started_at)
    with transaction.atomic():
        vault.deposit(
            recording,
            start=started_at,
            due=row.due_at,
            dek=dek,
            mac=vault.origin_mac(recording.bytes),
            number=number,
            blobs=[ref],
        )
    return row


def sound_of(vault: Vault, row: Recording, now: datetime) -> bytes:
    """What a door would give out of ``row`` at ``now``."""
    recording = RecordingId(row.pk)
    entry = vault.entry(recording, now)
    ref = next(ref for ref in vault.refs(recording, entry) if ref.kind is Kind.CALLER_SOUND)
    blob = vault.open_blob(recording, ref, entry)
    return blob.read(0, blob.plain_size)


def dying(*calls: Recording) -> dict[RecordingId, str]:
    """Step 1 of a roll for ``calls``, committed; returns what to drop."""
    Recording.objects.filter(pk__in=[row.pk for row in calls]).update(
        progress=Progress.DESTROYING.value
    )
    return {RecordingId(row.pk): "request" for row in calls}


def erase(vault: Vault, *calls: Recording, now: datetime) -> Rolled:
    """Erase ``calls`` in one roll."""
    return rolling.roll(vault, Changes(drop=dying(*calls)), now)
