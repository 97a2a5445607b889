"""What an ear does later: when another thread has done something, or when some time has passed.

A thread that is done says so itself. Whoever looked at a thousand futures in every slice would find
no time for the sockets after a restart, when every call waits for its key.
"""

from collections.abc import Callable
from concurrent.futures import Future
from heapq import heappop, heappush
from itertools import count
from queue import SimpleQueue
from time import monotonic_ns
from typing import TypeVar

T = TypeVar("T")


class Later:
    """Acts that wait. All are done in the thread that calls ``act`` or ``finish``."""

    def __init__(self) -> None:
        self._done: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._promised = 0
        """Futures whose act is not done yet."""
        self._timed: list[tuple[int, int, Callable[[], None]]] = []
        self._order = count()

    def after(self, future: "Future[T]", then: Callable[[T], None]) -> None:
        """Do ``then`` with the result of ``future``, once there is one; what it raises is raised
        where it is done."""
        self._promised += 1
        future.add_done_callback(lambda one: self._done.put(lambda: then(one.result())))

    def wait(self, wait_ns: int, then: Callable[[], None]) -> None:
        """Do ``then`` at the first ``act`` after ``wait_ns``."""
        heappush(self._timed, (monotonic_ns() + wait_ns, next(self._order), then))

    def act(self) -> None:
        """Do what is due by now. What these acts ask for waits for the next time."""
        for _ in range(self._done.qsize()):
            self._do_next()
        now = monotonic_ns()
        due = []
        while self._timed and self._timed[0][0] <= now:
            due.append(heappop(self._timed)[2])
        for then in due:
            then()

    def finish(self) -> None:
        """Wait for all that was promised, do at once what had to wait, until nothing is left."""
        while self._promised or self._timed:
            while self._promised:
                self._do_next()
            timed, self._timed = sorted(self._timed), []
            for _, _, then in timed:
                then()

    def _do_next(self) -> None:
        then = self._done.get()
        self._promised -= 1
        then()
