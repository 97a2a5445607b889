"""A gateway for text messages on loopback: HTTPS, a token, and answers of its own."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from talteen.config import SmsSection
from tests.kit.certificates import Authority

TOKEN = "of-the-test"


@dataclass
class Gateway:
    """What it was given, and what it answers."""

    settings: SmsSection = field(default_factory=SmsSection)
    status: int = 202
    location: str = ""
    taken: list[dict[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def answer(self, authorization: str, key: str, body: bytes) -> int:
        if authorization != f"Bearer {TOKEN}":
            return 401
        if self.status < 300:
            self.taken.append(json.loads(body))
            self.keys.append(key)
        return self.status


@contextmanager
def gateway(folder: Path) -> Iterator[Gateway]:
    """Serve until the end of the block."""
    made = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = self.headers["Authorization"], self.headers["Idempotency-Key"]
            self.send_response(made.answer(*told, body))
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    authority = Authority(folder / "authority")
    certificate, key = authority.issue(x509.IPAddress(ip_address("127.0.0.1")))
    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://127.0.0.1:{server.server_port}/v1/messages"
    made.settings = SmsSection(url=url, ca_file=authority.file, sender="Talteen", to_field="msisdn")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
