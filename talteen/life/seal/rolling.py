"""Carries rolls out: the shell around ``engine.vault.roll``, and the rows that follow a roll file.

turn       one roll at a time: a lock from the first step to the last, over all processes
roll       decide a new generation, then settle it
apply      write one roll file into the database: driven by the file alone, once
settle     read back, let old live keys die, date the backup keys; may be repeated after a crash
"""

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import assert_never

from django.db import transaction
from django.db.models import Q

from talteen.engine.vault import roll as order
from talteen.engine.vault import rollfile
from talteen.engine.vault.book import Book
from talteen.engine.vault.entries import BlobRef
from talteen.engine.vault.pages import KEY_BYTES, RootPage
from talteen.engine.vault.plan import Changes, Plan, Setting, Waiting, plan
from talteen.engine.vault.roll import (
    Apply,
    CreateKeys,
    DateDeaths,
    DestroyLiveKeys,
    Put,
    PutFile,
    ReadBack,
    Seen,
    Step,
    Wraps,
)
from talteen.engine.vault.rollfile import Death, GenerationKey, RollFile
from talteen.errors import Conflict, DiskFull, KeyGone, Tampered, Unavailable
from talteen.ids import IntakeKeyId, PageId, RecordingId
from talteen.life.seal import models as rows
from talteen.life.seal.vault import DYING, Vault, blob_ref, open_envelope
from talteen.register.models import Recording

Progress = Callable[[str], None]
"""Hears the name of every step once it will last: ``live_key_created``, ``backup_key_created``,
``file_put``, ``applied``, ``read_back``, ``live_key_destroyed``, ``deaths_dated``, ``settled``.
"""


def silent(step: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a roll did."""

    file: RollFile
    unbacked: bool
    """The backup holder did not answer: until the next roll no backup can be opened. Alarm."""
    rejected: tuple[RecordingId, ...]
    """Recordings whose envelope was forged, moved, or a second key: a breach draft. Alarm."""
    late_keys: tuple[str, ...]
    """Live keys that had been destroyed, came back, and were destroyed again. Alarm."""


def found(vault: Vault, now: datetime, progress: Progress = silent) -> Rolled:
    """Make the vault of a new house and its first generation. Conflict where one exists."""
    if any(True for _ in vault.blobs.keys(rollfile.PREFIX)):
        raise Conflict(
            "the blob store holds the roll files of a vault",
            remedy="restore its database and catch up, or use an empty store",
        )
    _, made = rows.Vault.objects.using(vault.database).get_or_create(
        house=vault.house, defaults={"rolled_at": now, "file_sha256": rollfile.NO_FILE}
    )
    if not made and vault.row().n:
        raise Conflict("this database holds a vault already", remedy="use another database")
    return roll(vault, Changes(enrol={vault.node: _public(vault)}), now, progress)


def roll(vault: Vault, changes: Changes, now: datetime, progress: Progress = silent) -> Rolled:
    """Replace the generation: fold what waits, do what ``changes`` asks, let the old key die.

    Recordings that are to be dropped must be ``destroying`` before (step 1), committed. Raises
    Conflict when another vault rolled first (catch up, then decide anew) or a change cannot be;
    Tampered when the new generation did not come back as decided: then nothing died, and the next
    roll begins from the generation before. Not inside a transaction.
    """
    with turn(vault):
        late_keys = settle(vault, now, progress)
        file, rejected = _decide(vault, changes, now, progress)
        late_keys += settle(vault, now, progress)
    vault.forget()
    return Rolled(file, file.backup is None, rejected, late_keys)


@contextlib.contextmanager
def turn(vault: Vault) -> Iterator[None]:
    """Hold the lock of rolls, over all processes on this database; deposits wait meanwhile."""
    if vault.connection.in_atomic_block:
        raise Conflict(
            "a roll commits on its own and cannot stand inside a transaction",
            remedy="commit first, then roll",
        )
    with vault.connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [vault.lock])
    try:
        yield
    finally:
        # A connection that broke has let its locks go by itself.
        with contextlib.suppress(Exception), vault.connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [vault.lock])


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


def settle(vault: Vault, now: datetime, progress: Progress = silent) -> tuple[str, ...]:
    """Settle every generation that was decided but not yet proved; nothing if there is none.

    Returns the names of live keys that had come back. Within ``turn``. Raises Tampered when the
    newest generation is not what was decided: it is marked, and the next roll goes past it.
    """
    row = vault.row()
    if row.n in (0, row.settled_n) or row.open_n != row.n:
        return ()
    shell = _Shell(vault, now, progress)
    file = read_file(vault, row.n)
    try:
        with transaction.atomic(using=vault.database):
            for n in range(row.settled_n + 1, row.n):
                _note_deaths(vault, read_file(vault, n).deaths)
            order.drive(order.settle(file), shell.perform)
            _clear_superseded(vault, file.n)
            rows.Vault.objects.using(vault.database).update(settled_n=file.n)
    except Tampered:
        _mark_failed(vault, file)
        raise
    progress("settled")
    return tuple(shell.late_keys)


def read_file(vault: Vault, n: int) -> RollFile:
    """Roll file ``n``, if the house signed it. Raises Absent or Tampered."""
    file = rollfile.read(vault.blobs.read(rollfile.key_of(n)), vault.signer.public_key())
    if (file.house, file.n) != (vault.house, n):
        raise Tampered(
            "a roll file lies under another's name",
            remedy="restore the key plane from its second copy",
        )
    return file


def tend_ring(vault: Vault, now: datetime) -> tuple[str, ...]:
    """Bring the backup holder and the records together; returns keys that came back from the dead.

    Dates of death that could not be handed over are handed over, keys of lost attempts die, and
    what is gone is noted. Raises Unavailable while the holder does not answer.
    """
    records = rows.RollRecord.objects.using(vault.database)
    names, deaths = vault.backup.names(), vault.backup.deaths()
    dated = records.exclude(backup_name="").exclude(backup_dies_at=None).order_by("n")
    revived = []
    for record in dated.filter(Q(backup_dead_at=None) | Q(backup_name__in=names)):
        if record.backup_dies_at is None:
            continue
        if record.backup_name not in names:
            records.filter(n=record.n).update(backup_dead_at=now)
        elif record.backup_dead_at is not None:
            revived.append(record.backup_name)
            vault.backup.schedule_death(record.backup_name, now)
        elif deaths.get(record.backup_name, now) != record.backup_dies_at:
            vault.backup.schedule_death(record.backup_name, record.backup_dies_at)
    _end_lost_attempts(vault, names, now)
    return tuple(revived)


# --- deciding ----------------------------------------------------------------------------


def _decide(
    vault: Vault, changes: Changes, now: datetime, progress: Progress
) -> tuple[RollFile, tuple[RecordingId, ...]]:
    shell = _Shell(vault, now, progress)
    try:
        with transaction.atomic(using=vault.database):
            row = rows.Vault.objects.using(vault.database).select_for_update().get()
            book = vault.open_generation(row.open_n) if row.open_n else _first_book(vault, now)
            draft, rejected = _plan(vault, book, changes, n=row.n + 1, now=now)
            _must_be_dying(vault, draft)
            steps = order.decide(
                draft,
                previous=bytes(row.file_sha256),
                mark=os.urandom(4).hex(),
                signer=vault.signer,
            )
            file = order.drive(steps, shell.perform)
    except Conflict:
        shell.abandon()
        raise
    progress("applied")
    return file, rejected


def _plan(
    vault: Vault, book: Book, changes: Changes, *, n: int, now: datetime
) -> tuple[Plan, tuple[RecordingId, ...]]:
    waiting, rejected = _waiting(vault, book)
    late = _late(vault)
    at = vault.time(now, book)
    setting = Setting(
        n=n,
        at=at,
        ring=vault.ring,
        backups=_backups(vault),
        is_over=lambda due: vault.is_over(due, at),
        random=os.urandom,
    )
    rotated = changes.rotate_intake | {vault.node}
    draft = plan(
        book,
        dataclasses.replace(changes, rotate_intake=rotated),
        waiting=waiting,
        late=late,
        hints=_hints(vault, changes, late),
        setting=setting,
    )
    known = {*draft.folded, *(gone.recording for gone in draft.destroyed)}
    rejected += tuple(recording for recording in waiting if recording not in known)
    envelopes = rows.Envelope.objects.using(vault.database)
    envelopes.filter(recording__in=rejected).update(rejected=True)
    return draft, rejected


def _waiting(
    vault: Vault, book: Book
) -> tuple[dict[RecordingId, Waiting], tuple[RecordingId, ...]]:
    """The envelopes that open, and the recordings of those that do not."""
    waiting, rejected = {}, []
    envelopes = rows.Envelope.objects.using(vault.database)
    for row in envelopes.filter(done_n=None, rejected=False).order_by("recording"):
        recording = RecordingId(row.recording_id)
        try:
            entry = open_envelope(row, book.root)
        except Tampered:
            entry = None
        if entry is None:
            rejected.append(recording)
        else:
            waiting[recording] = Waiting(entry, IntakeKeyId(row.intake_key_id))
    return waiting, tuple(rejected)


def _late(vault: Vault) -> dict[RecordingId, tuple[BlobRef, ...]]:
    late: dict[RecordingId, tuple[BlobRef, ...]] = {}
    for row in rows.Blob.objects.using(vault.database).filter(attached_n=None).order_by("id"):
        recording = RecordingId(row.recording_id)
        late[recording] = (*late.get(recording, ()), blob_ref(row))
    return late


def _hints(
    vault: Vault, changes: Changes, late: Mapping[RecordingId, object]
) -> dict[RecordingId, date]:
    touched = {*changes.drop, *changes.reseal, *late}
    touched |= {recording for _, recording in changes.place_holds | changes.release_holds}
    found = Recording.objects.using(vault.database).filter(id__in=touched)
    return {RecordingId(id_): day for id_, day in found.values_list("id", "day")}


def _backups(vault: Vault) -> dict[int, str]:
    living = rows.RollRecord.objects.using(vault.database).filter(backup_dead_at=None)
    return dict(living.exclude(backup_name="").values_list("n", "backup_name"))


def _must_be_dying(vault: Vault, draft: Plan) -> None:
    """Step 1 comes first: nothing dies that could still be opened a moment ago."""
    going = [gone.recording for gone in draft.destroyed]
    alive = Recording.objects.using(vault.database).filter(id__in=going)
    if alive.exclude(progress__in=[progress.value for progress in DYING]).exists():
        raise Conflict(
            "a recording that is to be destroyed is still open",
            remedy="commit it as destroying first",
        )


def _first_book(vault: Vault, now: datetime) -> Book:
    """Generation 0: an empty root that was never sealed."""
    root = RootPage(
        house=vault.house,
        n=0,
        at=now,
        days=(),
        holds=(),
        shards={},
        cases={},
        intake=(),
        nodes={},
        tombstone_key=os.urandom(KEY_BYTES),
    )
    return Book(root, fetch=lambda page: b"")


def _public(vault: Vault) -> bytes:
    return vault.node_signer.public_key().public_bytes_raw()


# --- carrying out -------------------------------------------------------------------------


@dataclass(slots=True)
class _Shell:
    """Does what a roll yields, and says so once it will last."""

    vault: Vault
    now: datetime
    progress: Progress
    made: CreateKeys | None = None
    late_keys: list[str] = field(default_factory=list)

    def perform(self, step: Step) -> object:
        match step:
            case CreateKeys():
                return self._create(step)
            case PutFile(n, data):
                return Put(self._put(rollfile.key_of(n), data))
            case Apply(file, sha256):
                apply(self.vault, file, sha256)
                return None
            case ReadBack(n):
                return self._read_back(n)
            case DestroyLiveKeys(n):
                self._destroy_live_keys(n)
                return None
            case DateDeaths(_, deaths):
                self._date_deaths(deaths)
                return None
            case _:
                assert_never(step)

    def abandon(self) -> None:
        """Another vault decided: the keys that this attempt made are let go at once."""
        if self.made is not None:
            self.vault.live.destroy(self.made.live_name)
            with contextlib.suppress(Unavailable):
                self.vault.backup.schedule_death(self.made.backup_name, self.now)

    def _create(self, step: CreateKeys) -> Wraps:
        self.made = step
        live = self.vault.live
        live.create(step.live_name)
        wrapped = live.wrap(step.live_name, step.root_key)
        if live.unwrap(step.live_name, wrapped) != step.root_key:
            raise Unavailable("the live holder does not open what it locks", remedy="check it")
        self.progress("live_key_created")
        backup = self._create_backup(step)
        self.progress("backup_key_created")
        return Wraps(GenerationKey(step.live_name, wrapped), backup)

    def _create_backup(self, step: CreateKeys) -> GenerationKey | None:
        """None where the holder is down: destruction goes on, the roll is unbacked."""
        backup = self.vault.backup
        try:
            backup.create(step.backup_name)
            return GenerationKey(step.backup_name, backup.wrap(step.backup_name, step.root_key))
        except Unavailable:
            return None

    def _put(self, key: str, data: bytes) -> bool:
        blobs = self.vault.blobs
        try:
            self._put_with_ballast(key, data)
        except Conflict:
            # After a lost answer the file that stands there may be this very one.
            if blobs.read(key) != data:
                return False
        self.progress("file_put")
        return True

    def _put_with_ballast(self, key: str, data: bytes) -> None:
        try:
            self.vault.blobs.put_if_absent(key, data)
        except DiskFull:
            if self.vault.reserve is None or not self.vault.reserve.give_up():
                raise
            self.vault.blobs.put_if_absent(key, data)

    def _read_back(self, n: int) -> Seen:
        """Through a connection that took no part in the roll: what others see is what counts."""
        fresh = self.vault.connection.copy()
        try:
            with fresh.cursor() as cursor:
                query = "SELECT root, live_name, live_wrapped FROM roll_record WHERE n = %s"
                cursor.execute(query, [n])
                root, live_name, wrapped = cursor.fetchone() or (b"", "", b"")
                cursor.execute("SELECT page, sealed FROM key_page WHERE n = %s", [n])
                stored = {PageId(page): bytes(sealed) for page, sealed in cursor.fetchall()}
        finally:
            fresh.close()
        root_key = self.vault.live.unwrap(live_name, bytes(wrapped))
        self.progress("read_back")
        return Seen(bytes(root), root_key, stored)

    def _destroy_live_keys(self, n: int) -> None:
        live, records = self.vault.live, rows.RollRecord.objects.using(self.vault.database)
        current = records.get(n=n).live_name
        for name in sorted(live.names() - {current}):
            generation = order.generation_of(name)
            if generation is not None and generation <= n:
                if records.filter(live_name=name).exclude(live_dead_at=None).exists():
                    self.late_keys.append(name)
                live.destroy(name)
        for record in records.filter(n__lt=n, live_dead_at=None):
            self._prove_dead(record)
        dead = records.filter(n__lt=n, live_dead_at=None)
        dead.update(live_dead_at=self.now, root=b"", live_wrapped=b"")
        self.progress("live_key_destroyed")

    def _prove_dead(self, record: rows.RollRecord) -> None:
        try:
            self.vault.live.unwrap(record.live_name, bytes(record.live_wrapped))
        except KeyGone:
            return
        raise Unavailable(
            "the live holder still opens a key that it was told to destroy",
            remedy="look at the holder; the roll is finished once it refuses",
        )

    def _date_deaths(self, deaths: tuple[Death, ...]) -> None:
        _note_deaths(self.vault, deaths)
        # A holder that is down hears of them later: destruction does not wait for it.
        with contextlib.suppress(Unavailable):
            tend_ring(self.vault, self.now)
        self.progress("deaths_dated")


# --- rows that follow -----------------------------------------------------------------------


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


def _note_deaths(vault: Vault, deaths: tuple[Death, ...]) -> None:
    """Dates of death move earlier, never later."""
    records = rows.RollRecord.objects.using(vault.database)
    for death in deaths:
        later = Q(backup_dies_at=None) | Q(backup_dies_at__gt=death.at)
        records.filter(later, backup_name=death.name).update(backup_dies_at=death.at)


def _end_lost_attempts(vault: Vault, names: frozenset[str], now: datetime) -> None:
    """Backup keys of generations that are decided, but under another key, open nothing: gone."""
    records = rows.RollRecord.objects.using(vault.database)
    known = set(records.values_list("backup_name", flat=True))
    decided = vault.row().n
    for name in names - known:
        generation = order.generation_of(name)
        if generation is not None and generation <= decided:
            vault.backup.schedule_death(name, now)


def _clear_superseded(vault: Vault, n: int) -> None:
    """Take away pages that no living root names, and envelopes that were folded."""
    root = vault.open_generation(n).root
    living = {(ref.page.id, ref.page.n) for ref in root.days} | {
        (hold.page.id, hold.page.n) for hold in root.holds
    }
    stored = rows.KeyPage.objects.using(vault.database)
    gone = [
        pk for pk, page, at in stored.values_list("pk", "page", "n") if (page, at) not in living
    ]
    stored.filter(pk__in=gone).delete()
    rows.Envelope.objects.using(vault.database).filter(done_n__lte=n).delete()
    closed = rows.IntakeKey.objects.using(vault.database).filter(closed_n__lte=n)
    closed.filter(envelopes=None).delete()


def _mark_failed(vault: Vault, file: RollFile) -> None:
    """Read the generation before again; what this roll took in waits once more."""
    with transaction.atomic(using=vault.database):
        using = vault.database
        rows.RollRecord.objects.using(using).filter(n=file.n).update(failed=True)
        rows.Envelope.objects.using(using).filter(done_n=file.n).update(done_n=None)
        rows.Blob.objects.using(using).filter(attached_n=file.n).update(attached_n=None)
        keys = rows.IntakeKey.objects.using(using)
        keys.filter(closed_n=file.n).update(closed_n=None)
        keys.filter(born_n=file.n).update(closed_n=file.n)
        rows.Vault.objects.using(using).update(open_n=file.base_n)
    vault.forget()
