"""A way to an S3 server that fails, as networks and busy servers do: once, or until told otherwise.

A real server stands behind it and really does what it is asked, save where the fault comes before.
"""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from talteen.engine.vault.blobs.s3 import Place

_SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please reduce your rate</Message></Error>"


class Fault(Enum):
    """What happens to a request."""

    BUSY = "503 before anything was done"
    LOST = "it was done, and the answer never came"
    HALF = "half of the answer's body, then the connection ends"
    SILENT = "it is never answered"


@dataclass(slots=True)
class Way:
    """The way to a server. ``faults`` meet the next requests, one each."""

    place: Place
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """The methods of all requests."""
    over: threading.Event = field(default_factory=threading.Event)
    """The test is: nobody keeps silent any longer."""


@contextlib.contextmanager
def way(to: Place) -> Iterator[Way]:
    """A way to the server of ``to``; ``place`` of it is where the same bucket is then found."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    made = Way(replace(to, endpoint=f"http://127.0.0.1:{server.server_port}"))
    server.way, server.upstream = made, urlsplit(to.endpoint).netloc  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        way: Way = self.server.way  # type: ignore[attr-defined]
        way.asked.append(self.command)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        match way.faults.pop(0) if way.faults else None:
            case Fault.BUSY:
                self._answer(503, {}, _SLOW_DOWN)
            case Fault.SILENT:
                way.over.wait(30)
                self.close_connection = True
            case Fault.LOST:
                self._pass_on(body)
                self.close_connection = True
            case Fault.HALF:
                status, headers, told = self._pass_on(body)
                self._answer(status, headers, told, send=len(told) // 2)
                self.close_connection = True
            case None:
                self._answer(*self._pass_on(body))

    do_PUT = do_POST = do_DELETE = do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def _pass_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        behind = http.client.HTTPConnection(self.server.upstream)  # type: ignore[attr-defined]
        with contextlib.closing(behind):
            hop = {"connection", "expect"}
            headers = {k: v for k, v in self.headers.items() if k.lower() not in hop}
            behind.request(self.command, self.path, body, headers)
            answer = behind.getresponse()
            kept = {k: v for k, v in answer.getheaders() if k.lower() not in _OURS}
            told = answer.read()
            if self.command == "HEAD":
                kept["Content-Length"] = answer.getheader("Content-Length") or "0"
            return answer.status, kept, told

    def _answer(
        self, status: int, headers: dict[str, str], body: bytes, *, send: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if send is None else body[:send])


_OURS = {"content-length", "transfer-encoding", "connection", "date", "server"}
