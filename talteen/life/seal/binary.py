"""The statements of reading and rolling, written out: server-side parameters, binary results.

A roll is measured against its bare fsyncs and commits. Django's cursor would write a page of some
hundred kilobytes of ciphertext into the text of a statement as twice as many hexadecimal digits,
and building each query anew takes longer than running it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

from talteen.engine.vault.pages import PageKey
from talteen.engine.vault.rollfile import PageBytes
from talteen.register import passage
from talteen.register.database.among import literal

LOCK, TRY_LOCK = "SELECT true FROM pg_advisory_lock(%s)", "SELECT pg_try_advisory_lock(%s)"
UNLOCK = "SELECT pg_advisory_unlock(%s)"
VAULT = "SELECT n, open_n, settled_n, rolled_at, file_sha256 FROM vault WHERE house = %s"
# The same, and what opens the generation that is read.
STANDING = """
    SELECT vault.n, open_n, settled_n, rolled_at, file_sha256, root, live_name, live_wrapped
    FROM vault LEFT JOIN roll_record ON roll_record.n = open_n WHERE house = %s
"""
# The index ``blob_waiting`` holds only what waits.
WAITING_BLOBS = """
    SELECT recording_id, day, id, kind, sha256, size_bytes FROM blob WHERE attached_n IS NULL
    ORDER BY id
"""
# Of recordings by their ids: the day, and whether the state is not among those given.
STATES = """
    SELECT id, day, progress <> ALL(%s) FROM recording WHERE id = ANY((SELECT %s::uuid[])::uuid[])
"""
BACKUPS = """
    SELECT n, backup_name FROM roll_record WHERE backup_dead_at IS NULL AND backup_name <> ''
"""
WAITING = "SELECT recording_id FROM envelope WHERE done_n IS NULL"
ANY_WAITING = "SELECT 1 FROM envelope WHERE done_n IS NULL AND NOT rejected LIMIT 1"
TAKE_BLOBS = """
    DELETE FROM blob WHERE recording_id = ANY((SELECT %s::uuid[])::uuid[])
    RETURNING id, day, size_bytes
"""
OLD_LIVE_KEYS = """
    SELECT live_name, live_wrapped, live_dead_at IS NOT NULL FROM roll_record
    WHERE n < %s AND (live_dead_at IS NULL OR live_name = ANY(%s))
"""
WRITE_PAGE = "INSERT INTO key_page (page, n, sealed) VALUES (%s, %s, %s)"
# By its exact name: outside a roll no role of the pages reads the table (``row_security``).
READ_PAGE = "SELECT page_of(%s, %s)"
READ_PAGES = """
    SELECT page, page_of(page, n) FROM unnest(%s::uuid[], %s::bigint[]) AS wanted (page, n)
"""
NODES = "SELECT name, knows, needs FROM node"
# Whatever no living root names: each page is named with the generation that wrote it.
CLEAR_PAGES = """
    DELETE FROM key_page WHERE NOT EXISTS (
        SELECT FROM unnest(%s::uuid[], %s::bigint[]) AS living (page, n)
        WHERE living.page = key_page.page AND living.n = key_page.n)
"""
# The ids come out of a query of their own. Seen by the planner, each of thousands would be weighed,
# which takes longer than to look for them; and no LIMIT, by which it would reckon with a hit soon.
ALIVE = """
    SELECT bool_or(progress <> ALL(%s)) FROM recording WHERE id = ANY((SELECT %s::uuid[])::uuid[])
"""
GENERATION = "SELECT root, live_name, live_wrapped FROM roll_record WHERE n = %s"
PAGES_OF = "SELECT page, sealed FROM key_page WHERE n = %s"


Statement = tuple[Any, ...]
"""A query, then its parameters."""


def cursor(connection: BaseDatabaseWrapper) -> "psycopg.Cursor[tuple[Any, ...]]":
    """A plain cursor on the connection, and in the transaction, that Django uses."""
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection)


def rows(
    connection: BaseDatabaseWrapper, query: LiteralString, *parameters: object
) -> list[tuple[Any, ...]]:
    """Every row that ``query`` finds."""
    with connection.wrap_database_errors, cursor(connection) as binary:
        return binary.execute(query, parameters, binary=True).fetchall()


def write(connection: BaseDatabaseWrapper, statements: Iterable[Statement]) -> None:
    """Run ``statements`` in order, in one round trip."""
    with (
        connection.wrap_database_errors,
        cursor(connection) as binary,
        binary.connection.pipeline(),
    ):
        for query, *parameters in statements:
            binary.execute(query, parameters)


def ask(
    connection: BaseDatabaseWrapper, statements: Iterable[Statement]
) -> list[list[tuple[Any, ...]]]:
    """What each of ``statements`` finds, in order and in one round trip; nothing for a write."""
    with connection.wrap_database_errors:
        connection.ensure_connection()
        raw: psycopg.Connection[tuple[Any, ...]] = connection.connection
        with raw.pipeline():
            asked = [
                psycopg.Cursor(raw).execute(query, parameters, binary=True)
                for query, *parameters in statements
            ]
        return [one.fetchall() if one.description else [] for one in asked]


def pages_of(n: int, pages: Iterable[PageBytes]) -> Iterator[Statement]:
    """What stores the pages that generation ``n`` wrote."""
    for page in pages:
        yield WRITE_PAGE, page.id, n, page.sealed


def read_page(connection: BaseDatabaseWrapper, page: PageKey) -> bytes:
    """The stored bytes of a page; empty where there are none."""
    return rows(connection, READ_PAGE, page.id, page.n)[0][0] or b""


def without_pages(living: Sequence[tuple[bytes, int]]) -> Statement:
    """What takes away every page but ``living``: ids (16 bytes) and who wrote them."""
    numbers = ",".join(str(n) for _, n in living)
    return CLEAR_PAGES, literal(b"".join(page for page, _ in living)), f"{{{numbers}}}"


def any_alive(connection: BaseDatabaseWrapper, recordings: bytes, dying: Sequence[str]) -> bool:
    """Whether one of ``recordings`` (16 bytes each) has a row whose state is not in ``dying``."""
    return bool(rows(connection, ALIVE, list(dying), literal(recordings))[0][0])


def listed(ids: Iterable[UUID]) -> str:
    """``ids`` as one parameter of type uuid[]."""
    return literal(b"".join(one.bytes for one in ids))


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a connection that took no part in a roll found of it."""

    root: bytes = field(repr=False)
    live_name: str
    wrapped: bytes = field(repr=False)
    pages: dict[UUID, bytes] = field(repr=False)
    """Those that the generation wrote."""
    old_keys: list[tuple[Any, ...]] = field(repr=False)
    """Of the live keys before it: name, wrap, and whether it was dead already."""


def read_generation(connection: BaseDatabaseWrapper, n: int, old: Sequence[str]) -> ReadBack:
    """Generation ``n``, and the live keys before it that should be dead or are among ``old``, on a
    connection of its own.

    What others see is what counts, so nothing of the given connection is used but where it leads.
    """
    where = connection.get_connection_params()
    reach = {key: where[key] for key in where.keys() - _OF_DJANGO}
    with (
        connection.wrap_database_errors,
        psycopg.connect(**reach, autocommit=True) as fresh,
    ):
        with fresh.pipeline():  # in this order, in one round trip
            passage.begin_roll(fresh)
            generation = fresh.execute(GENERATION, [n], binary=True)
            stored = fresh.execute(PAGES_OF, [n], binary=True)
            keys = fresh.execute(OLD_LIVE_KEYS, [n, list(old)], binary=True)
        root, name, wrapped = generation.fetchone() or (b"", "", b"")
        return ReadBack(root, name, wrapped, dict(stored.fetchall()), keys.fetchall())


_OF_DJANGO = frozenset({"context", "cursor_factory", "prepare_threshold"})
