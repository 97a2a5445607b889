"""Second stores for the ledger's tests: a quick one, one that is watched, and who takes turns."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from threading import Semaphore, local
from typing import TypeVar
from uuid import uuid4

from talteen.engine.vault.blobs import Absent
from talteen.errors import Conflict

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class QuickStore:
    """Values as files below ``root``. It keeps every rule of a second store, save power cuts."""

    root: Path

    def put(self, key: str, blocks: Iterable[bytes]) -> None:
        self._made(key, blocks).replace(self.root / key)

    def put_if_absent(self, key: str, data: bytes) -> None:
        making = self._made(key, [data])
        try:
            os.link(making, self.root / key)
        except FileExistsError:
            raise Conflict("the name is taken", remedy="read it") from None
        finally:
            making.unlink()

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        try:
            with (self.root / key).open("rb") as file:
                file.seek(start)
                return file.read(-1 if length is None else length)
        except FileNotFoundError:
            raise Absent from None

    def delete(self, keys: Iterable[str]) -> int:
        paths = [path for key in keys if (path := self.root / key).exists()]
        for path in paths:
            path.unlink()
        return len(paths)

    def keys(self, prefix: str = "") -> Iterator[str]:
        folder = self.root / prefix.rpartition("/")[0]
        for path in sorted(folder.rglob("*")):
            key = str(path.relative_to(self.root))
            if path.is_file() and not path.name.startswith(".") and key.startswith(prefix):
                yield key

    def _made(self, key: str, blocks: Iterable[bytes]) -> Path:
        """The value under a name that nobody looks for."""
        making = (self.root / key).parent / f".{uuid4().hex}"
        making.parent.mkdir(parents=True, exist_ok=True)
        making.write_bytes(b"".join(blocks))
        return making


@dataclass
class WatchedStore:
    """A store that calls ``moment`` before and after each time that it is touched.

    It remembers every checkpoint that anybody tried to publish: each of them was signed.
    """

    real: QuickStore
    moment: Callable[[], None]
    checkpoints: list[bytes] = field(default_factory=list)

    def put(self, key: str, blocks: Iterable[bytes]) -> None:
        values = list(blocks)
        if key.endswith("checkpoint"):
            self.checkpoints += values
        self._touch(lambda: self.real.put(key, values))

    def put_if_absent(self, key: str, data: bytes) -> None:
        self._touch(lambda: self.real.put_if_absent(key, data))

    def delete(self, keys: Iterable[str]) -> int:
        return sum(self._touch(partial(self.real.delete, [key])) for key in keys)

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        return self._touch(lambda: self.real.read(key, start, length))

    def keys(self, prefix: str = "") -> Iterator[str]:
        return iter(self._touch(lambda: list(self.real.keys(prefix))))

    def _touch(self, act: Callable[[], Value]) -> Value:
        self.moment()
        value = act()
        self.moment()
        return value


@dataclass
class Countdown:
    """A moment that passes ``left`` times; the next time it calls ``then``."""

    left: int
    then: Callable[[], None]

    def __call__(self) -> None:
        self.left -= 1
        if self.left < 0:
            self.then()


class Turns:
    """Lets acts run one at a time, each in its own thread, in an order that chance picks.

    They change places only where they call ``moment``, so one seed always gives one order.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._here = local()
        self._may_go: list[Semaphore] = []
        self._stopped = Semaphore(0)
        self._running: set[int] = set()

    def moment(self) -> None:
        """Stop here until it is this act's turn again."""
        self._stopped.release()
        self._may_go[self._here.number].acquire()

    def run(self, acts: Sequence[tuple[ThreadPoolExecutor, Callable[[], object]]]) -> None:
        """Run every act in its (single) thread until all are done. Their errors come out here."""
        self._may_go = [Semaphore(0) for _ in acts]
        self._running = set(range(len(acts)))
        futures = [
            thread.submit(self._act, number, act) for number, (thread, act) in enumerate(acts)
        ]
        for _ in acts:
            self._stopped.acquire()
        while self._running:
            self._may_go[self._random.choice(sorted(self._running))].release()
            self._stopped.acquire()
        for future in futures:
            future.result()

    def _act(self, number: int, act: Callable[[], object]) -> None:
        self._here.number = number
        self.moment()
        try:
            act()
        finally:
            self._running.remove(number)
            self._stopped.release()
