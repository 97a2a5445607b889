"""Every address that answers with a page, in three languages, in both lights, from 320 px to 4K.

The addresses are those of the route table itself: a new page is looked at here without being
named, and one that cannot be reached with what the furnished house holds fails until it has an
example or a test of its own. ``test_pages`` and ``test_rooms`` look closer, at what people do, in
Finnish by day and in Swedish by night: those pages are looked at here in English alone, and without
their colours, which no language changes.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.staticfiles import finders
from django.urls import URLPattern, resolve
from playwright.sync_api import Browser, Page

from talteen.desk import urls
from talteen.desk.doors import BY_TOKEN, DOORS, Deed
from talteen.life.answer.models import SubjectRequest
from talteen.life.answer.officer_models import OfficerMessage
from talteen.notice.purposes import Role
from talteen.register.models import NoticeVersion, Staff
from tests.desk.browser import doing, furnishing, test_pages, test_rooms
from tests.desk.browser.conftest import Served
from tests.desk.browser.furnishing import Furnished
from tests.kit import browser
from tests.kit.browser import Glass, Light, Window

pytestmark = pytest.mark.browser
UHD = {"width": 3840, "height": 2160}
NARROW = {"width": 320, "height": 800}
PAGE_KB = 150
"""Everything that a page brings but sound, gzipped (issue 6)."""
ELSEWHERE = {
    "call-correct": "a call must be open: test_pages",
    "form-version": "a form that was published: test_hands",
    "form-diff": "two of its versions: test_hands",
    "request-letter": "a letter that came by mail: test_letter",
    "disclosure": "a letter of an authority: test_disclosure",
    **dict.fromkeys(
        ("oidc", "oidc-callback", "oidc-confirm", "oidc-done", "oidc-join"),
        "a provider of identities: test_oidc",
    ),
}
"""Pages behind something that people must have done, and which test does it."""
FILES = frozenset(
    """safeguards-copy call-sound call-facts quality-file study-file request-attached
    evidence-bundle verifier processing-record-json prove-json notice-json ledger-checkpoint
    certificate-file day-file month-file statement-file""".split()
)
"""Addresses that need more than an address, and answer with a file."""
READERS = {"calibration-round": "Leena", "article-write": "Leena"}
"""Where not everybody of a role may read."""


@dataclass(frozen=True, slots=True)
class Address:
    """A page, and before whom it is drawn; nobody: a stranger."""

    name: str
    path: str
    reader: Staff | None


@pytest.fixture(scope="module")
def pages(served: Served) -> list[Address]:
    """Every page of the house after a day of work in its rooms."""
    made = furnishing.furnish(served)
    _asked(served)
    found = []
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        name = str(pattern.name)
        if name in BY_TOKEN | FILES | ELSEWHERE.keys() or DOORS[name].of(Deed.READ) is None:
            continue
        found.append(Address(name, _path(pattern, served, made), _reader(name)))
    return found


def _asked(served: Served) -> None:
    """A person asks, and an authority."""
    contact = furnishing.at_desk("Eila")
    told = {"right": "access", "via": "letter", "language": "fi", "name": "Kaisa L"}
    furnishing.send(contact, "/requests/new", told, 200)


def _path(pattern: URLPattern, served: Served, made: Furnished) -> str:
    """The address with something of the house in its places."""
    gone = pattern.name in ("certificate", "certificate-file")
    standing = {
        "uuid:recording": served.gone if gone else served.spoken.pk,
        "uuid:breach": made.breach,
        "uuid:study": made.study,
        "uuid:article": made.article,
        "uuid:case": SubjectRequest.objects.latest("pk").case_id,
        "uuid:message": OfficerMessage.objects.latest("pk").pk,
        "int:number": 1 if pattern.name == "article-version" else made.round,
        "slug:number": NoticeVersion.objects.latest("valid_from").number,
        "slug:form": "hotel",
        "slug:language": "fi",
        "day:day": served.day_gone,
        "month:month": "2026-08",
        "clause:name": "13",
        "statement:kind": "month",
        "span:span": "2026-11",
    }
    return "/" + re.sub(
        r"<(\w+:\w+)>", lambda m: str(standing.get(m[1], "0")), str(pattern.pattern)
    )


def _reader(name: str) -> Staff | None:
    """The first role that may read; nobody where anybody may, or none."""
    if name in READERS:
        return Staff.objects.get(name__startswith=READERS[name])
    who = DOORS[name].reads
    if not isinstance(who, frozenset):
        return None
    role = next(one for one in Role if one in who)
    return Staff.objects.filter(role=role.value, is_active=True).order_by("code")[0]


def known_already() -> set[str]:
    """What ``test_pages`` and ``test_rooms`` look at, in Finnish by day and in Swedish by night."""
    assert test_rooms.ROOMS
    places = dict.fromkeys(("gone", "call", "breach", "study", "frozen", "article"), UUID(int=5))
    numbers = {"round": 1, "revealed": 1, "day": "2026-08-28"}
    paths = [one.format(**places, **numbers).partition("?")[0] for one in test_pages.ADDRESSES]
    return {str(resolve(one).url_name) for one in paths if one != "/tyhjää"}


def kilobytes(page: Page) -> float:
    """What an opened page brought, gzipped and without sound."""
    names = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    static = [name.partition("/static/")[2] for name in names]
    return (len(gzip.compress(page.content().encode())) + sum(map(packed, static))) / 1000


@cache
def packed(static: str) -> int:
    """Gzipped bytes of a file that pages bring with them; what is not one of ours is refused by the
    policy and told by the window."""
    found = finders.find(static) if static else None
    return len(gzip.compress(Path(found).read_bytes())) if found else 0


def faults(window: Window, at: Address, *, colours: bool) -> Iterator[str]:
    """What is wrong with a page, at both ends of the widths; with ``colours`` in both lights."""
    if at.reader is None:
        window.page.context.clear_cookies(name="sessionid")
    else:
        doing.enter(window, at.reader.name)
    answer = window.page.goto(f"{window.base}{at.path}")
    if answer is None or answer.status != HTTPStatus.OK:
        yield f"{at.path} is not there: {answer and answer.status}"
    if not window.page.locator("main").count():
        return  # a part of a page, or a file that the browser shows as it is
    yield from window.axe(contrast=colours)
    if colours:
        window.page.emulate_media(color_scheme=Light.DARK.value)
        yield from window.axe(only="color-contrast")
        window.page.emulate_media(color_scheme=Light.LIGHT.value)
    if (weight := kilobytes(window.page)) > PAGE_KB:
        yield f"{weight:.0f} kB"
    for size in (NARROW, UHD):
        window.page.set_viewport_size(size)
        yield from (f"{size['width']} px: {one}" for one in window.overflow())


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_page_is_clean_in_every_language_light_and_width(
    language: str, chromium: Browser, served: Served, pages: list[Address]
) -> None:
    known = known_already()
    wrong: dict[str, list[str]] = {}
    with browser.window(chromium, served.base, Glass(language, **UHD)) as window:
        for one in pages:
            new = one.name not in known
            if language != "en" and not new:
                continue
            found = list(faults(window, one, colours=new and language == "en"))
            if found or window.troubles:
                wrong[one.name] = [*found, *window.troubles]
            window.troubles.clear()
    assert wrong == {}


def test_no_page_is_left_out_unseen(pages: list[Address]) -> None:
    """Whoever is looked at elsewhere is named, and exists; the walk is of the whole house."""
    names = {str(pattern.name) for pattern in urls.urlpatterns}
    assert names >= {*ELSEWHERE, *FILES, *READERS}
    assert len(pages) > 60
    assert known_already() < names
