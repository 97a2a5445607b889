"""A scanner that we did not write knocks at every door it finds, signed in, and opens none.

    ./run scan wapiti

It takes minutes and an environment of its own, so it is no part of ``./run test``. What it says is
meant stands here with its reason; whatever else it finds fails.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from talteen.engine.postgres.cluster import Cluster
from talteen.register.models import Staff
from tests.desk.browser.conftest import Served, house

ROOT = Path(__file__).parents[3]
WAPITI = ROOT / ".cache" / "scanners" / "wapiti" / "bin" / "wapiti"
MODULES = (
    "sql,xss,file,exec,crlf,redirect,ssrf,csrf,csp,cookieflags,http_headers,methods,permanentxss"
)
MEANT = {
    ("Cross Site Request Forgery", "/language"): "nothing but the reader's own eyes depends on it",
    ("Cross Site Request Forgery", "/theme"): "the same",
    ("Secure Flag cookie", "/"): "a demo on loopback has no TLS; with TLS cookies are __Host-",
    ("HTTP Strict Transport Security (HSTS)", "/"): "the same",
}
"""What stands as it does on purpose, and why."""
pytestmark = [
    pytest.mark.drill,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(not os.environ.get("WAPITI"), reason="minutes: ./run scan wapiti"),
]


@pytest.fixture(scope="module")
def scanned(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    postgres: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """A house of its own: what forms may be filled with, it fills in."""
    with django_db_blocker.unblock():
        yield from house(postgres, tmp_path_factory, "scanned")


def found(base: str, report: Path, *, cookie: str = "", seconds: int = 420) -> set[tuple[str, str]]:
    """Kinds of faults and the addresses at which the scanner says they are."""
    words = [str(WAPITI), "-u", base, "--scope", "folder", "-m", MODULES, "-d", "3"]
    words += ["--max-scan-time", str(seconds), "--max-attack-time", "60", "--no-bugreport"]
    words += ["--flush-session", "-f", "json", "-o", str(report), "-x", f"{base}sign-out"]
    words += ["--store-session", str(report.parent)]
    if cookie:
        words += ["-H", f"Cookie: {cookie}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout[-2000:] + done.stderr[-2000:]
    told = json.loads(report.read_text())
    assert told["infos"]["crawled_pages_nbr"] > 0
    return {
        (kind, urlsplit(one["path"]).path)
        for kind, several in told["vulnerabilities"].items()
        for one in several
    }


def test_the_scanner_opens_no_door_of_a_house(scanned: Served, tmp_path: Path) -> None:
    client = Client(SERVER_NAME="localhost")
    contact = Staff.objects.filter(role="register_contact")[0]
    client.post(reverse("demo-sign-in"), {"person": str(contact.pk)})
    name = next(name for name in client.cookies if name.endswith("session"))

    told = found(
        f"{scanned.base}/", tmp_path / "report.json", cookie=f"{name}={client.cookies[name].value}"
    )

    assert told - set(MEANT) == set()


class Faulty(BaseHTTPRequestHandler):
    """A page that repeats what it is told."""

    def do_GET(self) -> None:
        said = parse_qs(urlsplit(self.path).query).get("q", [""])[0]
        body = f"<html><body><form><input name=q></form><p>{said}</p></body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


def test_the_scanner_finds_a_planted_fault(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    Thread(target=server.serve_forever, daemon=True).start()

    told = found(f"http://127.0.0.1:{server.server_port}/", tmp_path / "planted.json", seconds=90)

    server.shutdown()
    assert any("Cross Site Scripting" in kind for kind, _ in told), told
