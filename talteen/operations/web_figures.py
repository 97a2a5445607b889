"""What the processes of the pages count of their answers: how many, of which class, how fast.

Neither address, name of a page, person nor session is counted: an address may name a call. Each
process counts for itself, in memory that all of them see; whichever is asked tells the sum. What is
counted of an answer is one cell, class by time: so the counts of one scrape agree.
"""

import math
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from talteen.operations import exporter
from talteen.operations.figures import BUCKETS, SECONDS, WEB, Told
from talteen.operations.together import SLOTS, Together

App = exporter.App
_STATUS = "talteen_web_requests_total"
_CLASSES = WEB[_STATUS].values
_BOUNDS = (*BUCKETS, math.inf)
_CELLS_END = 8 * len(_CLASSES) * len(_BOUNDS)
_HALF = _CELLS_END + 8


class Counts:
    """The counts of one process, in its slot: how many answers, then what they come to, twice over.

    The next answer is written to the half that nobody reads and counted last, so whoever was killed
    or has to wait half-way leaves a whole half to read and to go on from.
    """

    def __init__(self, room: memoryview) -> None:
        self._answers = room[:8].cast("Q")
        self._halves = [room[8 + at : 8 + at + _HALF] for at in (0, _HALF)]
        self._lock = threading.Lock()

    def add(self, status: str, seconds: float) -> None:
        """One answer more, by the first digit of its status."""
        row = max("12345".find(status[:1]), 0)
        with self._lock:
            whole, next_one = self._halves[:: -1 if self._answers[0] % 2 else 1]
            next_one[:] = whole
            next_one[:_CELLS_END].cast("Q")[row * len(_BOUNDS) + bisect_left(BUCKETS, seconds)] += 1
            next_one[_CELLS_END:].cast("d")[0] += seconds
            self._answers[0] += 1

    def read(self) -> tuple[list[int], float]:
        """All cells and the sum of the seconds, as they were between two answers."""
        while True:
            answers = self._answers[0]
            told = memoryview(bytes(self._halves[answers % 2]))
            if self._answers[0] == answers:  # else another is written over it by now
                return told[:_CELLS_END].cast("Q").tolist(), told[_CELLS_END:].cast("d")[0]


class Pages(Collector):
    """The figures of all processes of one server."""

    def __init__(self, together: Together) -> None:
        self._together = together
        self._counts = [Counts(together.figures_of(slot)) for slot in range(SLOTS)]

    def collect(self) -> Iterator[Metric]:
        """Sum up."""
        read = [one.read() for one in self._counts]
        cells = [sum(column) for column in zip(*(cells for cells, _ in read), strict=True)]
        width, told = len(_BOUNDS), Told()
        for at, status in enumerate(_CLASSES):
            told.tell(_STATUS, sum(cells[at * width : (at + 1) * width]), status)
        told.tell("talteen_web_processes", self._together.answering())
        told.tell("talteen_web_restarts_total", self._together.restarts)
        yield from exporter.families(told.samples)
        below = [sum(sum(cells[n::width]) for n in range(at + 1)) for at in range(width)]
        yield HistogramMetricFamily(
            SECONDS,
            "how long answers took until their first byte",
            buckets=[(_written(le), n) for le, n in zip(_BOUNDS, below, strict=True)],
            sum_value=sum(seconds for _, seconds in read),
        )


def _written(bound: float) -> str:
    return "+Inf" if math.isinf(bound) else str(float(bound))


def counted(app: App, together: Together, clock: Callable[[], float] = time.monotonic) -> App:
    """``app``, each of whose answers is counted as one of this process."""
    counts = Counts(together.mine())

    def answer(environ: dict[str, Any], start: exporter.Start) -> Iterable[bytes]:
        began = clock()

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            counts.add(status, clock() - began)
            return start(status, headers, *more)

        return app(environ, begin)

    return answer


def serve(together: Together, token: str) -> None:
    """Tell the sums at the port that all of them share, for as long as this process lives."""
    assert together.figures is not None
    server = exporter.server([Pages(together)], together.figures, token)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
