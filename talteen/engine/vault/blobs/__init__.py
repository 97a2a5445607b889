"""Blob stores: where sealed bytes lie. They see ciphertext, roll files and tiles, never a key.

What runs when a new store is written: ``tests/kit/suites/blobs.py``.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from talteen.errors import Conflict, Unavailable

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")


class BlobStore(Protocol):
    """A flat store of named byte strings. A key is lower-case ASCII path segments: ``rolls/000``.

    When a method returns, what it did survives a power cut: data, name and directory. No reader
    ever sees a part of a write. Unavailable means: try later; DiskFull means: there is no room.
    """

    def put(self, key: str, blocks: Iterable[bytes]) -> None:
        """Store ``blocks`` one after another under ``key``, in the place of what was there."""
        ...

    def put_if_absent(self, key: str, data: bytes) -> None:
        """Store ``data`` unless ``key`` exists: then Conflict, and what is there stays untouched.

        Of several writers at once exactly one wins. Rolls are decided by this.
        """
        ...

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """``length`` bytes from ``start`` (to the end, if None); fewer at the end.

        Raises Absent where there is no such key.
        """
        ...

    def size(self, key: str) -> int:
        """How many bytes are stored. Raises Absent where there is no such key."""
        ...

    def written_at(self, key: str) -> datetime:
        """When ``key`` was stored, by the store's clock, aware UTC. Raises Absent."""
        ...

    def delete(self, keys: Iterable[str]) -> int:
        """Remove every version of ``keys``; returns how many there were.

        Absent ones are no error.
        """
        ...

    def sweep(self, before: datetime) -> int:
        """Remove writes that were begun before ``before`` (aware, by the store's clock) and never
        finished; returns how many."""
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """All keys that begin with ``prefix``, in ascending order."""
        ...


def checked(key: str) -> str:
    """``key``, if it is one. Anything that could leave the store is a ValueError."""
    if not _KEY.fullmatch(key):
        raise ValueError("a key of the blob store has lower-case path segments only")
    return key


class Absent(Unavailable):
    """There is nothing under this key in the store."""

    slug = "absent"

    def __init__(self) -> None:
        super().__init__(
            "the blob store does not hold what should be there",
            remedy="restore it from the second copy of the store",
        )


def prove_put_if_absent(store: BlobStore) -> None:
    """Prove that ``store`` refuses a second put of the same key. Raises Unavailable where not.

    A store that ignores the condition (some do, silently) would let two vaults decide one roll.
    """
    key = f"probe/{uuid4().hex}"
    try:
        store.put_if_absent(key, b"first")
        try:
            store.put_if_absent(key, b"second")
        except Conflict:
            if store.read(key) == b"first":
                return
        raise Unavailable(
            "the blob store does not honour 'put if absent'",
            remedy="use a store that does: rolls would not be safe in this one",
        )
    finally:
        store.delete([key])
