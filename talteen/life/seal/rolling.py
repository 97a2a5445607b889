"""Carries rolls out: the shell around ``engine.vault.roll``, and the rows that follow a roll file.

turn       one roll at a time: a lock from the first step to the last, over all processes
roll       decide a new generation, then settle it
apply      write one roll file into the database: driven by the file alone, once
settle     read back, let old live keys die, date the backup keys; may be run again after a crash
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from talteen.engine.vault import roll as order
from talteen.engine.vault import rollfile
from talteen.engine.vault.book import Book
from talteen.engine.vault.entries import BlobRef
from talteen.engine.vault.pages import KEY_BYTES, RootPage
from talteen.engine.vault.plan import Changes, Setting, Waiting, plan
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
from talteen.engine.vault.rollfile import GenerationKey, RollFile
from talteen.errors import Conflict, DiskFull, KeyGone, Tampered, Unavailable
from talteen.ids import IntakeKeyId, PageId, RecordingId
from talteen.life.seal import models as rows
from talteen.life.seal.vault import DYING, Vault, blob_ref, open_envelope
from talteen.register.models import Recording

T = TypeVar("T")

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
    # This machine hands in while it holds the lock's shared side: all that it sealed is here.
    changes = replace(changes, rotate_intake=changes.rotate_intake | {vault.node})
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
    """Write ``file`` into the database, inside the caller's transaction; nothing if it stands there.

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
    done = Q(recording__in=[*file.folded, *gone])
    rows.Envelope.objects.using(vault.database).filter(done).update(done_n=file.n)
    rows.Blob.objects.using(vault.database).filter(
        Q(id__in=file.attached) | Q(recording__in=file.folded, attached_n=None)
    ).update(attached_n=file.n)
    row.n = row.open_n = file.n
    row.rolled_at, row.file_sha256 = file.at, sha256
    row.save(using=vault.database)
    vault.on_apply(file)


def settle(vault: Vault, now: datetime, progress: Progress = silent) -> tuple[str, ...]:
    """Bring the newest applied generation to its end: read back, old live keys dead, deaths dated.

    Does nothing where that has been done. Call it inside ``turn``. Returns live keys that had come
    back and were destroyed again. Raises Tampered, and lets the next roll go past the generation,
    when what was read back is not what was decided.
    """
    row = vault.row()
    if row.settled_n >= row.n or not row.n or row.open_n < row.n:
        return ()
    file = read_file(vault, row.n)
    shell = _Shell(vault, now, progress)
    try:
        shell.carry_out(order.settle(file))
    except Tampered:
        _go_past(vault, file)
        raise
    rows.Vault.objects.using(vault.database).filter(house=vault.house).update(settled_n=file.n)
    _let_go_of_old(vault, file.n)
    progress("settled")
    return tuple(shell.late_keys)


def _let_go_of_old(vault: Vault, n: int) -> None:
    """Rows that no living root names: ciphertext that opens nothing, and envelopes that are folded."""
    root = vault.open_generation(n).root
    named = {(ref.page.id, ref.page.n) for ref in (*root.days, *root.holds)}
    kept = rows.KeyPage.objects.using(vault.database)
    stale = [
        pk for pk, page, born in kept.values_list("pk", "page", "n") if (page, born) not in named
    ]
    kept.filter(pk__in=stale).delete()
    rows.Envelope.objects.using(vault.database).filter(done_n__lte=n).delete()


def read_file(vault: Vault, n: int) -> RollFile:
    """Roll file ``n`` from the key plane. Raises Absent or Tampered."""
    return rollfile.read(vault.blobs.read(rollfile.key_of(n)), vault.signer.public_key())


def _decide(
    vault: Vault, changes: Changes, now: datetime, progress: Progress
) -> tuple[RollFile, tuple[RecordingId, ...]]:
    row = vault.row()
    if any(True for _ in vault.blobs.keys(rollfile.key_of(row.n + 1))):
        raise Conflict("another vault has rolled", remedy="catch up, then decide anew")
    book = vault.open_generation(row.open_n) if row.n else _genesis(vault, now)
    waiting, rejected = _waiting(vault, book.root)
    decided = plan(
        book,
        changes,
        waiting=waiting,
        late=_late(vault, waiting),
        hints=_hints(vault, changes, waiting),
        setting=Setting(
            n=row.n + 1,
            at=max(now, row.rolled_at),
            ring=vault.ring,
            backups=_backups(vault),
            random=os.urandom,
            is_over=lambda due: vault.is_over(due, max(now, row.rolled_at)),
        ),
    )
    steps = order.decide(
        decided, previous=bytes(row.file_sha256), mark=os.urandom(4).hex(), signer=vault.signer
    )
    file = _Shell(vault, now, progress).carry_out(steps)
    _mark_rejected(vault, rejected)
    return file, rejected


def _genesis(vault: Vault, now: datetime) -> Book:
    """The book before the first: nothing in it but the key of tombstones."""
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
    return Book(root, lambda page: b"")


def _waiting(
    vault: Vault, root: RootPage
) -> tuple[dict[RecordingId, Waiting], tuple[RecordingId, ...]]:
    """Envelopes that wait to be folded, opened; and those that are not what their node sealed."""
    waiting: dict[RecordingId, Waiting] = {}
    rejected: list[RecordingId] = []
    found = rows.Envelope.objects.using(vault.database).filter(done_n=None, rejected=False)
    for row in found.order_by("recording"):
        recording = RecordingId(row.recording_id)
        try:
            entry = open_envelope(row, root)
        except Tampered:
            rejected.append(recording)
            continue
        if entry is not None:
            waiting[recording] = Waiting(entry, IntakeKeyId(row.intake_key_id))
    return waiting, tuple(rejected)


def _mark_rejected(vault: Vault, rejected: tuple[RecordingId, ...]) -> None:
    envelopes = rows.Envelope.objects.using(vault.database)
    envelopes.filter(recording__in=rejected).update(rejected=True)


def _late(
    vault: Vault, waiting: Mapping[RecordingId, Waiting]
) -> dict[RecordingId, tuple[BlobRef, ...]]:
    """Blobs that were derived since the last roll, of recordings that still live."""
    late: dict[RecordingId, tuple[BlobRef, ...]] = {}
    dying = [progress.value for progress in DYING]
    found = rows.Blob.objects.using(vault.database).filter(attached_n=None)
    for row in found.exclude(recording__progress__in=dying):
        recording = RecordingId(row.recording_id)
        known = waiting[recording].entry.blobs if recording in waiting else ()
        if all(blob.id != row.id for blob in known):
            late[recording] = (*late.get(recording, ()), blob_ref(row))
    return late


def _hints(
    vault: Vault, changes: Changes, waiting: Mapping[RecordingId, Waiting]
) -> dict[RecordingId, date]:
    """On which day to look for a recording first. A hint only: pages decide."""
    named = {
        *changes.drop,
        *changes.reseal,
        *(recording for _, recording in changes.place_holds | changes.release_holds),
    }
    late = rows.Blob.objects.using(vault.database).filter(attached_n=None)
    wanted = [*named, *waiting, *late.values_list("recording", flat=True)]
    known = Recording.objects.using(vault.database).filter(id__in=wanted)
    return {RecordingId(pk): day for pk, day in known.values_list("pk", "day")}


def _backups(vault: Vault) -> dict[int, str]:
    """Backup keys that may still live, by generation."""
    records = rows.RollRecord.objects.using(vault.database).filter(backup_dead_at=None)
    return dict(records.exclude(backup_name="").values_list("n", "backup_name"))


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
    for death in file.deaths:
        named = rows.RollRecord.objects.using(vault.database).filter(backup_name=death.name)
        named.update(backup_dies_at=death.at)


def _write_intake(vault: Vault, file: RollFile) -> None:
    keys = rows.IntakeKey.objects.using(vault.database)
    keys.bulk_create(
        rows.IntakeKey(id=key.id, node=key.node, public=key.public, born_n=file.n)
        for key in file.intake_opened
    )
    keys.filter(id__in=file.intake_closed).update(closed_n=file.n)


def _go_past(vault: Vault, file: RollFile) -> None:
    """The generation did not come back as decided: its base stays open, the next roll goes past."""
    rows.RollRecord.objects.using(vault.database).filter(n=file.n).update(failed=True)
    rows.Vault.objects.using(vault.database).filter(house=vault.house).update(open_n=file.base_n)
    vault.forget()


@dataclass(slots=True)
class _Shell:
    """Carries yielded steps out, one after another, and says when each will last."""

    vault: Vault
    now: datetime
    progress: Progress
    late_keys: list[str] = field(default_factory=list)

    def carry_out(self, steps: order.Steps[T]) -> T:
        """Run ``steps`` to their end and return what they return."""
        answer: object = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as done:
                result: T = done.value
                return result
            answer = self._do(step)

    def _do(self, step: Step) -> object:
        match step:
            case CreateKeys():
                return self._create_keys(step)
            case PutFile(n, data):
                return self._put(n, data)
            case Apply(file, sha256):
                with transaction.atomic(using=self.vault.database):
                    apply(self.vault, file, sha256)
                return self.progress("applied")
            case ReadBack(n):
                return self._read_back(n)
            case DestroyLiveKeys(n):
                return self._destroy_live_keys(n)
            case DateDeaths(_, deaths):
                return self._date_deaths(deaths)

    def _create_keys(self, step: CreateKeys) -> Wraps:
        live, backup = self.vault.live, self.vault.backup
        live.create(step.live_name)
        wrapped = live.wrap(step.live_name, step.root_key)
        if live.unwrap(step.live_name, wrapped) != step.root_key:
            raise Unavailable("the live holder does not open what it locks", remedy="check it")
        self.progress("live_key_created")
        ring: GenerationKey | None = None
        # Backup holder down: destruction goes on, the roll is marked unbacked (DESIGN 5).
        with contextlib.suppress(Unavailable):
            backup.create(step.backup_name)
            ring = GenerationKey(step.backup_name, backup.wrap(step.backup_name, step.root_key))
            self.progress("backup_key_created")
        return Wraps(GenerationKey(step.live_name, wrapped), ring)

    def _put(self, n: int, data: bytes) -> Put:
        try:
            self._put_with_room(rollfile.key_of(n), data)
        except Conflict:
            return Put(won=False)
        self.progress("file_put")
        return Put(won=True)

    def _put_with_room(self, key: str, data: bytes) -> None:
        try:
            self.vault.blobs.put_if_absent(key, data)
        except DiskFull:
            if self.vault.reserve is None or not self.vault.reserve.give_up():
                raise
            self.vault.blobs.put_if_absent(key, data)

    def _read_back(self, n: int) -> Seen:
        """On a connection that has seen nothing before, through the holder (step 5)."""
        vault = self.vault
        fresh = vault.connection.copy()
        try:
            with fresh.cursor() as cursor:
                cursor.execute(
                    "SELECT live_name, live_wrapped, root FROM roll_record WHERE n = %s", [n]
                )
                name, wrapped, root = cursor.fetchone() or ("", b"", b"")
                cursor.execute("SELECT page, sealed FROM key_page WHERE n = %s", [n])
                stored = {PageId(page): bytes(sealed) for page, sealed in cursor.fetchall()}
        finally:
            fresh.close()
        root_key = vault.live.unwrap(name, bytes(wrapped))
        self.progress("read_back")
        return Seen(bytes(root), root_key, stored)

    def _destroy_live_keys(self, n: int) -> None:
        """Every live key but that of ``n``: destroyed, and proved to open nothing (step 6)."""
        vault = self.vault
        records = rows.RollRecord.objects.using(vault.database)
        keep = records.get(n=n).live_name
        dead_before = set(records.exclude(live_dead_at=None).values_list("live_name", flat=True))
        present = vault.live.names() - {keep}
        self.late_keys += sorted(present & dead_before)
        for name in sorted(present):
            vault.live.destroy(name)
        for record in records.filter(live_dead_at=None).exclude(n=n):
            _prove_dead(vault, record)
            record.live_dead_at, record.root = self.now, b""
            record.save(using=vault.database)
        self.progress("live_key_destroyed")

    def _date_deaths(self, deaths: tuple[rollfile.Death, ...]) -> None:
        with contextlib.suppress(Unavailable):
            for death in deaths:
                self.vault.backup.schedule_death(death.name, death.at)
        self.progress("deaths_dated")


def _prove_dead(vault: Vault, record: rows.RollRecord) -> None:
    try:
        vault.live.unwrap(record.live_name, bytes(record.live_wrapped))
    except KeyGone:
        return
    raise Tampered(
        "a live key that was destroyed still opens its root",
        remedy="stop the key holder and find out where its copy lies",
    )


def _public(vault: Vault) -> bytes:
    return vault.node_signer.public_key().public_bytes_raw()
