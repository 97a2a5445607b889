"""Second stores for the ledger's tests: a folder, durable as a real one, and a watched one."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Semaphore, local
from typing import TypeVar
from uuid import uuid4

from talteen.errors import Conflict

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class FolderStore:
    """Values as files below ``root``, each written whole under another name and fsynced first."""

    root: Path

    def put(self, key: str, data: Iterable[bytes], *, if_absent: bool = False) -> None:
        target = self.root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        making = target.parent / f".{uuid4().hex}"
        with making.open("wb") as file:
            file.writelines(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            if if_absent:
                os.link(making, target)
                making.unlink()
            else:
                making.replace(target)
        except FileExistsError:
            making.unlink()
            raise Conflict("the name is taken", remedy="read it") from None
        folder = os.open(target.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        with (self.root / key).open("rb") as file:
            file.seek(start)
            return file.read(-1 if length is None else length)

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        for path in sorted((self.root / prefix).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield str(path.relative_to(self.root))


@dataclass
class WatchedStore:
    """A folder store that calls ``moment`` before and after each time that it is touched.

    It remembers every checkpoint that anybody tried to publish: each of them was signed.
    """

    real: FolderStore
    moment: Callable[[], None]
    checkpoints: list[bytes] = field(default_factory=list)

    def put(self, key: str, data: Iterable[bytes], *, if_absent: bool = False) -> None:
        values = list(data)
        if key.endswith("checkpoint"):
            self.checkpoints += values
        self._touch(lambda: self.real.put(key, values, if_absent=if_absent))

    def delete(self, key: str) -> None:
        self._touch(lambda: self.real.delete(key))

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        return self._touch(lambda: self.real.read(key, start, length))

    def keys(self, prefix: str) -> Iterator[str]:
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
