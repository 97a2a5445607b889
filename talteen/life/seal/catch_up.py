"""Brings a database that may be behind to where the roll files are, before anything opens.

Start, fail-over to a late standby, point-in-time recovery and a full restore are this one path
(DESIGN 5; keys-review 1): prove the store, refuse if the files end before what was seen, apply what
is missing, finish the roll that was interrupted, put back the rows that an old dump lacks. It needs
the newest live key, never the ring.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count

from talteen.clock import helsinki_date
from talteen.engine.vault import rollfile
from talteen.engine.vault.blobs import prove_put_if_absent
from talteen.engine.vault.book import Book
from talteen.engine.vault.canonical import EPOCH
from talteen.engine.vault.entries import Entry
from talteen.errors import Tampered, Unavailable
from talteen.ids import RecordingId
from talteen.life.seal import following, ring, rolling, stored
from talteen.life.seal import models as rows
from talteen.life.seal.rolling import Progress
from talteen.life.seal.vault import Vault
from talteen.register.models import Recording
from talteen.register.states import UNSEALED_VALUES

Rebuild = Callable[[RecordingId, Entry], bool]
"""Writes the row of a recording that pages know and the database does not. False: it cannot."""


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What was found and done."""

    applied: tuple[int, ...]
    """The roll files that the database lacked."""
    settled: bool
    """A roll that had been interrupted is finished now."""
    relisted: tuple[RecordingId, ...]
    """Recordings that pages hold and the database did not: their rows were written again."""
    unlisted: tuple[RecordingId, ...]
    """Those of them whose rows could not be written: they die on time, and nobody opens them."""
    revived: tuple[str, ...]
    """Keys that had been destroyed and came back; destroyed again, or dated to die now. Alarm."""


def catch_up(
    vault: Vault,
    now: datetime,
    *,
    witnessed_n: int = 0,
    rebuild: Rebuild | None = None,
    progress: Progress = rolling.silent,
) -> CaughtUp:
    """Bring ``vault`` to the newest roll file. Run it before anything opens; again does nothing.

    ``witnessed_n`` is the newest generation that a witness has seen: files that end before it were
    rolled back, and the house stays closed (Tampered). Unavailable where the store does not honour
    put-if-absent or holds nothing, KeyGone where the newest live key is not here.
    """
    prove_put_if_absent(vault.blobs)
    with rolling.turn(vault):
        newest = _newest(vault, witnessed_n)
        applied = tuple(_apply_missing(vault, newest, progress))
        behind = vault.row().settled_n < newest
        revived = rolling.settle(vault, now, progress)
        revived += ring.tend(vault, now)
        vault.forget()
        back = dict(_put_rows_back(vault, rebuild)) if applied or _lacks_rows(vault) else {}
    return CaughtUp(
        applied,
        behind,
        relisted=tuple(recording for recording, written in back.items() if written),
        unlisted=tuple(recording for recording, written in back.items() if not written),
        revived=revived,
    )


def _newest(vault: Vault, witnessed_n: int) -> int:
    """The newest roll file, if none is missing that was ever seen."""
    numbers = [rollfile.n_of(key) for key in vault.blobs.keys(rollfile.PREFIX)]
    if not numbers:
        raise Unavailable(
            "the blob store holds no roll file", remedy="mount the right store, or make a house"
        )
    defaults = {"rolled_at": EPOCH, "file_sha256": rollfile.NO_FILE}
    row, _ = rows.Vault.objects.using(vault.database).get_or_create(
        house=vault.house, defaults=defaults
    )
    if max(numbers) < max(row.n, witnessed_n):
        raise Tampered(
            f"the roll files end at {max(numbers)}, but {max(row.n, witnessed_n)} was seen",
            remedy="restore the key plane from its second copy; the house stays closed until then",
        )
    return max(numbers)


def _apply_missing(vault: Vault, newest: int, progress: Progress) -> Iterator[int]:
    for n in range(vault.row().n + 1, newest + 1):
        data = vault.blobs.read(rollfile.key_of(n))
        file = rolling.read_file(vault, n)
        with transaction.atomic(using=vault.database):
            following.apply(vault, file, rollfile.digest(data))
        progress("applied")
        yield n


def _lacks_rows(vault: Vault) -> bool:
    """Whether some day has fewer rows than its pages have entries: asked at every start."""
    paged: Counter[date] = Counter()
    for ref in vault.root().days:
        paged[ref.day] += ref.count
    rows_of = Recording.objects.using(vault.database).exclude(progress__in=UNSEALED_VALUES)
    found = rows_of.filter(day__in=paged).values_list("day")
    listed = dict(found.annotate(Count("pk")))
    return any(listed.get(day, 0) < count for day, count in paged.items())


def _put_rows_back(vault: Vault, rebuild: Rebuild | None) -> Iterator[tuple[RecordingId, bool]]:
    """Writes rows of recordings and blobs that pages know and an older database does not.

    Yields each recording that had no row, and whether it has one now.
    """
    book = vault.book()
    for entries in _entries(book):
        # A dump from the middle of a call knows its row and not its end: it is written anew.
        rows_of = Recording.objects.using(vault.database).exclude(progress__in=UNSEALED_VALUES)
        listed = rows_of.filter(id__in=entries)
        known = {RecordingId(pk) for pk in listed.values_list("pk", flat=True)}
        with transaction.atomic(using=vault.database):
            for recording in entries.keys() - known:
                written = rebuild is not None and rebuild(recording, entries[recording])
                if written:
                    known.add(recording)
                yield recording, written
            _put_blobs_back(vault, {r: e for r, e in entries.items() if r in known}, book.root.n)


def _entries(book: Book) -> Iterator[dict[RecordingId, Entry]]:
    """All entries, a page at a time; those of hold pages last."""
    for ref in book.root.days:
        yield dict(Book(book.root, book.fetch).day_page(ref).entries.items())
    yield {ref.recording: book.hold_page(ref).entry for ref in book.root.holds}


def _put_blobs_back(vault: Vault, entries: dict[RecordingId, Entry], n: int) -> None:
    wanted = (
        stored.blob_row(blob, recording, helsinki_date(entry.start), attached_n=n)
        for recording, entry in entries.items()
        for blob in entry.blobs
    )
    rows.Blob.objects.using(vault.database).bulk_create(wanted, ignore_conflicts=True)
