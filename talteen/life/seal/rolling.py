"""Carries rolls out: the shell around ``engine.vault.roll``.

``roll`` decides a new generation, then settles it; ``settle`` reads back, lets the old live key die
and dates the backup key, and may be repeated after a crash. ``turn`` lets one of them work at a
time, over all processes: it is a session lock, so a pool between here and PostgreSQL must be in
session mode.
"""

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, assert_never

import structlog
from django.db import DatabaseError, transaction

from talteen import traces
from talteen.engine.vault import roll as order
from talteen.engine.vault import rollfile
from talteen.engine.vault.changes import Changes
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
from talteen.ids import PageId, RecordingId
from talteen.life.seal import binary, following, ring
from talteen.life.seal import models as rows
from talteen.life.seal.generations import Standing
from talteen.life.seal.planning import (
    Ground,
    first_book,
    ground,
    next_generation,
    questions,
    with_unproved,
)
from talteen.life.seal.vault import Vault
from talteen.register import passage

log = structlog.get_logger()

# The sealed root of a dead generation is of no use to anybody: it goes with its key.
LIVE_KEYS_DEAD = """
    UPDATE roll_record SET live_dead_at = %s, live_kind = %s, root = '', live_wrapped = ''
    WHERE n < %s AND live_dead_at IS NULL
"""

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
    return roll(
        vault,
        Changes(enrol={vault.node: vault.node_signer.public_key().public_bytes_raw()}),
        now,
        progress,
    )


@traces.span("roll")
def roll(vault: Vault, changes: Changes, now: datetime, progress: Progress = silent) -> Rolled:
    """Replace the generation: fold what waits, do what ``changes`` asks, let the old key die.

    Recordings that are to be dropped must be ``destroying`` before (step 1), committed. Raises
    Overtaken when another vault rolled first (catch up, then decide anew), Conflict when a change
    cannot be, Tampered when the new generation did not come back as decided: then nothing died, and
    the next roll begins from the generation before. Not inside a transaction.
    """
    make_room(vault)
    before, shard_keys = _prepared(vault, changes)
    asked, late_keys = questions(vault, changes), tuple[str, ...]()
    with turn(vault, asking=asked) as told:
        found = ground(vault, told)
        if found.standing.n == before:
            # After another roll the copies may hold what died in it: then they get no key.
            changes = dataclasses.replace(changes, shard_keys=shard_keys)
        if not _is_proved(found.standing):
            late_keys = _settle_standing(vault, found.standing, now, progress)
            found = ground(vault, binary.ask(vault.connection, asked))
        file, rejected = _decide(vault, found, changes, now, progress)
        try:
            late_keys += _settle(vault, file, now, progress)
        except KeyGone:
            # The holder lost a key that it proved a moment ago. Only here, where the base was open
            # in this very roll, is turning back no revival of a generation that had died.
            _turn_back(vault, file)
            raise
    vault.forget()
    return Rolled(file, file.backup is None, rejected, late_keys)


def _prepared(vault: Vault, changes: Changes) -> tuple[int | None, Mapping[date, bytes]]:
    """The keys of what was copied for this roll, and after which generation it was."""
    if vault.before_roll is None:
        return None, {}
    n = vault.row().n
    return n, vault.before_roll(changes)


def make_room(vault: Vault) -> None:
    """On a full disk, give the ballast up for what is to be written now: forgetting writes too."""
    if vault.reserve is not None:
        vault.reserve.make_room()


@contextlib.contextmanager
def turn(
    vault: Vault, *, wait: bool = True, asking: Iterable[binary.Statement] = ()
) -> Iterator[list[list[tuple[Any, ...]]]]:
    """Hold the lock of rolls, over all processes on this database; deposits wait meanwhile.

    Gives the answers to what is asked as soon as the lock is held, in the same round trip. One
    process may hold it several times over. Unless it may ``wait``, Conflict where another has it.
    """
    if vault.connection.in_atomic_block:
        raise Conflict(
            "a roll commits on its own and cannot stand inside a transaction",
            remedy="commit first, then roll",
        )
    begins = (binary.LOCK if wait else binary.TRY_LOCK, vault.lock), (passage.BEGIN_ROLL,)
    try:
        ((held,),), (said,), *told = binary.ask(vault.connection, (*begins, *asking))
    except BaseException:
        vault.connection.close()  # with it go the lock, if it was given, and what was said
        raise
    ends: list[binary.Statement] = [(passage.END_ROLL, *passage.before_roll(said))]
    if held:
        ends.append((binary.UNLOCK, vault.lock))
    try:
        if not held:
            raise Conflict("another roll is going on", remedy="look again in a minute")
        yield told
    finally:
        try:
            binary.write(vault.connection, ends)
        except DatabaseError:
            # A connection that broke has let its locks go by itself; the next use makes a new one.
            vault.connection.close()


def settle(vault: Vault, now: datetime, progress: Progress = silent) -> tuple[str, ...]:
    """Settle every generation that was decided but not yet proved; nothing if there is none.

    Returns the names of live keys that had come back. Within ``turn``. Raises Tampered when the
    newest generation is not what was decided: it is marked, and the next roll goes past it.
    """
    row = vault.row()
    return () if _is_proved(row) else _settle_standing(vault, row, now, progress)


def _is_proved(row: Standing) -> bool:
    """Whether nothing is left to settle: the newest generation is proved, or was turned back."""
    return row.n in (0, row.settled_n) or row.open_n != row.n


def _settle_standing(
    vault: Vault, row: Standing, now: datetime, progress: Progress
) -> tuple[str, ...]:
    between = (read_file(vault, n) for n in range(row.settled_n + 1, row.n))
    binary.write(vault.connection, [one for file in between for one in ring.noting(file.deaths)])
    return _settle(vault, read_file(vault, row.n), now, progress)


def _settle(vault: Vault, file: RollFile, now: datetime, progress: Progress) -> tuple[str, ...]:
    shell = Shell(vault, now, progress)
    try:
        with transaction.atomic(using=vault.database):
            root = order.drive(order.settle(file), shell.perform)
            following.settled(vault, root, shell.noted)
    except Tampered:
        _turn_back(vault, file)
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


def _decide(
    vault: Vault, found: Ground, changes: Changes, now: datetime, progress: Progress
) -> tuple[RollFile, tuple[RecordingId, ...]]:
    shell, row = Shell(vault, now, progress), found.standing
    try:
        with transaction.atomic(using=vault.database):
            if row.open_n:
                book = vault.opened(row.open_n, *found.generation)
            else:
                book = first_book(vault, now)
            unproved = tuple(read_file(vault, n) for n in range(row.open_n + 1, row.n + 1))
            wanted = with_unproved(changes, unproved) if row.open_n else changes
            draft, rejected = next_generation(vault, book, wanted, found, n=row.n + 1, now=now)
            steps = order.decide(
                draft,
                previous=row.file_sha256,
                mark=os.urandom(4).hex(),
                signer=vault.signer,
            )
            file = order.drive(steps, shell.perform)
    except Conflict:
        shell.abandon()
        raise
    progress("applied")
    return file, rejected


def _turn_back(vault: Vault, file: RollFile) -> None:
    """Read the generation before again, if its key still lives."""
    with contextlib.suppress(KeyGone):
        vault.open_generation(file.base_n)
        following.mark_failed(vault, file)


# --- carrying out -------------------------------------------------------------------------


@dataclass(slots=True)
class Shell:
    """Does what a roll yields, and says so once it will last."""

    vault: Vault
    now: datetime
    progress: Progress
    made: CreateKeys | None = None
    late_keys: list[str] = field(default_factory=list)
    live_names: frozenset[str] = frozenset()
    """The keys that the live holder has at the read-back."""
    old_keys: list[tuple[str, bytes, bool]] = field(default_factory=list, repr=False)
    """Of those before: name, wrap, and whether it was dead already."""
    noted: list[binary.Statement] = field(default_factory=list)
    """What is written down of deaths, in the one way with what ends the roll."""

    def perform(self, step: Step) -> object:
        match step:
            case CreateKeys():
                return self._create(step)
            case PutFile(n, data):
                return Put(self._put(rollfile.key_of(n), data))
            case Apply(file, sha256):
                following.apply(self.vault, file, sha256)
                return None
            case ReadBack(n):
                return self._read_back(n)
            case DestroyLiveKeys(n, keep):
                self._destroy_live_keys(n, keep)
                return None
            case DateDeaths(_, deaths):
                ring.date_deaths(self.vault, deaths)
                self.noted += ring.noting(deaths)
                self.progress("deaths_dated")
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
        self.live_names = self.vault.live.names()
        old = _up_to(n, self.live_names)
        found = binary.read_generation(self.vault.connection, n, old)
        root_key = self.vault.live.unwrap(found.live_name, found.wrapped)
        self.old_keys = found.old_keys
        self.progress("read_back")
        pages = {PageId(page): sealed for page, sealed in found.pages.items()}
        return Seen(found.root, root_key, pages)

    def _destroy_live_keys(self, n: int, keep: str) -> None:
        live = self.vault.live
        for name in _up_to(n, self.live_names - {keep}):
            live.destroy(name)
        for name, wrapped, was_dead in self.old_keys:
            if was_dead:
                self.late_keys.append(name)
            else:
                self._prove_dead(name, wrapped)
        if self.late_keys:
            log.error("keys.revived", where="live", count=len(self.late_keys))
        self.noted.append((LIVE_KEYS_DEAD, self.now, live.declared.kind, n))
        self.progress("live_key_destroyed")

    def _prove_dead(self, name: str, wrapped: bytes) -> None:
        try:
            self.vault.live.unwrap(name, wrapped)
        except KeyGone:
            return
        raise Unavailable(
            "the live holder still opens a key that it was told to destroy",
            remedy="look at the holder; the roll is finished once it refuses",
        )


def _up_to(n: int, names: Iterable[str]) -> list[str]:
    """Those of ``names`` that are keys of generation ``n`` or of one before."""
    generations = {name: order.generation_of(name) for name in names}
    return sorted(name for name, m in generations.items() if m is not None and m <= n)
