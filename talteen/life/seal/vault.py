"""The vault of a house: where keys of recordings are handed in, found again, and let go.

Rows and blobs hold ciphertext; what opens them stands in key pages under one generation key
(DESIGN 5). Three doors: ``deposit`` seals a new recording's key inside the caller's own
transaction, ``entry`` opens one recording if time and state still allow it, ``roll`` replaces the
generation and lets the old key die. Nothing else reads or writes key pages.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

from talteen import ids
from talteen.clock import Clock, helsinki_date
from talteen.engine.vault import cobblestone, intake, pages
from talteen.engine.vault.blobs import BlobStore
from talteen.engine.vault.blobs.reserve import Reserve
from talteen.engine.vault.book import Book
from talteen.engine.vault.clocks import reading_time
from talteen.engine.vault.cobblestone import Sealed
from talteen.engine.vault.entries import BlobRef, Entry, Kind
from talteen.engine.vault.holders import BackupHolder, LiveHolder
from talteen.engine.vault.intake import Address, Envelope
from talteen.engine.vault.pages import PageKey, RootPage
from talteen.engine.vault.rollfile import RollFile
from talteen.errors import (
    ConfigError,
    Conflict,
    KeyGone,
    NoLongerOpens,
    TalteenError,
    Unavailable,
)
from talteen.ids import BlobId, CaseId, HouseId, IntakeKeyId, RecordingId
from talteen.life.seal import binary, stored
from talteen.life.seal import models as rows
from talteen.life.seal.memory import Memory
from talteen.notice import retention
from talteen.register.models import Recording
from talteen.register.states import LIVING, Progress

T = TypeVar("T")

DYING = frozenset(
    {
        Progress.REFUSED,
        Progress.DESTROYING,
        Progress.UNPLAYABLE_FOREVER,
        Progress.DESTROYED,
    }
)
"""States in which no door opens, whatever keys may still exist."""

_LIVING = [progress.value for progress in LIVING]
_DYING = {progress.value for progress in DYING}


def nothing(file: RollFile) -> None:
    """What a vault does beside its own rows when a roll file is applied, unless told more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a database has followed the roll files: the row ``vault``."""

    n: int
    """The newest roll file that was applied."""
    open_n: int
    """The generation that is read."""
    settled_n: int
    """The newest generation that was proved."""
    rolled_at: datetime
    file_sha256: bytes
    """Of roll file ``n``."""


@dataclass(slots=True)
class Vault:
    """The vault of one house on one database. Build it once a process; it may be shared by threads.

    Raises ConfigError when ``margin_days`` (k) is smaller than the copies of a key may live.
    """

    house: HouseId
    signer: Ed25519PrivateKey = field(repr=False)
    """Signs roll files."""
    node: str
    """Under which name this machine hands in recordings."""
    node_signer: Ed25519PrivateKey = field(repr=False)
    """Signs envelopes of this node."""
    live: LiveHolder
    backup: BackupHolder
    blobs: BlobStore
    ring: timedelta
    """How long a superseded backup key lives at most."""
    margin_days: int
    """k: the days between cutoff and due."""
    months: int = retention.LONGEST_MONTHS
    """For how long the promise in force keeps a call."""
    reserve: Reserve | None = None
    clocks: tuple[Clock, ...] = ()
    """Further clocks: the latest of all counts. None in a house with a movable clock."""
    on_apply: Callable[[RollFile], None] = nothing
    """Called inside the transaction that applies a roll file, for the rows of other rooms. It must
    do the same for the same file, and nothing the second time: ``catch_up`` replays files.
    """
    entries_a_page: int = 1024
    """An erasure writes a page of so many entries anew, and a root that names every page. More for
    a house of hundreds of thousands of calls a day; at most 4,096.
    """
    database: str = DEFAULT_DB_ALIAS
    _memory: Memory = field(default_factory=Memory, repr=False)

    def __post_init__(self) -> None:
        lives = (
            self.ring,
            self.live.declared.copies_live_for,
            self.backup.declared.copies_live_for,
        )
        least = retention.least_margin_days(lives)
        if self.margin_days < least:
            raise ConfigError(
                f"margin_days: {self.margin_days} is less than copies of a key may live",
                remedy=f"write {least} or more, or shorten ring.days",
            )

    # --- handing in ----------------------------------------------------------------

    def new_dek(self) -> bytes:
        """A fresh key for one recording. Keep it for this request or job step only."""
        return os.urandom(cobblestone.KEY_BYTES)

    def write_blob(
        self,
        recording: RecordingId,
        kind: Kind,
        blocks: Iterable[bytes],
        *,
        dek: bytes,
        start: datetime,
    ) -> BlobRef:
        """Seal ``blocks`` into the blob store as they come; returns what was stored.

        The blob counts once ``deposit`` or ``attach`` has committed; until then a sweep may take
        it. Raises DiskFull at the reserve.
        """
        if self.reserve is not None:
            self.reserve.admit()
        blob = BlobId(ids.new())
        written = stored.Passing()
        key = cobblestone.key_of_kind(dek, kind.code)
        sealed = cobblestone.encrypt(key, stored.context(recording, kind, blob), blocks)
        self.blobs.put(stored.blob_key(helsinki_date(start), blob), written.through(sealed))
        return BlobRef(blob, kind, written.sha256.digest(), written.size_bytes)

    def deposit(
        self,
        recording: RecordingId,
        *,
        start: datetime,
        due: datetime,
        dek: bytes,
        mac: bytes,
        number: str,
        blobs: Iterable[BlobRef],
    ) -> None:
        """Hand in the key of a new recording, inside the caller's transaction.

        From the commit on the recording opens through its envelope; the next roll folds it into
        its day page. Waits for a roll that is going on. Raises NoLongerOpens for a recording that
        is let go, Conflict where it has a key already, Unavailable before ``catch_up`` has run.
        """
        blobs = tuple(blobs)
        self._lock_living(recording, blobs, start)
        self._wait_for_roll()
        if rows.Envelope.objects.using(self.database).filter(recording_id=recording).exists():
            raise Conflict("this recording has a key already", remedy="open it with that one")
        entry = Entry(dek, start, due, mac, number, blobs)
        envelope, key = self._seal(recording, entry)
        rows.Envelope.objects.using(self.database).create(
            recording_id=recording,
            intake_key=key,
            node=self.node,
            start=start,
            sealed=envelope.sealed,
            signature=envelope.signature,
        )
        self._write_refs(recording, entry.blobs, start)

    def attach(
        self,
        recording: RecordingId,
        blobs: Iterable[BlobRef],
        *,
        start: datetime,
        dek: bytes | None = None,
    ) -> None:
        """Add derived blobs (transcript, waveform) to a recording, in the caller's transaction.

        Raises NoLongerOpens for a recording that is let go meanwhile, or whose sound a roll has
        replaced since ``dek`` was read, and deletes ``blobs``: a late job leaves nothing.
        """
        blobs = tuple(blobs)
        self._lock_living(recording, blobs, start)
        if dek is not None and not self._still_opens(recording, dek):
            self.blobs.delete(stored.blob_key(helsinki_date(start), blob.id) for blob in blobs)
            raise _no_longer()
        self._write_refs(recording, blobs, start)

    # --- opening -------------------------------------------------------------------

    def entry(self, recording: RecordingId, now: datetime) -> Entry:
        """What opens ``recording`` at ``now``. Keep it for one request or job step only.

        Raises NoLongerOpens from the cutoff on, whatever a column says, unless a hold keeps it, and
        as soon as it is being destroyed.
        """
        row = self._living_row(recording)
        return self.reading(lambda book: self._entry(book, recording, row, now))

    def open_blob(self, recording: RecordingId, ref: BlobRef, entry: Entry) -> Sealed:
        """The blob that ``ref`` names, to be read in ranges under the key in ``entry``."""
        return stored.open_blob(self.blobs.read, recording, ref, entry)

    def refs(self, recording: RecordingId, entry: Entry) -> tuple[BlobRef, ...]:
        """Every blob of a recording: those that its entry vouches for, then those that wait."""
        sealed = {blob.id for blob in entry.blobs}
        waiting = rows.Blob.objects.using(self.database).filter(
            recording_id=recording, attached_n=None
        )
        return (*entry.blobs, *(stored.blob_ref(row) for row in waiting if row.id not in sealed))

    def shard_key(self, day: date) -> bytes:
        """The key of the word shard of ``day``. It is new after each erasure on that day.

        Raises KeyGone for a day that has none (any more).
        """
        key = self.root().shards.get(day)
        if key is None:
            raise KeyGone("this day has no shard key", remedy="there is nothing to search on it")
        return key

    def case_key(self, case: CaseId) -> bytes:
        """The key of a case file. Raises KeyGone for a case that was never opened or is closed."""
        key = self.root().cases.get(case)
        if key is None:
            raise KeyGone("this case has no key", remedy="open it in a roll first")
        return key

    def origin_mac(self, data: bytes) -> bytes:
        """The keyed hash by which a call that was handed in before is known (32 bytes)."""
        return hmac.digest(self.root().tombstone_key, data, "sha256")

    def do_not_record_key(self) -> bytes:
        """The key of the do-not-record list (6.9): of one origin with the other keyed hashes, and
        a key of its own, so that neither list can be held against the other."""
        return hmac.digest(self.root().tombstone_key, b"talteen do-not-record list 1", "sha256")

    def session_key(self) -> bytes:
        """The key under which capture nodes and the house name sessions (``capture.naming``)."""
        return hmac.digest(self.root().tombstone_key, b"talteen session names 1", "sha256")

    def overdue(self, now: datetime) -> Mapping[RecordingId, date]:
        """The recordings whose sealed cutoff has passed, and their days: what must die next.

        No column can hide one: only pages are asked. What waits in an envelope is not among them
        before the next roll.
        """
        return self.reading(lambda book: self._overdue(book, now))

    def is_over(self, due: datetime, at: datetime) -> bool:
        """Whether a recording of this due is past its cutoff at ``at``."""
        return at >= retention.cutoff(due, self.margin_days)

    def time(self, now: datetime, book: Book | None = None) -> datetime:
        """The time that counts for opening: the latest of all clocks and the last roll."""
        last_roll = book.root.at if book else self.root().at
        return reading_time((now, last_roll, *(clock.now() for clock in self.clocks)))

    def root(self) -> RootPage:
        """The root of the generation that is read now."""
        return self.reading(lambda book: book.root)

    def book(self) -> Book:
        """The pages of the generation that is read now; opened ones stay for at most a minute."""
        n = self.row().open_n
        book = self._memory.recall(n)
        if book is None:
            book = self.open_generation(n)
            self._memory.keep(book)
        return book

    def reading(self, look: Callable[[Book], T]) -> T:
        """What ``look`` finds; once more from the start where a roll came in between."""
        n = self.row().open_n
        try:
            return look(self.book())
        except TalteenError:
            self.forget()
            if self.row().open_n == n:
                raise
        return look(self.book())

    def forget(self) -> None:
        """Let go of every opened page now."""
        self._memory.forget()

    # --- for those who roll -----------------------------------------------------------

    def row(self) -> Standing:
        """How far this database is. Raises Unavailable where no vault was founded in it."""
        found = binary.rows(self.connection, binary.VAULT, self.house)
        if not found:
            raise Unavailable(
                "this database holds no vault", remedy="make a house, or restore one with a backup"
            )
        return Standing(*found[0])

    def open_generation(self, n: int) -> Book:
        """The book of generation ``n``, through the live holder. Raises KeyGone when it is dead."""
        ((sealed, name, wrapped),) = binary.rows(self.connection, binary.GENERATION, n)
        root = pages.open_root(sealed, self.live.unwrap(name, wrapped), house=self.house, n=n)
        return Book(root, self._stored)

    def envelopes(self) -> QuerySet[rows.Envelope]:
        """Those that wait for a roll."""
        waiting = rows.Envelope.objects.using(self.database)
        return waiting.filter(done_n=None, rejected=False)

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """The connection that this vault writes through."""
        return connections[self.database]

    @property
    def lock(self) -> int:
        """The number of the lock that a roll holds from its first step to its last."""
        return int.from_bytes(hashlib.sha256(b"talteen roll" + self.house.bytes).digest()[:8]) >> 1

    # --- inside ----------------------------------------------------------------------

    def _stored(self, page: PageKey) -> bytes:
        return binary.read_page(self.connection, page)

    def _living_row(self, recording: RecordingId) -> Recording:
        fields = ("progress", "day", "cutoff_at")
        row = Recording.objects.using(self.database).filter(id=recording).only(*fields).first()
        if row is None or row.progress in _DYING:
            raise _no_longer()
        return row

    def _entry(self, book: Book, recording: RecordingId, row: Recording, now: datetime) -> Entry:
        entry = self._before_cutoff(book, recording, row)
        if entry is not None:
            cutoff = min(retention.cutoff(entry.due, self.margin_days), row.cutoff_at)
            if self.time(now, book) < cutoff:
                return entry
        held = book.held(recording)
        if held is None:
            raise _no_longer()
        return held

    def _before_cutoff(self, book: Book, recording: RecordingId, row: Recording) -> Entry | None:
        found = book.on_day(recording, row.day)
        if found is not None:
            return found[1]
        waiting = self._open_envelope(book, recording)
        if waiting is not None:
            return waiting
        # The day's column may have been edited: the pages know better, at the price of opening all.
        elsewhere = book.find(recording, None)
        return elsewhere[1] if elsewhere else None

    def _still_opens(self, recording: RecordingId, dek: bytes) -> bool:
        """Whether ``dek`` is the recording's key, and stays it until the caller commits."""
        self._wait_for_roll()
        row = self._living_row(recording)
        entry = self.reading(lambda book: self._before_cutoff(book, recording, row))
        return entry is None or entry.dek == dek

    def _overdue(self, book: Book, now: datetime) -> dict[RecordingId, date]:
        at = self.time(now, book)
        over: dict[RecordingId, date] = {}
        for ref in book.root.days:
            if self.is_over(ref.earliest_due, at):
                entries = book.day_page(ref).entries
                dues = zip(entries, entries.dues(), strict=True)
                over |= {recording: ref.day for recording, due in dues if self.is_over(due, at)}
        return over

    def _open_envelope(self, book: Book, recording: RecordingId) -> Entry | None:
        row = self.envelopes().filter(recording_id=recording).first()
        return None if row is None else stored.open_envelope(row, book.root)

    def _seal(self, recording: RecordingId, entry: Entry) -> tuple[Envelope, rows.IntakeKey]:
        key = (
            rows.IntakeKey.objects.using(self.database)
            .filter(node=self.node, closed_n=None)
            .order_by("-born_n")
            .first()
        )
        if key is None:
            raise Unavailable("this node has no intake key", remedy="run 'talteen keys roll'")
        address = Address(
            self.house, IntakeKeyId(key.id), self.node, recording, segment=0, start=entry.start
        )
        envelope = intake.seal(entry, address, to=bytes(key.public), signer=self.node_signer)
        return envelope, key

    def _write_refs(
        self, recording: RecordingId, blobs: Iterable[BlobRef], start: datetime
    ) -> None:
        day = helsinki_date(start)
        rows.Blob.objects.using(self.database).bulk_create(
            stored.blob_row(blob, recording, day) for blob in blobs
        )

    def _lock_living(
        self, recording: RecordingId, blobs: Iterable[BlobRef], start: datetime
    ) -> None:
        """Keep the recording's state as it is until the caller commits; it must be alive."""
        if not self.connection.in_atomic_block:
            raise Conflict(
                "keys are handed in inside a transaction", remedy="open one around the act"
            )
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT progress FROM recording WHERE id = %s FOR SHARE", [recording])
            row = cursor.fetchone()
        if row is None or row[0] not in _LIVING:
            day = helsinki_date(start)
            self.blobs.delete(stored.blob_key(day, blob.id) for blob in blobs)
            raise _no_longer()

    def _wait_for_roll(self) -> None:
        """Hold rolls off until the caller commits; none may be half done."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [self.lock])
        row = self.row()
        if not row.n == row.open_n == row.settled_n:
            raise Unavailable("a roll was interrupted", remedy="run 'talteen keys roll' to end it")


def _no_longer() -> NoLongerOpens:
    return NoLongerOpens(
        "this recording no longer opens", remedy="answer with the day of its last key copy"
    )
