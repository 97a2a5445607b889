"""A collector of OpenTelemetry that a test can ask: OTLP over HTTP, as protobuf, on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True, slots=True)
class Got:
    """One span as it came."""

    name: str
    attributes: dict[str, object]
    failed: bool
    events: int
    ms: float


@dataclass(slots=True)
class Collector:
    """What has come so far."""

    address: str
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def spans(self) -> list[Got]:
        return [
            Got(
                span.name,
                {one.key: _value(one.value) for one in span.attributes},
                span.status.code == 2,  # STATUS_CODE_ERROR
                len(span.events),
                (span.end_time_unix_nano - span.start_time_unix_nano) / 1e6,
            )
            for told in self._told()
            for scope in told.scope_spans
            for span in scope.spans
        ]

    @property
    def resources(self) -> list[dict[str, object]]:
        return [
            {one.key: _value(one.value) for one in told.resource.attributes}
            for told in self._told()
        ]

    def _told(self) -> Iterator[object]:
        for body in self.bodies:
            yield from ExportTraceServiceRequest.FromString(body).resource_spans


def _value(value: object) -> object:
    return getattr(value, value.WhichOneof("value"))


@contextmanager
def running() -> Iterator[Collector]:
    """A collector that answers until the end of the block."""
    got = Collector("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.bodies.append(body)
            got.headers.append({name.lower(): told for name, told in self.headers.items()})
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    got.address = f"http://127.0.0.1:{server.server_address[1]}/v1/traces"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield got
    finally:
        server.shutdown()
        server.server_close()
