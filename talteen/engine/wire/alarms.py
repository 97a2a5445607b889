"""Instants at which something must be looked at again: one per key, the earliest first."""

import heapq
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Alarms(Generic[K]):
    """A heap whose stale entries are passed over when they come up."""

    __slots__ = ("_at", "_count", "_heap")

    def __init__(self) -> None:
        self._at: dict[K, float] = {}
        self._heap: list[tuple[float, int, K]] = []
        self._count = 0

    def set(self, key: K, at: float | None) -> None:
        """Ring for ``key`` at ``at``, and no longer at any other instant; None: never."""
        if at is None:
            self._at.pop(key, None)
        elif self._at.get(key) != at:
            self._at[key] = at
            self._count += 1  # keys need not be comparable
            heapq.heappush(self._heap, (at, self._count, key))
            self._sweep()

    def has(self, key: K) -> bool:
        """Whether it will ring for ``key``."""
        return key in self._at

    def due(self, now: float) -> Iterator[K]:
        """Each key whose instant has come, once; its alarm is off then."""
        while (at := self.next()) is not None and at <= now:
            _, _, key = heapq.heappop(self._heap)
            del self._at[key]
            yield key

    def next(self) -> float | None:
        """The earliest instant that still counts."""
        heap = self._heap
        while heap and self._at.get(heap[0][2]) != heap[0][0]:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def _sweep(self) -> None:
        """Build the heap anew when most of it is stale, so that it stays as small as its keys."""
        if len(self._heap) > 64 + 4 * len(self._at):
            live = [entry for entry in self._heap if self._at.get(entry[2]) == entry[0]]
            self._heap = live
            heapq.heapify(self._heap)
