"""A real vault on the test database: file holders, a folder store, a node of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen import ids
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.engine.vault.entries import Entry, Kind
from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.credential import Share
from talteen.engine.vault.holders.file import FileBackupHolder, FileReaper, open_live
from talteen.ids import HouseId, RecordingId
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault
from talteen.register.models import Recording

CHEAP = 2**4
"""scrypt's cost in tests: the work factor protects a stolen file, not a test."""


@dataclass(frozen=True, slots=True)
class TestVault:
    """A vault with everything that a house would keep beside it."""

    __test__ = False
    vault: Vault
    reaper: FileReaper
    shares: tuple[Share, Share]
    folder: Path


def make(folder: Path, now: datetime, *, margin_days: int = 7) -> TestVault:
    """A vault that was just founded."""
    restore = credential.make_restore_credential()
    for name in ("blobs", "ring"):
        (folder / name).mkdir(parents=True)
    vault = Vault(
        house=HouseId(ids.new()),
        signer=Ed25519PrivateKey.generate(),
        node="import",
        node_signer=Ed25519PrivateKey.generate(),
        live=open_live(folder / "live", b"credential", cost=CHEAP),
        backup=FileBackupHolder(folder / "ring", restore.public),
        blobs=FolderStore(folder / "blobs"),
        ring=timedelta(days=6),
        margin_days=margin_days,
    )
    rolling.found(vault, now)
    return TestVault(vault, FileReaper(folder / "ring"), restore.shares, folder)


def hand_in(vault: Vault, row: Recording, *, number: str = "", sound: bytes = b"sound") -> Entry:
    """Seal a little sound for ``row`` and hand its key in, as an import does."""
    from django.db import transaction

    recording, dek = RecordingId(row.pk), vault.new_dek()
    blob = vault.write_blob(
        recording, Kind.AGENT_SOUND, [sound], dek=dek, start=row.started_at
    )
    with transaction.atomic():
        vault.deposit(
            recording,
            start=row.started_at,
            due=row.due_at,
            dek=dek,
            mac=row.pk.bytes * 2,
            number=number,
            blobs=[blob],
        )
    return vault.entry(recording, row.arrived_at)
