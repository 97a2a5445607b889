"""Takes bytes away once keys are dead: key death is the proof, never the excuse for keeping them.

``purge`` deletes the blobs of destroyed recordings, ``sweep`` what a crash left behind: blobs that
no row and no page names, writes that never ended, roll files older than any dump that may come
back. Each may be run again after a crash.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from talteen.engine.vault import rollfile
from talteen.engine.vault.book import Book
from talteen.errors import Conflict
from talteen.ids import RecordingId
from talteen.life.seal import binary
from talteen.life.seal import models as rows
from talteen.life.seal.stored import BLOBS, blob_key
from talteen.life.seal.vault import DYING, Vault

T = TypeVar("T")

_DYING = [progress.value for progress in DYING]
AT_ONCE = 5000
"""Recordings, or keys, that are handled in one go: flat memory, short transactions."""
ORPHAN_AGE = timedelta(days=1)
"""How old a blob must be before having no row means that nobody is about to write one."""
UNFINISHED_FOR = timedelta(days=1)
"""A write into the blob store that was begun so long ago was broken off by a crash."""
ROLL_FILES_KEPT = timedelta(days=124)
"""Four months: a dump older than this cannot be brought to the present, and must not be needed."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What was taken out of the blob store."""

    blobs: int
    size_bytes: int


def purge(vault: Vault, recordings: Iterable[RecordingId]) -> Purged:
    """Delete every blob of ``recordings`` and its row. They must be dying, and their roll settled.

    Raises Conflict where one of them could still be opened: its key goes first, then its bytes.
    """
    blobs = size_bytes = 0
    for some in _batches(recordings):
        _must_be_dead(vault, some)
        with transaction.atomic(using=vault.database):
            # The commit comes after the bytes are gone: a crash leaves the rows, to do it again.
            gone = binary.rows(vault.connection, binary.TAKE_BLOBS, binary.listed(some))
            vault.blobs.delete(blob_key(day, blob) for blob, day, _ in gone)
        blobs += len(gone)
        size_bytes += sum(size for _, _, size in gone)
    return Purged(blobs, size_bytes)


def discard(vault: Vault, blobs: Iterable[UUID]) -> None:
    """Delete single blobs that no entry names any more: what a redaction replaced."""
    wanted = list(blobs)
    found = rows.Blob.objects.using(vault.database).filter(id__in=wanted)
    vault.blobs.delete(blob_key(row.day, row.id) for row in found)
    found.delete()


def sweep(vault: Vault, now: datetime) -> int:
    """Delete blobs that nobody names and that are older than a day; returns how many."""
    named = set(_named(vault.book()))
    orphans = 0
    for some in _batches(vault.blobs.keys(BLOBS)):
        by_id = {UUID(key.rpartition("/")[2]): key for key in some}
        listed = rows.Blob.objects.using(vault.database).filter(id__in=by_id)
        lost = by_id.keys() - named - set(listed.values_list("id", flat=True))
        before = now - ORPHAN_AGE
        old = [key for key in map(by_id.__getitem__, lost) if vault.blobs.written_at(key) < before]
        orphans += vault.blobs.delete(old)
    return orphans


def prune_roll_files(vault: Vault, now: datetime) -> int:
    """Delete roll files of more than four months ago, never the newest; returns how many."""
    row = vault.row()
    old = rows.RollRecord.objects.using(vault.database).filter(
        at__lt=now - ROLL_FILES_KEPT, n__lt=row.settled_n
    )
    keys = (rollfile.key_of(n) for n in old.values_list("n", flat=True))
    return vault.blobs.delete(keys)


def tidy(vault: Vault, now: datetime, machine_at: datetime, *, new_day: bool) -> None:
    """After a roll: what crashes have left behind, and what no dump can need any more. A house
    rolls at least once a day, so that once a day the whole store is looked through.

    ``machine_at``: the time by the clock of the machine, as the store tells it.
    """
    if vault.reserve is not None:
        vault.reserve.fill()  # what a full disk has cost, once there is room again
    vault.blobs.sweep(machine_at - UNFINISHED_FOR)
    if new_day:
        sweep(vault, machine_at)
        prune_roll_files(vault, now)


def _must_be_dead(vault: Vault, some: list[RecordingId]) -> None:
    row, ids = vault.row(), b"".join(recording.bytes for recording in some)
    if row.settled_n != row.n or binary.any_alive(vault.connection, ids, _DYING):
        raise Conflict(
            "bytes are to be deleted before their key is dead", remedy="finish the roll first"
        )


def _named(book: Book) -> Iterator[UUID]:
    for ref in book.root.days:
        yield from Book(book.root, book.fetch).day_page(ref).entries.blob_ids()
    for hold in book.root.holds:
        yield from (blob.id for blob in book.hold_page(hold).entry.blobs)


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    upcoming = iter(values)
    while some := list(islice(upcoming, AT_ONCE)):
        yield some
