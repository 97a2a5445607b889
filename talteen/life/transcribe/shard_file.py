"""The encrypted file of a day's index: a connection to it, under its key, that leaks nothing.

A search opens a quarter's files, so what is said to each of them counts (decisions 140, 255): a
reader asks everything in one transaction, which locks the file and looks for a journal once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlcipher3 import dbapi2 as sqlcipher  # type: ignore[import-untyped]

from talteen.errors import InputError, Unavailable

KEY_BYTES = 32
REBUILD = "build the day's index anew from its transcripts"
_WAIT_S = 5.0
_HMAC = "HMAC_SHA256"
"""What authenticates a page. A search reads a few pages of every day, and most processors have
instructions for SHA-256 and none for SHA-512, SQLCipher's default (decision 140)."""
_TEMPORARY_IN_MEMORY = {"TEMP_STORE=2", "TEMP_STORE=3"}
"""Builds of SQLite that write temporary tables to no disk unless they are told to."""


class ShardUnreadable(Unavailable):
    """A day's index is missing, torn, of an older form or under another key. Build it anew."""

    slug = "index-unreadable"

    def __init__(self, happened: str = "the word index of a day cannot be read") -> None:
        super().__init__(happened, remedy=REBUILD)


def opened_to_read(path: Path, key: bytes, *, form: int) -> Any:
    """A connection to a file of ``form`` that cannot write. It stands in a transaction, so that
    the first question locks nothing anew; who asks ends it. Raises ShardUnreadable.
    """
    return _checked(path, key, form, mode="ro", first="BEGIN")


def opened_to_write(path: Path, key: bytes, *, form: int) -> Any:
    """The same for one who adds, after a crash too."""
    return _checked(path, key, form, mode="rw")


def _checked(path: Path, key: bytes, form: int, *, mode: str, first: str = "") -> Any:
    """A connection whose first page opened under ``key`` and says ``form``."""
    if not path.is_file():
        raise ShardUnreadable("the word index of a day is missing")
    with readable():
        connection = connected(path, key, mode=mode)
        try:
            if first:
                connection.execute(first)
            (found,) = connection.execute("PRAGMA user_version").fetchone()
        except BaseException:
            connection.close()
            raise
    if found != form:
        connection.close()
        raise ShardUnreadable("the word index of a day is of another form")
    return connection


def connected(path: Path, key: bytes, *, mode: str) -> Any:
    """A connection that writes nothing but ciphertext: the temporary store is memory, and the
    rollback journal holds encrypted pages."""
    if len(key) != KEY_BYTES:
        raise InputError("a shard key has 32 bytes", remedy="take it from the day page")
    in_memory = _set_up_once()
    connection = sqlcipher.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=_WAIT_S,
    )
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    if not in_memory:
        connection.execute("PRAGMA temp_store = MEMORY")
    return connection


@cache
def _set_up_once() -> bool:
    """What holds for every connection of this process: nothing is logged, and pages are
    authenticated by ``_HMAC``. Said once, it costs a search of a quarter nothing. Gives whether
    the temporary store is memory without being asked for.
    """
    connection = sqlcipher.connect(":memory:")
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA cipher_default_hmac_algorithm = {_HMAC}")
    built = {option for (option,) in connection.execute("PRAGMA compile_options")}
    connection.close()
    return bool(built & _TEMPORARY_IN_MEMORY)


@contextmanager
def readable() -> Iterator[None]:
    """What SQLite cannot read, said as ShardUnreadable."""
    try:
        yield
    except sqlcipher.DatabaseError as error:
        raise ShardUnreadable from error
