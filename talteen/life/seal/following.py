"""Rows that follow a roll file: written from the file alone, once, in one transaction.

PostgreSQL decides nothing about keys. ``apply`` makes the database say what the file says,
``clear_superseded`` takes away what no living root names, ``mark_failed`` turns back to the
generation before when a read-back failed.
"""

from django.db import transaction

from talteen.engine.vault.rollfile import RollFile
from talteen.errors import Tampered
from talteen.life.seal import models as rows
from talteen.life.seal.vault import Vault


def apply(vault: Vault, file: RollFile, sha256: bytes) -> None:
    """Write ``file`` into the database, in the caller's transaction; nothing if it stands there.

    Raises Tampered where it does not follow the newest file that was applied.
    """
    row = rows.Vault.objects.using(vault.database).select_for_update().get(house=vault.house)
    if row.n >= file.n:
        return
    if row.n != file.n - 1 or bytes(row.file_sha256) != file.previous:
        raise Tampered(
            "a roll file does not follow the one before it",
            remedy="restore the key plane from its second copy",
        )
    _write_generation(vault, file)
    _write_intake(vault, file)
    gone = [destroyed.recording for destroyed in file.destroyed]
    envelopes = rows.Envelope.objects.using(vault.database)
    envelopes.filter(recording__in=[*file.folded, *gone]).update(done_n=file.n)
    blobs = rows.Blob.objects.using(vault.database)
    blobs.filter(id__in=file.attached).update(attached_n=file.n)
    row.n = row.open_n = file.n
    row.rolled_at, row.file_sha256 = file.at, sha256
    row.save(using=vault.database)
    vault.on_apply(file)


def clear_superseded(vault: Vault, n: int) -> None:
    """Take away pages that root ``n`` does not name, and envelopes that were folded."""
    root = vault.open_generation(n).root
    living = {(ref.page.id, ref.page.n) for ref in root.days}
    living |= {(ref.page.id, ref.page.n) for ref in root.holds}
    stored = rows.KeyPage.objects.using(vault.database)
    gone = [
        pk for pk, page, at in stored.values_list("pk", "page", "n") if (page, at) not in living
    ]
    stored.filter(pk__in=gone).delete()
    rows.Envelope.objects.using(vault.database).filter(done_n__lte=n).delete()
    closed = rows.IntakeKey.objects.using(vault.database).filter(closed_n__lte=n)
    closed.filter(envelopes=None).delete()


def mark_failed(vault: Vault, file: RollFile) -> None:
    """Read the generation before again; what this roll took in waits once more."""
    using = vault.database
    with transaction.atomic(using=using):
        rows.RollRecord.objects.using(using).filter(n=file.n).update(failed=True)
        rows.Envelope.objects.using(using).filter(done_n=file.n).update(done_n=None)
        rows.Blob.objects.using(using).filter(attached_n=file.n).update(attached_n=None)
        keys = rows.IntakeKey.objects.using(using)
        keys.filter(closed_n=file.n).update(closed_n=None)
        keys.filter(born_n=file.n).update(closed_n=file.n)
        rows.Vault.objects.using(using).update(open_n=file.base_n)
    vault.forget()


def _write_generation(vault: Vault, file: RollFile) -> None:
    rows.RollRecord.objects.using(vault.database).create(
        n=file.n,
        at=file.at,
        root=file.root,
        live_name=file.live.name,
        live_wrapped=file.live.wrapped,
        backup_name=file.backup.name if file.backup else "",
    )
    rows.KeyPage.objects.using(vault.database).bulk_create(
        rows.KeyPage(page=page.id, n=file.n, sealed=page.sealed) for page in file.pages
    )


def _write_intake(vault: Vault, file: RollFile) -> None:
    keys = rows.IntakeKey.objects.using(vault.database)
    keys.filter(id__in=file.intake_closed).update(closed_n=file.n)
    keys.bulk_create(
        rows.IntakeKey(id=key.id, node=key.node, public=key.public, born_n=file.n)
        for key in file.intake_opened
    )
