"""A blob store that is asked before it takes something new under some prefixes: reading, deleting
and everything else go through."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from talteen.engine.vault.blobs import BlobStore
from talteen.errors import Unavailable


class NotNow(Unavailable):
    """Nothing new is taken in: what waits, waits where it is."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """``inner``, behind ``may``, which raises where nothing new may come in."""

    inner: BlobStore
    prefixes: tuple[str, ...]
    may: Callable[[], None]

    def put(self, key: str, blocks: Iterable[bytes]) -> None:
        if key.startswith(self.prefixes):
            self.may()
        self.inner.put(key, blocks)

    def put_if_absent(self, key: str, data: bytes) -> None:
        if key.startswith(self.prefixes):
            self.may()
        self.inner.put_if_absent(key, data)

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        return self.inner.read(key, start, length)

    def size(self, key: str) -> int:
        return self.inner.size(key)

    def written_at(self, key: str) -> datetime:
        return self.inner.written_at(key)

    def delete(self, keys: Iterable[str]) -> int:
        return self.inner.delete(keys)

    def sweep(self, before: datetime) -> int:
        return self.inner.sweep(before)

    def keys(self, prefix: str = "") -> Iterator[str]:
        return self.inner.keys(prefix)
