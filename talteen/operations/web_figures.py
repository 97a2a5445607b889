"""What the process of the pages counts of its answers: how many, of which class, how fast.

Neither address, name of a page, person nor session is counted: an address may name a call.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import Counter, Histogram
from prometheus_client.registry import Collector

from talteen.operations import exporter
from talteen.operations.figures import BUCKETS, SECONDS, WEB

App = exporter.App
_STATUS = "talteen_web_requests_total"
_ANSWERS = Counter(_STATUS, WEB[_STATUS].says, [WEB[_STATUS].label], registry=None)
_SECONDS = Histogram(
    SECONDS, "how long answers took until their first byte", buckets=BUCKETS, registry=None
)
COLLECTORS: tuple[Collector, ...] = (_ANSWERS, _SECONDS)


def counted(app: App, clock: Callable[[], float] = time.monotonic) -> App:
    """``app``, each of whose answers is counted."""

    def answer(environ: dict[str, Any], start: exporter.Start) -> Iterable[bytes]:
        began = clock()

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            _ANSWERS.labels(f"{status[:1]}xx").inc()
            _SECONDS.observe(clock() - began)
            return start(status, headers, *more)

        return app(environ, begin)

    return answer


def serve(host: str, port: int, token: str) -> None:
    """Tell them at ``port``, for as long as this process lives."""
    server = exporter.server(COLLECTORS, host, port, token)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
