"""A scanner that we did not write knocks at every door, as each of the people, and opens none.

    ./run scan wapiti                all of it, the rooms of some people after those of others
    ./run scan wapiti -k contact     one part, and the planted faults
    ./run scan wapiti --collect-only -q     what the parts are called

It takes minutes and an environment of its own, so it is no part of ``./run test``. Nobody crawls:
the route table says which addresses there are, ``addresses`` gives one example of each before whom
it may be read, and the scanner adds the forms that stand there and the links, one for each set of
parameters. So the work has an end that is known before it begins, and a part that a limit stopped
fails. What it says is meant stands here with its reason; whatever else it finds fails.
"""

import json
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.middleware import csrf
from pytest_django.plugin import DjangoDbBlocker

from talteen.desk.entry import entering
from talteen.desk.ground.rates import Buckets
from talteen.desk.rights import portal
from talteen.engine.postgres.cluster import Cluster
from tests.desk.browser import addresses, furnishing
from tests.desk.browser.addresses import People, Sight
from tests.desk.browser.conftest import Served, house
from tests.desk.browser.planted import Endpoint, faulty, listening

ROOT = Path(__file__).parents[3]
ROOM = ROOT / ".cache" / "scanners" / "wapiti" / "bin" / "python"
KNOCK = ROOT / "tests" / "security" / "scanners" / "knock.py"
MODULES = (
    "sql,xss,permanentxss,file,exec,crlf,redirect,ssrf,csrf,csp,cookieflags,http_headers,methods"
)
LEFT_OUT = {
    "backup buster nikto htaccess": "guess names of files in a folder: addresses are a table here",
    "cms htp wapp wp_enum network_device takeover": "products that are not here",
    "shellshock spring4shell log4shell": "Bash as CGI and Java are not here",
    "ldap": "no directory is asked by LDAP",
    "xxe upload": "no door reads XML but SAML's, by an address no form shows; uploads are sealed",
    "brute_login_form": "the limit of the entrance has its own test",
    "https_redirect ssl": "the house of the scan has no TLS; headers of one that has: test_headers",
    "timesql": "what sql finds by two answers, once more by the clock; a loaded machine has none",
}
"""Modules that are not run, and why."""


@dataclass(frozen=True, slots=True)
class Part:
    """Whose pages are scanned together."""

    readers: tuple[str, ...]
    only: str = ""
    """First words of addresses; nothing: all but those that another part of the same reader has."""

    def holds(self, sight: Sight) -> bool:
        """Whether ``sight`` is scanned with this part."""
        word = sight.path[1:].partition("/")[0]
        if self.only:
            return sight.reader in self.readers and word in self.only.split()
        others = (one for one in PARTS.values() if one.only and sight.reader in one.readers)
        taken = {each for one in others for each in one.only.split()}
        return sight.reader in self.readers and word not in taken


PARTS = {
    "agent": Part(("Anna",)),
    "officer": Part(("Dina",)),
    "leaders": Part(("Tuomas", "Sari", "Ilkka", "Riitta")),
    "teaching": Part(("Kaarlo",)),
    "overseers": Part(("Ossi", "Mauri", "Pirkko", "Helka")),
    "anybody": Part(("",)),
    "contact": Part(("Eila",)),
    "cases": Part(("Eila",), only="requests disclosures recipients breaches"),
    "analyst": Part(("Leena",)),
}
CRAWL_S, ATTACK_S = 600, 1500
"""How long pages are looked for at most, and how long each kind of attack lasts: far more than it
takes, so that a busy machine ends too."""
BROKEN_OFF = ("time was reached", "seems broken", "skipped due to network", "Traceback")
"""What wapiti says when a limit stopped it, or what it wanted to do could not be done."""
NOT_KNOCKED = (
    *("sign-out*", "account/sessions*"),  # end this session, or give it another key
    *("demo/sign-in*", "demo/clock*"),  # only a demo has them
    *("static/*", "styleguide*"),  # read nothing of what is asked
)
ON_EVERY_PAGE = ("language*", "theme*")
"""Forms that all have: they are knocked at as nobody."""
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


@dataclass(frozen=True, slots=True)
class Knocked:
    """What a scan found, and how much it did."""

    faults: frozenset[tuple[str, str]]
    """Kinds of faults and the addresses at which the scanner says they are."""
    pages: int
    seconds: float


class Refused(logging.Handler):
    """Forms that the house took for those of another site: where nearly all are, nobody
    scanned what is behind them."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


@dataclass(frozen=True, slots=True)
class Scanned:
    """A house with something in every room, and one session for each of its people."""

    served: Served
    sights: Sequence[Sight] = field(repr=False)

    def cookies(self, reader: str) -> str:
        """The header of somebody who has read a page: their session, and what their forms are
        known by."""
        client = next(one.client for one in self.sights if one.reader == reader)
        client.get("/sign-in" if not reader else "/")
        return "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())


@pytest.fixture(scope="module")
def scanned(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    postgres: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scanned]:
    """A house of its own: what forms may be filled with, the scanner fills in."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        for limited in (portal, entering):  # else nearly all is answered by them
            patch.setattr(limited, "buckets", Buckets(per_second=10_000, at_once=10_000))
        # One mask for all: a form is then one form on whichever page it stands.
        patch.setattr(csrf, "_mask_cipher_secret", lambda secret: "a" * len(secret) + secret)
        for served in house(postgres, tmp_path_factory, "scanned"):
            made = furnishing.furnish(served)
            addresses.asked(served)
            people = People(served)
            people.opens_at_once("Eila")
            yield Scanned(served, list(addresses.sights(served, made, people)))


def kinds(page: str) -> Iterator[tuple[str, str]]:
    """The fields of the forms of a page, and of which kind each is: the fifth question of a form is
    of the kind of the first, and its Swedish text of the kind of the Finnish one."""
    for name in re.findall(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([^"]+)"', page):
        yield name, re.sub(r"-(fi|sv|en)$", "", re.sub(r"\d+", "", name))


def repeated(sights: Sequence[Sight]) -> set[str]:
    """Fields of a kind of which there was another on the same page."""
    seen, first = set(), set()
    for sight in sights:
        kept: dict[str, str] = {}
        for name, kind in kinds(sight.client.get(sight.path).content.decode(errors="replace")):
            seen.add(name)
            first.add(kept.setdefault(kind, name))
    return seen - first | {"csrfmiddlewaretoken"}


def found(
    base: str, report: Path, endpoint: Endpoint, *, cookie: str = "",
    starts: Sequence[str] = (), shut: Sequence[str] = NOT_KNOCKED, skip: Sequence[str] = (),
) -> Knocked:  # fmt: skip
    """What the scanner finds at ``starts`` and where their forms and links lead."""
    began = time.monotonic()
    words = [str(ROOM), str(KNOCK), "-u", base, "--scope", "folder", "-m", MODULES]
    words += ["-d", "1", "-S", "paranoid"]  # one link for each set of parameters
    words += ["--max-scan-time", str(CRAWL_S), "--max-attack-time", str(ATTACK_S), "-t", "30"]
    words += ["--no-bugreport", "--flush-session", "-f", "json", "-o", str(report)]
    words += ["--store-session", str(report.parent), "--endpoint", endpoint.base]
    words += [word for one in starts for word in ("-s", one)]
    words += [word for one in shut for word in ("-x", f"{base}{one}")]
    words += [word for one in skip for word in ("--skip", one)]
    if cookie:
        words += ["-H", f"Cookie: {cookie}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).splitlines()
    report.with_suffix(".log").write_text("\n".join(said))
    assert report.exists(), said[-20:]
    assert [line for line in said if any(one in line for one in BROKEN_OFF)] == []
    told = json.loads(report.read_text())
    faults = (told["vulnerabilities"] | told["anomalies"]).items()
    return Knocked(
        frozenset((kind, urlsplit(one["path"]).path) for kind, each in faults for one in each),
        told["infos"]["crawled_pages_nbr"],
        time.monotonic() - began,
    )


def test_everybody_before_whom_a_page_is_looked_at_is_in_a_part(scanned: Scanned) -> None:
    assert [
        str(one) for one in scanned.sights if sum(part.holds(one) for part in PARTS.values()) != 1
    ] == []


@pytest.mark.parametrize("part", PARTS)
def test_the_scanner_opens_no_door_of_a_house(scanned: Scanned, tmp_path: Path, part: str) -> None:
    base, faults = f"{scanned.served.base}/", set[tuple[str, str]]()
    refused = Refused()
    logging.getLogger("django.security.csrf").addHandler(refused)
    for reader in PARTS[part].readers:
        shut = NOT_KNOCKED + (ON_EVERY_PAGE if reader else ())
        mine = [s for s in scanned.sights if s.reader == reader and PARTS[part].holds(s)]
        cookie = scanned.cookies(reader)
        with listening() as endpoint:
            told = found(
                base, tmp_path / f"{reader or part}.json", endpoint, cookie=cookie,
                starts=[f"{base}{sight.path[1:]}" for sight in mine], shut=shut,
                skip=sorted(repeated(mine)),
            )  # fmt: skip
        sys.stdout.write(
            f"wapiti {part} {reader}: {len(mine)} addresses, {told.pages} pages and forms,"
            f" {told.seconds:.0f} s, {refused.count} refused as another site's\n"
        )
        assert endpoint.asked == []
        assert told.pages >= len({sight.path for sight in mine}) // 2
        assert not reader or mine[0].client.get("/").status_code == 200, "signed out on the way"
        faults |= told.faults

    assert faults - set(MEANT) == set()


def test_the_scanner_finds_planted_faults(tmp_path: Path) -> None:
    with listening() as endpoint, faulty(tmp_path) as base:
        told = found(base, tmp_path / "planted.json", endpoint)

    assert {kind for kind, _ in told.faults} >= {
        "Reflected Cross Site Scripting",
        "Stored Cross Site Scripting",
        "SQL Injection",
        "Path Traversal",
        "Command execution",
        "CRLF Injection",
        "Open Redirect",
        "Server Side Request Forgery",
        "Cross Site Request Forgery",
        "Content Security Policy Configuration",
        "Internal Server Error",
    }
