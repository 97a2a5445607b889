"""The word index of one day: an encrypted file that finds the passages where a word was said.

A day's shard is derived from its transcripts, lives on one node, is never backed up, and dies with
its key, which stands in the day page. It holds words but no text (contentless FTS5): what a person
reads comes from the decrypted transcript. Beside them it holds the marks of what was said in a row
(``said``), by recording. The file is SQLCipher, so no word stands on the disk in
the clear, its journal included. Nothing is ever deleted from a shard, because FTS5 keeps deleted
words in its old segments: an erasure builds the day anew under a new key (decision 065), from what
stands in the old file where that can still be read (``prepare``, decision 287).

A covered word stands in it with a mark before it that no query can write (``query.COVER``), so
that it answers only who asks for what is covered (``Depth``), and holds its place: what is said
around it is no phrase.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from talteen.errors import Conflict, InputError
from talteen.life.transcribe import columns, shard_copy, shard_file, shard_place
from talteen.life.transcribe.lemma import Columns
from talteen.life.transcribe.query import Depth, Query, Rank, match
from talteen.life.transcribe.shard_file import REBUILD, ShardUnreadable

SIDES = ("agent", "caller")
_FORMAT = 7
"""Raise it when the tables or the terms change: older shards then ask to be built anew."""
_SCHEMA = """
CREATE TABLE recording (
  id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, version INTEGER NOT NULL);
CREATE TABLE passage (
  id INTEGER PRIMARY KEY, recording INTEGER NOT NULL, side INTEGER NOT NULL,
  start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL);
CREATE VIRTUAL TABLE word USING fts5(
  surface, lemma, part, content='', columnsize=0, tokenize='ascii');
INSERT INTO word (word, rank) VALUES ('hashsize', 16777216);
INSERT INTO word (word, rank) VALUES ('pgsz', 3992);
CREATE VIRTUAL TABLE run USING fts5(
  mark, content='', columnsize=0, detail=none, tokenize='ascii');
INSERT INTO run (run, rank) VALUES ('hashsize', 16777216);
INSERT INTO run (run, rank) VALUES ('pgsz', 3992);
"""
# The ascii tokenizer parts at ASCII marks only, and lemma.words leaves none: a word is one token.
# The hash holds 16 MiB before it is written, so that a rebuilt day is one segment to look in.
# A leaf of 3,992 bytes fits the page that encryption leaves (4,048), where 4,050 would take two.
_FIND = """
SELECT passage.id, recording.uuid, passage.side, passage.start_ms, passage.end_ms, recording.version
FROM word JOIN passage ON passage.id = word.rowid JOIN recording ON recording.id = passage.recording
WHERE word MATCH ? AND passage.side BETWEEN ? AND ?
"""
_ANY = "SELECT 1 FROM word WHERE word MATCH ? LIMIT 1"
_COUNT = """
SELECT recording.uuid, count(*)
FROM word JOIN passage ON passage.id = word.rowid JOIN recording ON recording.id = passage.recording
WHERE word MATCH ? AND passage.side BETWEEN ? AND ?
GROUP BY recording.id
"""
_HOLDING = """
SELECT DISTINCT recording.uuid FROM run JOIN recording ON recording.id = run.rowid
WHERE run MATCH ?
"""
_AT_ONCE = 200
"""Marks that are asked for in one question."""


class AlreadyIndexed(Conflict):
    """The recording stands in the shard; replacing it would leave its old words in the file."""

    slug = "already-indexed"

    def __init__(self) -> None:
        super().__init__("a recording is in the word index already", remedy=REBUILD)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one side's speech: what is found and played as one."""

    recording: UUID
    side: str
    """``agent`` or ``caller``."""
    start_ms: int
    end_ms: int
    text: str
    language: str
    """ISO 639-1, as the recogniser heard it."""
    terms: str = ""
    """What finds it besides its words (``indexing.CARD``), where covered words are looked for."""
    stretches: tuple[tuple[str, bool], ...] = ()
    """``text`` in stretches, each with whether it is covered; none where nothing is."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that fits, and how nearly."""

    recording: UUID
    side: str
    start_ms: int
    end_ms: int
    rank: Rank
    version: int = 0
    """Which writing of the recording's words fits."""


class Said(NamedTuple):
    """All that one recording puts into the shard of its day."""

    recording: UUID
    passages: Iterable[Passage]
    marks: Iterable[str] = ()
    """What was said in a row (``said.marks``)."""


class Shard:
    """An open shard. Use it in one thread, and close it: ``with Shard.open(path, key) as shard``.

    Every method raises ShardUnreadable where the file turns out to be torn. Many may read while
    one writes; the caller sees to it that only one writes (or builds) a day at a time.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @classmethod
    def create(cls, path: Path, key: bytes) -> "Shard":
        """A new, empty shard that only the owner may read. Raises Conflict if the file exists."""
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            raise Conflict("the word index of a day exists", remedy="open it instead") from None
        connection = shard_file.connected(path, key, mode="rw")
        connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_FORMAT}; COMMIT;")
        shard_place.sync_folder(path)
        return cls(connection)

    @classmethod
    def open(cls, path: Path, key: bytes) -> "Shard":
        """The shard to search in; adding to it fails. Raises ShardUnreadable."""
        return cls(shard_file.opened_to_read(path, key, form=_FORMAT))

    @classmethod
    def open_to_add(cls, path: Path, key: bytes) -> "Shard":
        """The shard to add to, after a crash too. Raises ShardUnreadable."""
        return cls(shard_file.opened_to_write(path, key, form=_FORMAT))

    def __enter__(self) -> "Shard":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file and forget the key."""
        self._connection.close()

    def add(
        self,
        recording: UUID,
        passages: Iterable[Passage],
        marks: Iterable[str] = (),
        *,
        version: int = 0,
    ) -> None:
        """Make ``recording`` findable: all of its passages or, on any error, none. ``version``
        says which writing of its words they are.

        Raises AlreadyIndexed, and InputError if a passage belongs to another recording.
        """
        with shard_file.readable():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._insert(Said(recording, passages, marks), version)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _insert(self, said: Said, version: int) -> None:
        recording, passages, marks = said
        known = "SELECT 1 FROM recording WHERE uuid = ?"
        if self._connection.execute(known, (recording.bytes,)).fetchone():
            raise AlreadyIndexed
        added = self._connection.execute(
            "INSERT INTO recording (uuid, version) VALUES (?, ?)", (recording.bytes, version)
        )
        (last,) = self._connection.execute("SELECT max(id) FROM passage").fetchone()
        numbered = list(enumerate(passages, (last or 0) + 1))
        self._connection.executemany(
            "INSERT INTO passage VALUES (?, ?, ?, ?, ?)",
            ((number, *_placed(added.lastrowid, recording, each)) for number, each in numbered),
        )
        self._connection.executemany(
            "INSERT INTO word (rowid, surface, lemma, part) VALUES (?, ?, ?, ?)",
            ((number, *_columns(each)) for number, each in numbered),
        )
        self._connection.execute(
            "INSERT INTO run (rowid, mark) VALUES (?, ?)", (added.lastrowid, " ".join(marks))
        )

    def settle(self) -> None:
        """Merge what many additions left in pieces, so that a finished day is found in faster."""
        with shard_file.readable():
            self._connection.execute("INSERT INTO word (word) VALUES ('optimize')")
            self._connection.execute("INSERT INTO run (run) VALUES ('optimize')")

    def recordings(self) -> set[UUID]:
        """Every recording in the shard, those without a word included."""
        return set(self.versions())

    def versions(self) -> dict[UUID, int]:
        """The same, each with the version that it was added as."""
        with self._asked():
            rows = self._connection.execute("SELECT uuid, version FROM recording").fetchall()
        return {UUID(bytes=uuid): version for uuid, version in rows}

    def holding(self, marks: Iterable[str]) -> set[UUID]:
        """The recordings in which a run with one of these ``marks`` was said."""
        found: set[UUID] = set()
        with self._asked():
            left = iter(marks)
            while some := tuple(islice(left, _AT_ONCE)):
                asked = " OR ".join(f'"{one}"' for one in some)
                found |= {
                    UUID(bytes=one) for (one,) in self._connection.execute(_HOLDING, (asked,))
                }
        return found

    def find(
        self, query: Query, *, side: str | None = None, depth: Depth = Depth.SHOWN
    ) -> list[Hit]:
        """Every passage that fits, the nearest first."""
        return list(self.hits(query, side=side, depth=depth))

    def hits(
        self, query: Query, *, side: str | None = None, depth: Depth = Depth.SHOWN
    ) -> Iterator[Hit]:
        """The same one by one, for those who stop early."""
        seen: set[int] = set()
        among = _between(side)
        with self._asked():
            # Most days lack a rare word: one look tells, where three would say how near.
            if not self._connection.execute(_ANY, (match(query, Rank.PART, depth),)).fetchone():
                return
            for rank in Rank:
                for row in self._connection.execute(_FIND, (match(query, rank, depth), *among)):
                    number, uuid, at, start_ms, end_ms, version = row
                    if number not in seen:
                        seen.add(number)
                        yield Hit(UUID(bytes=uuid), SIDES[at], start_ms, end_ms, rank, version)

    def count(
        self, query: Query, *, side: str | None = None, depth: Depth = Depth.SHOWN
    ) -> dict[UUID, int]:
        """How many passages of each recording fit."""
        wanted = (match(query, Rank.PART, depth), *_between(side))
        with self._asked():
            rows = self._connection.execute(_COUNT, wanted).fetchall()
        return {UUID(bytes=uuid): passages for uuid, passages in rows}

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """A question. It ends the transaction that opening began, so that between its questions a
        reader keeps no writer waiting."""
        with shard_file.readable():
            try:
                yield
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("COMMIT")


def rebuild(
    path: Path,
    key: bytes,
    recordings: Iterable[tuple[UUID, Iterable[Passage]] | Said],
    *,
    versions: Mapping[UUID, int] | None = None,
) -> None:
    """Put a shard of just ``recordings`` in the place of ``path``, under a new ``key``.

    The new file is whole on the disk before it takes the name, so readers see the old one or the
    new one; those who are reading go on in the old one. On any error the old one stays.
    """
    with shard_place.taking(path) as building, Shard.create(building, key) as shard:
        # An unfinished file is thrown away, so it needs neither journal nor fsync on the way.
        shard._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        shard._connection.execute("BEGIN")
        for each in recordings:
            shard._insert(Said(*each), (versions or {}).get(each[0], 0))
        shard._connection.execute("COMMIT")


def renew(path: Path, key: bytes, *, without: Collection[UUID]) -> None:
    """Put a copy that holds nothing of ``without`` in the place of ``path``, under the same key.
    Raises ShardUnreadable; on any error the old one stays."""
    with shard_place.taking(path) as building:
        _copy(path, key, building, key, without)


def prepare(path: Path, key: bytes, next_key: bytes, *, without: Collection[UUID]) -> None:
    """Lay a copy that holds nothing of ``without`` beside ``path``, under the key that is to come.

    It is whole on the disk afterwards; ``adopt`` puts it in its place once that key is the day's.
    Raises ShardUnreadable; on any error nothing lies there.
    """
    with shard_place.built(shard_place.next_of(path)) as building:
        _copy(path, key, building, next_key, without)
    shard_place.sync_folder(path)


def adopt(path: Path, key: bytes) -> bool:
    """Put what was prepared for ``key`` in the place of ``path``; whether there was such a file.

    What was prepared for another key stays: its roll may be going on.
    """
    try:
        Shard.open(shard_place.next_of(path), key).close()
    except ShardUnreadable:
        return False
    shard_place.take_name(shard_place.next_of(path), path)
    return True


def _copy(old: Path, key: bytes, new: Path, new_key: bytes, without: Collection[UUID]) -> None:
    if shard_place.journal_of(old).exists():
        raise ShardUnreadable("a writer of a day's word index has crashed")
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    shard_copy.copy(old, key, new, new_key, form=_FORMAT, without=without)


def remove(path: Path) -> None:
    """Take a day's shard away, whether or not it is there.

    Unlinking is enough: every page is encrypted under a key that dies with the day page, and
    overwriting would promise what SSDs and copying file systems do not keep.
    """
    for each in shard_place.beside(path):
        each.unlink(missing_ok=True)
    shard_place.sync_folder(path)


def _columns(passage: Passage) -> Columns:
    stretches = passage.stretches or ((passage.text, False),)
    return columns.of(stretches, passage.language, terms=passage.terms)


def _placed(recording_number: int, recording: UUID, passage: Passage) -> tuple[int, int, int, int]:
    if passage.recording != recording or passage.side not in SIDES:
        raise InputError(
            "a passage does not belong to the recording", remedy="give its own passages only"
        )
    side = SIDES.index(passage.side)
    return recording_number, side, passage.start_ms, passage.end_ms


def _between(side: str | None) -> tuple[int, int]:
    """The lowest and highest number of the sides to search in."""
    if side is None:
        return 0, len(SIDES) - 1
    if side not in SIDES:
        raise InputError("a call has no such side", remedy="search agent, caller or both")
    return SIDES.index(side), SIDES.index(side)
