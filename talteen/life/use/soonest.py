"""Work that waits for its turn, the soonest needed first.

Many people listen, and few units of sound can be rendered at once. Each says by when it is needed;
whoever has waited long is needed sooner than whoever comes now, so nobody waits for ever.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count


class SoonestFirst:
    """Lets so many in at once; of those that wait, the one that is needed first."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._numbers = count()
        self._waiting: list[tuple[float, int, threading.Lock]] = []
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, needed_at: float) -> Iterator[None]:
        """Wait for a turn, and have it during the block. ``needed_at``: by any one clock."""
        self._enter(needed_at)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, needed_at: float) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            called = threading.Lock()
            called.acquire()
            heappush(self._waiting, (needed_at, next(self._numbers), called))
        called.acquire()  # given by whoever leaves, together with the place

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                heappop(self._waiting)[-1].release()
            else:
                self._free += 1
