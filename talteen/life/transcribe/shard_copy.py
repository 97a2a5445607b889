"""A day's index without some of its calls, copied from the old file alone: no call is opened.

FTS5 keeps the words of deleted rows in its old segments, so nothing is deleted where words stay.
The old file is copied into memory; there the terms of those who leave are named to FTS5, which
writes all that is left into one new segment; and the tables, of which nothing but rows is left,
are copied into a fresh file under the new key. Neither copies free pages (decision 287).
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from talteen.life.transcribe import shard_file
from talteen.life.transcribe.shard_file import ShardUnreadable

_WORDS = """
SELECT doc, col, group_concat(term, ' ') FROM (
  SELECT doc, col, term FROM temp.spoken
  WHERE doc BETWEEN (SELECT min(id) FROM temp.leaving) AND (SELECT max(id) FROM temp.leaving)
    AND doc IN (SELECT id FROM temp.leaving)
  ORDER BY doc, col, offset) GROUP BY doc, col
"""
_MARKS = """
SELECT doc, group_concat(term, ' ') FROM temp.marked
WHERE doc BETWEEN (SELECT min(id) FROM temp.gone) AND (SELECT max(id) FROM temp.gone)
  AND doc IN (SELECT id FROM temp.gone) GROUP BY doc
"""
_LEAVING = """
CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY, uuid BLOB NOT NULL);
CREATE TEMP TABLE leaving (id INTEGER PRIMARY KEY);
CREATE VIRTUAL TABLE temp.spoken USING fts5vocab(stage, word, instance);
CREATE VIRTUAL TABLE temp.marked USING fts5vocab(stage, run, instance);
"""
_MERGES = (
    "INSERT INTO stage.word (word) VALUES ('optimize')",
    "INSERT INTO stage.run (run) VALUES ('optimize')",
)
_SEGMENTS = """
SELECT (SELECT count(DISTINCT segid) FROM stage.word_idx),
       (SELECT count(DISTINCT segid) FROM stage.run_idx)
"""
_FORGET_WORDS = """
INSERT INTO stage.word (word, rowid, surface, lemma, part) VALUES ('delete', ?, ?, ?, ?)
"""
_FORGET_MARKS = "INSERT INTO stage.run (run, rowid, mark) VALUES ('delete', ?, ?)"


def copy(
    old: Path, key: bytes, new: Path, new_key: bytes, *, form: int, without: Collection[UUID]
) -> None:
    """Write into ``new``, an empty file, what ``old`` holds, but nothing of ``without``.

    The caller keeps writers away from ``old`` and syncs ``new``. Takes twice the memory of the
    file. Raises ShardUnreadable where ``old`` is missing, torn or of another form.
    """
    connection = shard_file.opened_to_read(old, key, form=form)
    try:
        with shard_file.readable():
            connection.execute("COMMIT")  # nothing is attached within a transaction
            connection.execute("ATTACH ':memory:' AS stage KEY ''")
            connection.execute("SELECT sqlcipher_export('stage')").fetchall()
            # FTS5 is met as a table only once the schema that was written is read.
            connection.execute("PRAGMA stage.writable_schema = RESET")
            connection.executescript(_LEAVING)
            _take_out(connection, without)
            _write(connection, new, new_key, form)
    except MemoryError as error:
        raise ShardUnreadable("the word index of a day is too large to copy here") from error
    finally:
        connection.close()


def _take_out(connection: Any, without: Collection[UUID]) -> None:
    connection.execute("BEGIN")
    for each in without:
        connection.execute(
            "INSERT INTO temp.gone SELECT id, uuid FROM stage.recording WHERE uuid = ?",
            (each.bytes,),
        )
    connection.execute(
        "INSERT INTO temp.leaving SELECT id FROM stage.passage"
        " WHERE recording IN (SELECT id FROM temp.gone)"
    )
    _forget_terms(connection)
    connection.execute("DELETE FROM stage.passage WHERE id IN (SELECT id FROM temp.leaving)")
    connection.execute("DELETE FROM stage.recording WHERE id IN (SELECT id FROM temp.gone)")
    connection.execute("COMMIT")
    for merge in _MERGES:
        connection.execute(merge)
    if any(left > 1 for left in connection.execute(_SEGMENTS).fetchone()):
        raise ShardUnreadable("the word index of a day could not be merged")


def _forget_terms(connection: Any) -> None:
    """Name to FTS5 each row that leaves with all of its terms, as often as they were said: so its
    sums hold too."""
    spoken: dict[int, dict[str, str]] = {}
    for passage, column, terms in connection.execute(_WORDS):
        spoken.setdefault(passage, {})[column] = terms
    for (passage,) in connection.execute("SELECT id FROM temp.leaving").fetchall():
        columns = spoken.get(passage, {})
        said = (columns.get(name, "") for name in ("surface", "lemma", "part"))
        connection.execute(_FORGET_WORDS, (passage, *said))
    marked = dict(connection.execute(_MARKS).fetchall())
    for (recording,) in connection.execute("SELECT id FROM temp.gone").fetchall():
        connection.execute(_FORGET_MARKS, (recording, marked.get(recording, "")))


def _write(connection: Any, new: Path, key: bytes, form: int) -> None:
    connection.execute(
        "ATTACH ? AS fresh KEY ?", (f"file:{quote(str(new))}?mode=rw", f"x'{key.hex()}'")
    )
    # An unfinished file is thrown away, so it needs neither journal nor fsync on the way.
    connection.execute("PRAGMA fresh.journal_mode = OFF").fetchall()
    connection.execute("PRAGMA fresh.synchronous = OFF")
    connection.execute("SELECT sqlcipher_export('fresh', 'stage')").fetchall()
    connection.execute(f"PRAGMA fresh.user_version = {form}")
    connection.execute("DETACH fresh")
