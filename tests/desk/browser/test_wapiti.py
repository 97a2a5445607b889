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

import contextlib
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.middleware import csrf
from pytest_django.plugin import DjangoDbBlocker

from talteen.desk.entry import entering
from talteen.desk.ground.rates import Buckets
from talteen.desk.rights import portal
from talteen.engine.postgres.cluster import Cluster
from tests.desk.browser import addresses, furnishing
from tests.desk.browser.addresses import People, Sight
from tests.desk.browser.conftest import Served, house
from tests.desk.browser.knocking import NOT_KNOCKED, ON_EVERY_PAGE, Knocked, found, repeated
from tests.desk.browser.planted import faulty, listening
from tests.security import scan_book


@dataclass(frozen=True, slots=True)
class Part:
    """Whose pages are scanned together."""

    readers: Mapping[str, int]
    """First words of names, and at how many addresses a form of theirs must come through: what was
    seen, less one or two. With fewer nobody looked behind the doors."""
    only: str = ""
    """First words of addresses; nothing: all but those that another part of the same reader has."""
    shut: tuple[str, ...] = ()
    """Addresses that are not knocked at, as wapiti writes them."""

    @property
    def not_knocked(self) -> tuple[str, ...]:
        """The same, with those that nobody knocks at, and for whom others do."""
        others = () if "" in self.readers else ON_EVERY_PAGE
        return (*NOT_KNOCKED, *others, *self.shut)

    def holds(self, sight: Sight) -> bool:
        """Whether ``sight`` is scanned with this part."""
        word = sight.path[1:].partition("/")[0]
        if self.only:
            return sight.reader in self.readers and word in self.only.split()
        others = (one for one in PARTS.values() if one.only and sight.reader in one.readers)
        taken = {each for one in others for each in one.only.split()}
        return sight.reader in self.readers and word not in taken


PARTS = {
    "agent": Part({"Anna": 5}),
    "officer": Part({"Dina": 10}),
    "leaders": Part({"Tuomas": 5, "Sari": 1, "Ilkka": 4, "Riitta": 2}),
    "teaching": Part({"Kaarlo": 8}),
    "overseers": Part({"Ossi": 2, "Mauri": 1, "Pirkko": 1, "Helka": 1}),
    "anybody": Part({"": 6}),
    # Whoever opens for another purpose or covers the words again has closed what is scanned here;
    # a complaint restricts the call, and with it the passages that are scanned beside it.
    "contact": Part(
        {"Eila": 20}, shut=("purpose*", *(f"calls/*/{n}*" for n in ("layer", "open", "complaint")))
    ),
    "cases": Part({"Eila": 12}, only="requests disclosures recipients breaches"),
    "analyst": Part({"Leena": 5}),
}
BESIDE = 5
"""How many people are scanned beside each other."""
MEANT = {
    ("Cross Site Request Forgery", "/language"): "nothing but the reader's own eyes depends on it",
    ("Cross Site Request Forgery", "/theme"): "the same",
    ("Secure Flag cookie", "/"): "a demo on loopback has no TLS; with TLS cookies are __Host-",
    ("HTTP Strict Transport Security (HSTS)", "/"): "the same",
}
"""What stands as it does on purpose, and why."""
PLANTED = {
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
"""What it must find where it is."""
pytestmark = [
    pytest.mark.drill,
    pytest.mark.timeout(3900),
    pytest.mark.skipif(not os.environ.get("WAPITI"), reason="minutes: ./run scan wapiti"),
]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A house with something in every room, and one session for each of its people."""

    served: Served
    sights: Sequence[Sight] = field(repr=False)

    @property
    def base(self) -> str:
        return f"{self.served.base}/"

    def of(self, part: Part, reader: str) -> list[Sight]:
        return [one for one in self.sights if one.reader == reader and part.holds(one)]

    def cookies(self, reader: str) -> str:
        """The header of somebody who has read a page: their session, and what their forms are
        known by."""
        client = next(one.client for one in self.sights if one.reader == reader)
        client.get("/sign-in" if not reader else "/")
        return "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())

    def session(self, reader: str) -> str:
        """What the session of this person is known by; nothing for a stranger."""
        kept = SimpleCookie(self.cookies(reader)).get(settings.SESSION_COOKIE_NAME)
        return kept.value if kept else ""

    def to_do(self, part: str, reader: str) -> tuple[list[str], list[str]]:
        """Where the scanner begins, and which fields it leaves alone."""
        mine = self.of(PARTS[part], reader)
        assert self.lost(mine, self.cookies(reader)) == [], "the cookie does not open their pages"
        return [f"{self.base}{sight.path[1:]}" for sight in mine], sorted(repeated(mine))

    def lost(self, sights: Sequence[Sight], cookie: str) -> list[str]:
        """Which of these the holder of this cookie reads no more as they did."""
        asked = {one.path: one for one in sights}.values()
        now = [(one, self._status(one.path, cookie)) for one in asked]
        return [f"{one}: {status}" for one, status in now if status != one.status]

    def _status(self, path: str, cookie: str) -> int:
        with contextlib.closing(HTTPConnection(urlsplit(self.base).netloc)) as line:
            line.request("GET", path, headers={"Cookie": cookie})
            return line.getresponse().status


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


def test_everybody_before_whom_a_page_is_looked_at_is_in_a_part(scanned: Scanned) -> None:
    assert [
        str(one) for one in scanned.sights if sum(part.holds(one) for part in PARTS.values()) != 1
    ] == []


@dataclass(slots=True)
class Raised:
    """What no view of the house had an answer to, in whose place a page of 500 went out: by the
    session of whoever asked."""

    heard: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, request: HttpRequest, **_: object) -> None:
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        self.heard[session].append(f"{request.method} {request.path}: {sys.exception()!r}")


@pytest.fixture(scope="module")
def raised() -> Iterator[Raised]:
    heard = Raised()
    got_request_exception.connect(heard.hear, weak=False)
    yield heard
    got_request_exception.disconnect(heard.hear)


@pytest.fixture(scope="module")
def knocks(
    scanned: Scanned, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[tuple[str, str], Future[Knocked]]]:
    """All that were asked for are scanned beside each other: one waits while another is answered.
    What a person reads, and what their forms are, is looked at before anybody begins."""
    wanted = [
        (one.callspec.params["part"], one.callspec.params["reader"])
        for one in request.session.items
        if isinstance(one, pytest.Function) and "knocks" in one.fixturenames
    ]

    with ThreadPoolExecutor(BESIDE) as threads, listening() as endpoint:
        begun = {
            one: threads.submit(
                found, scanned.base, tmp_path_factory.mktemp("knocks") / "told.json", endpoint,
                cookie=scanned.cookies(one[1]), starts=starts, skip=skip,
                shut=PARTS[one[0]].not_knocked,
            )
            for one, (starts, skip) in {one: scanned.to_do(*one) for one in wanted}.items()
        }  # fmt: skip
        yield begun
        assert endpoint.asked == [], "the house asked where it was told to"


@pytest.mark.parametrize(
    ("part", "reader"), [(name, who) for name, part in PARTS.items() for who in part.readers]
)
def test_the_scanner_opens_no_door_of_a_house(
    scanned: Scanned,
    knocks: Mapping[tuple[str, str], Future[Knocked]],
    raised: Raised,
    part: str,
    reader: str,
) -> None:
    mine, cookie = scanned.of(PARTS[part], reader), scanned.cookies(reader)
    told = knocks[part, reader].result()
    shut = PARTS[part].not_knocked
    read = {one.path for one in mine if one.status == 200}
    read -= {path for path in read if any(fnmatch(path[1:], one) for one in shut)}
    row = told.row(len(read))
    sys.stdout.write(f"wapiti {part} {reader}: {row}, forms at {sorted(told.forms)}\n")

    problems = {
        "found": told.faults - set(MEANT),
        "raised": raised.heard[scanned.session(reader)],
        "500s": told.broken,
        "signed out, or asked for patience": told.shut_out if reader else set(),
        "not reached": read - told.pages,
        "too few forms came through": len(told.forms) < PARTS[part].readers[reader],
        "taken away by the scan": scanned.lost(mine, cookie),
    }
    assert {what: some for what, some in problems.items() if some} == {}
    scan_book.enter(f"wapiti {part} {reader}".strip(), row)


def test_the_scanner_finds_planted_faults(tmp_path: Path) -> None:
    with listening() as endpoint, faulty(tmp_path) as base:
        told = found(base, tmp_path / "planted.json", endpoint)

    assert {kind for kind, _ in told.faults} >= PLANTED
    asked = {"kinds of faults": len(PLANTED), "requests": dict(sorted(told.asked.items()))}
    scan_book.enter("wapiti planted", {**asked, "seconds": told.seconds})
