"""A house that was founded once in this process, laid down again as it was then: rows and files.

Founding one takes a fifth of a second of a core, and a thousand tests begin with one. Whoever asks
for a second house in the same test gets one of its own: no two houses share a key.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from psycopg import sql

from talteen.clock import SystemClock
from talteen.config import Config
from talteen.engine.vault.blobs.reserve import Reserve
from talteen.engine.vault.holders.credential import Share
from talteen.register.models import House
from tests.kit.database import SEEDED

_TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
   AND pg_relation_size(oid) > 0 AND NOT relname = ANY (%s)
"""
_COUNTERS = """
SELECT sequencename, last_value FROM pg_sequences
 WHERE last_value IS NOT NULL AND NOT sequencename = ANY (%s)
"""
_COUNT = "SELECT count(nextval(%s::regclass)) FROM generate_series(1, %s)"


@dataclass(frozen=True, slots=True)
class _House:
    shares: tuple[Share, Share]
    folder: Path
    rows: Sequence[tuple[str, bytes]]
    """Each table's, as PostgreSQL's binary COPY writes them."""
    counters: Sequence[tuple[str, int]]


_HOUSES: dict[tuple[datetime, str], _House] = {}
_MOST = 12
_BALLAST_BYTES = 1 << 20
"""A thousand houses stand in memory, where room is taken by filling it."""
_NO_ROWS = 21
"""Bytes of a binary COPY of none: its head and its end."""
_has_one = ""
"""The test that was given one last."""


def laid(
    config: Config, born_at: datetime, found: Callable[[], tuple[Share, Share]]
) -> tuple[Share, Share]:
    """The shares of a house of this birth and these settings at ``config.home`` and in the
    database: laid down where one is remembered, else founded, and remembered where it is alone.
    """
    global _has_one
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
    key = born_at, repr(config).replace(str(config.home), "")
    if test == _has_one or (config.home.exists() and any(config.home.iterdir())):
        return found()
    _has_one = test
    if key in _HOUSES:
        return _lay(_HOUSES[key], config)
    is_first = not _tables()[0]
    shares = found()
    if is_first and len(_HOUSES) < _MOST:
        _HOUSES[key] = _House(shares, _folder(config.home), *_tables())
    return shares


def _lay(house: _House, config: Config) -> tuple[Share, Share]:
    shutil.copytree(house.folder, config.home, dirs_exist_ok=True)
    Reserve(config.paths.blobs, ballast_bytes=_BALLAST_BYTES).fill()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in house.rows:
            with cursor.copy(_copy("COPY {} FROM STDIN (FORMAT binary)", table)) as copy:
                copy.write(rows)
        for counter in house.counters:
            cursor.execute(_COUNT, counter)
        House.objects.update(clock_set_at=SystemClock().now())
    return house.shares


def _folder(home: Path) -> Path:
    kept = Path(tempfile.mkdtemp(prefix="talteen-founded-"))
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    without = shutil.ignore_patterns(".ballast")
    shutil.copytree(home, kept, dirs_exist_ok=True, ignore=without)
    return kept


def _tables() -> tuple[Sequence[tuple[str, bytes]], Sequence[tuple[str, int]]]:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [list(SEEDED)])
        read = [(table, _rows(table)) for (table,) in cursor.fetchall()]
        cursor.execute(_COUNTERS, [[f"{table}_id_seq" for table in SEEDED]])
        return [one for one in read if one[1]], cursor.fetchall()


def _rows(table: str) -> bytes:
    """All of them; nothing of a table that only was in use once."""
    statement = _copy("COPY {} TO STDOUT (FORMAT binary)", table)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        rows = b"".join(copy)
    return rows if len(rows) > _NO_ROWS else b""


def _copy(statement: str, table: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(table))
