"""What no form and no link of ours sends, at every address of the route table: headers out of the
ordinary, bytes that are no text, numbers and days past every end, forms and JSON of wrong kinds.

As somebody who may come in, an agent where that is one. Whatever the answer is, it is none of our
fault (5xx), and the house says no more of itself than that.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.test import Client
from django.urls import URLPattern

import talteen.desk
from talteen.desk.entry import entering
from talteen.desk.ground.rates import Buckets
from talteen.desk.interface import api
from talteen.desk.interface.api_table import OPERATIONS
from talteen.desk.page.doors import DOORS, Deed
from talteen.desk.rights import portal
from talteen.notice.purposes import Role
from talteen.register.programs.api_scopes import Scope
from tests.desk.conftest import Desk
from tests.desk.interface.programs import token
from tests.kit.depth import LONG, some
from tests.security.test_matrix import EXAMPLES, NOBODY, SLUGS, address, routes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sampled]
DESK = Path(talteen.desk.__file__).parent
MUCH = "x" * 20_000
HEADERS: Mapping[str, str] = {
    "Accept": "\xff/*;q=nan, text/html;level=1;q=-1, ;;,,",
    "Accept-Encoding": "gzip;q=1e999, \xe4, identity;q=0",
    "Accept-Language": f"{'fi-' * 300}, *;q=0, sv;q=abc, zz-\xff, en;q=9",
    "Content-Language": "\xff",
    "If-Modified-Since": "Thu, 31 Feb 0000 99:99:99 GMT",
    "If-None-Match": '"never closed, W/, *, \xe4',
    "If-Range": '"',
    "Range": "bytes=-0,9-1,99999999999999999999-, x=1-",
    "HX-Current-URL": "http://[",
    "HX-Request": "\xff",
    "HX-Target": MUCH,
    "Origin": "null",
    "Referer": "http://[::1",
    "User-Agent": MUCH,
    "X-Forwarded-For": "not-an-address, 999.1.1.1, \xff",
    "X-Forwarded-Proto": "gopher",
    "Forwarded": 'for="[::"; host=',
}
COOKIES = 'language=zz-\xff; theme="\\777"; csrftoken=\xe4; =; ;;; $Version=1; messages=W10=; a=b=c'
ODD = (
    *("-1", "9" * 40, "1e999", "NaN", "٣", "0x7f", "\ud800", "'\"<>{}%s", MUCH),
    *("0001-01-01", "9999-12-31", "2026-02-30", "9999-12-31T23:59:59.999999+23:59", "9999-12"),
    *("00000000-0000-0000-0000-000000000000", "../../..", "http://[", "//x", "fi\nSet-Cookie: a=b"),
)
"""What nobody types: in every field at once, another for each address in turn."""
FORM = "application/x-www-form-urlencoded"
BODIES = (
    ("application/json", b'{"a": [1, NaN, "\\ud800"]}'),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n'),
    (f"{FORM}; charset=no-such", b"a=\xff"),
    (f"{FORM}; charset=utf-16", b"a=\xff"),
)
"""Forms that are none."""
JSON = (
    *(b"null", b"[]", b'"x"', b"1e999", b"NaN", b"{", b"", b"\xff\xfe{}", b"[" * 100_000),
    *(b'{"a": 1, "a": 2}', b'{"\\u0000": "\\ud800"}', b'{"call": {"call": [{}]}}'),
    b'{"line": 123456789012345678901234567890, "number": [null], "recording": true}',
)
PLACES = {
    "int": ("0", "9" * 30, "2147483648"),
    "day": ("0001-01-01", "9999-12-31", "2026-02-30"),
    "month": ("0001-01", "9999-12", "2026-13"),
    "span": ("0001", "9999-12", "9999-Q4", "0000"),
    "slug": ("x" * 3000, "-"),
    "str": ("%ff%fe", "..%2f..%2fetc", "a%0d%0ab", "x" * 3000),
    "clause": ("99", "0"),
    "entry": ("E-ZZZZZZZZ",),
}
"""Ends of what may stand in the places of an address."""


@cache
def fields() -> tuple[str, ...]:
    """Every field that a page of ours has or a view reads."""
    forms = (one.read_text() for one in sorted(DESK.rglob("*.html")))
    views = (one.read_text() for one in sorted(DESK.rglob("*.py")))
    found = {name for page in forms for name in re.findall(r'\bname="([\w-]+)"', page)}
    return tuple(sorted(found | {
        name for view in views for name in re.findall(r'(?:GET|POST)\b[^"\n]{0,12}"([\w-]+)"', view)
    }))  # fmt: skip


def form_of(value: str) -> str:
    return urlencode(dict.fromkeys(fields(), value), errors="surrogatepass")


PLACE = re.compile(r"<(\w+):(\w+)>")


def ends(pattern: URLPattern, call: str) -> Iterator[str]:
    """The address with each end of what may stand in its places, one place at a time, and with
    bytes that are no text."""
    yield f"{address(pattern, call)}%ff"
    written = str(pattern.pattern)
    for place in PLACE.finditer(written):
        for end in PLACES.get(place[1], ()):
            before, after = written[: place.start()], written[place.end() :]
            yield f"/{usual(before, call)}{end}{usual(after, call)}"


def usual(written: str, call: str) -> str:
    """A piece of an address with what usually stands in its places."""
    return PLACE.sub(lambda place: _put(*place.groups(), call), written)


def _put(kind: str, name: str, call: str) -> str:
    return call if name == "recording" else EXAMPLES.get(kind) or SLUGS[name]


def who_may(pattern: URLPattern, deed: Deed) -> set[Role | None]:
    """Whose question a view reads: an agent's, else the first role's that comes in; a stranger's
    where anybody does. The table turns the others away before a view is called."""
    door = DOORS[str(pattern.name)]
    able = [one for one in (Role.AGENT, *Role) if door.admits(one, deed)]
    return {None} if door.public else {*able[:1]}


class Broken(list[str]):
    """Where the house was at fault, and what it fell over."""

    def hear(self, request: HttpRequest, **_: object) -> None:
        self.append(f"{request.method} {request.path[:120]}: {sys.exception()!r}"[:400])


@pytest.fixture
def broken() -> Iterator[Broken]:
    heard = Broken()
    got_request_exception.connect(heard.hear)
    yield heard
    got_request_exception.disconnect(heard.hear)


def people(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> dict[Role | None, Client]:
    """Each role before the screens, and a stranger; what fails is an answer, as in a server, and
    limits of frequency do not answer in the place of the pages."""
    for limited in (portal, entering):
        monkeypatch.setattr(limited, "buckets", Buckets(per_second=10_000, at_once=10_000))
    clients = {role: desk.client(role) for role in (None, *Role)}
    for client in clients.values():
        client.raise_request_exception = False
    return clients


def test_strange_headers_are_no_fault_of_ours(
    desk: Desk, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, clients = str(desk.call("001").pk), people(desk, monkeypatch)
    for pattern in some([*routes()], 2):
        for role in who_may(pattern, Deed.READ):
            kept = "; ".join(f"{one.key}={one.value}" for one in clients[role].cookies.values())
            told = {**HEADERS, "Cookie": f"{COOKIES}; {kept}"}
            clients[role].get(address(pattern, call), headers=told)

    assert broken == []


def test_strange_queries_and_forms_are_no_fault_of_ours(
    desk: Desk, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every field there is, at every address, with something that nobody types; the next address
    with the next."""
    call, clients = str(desk.call("001").pk), people(desk, monkeypatch)
    assert {"next", "call", "day", "purpose", "words", "code"} <= set(fields())
    odd, bodies, turns = cycle(ODD), cycle(BODIES), cycle((True, False))
    for pattern in routes():
        path = address(pattern, call)
        for role in who_may(pattern, Deed.READ):
            clients[role].get(f"{path}?{form_of(next(odd))}&q=%ff%fe&%=%&&=;")
        for role in who_may(pattern, Deed.SAY):
            of_a_kind = next(turns)
            if of_a_kind or LONG:
                clients[role].post(path, form_of(next(odd)), content_type=FORM)
            if not of_a_kind or LONG:
                kind, body = next(bodies)
                clients[role].generic("POST", path, body, content_type=kind)

    assert broken == []


def test_the_ends_of_numbers_and_days_in_addresses_are_no_fault_of_ours(
    desk: Desk, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By who may come in: the table turns others away before a view reads the address."""
    call, clients = str(desk.call("001").pk), people(desk, monkeypatch)
    for at, pattern in enumerate(routes()):
        of_it = [*ends(pattern, call)]
        for path in of_it if LONG else of_it[at % len(of_it) :][:2]:
            for deed, method in ((Deed.READ, "GET"), (Deed.SAY, "POST")):
                for role in who_may(pattern, deed):
                    clients[role].generic(method, path)

    assert broken == []


def test_a_strange_host_and_a_nul_are_refused_before_any_page_is_drawn(
    desk: Desk, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = people(desk, monkeypatch)
    hosts = ("evil.example", "localhost:x", "[::", "localhost\xff", "", "a" * 5000, "lo cal")
    for client in (clients[None], clients[Role.AGENT]):
        for host in hosts:
            assert client.get("/notice", headers={"Host": host}).status_code == 400, host
        for path in ("/%00", "/calls/%00", "/notice/2026-1%00", "/guidance/%00/x", "/%00%ff"):
            assert client.get(path).status_code == 404, path

    assert broken == []


def test_json_of_the_wrong_kind_is_no_fault_of_ours(
    desk: Desk, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The document's own types are fuzzed in tests/desk/interface/test_api_fuzz.py; here is what no
    document has a word for."""
    monkeypatch.setattr(api, "buckets", Buckets(100_000, 100_000))
    bearer = f"Bearer {token(desk, *(set(Scope) - {Scope.RECORDINGS_WRITE, Scope.HEALTH_READ}))}"
    client = desk.client()
    client.raise_request_exception = False
    for one in OPERATIONS:
        path = "/api/v1/" + re.sub(r"\{\w+\}", NOBODY, one.path)
        for known in (bearer, "Bearer \xff", "Basic ==", ""):
            for body in some(JSON, 2) if known == bearer else JSON[:2]:
                client.generic(
                    one.method, path, body, content_type="application/json",
                    headers={"Authorization": known, "Idempotency-Key": str(uuid4())},
                )  # fmt: skip
    for body in JSON:
        client.generic("POST", "/scim/v2/Users", body, content_type="application/scim+json")

    assert broken == []
