"""The vault of a house: where keys of recordings are handed in, found again, and let go.

Rows and blobs hold ciphertext; what opens them stands in key pages under one generation key
(DESIGN 5). Three doors: ``deposit`` seals a new recording's key inside the caller's own
transaction, ``entry`` opens one recording if time and state still allow it, ``rolling.roll``
replaces the generation and lets the old key die. Nothing else reads or writes key pages; which
generation they are of is found in ``generations``.
"""

import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from talteen import ids
from talteen.clock import helsinki_date
from talteen.engine.vault import cobblestone, intake
from talteen.engine.vault.book import Book
from talteen.engine.vault.cobblestone import Sealed
from talteen.engine.vault.entries import BlobRef, Entry, Kind
from talteen.engine.vault.intake import Address, Envelope
from talteen.errors import Conflict, KeyGone, NoLongerOpens, Unavailable
from talteen.ids import BlobId, CaseId, IntakeKeyId, RecordingId
from talteen.life.seal import models as rows
from talteen.life.seal import stored
from talteen.life.seal.generations import Generations
from talteen.notice import retention
from talteen.register import passage
from talteen.register.models import Recording
from talteen.register.states import LIVING, Progress

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


@dataclass(slots=True)
class Vault(Generations):
    """The vault of one house on one database. Build it once a process; it may be shared by threads.

    Raises ConfigError when ``margin_days`` (k) is smaller than the copies of a key may live.
    """

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
        entry = Entry(dek, start, due, mac, number, blobs)
        envelope, key = self._seal(recording, entry)
        envelopes = rows.Envelope.objects.using(self.database)
        with passage.by_step(recording, self.database):  # a program hands calls in at the pages
            if envelopes.filter(recording_id=recording).exists():
                raise Conflict("this recording has a key already", remedy="open it with that one")
            envelopes.create(
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

    def sales_key(self) -> bytes:
        """The key of the list of numbers that are not called to sell (``register.sales_stops``)."""
        return hmac.digest(self.root().tombstone_key, b"talteen sales stops 1", "sha256")

    def session_key(self) -> bytes:
        """The key under which capture nodes and the house name sessions (``capture.naming``)."""
        return hmac.digest(self.root().tombstone_key, b"talteen session names 1", "sha256")

    def people_key(self) -> bytes:
        """The key of what belongs to people who work here (``seal.personal``)."""
        return hmac.digest(self.root().tombstone_key, b"talteen people 1", "sha256")

    def lot_seed(self, salt: bytes) -> bytes:
        """The seed that ``salt`` stands for (32 bytes), of a lot or a study: the database holds
        the salt until it is drawn, so that whoever reads it foresees nothing."""
        return hmac.digest(self.root().tombstone_key, b"talteen lot seed 1" + salt, "sha256")

    def mailbox_key(self) -> bytes:
        """The key under which letters and addresses of requests are known again (``answer``)."""
        return hmac.digest(self.root().tombstone_key, b"talteen mailbox 1", "sha256")

    def overdue(self, now: datetime) -> Mapping[RecordingId, date]:
        """The recordings whose sealed cutoff has passed, and their days: what must die next.

        No column can hide one: only pages are asked. What waits in an envelope is not among them
        before the next roll.
        """
        return self.reading(lambda book: self._overdue(book, now))

    # --- inside ----------------------------------------------------------------------

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
        with passage.by_step(recording, self.database):
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
