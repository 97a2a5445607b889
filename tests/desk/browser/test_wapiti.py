"""A scanner that we did not write knocks at every door it finds, signed in, and opens none.

    ./run scan wapiti                all of it, a part of the site after the other
    ./run scan wapiti -k calls       one part, and the planted fault
    ./run scan wapiti --collect-only -q     what the parts are called

It takes minutes and an environment of its own, so it is no part of ``./run test``. What it says is
meant stands here with its reason; whatever else it finds fails, and so does a part that did not
come to its end: pages that nobody read, or an attack that was broken off.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from talteen.desk.urls import urlpatterns
from talteen.engine.postgres.cluster import Cluster
from talteen.register.models import Staff
from tests.desk.browser.conftest import Served, house

ROOT = Path(__file__).parents[3]
WAPITI = ROOT / ".cache" / "scanners" / "wapiti" / "bin" / "wapiti"
MODULES = (
    "sql,xss,file,exec,crlf,redirect,ssrf,csrf,csp,cookieflags,http_headers,methods,permanentxss"
)
PARTS = {
    "calls": "calls live my-call purpose why holds do-not-record sales-calls",
    "notice": "notice processing-record processors assessments calendar go-live survives",
    "callers": "my-data requests disclosures handover breaches officer recipients",
    "learning": "quality evaluations calibration coaching passages playlists guidance studies",
    "people": "people account join sign-in confirm reviews emergencies delegations programs",
    "proof": "certificates log vault prove evidence balance statements uses my-use demo",
}
"""The site by the first words of its addresses. What is in none is read with each of them: the
home page, language and theme."""
CRAWL_S, ATTACK_S = 420, 240
"""How long pages of a part are looked for at most, and how long each kind of attack lasts."""
BROKEN_OFF = "time was reached"
"""What wapiti says when a limit stopped it."""
MEANT = {
    ("Cross Site Request Forgery", "/language"): "nothing but the reader's own eyes depends on it",
    ("Cross Site Request Forgery", "/theme"): "the same",
    ("Secure Flag cookie", "/"): "a demo on loopback has no TLS; with TLS cookies are __Host-",
    ("HTTP Strict Transport Security (HSTS)", "/"): "the same",
}
"""What stands as it does on purpose, and why."""
pytestmark = [
    pytest.mark.drill,
    pytest.mark.timeout(3900),
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


def first_words() -> set[str]:
    """The first word of every address of the route table."""
    shown = (re.match(r"[a-z][a-z-]*(?=[/.<]|$)", str(one.pattern)) for one in urlpatterns)
    return {word[0] for word in shown if word is not None}


def found(
    base: str, report: Path, *, cookie: str = "", part: str = "", seconds: int = CRAWL_S
) -> set[tuple[str, str]]:
    """Kinds of faults and the addresses at which the scanner says they are, within a part of the
    site."""
    words = [str(WAPITI), "-u", base, "--scope", "folder", "-m", MODULES, "-d", "3"]
    words += ["--max-scan-time", str(seconds), "--max-attack-time", str(ATTACK_S)]
    words += ["--no-bugreport", "--flush-session", "-f", "json", "-o", str(report)]
    words += ["--store-session", str(report.parent), "-x", f"{base}sign-out*"]
    if part:
        mine = PARTS[part].split()
        words += [word for one in mine for word in ("-s", f"{base}{one}")]
        others = {one for name, each in PARTS.items() if name != part for one in each.split()}
        words += [word for one in sorted(others) for word in ("-x", f"{base}{one}*")]
    if cookie:
        words += ["-H", f"Cookie: {cookie}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout[-2000:] + done.stderr[-2000:]
    assert BROKEN_OFF not in done.stdout + done.stderr, [
        line for line in (done.stdout + done.stderr).splitlines() if BROKEN_OFF in line
    ]
    told = json.loads(report.read_text())
    pages = told["infos"]["crawled_pages_nbr"]
    sys.stdout.write(f"wapiti {told['infos']['version']}: {part or 'planted'}: {pages} pages\n")
    assert pages > 0
    return {
        (kind, urlsplit(one["path"]).path)
        for kind, several in told["vulnerabilities"].items()
        for one in several
    }


def test_every_address_is_in_a_part_of_the_site() -> None:
    named = [one for each in PARTS.values() for one in each.split()]
    assert len(named) == len(set(named))
    assert first_words() - set(named) == {"sign-out", "language", "theme", "styleguide"}, (
        "name the new address in a part"
    )


@pytest.mark.parametrize("part", PARTS)
def test_the_scanner_opens_no_door_of_a_house(scanned: Served, tmp_path: Path, part: str) -> None:
    client = Client(SERVER_NAME="localhost")
    contact = Staff.objects.filter(role="register_contact")[0]
    client.post(reverse("demo-sign-in"), {"person": str(contact.pk)})
    name = next(name for name in client.cookies if name.endswith("session"))

    cookie = f"{name}={client.cookies[name].value}"
    told = found(f"{scanned.base}/", tmp_path / "report.json", cookie=cookie, part=part)

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
