"""Rows that follow a roll file: written from the file alone, once, in one transaction.

PostgreSQL decides nothing about keys. ``apply`` makes the database say what the file says,
``settled`` takes away what no living root names, ``mark_failed`` turns back to the
generation before when a read-back failed.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import transaction

from talteen.engine.vault.pages import RootPage
from talteen.engine.vault.rollfile import RollFile
from talteen.errors import Tampered
from talteen.life.seal import binary
from talteen.life.seal import models as rows
from talteen.life.seal.vault import Vault

FOLLOWED = """
    UPDATE vault SET n = %s, open_n = %s, rolled_at = %s, file_sha256 = %s
    WHERE house = %s AND n = %s AND file_sha256 = %s RETURNING n
"""
NEW_GENERATION = """
    INSERT INTO roll_record (n, at, root, live_name, live_wrapped, backup_name, failed)
    VALUES (%s, %s, %s, %s, %s, %s, false)
"""
CLOSE_INTAKE_KEYS = "UPDATE intake_key SET closed_n = %s WHERE id = ANY(%s)"
NEW_INTAKE_KEY = "INSERT INTO intake_key (id, node, public, born_n) VALUES (%s, %s, %s, %s)"
UNUSED_INTAKE_KEYS = """
    DELETE FROM intake_key WHERE closed_n <= %s AND NOT EXISTS (
        SELECT FROM envelope WHERE envelope.intake_key_id = intake_key.id)
"""


def apply(vault: Vault, file: RollFile, sha256: bytes) -> None:
    """Write ``file`` into the database, in the caller's transaction, which holds the vault's row
    from then on. Within ``rolling.turn``.

    Raises Tampered where it does not follow the newest file that was applied.
    """
    told = (file.n, file.n, file.at, sha256, file.house, file.n - 1, file.previous)
    follows, *_, waiting = binary.ask(
        vault.connection, [(FOLLOWED, *told), *_rows_of(file), (binary.WAITING,)]
    )
    if not follows:
        raise Tampered(
            "a roll file does not follow the one before it",
            remedy="restore the key plane from its second copy",
        )
    _end_waiting(vault, file, waiting=[one for (one,) in waiting])
    vault.on_apply(file)


def settled(vault: Vault, root: RootPage, noted: Sequence[binary.Statement]) -> None:
    """``root`` is proved and those before it are dead, of which ``noted`` tells: pages that it does
    not name go, and envelopes that were folded into it.
    """
    living = [(ref.page_id, ref.written_n) for ref in root.days]
    living += [(ref.page.id.bytes, ref.page.n) for ref in root.holds]
    statements = (
        *noted,
        binary.without_pages(living),
        ("DELETE FROM envelope WHERE done_n <= %s", root.n),
        (UNUSED_INTAKE_KEYS, root.n),
        ("UPDATE vault SET settled_n = %s WHERE house = %s", root.n, vault.house),
    )
    binary.write(vault.connection, statements)


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


def _rows_of(file: RollFile) -> Iterator[binary.Statement]:
    backup = file.backup.name if file.backup else ""
    yield NEW_GENERATION, file.n, file.at, file.root, file.live.name, file.live.wrapped, backup
    yield from binary.pages_of(file.n, file.pages)
    yield CLOSE_INTAKE_KEYS, file.n, list(file.intake_closed)
    for key in file.intake_opened:
        yield NEW_INTAKE_KEY, key.id, key.node, key.public, file.n


def _end_waiting(vault: Vault, file: RollFile, *, waiting: Sequence[UUID]) -> None:
    """Of all that died only few wait in an envelope, so those that ``waiting`` are gone through."""
    folded = set(file.folded)
    ended = [one for one in waiting if one in folded or one in file.destroyed]
    if ended:
        envelopes = rows.Envelope.objects.using(vault.database)
        envelopes.filter(recording__in=ended).update(done_n=file.n)
    if file.attached:
        blobs = rows.Blob.objects.using(vault.database)
        blobs.filter(id__in=file.attached).update(attached_n=file.n)
