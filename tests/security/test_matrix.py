"""Everybody tries every address, and gets exactly what the table of doors says (REGISTER D, 17.1).

The addresses are those of the route table itself, and the operations those of the API's own
document: what is new and has no row fails here.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest
from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern
from django.urls.converters import get_converters

from talteen.config import Born
from talteen.desk import urls
from talteen.desk.interface import api, openapi
from talteen.desk.interface.api_frame import Half
from talteen.desk.interface.api_table import OPERATIONS
from talteen.desk.interface.tokens import Scope
from talteen.desk.page import doors, failures
from talteen.desk.page.doors import BY_TOKEN, DEEDS, DOORS, Deed
from talteen.desk.page.visit import SIGN_IN
from talteen.ids import RecordingId
from talteen.notice.purposes import REACH, Role
from talteen.register.models import AccessEntry, Recording, Staff, Training
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.kit import builders, logs

NOBODY = str(UUID(int=5))
EXAMPLES = {
    "uuid": NOBODY,
    "int": "1",
    "str": "copy.pdf",
    "day": "2026-11-02",
    "month": "2026-08",
    "entry": "E-00000000",
    "entry_act": "confirm",
    "clause": "3",
    "notice_act": "propose",
    "assessment_act": "propose",
    "statement": "month",
    "span": "2026-08",
}
SLUGS = {"form": "pdf", "number": "2026-1", "language": "fi", "what": "confirm"}
ACTS = {"request-act": "opinion"}  # one act of the page that everybody with a row may do
SAID = {"call-layer": {"layer": "full"}}
GATHERED_FOR_ONE = re.compile(r"prove|why|statement|evidence|month|home|processing|processors")
"""Pages that cost a second of a core: asked for by the first role that may, refused to who may not.
So are those that are anybody's, which a stranger sees too."""
_DRAWN: list[bool] = []
"""Whether a page that is let in is drawn: once, for the first role that may. The others are let in
all the same, and what the page shows them is gathered; its template is another promise."""
ENDS_THE_SESSION = frozenset({"sign-out", "account-sessions", "demo-sign-in"})
"""Public or everybody's own; walked with a session of their own, in the end."""
MOVES_THE_HOUSE = frozenset({"demo-clock"})
"""Public: who asks is told by its own tests (demo houses, their own machine)."""
NOT_YOURS = "Tämä ei kuulu sinulle"
SELDOM = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
"""What no form sends. One place refuses them for all: each address is asked two of them."""
METHODS = ("GET", "POST", *SELDOM)


def address(pattern: URLPattern, call: str = NOBODY) -> str:
    """An address of this pattern, with examples in its places."""

    def put(found: re.Match[str]) -> str:
        kind, name = found.groups()
        if name == "recording":
            return call
        if name == "what" and kind == "slug":
            return ACTS.get(str(pattern.name), SLUGS["what"])
        return EXAMPLES.get(kind) or SLUGS[name]

    return "/" + re.sub(r"<(\w+):(\w+)>", put, str(pattern.pattern))


def routes() -> Iterator[URLPattern]:
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name not in ENDS_THE_SESSION | MOVES_THE_HOUSE | BY_TOKEN:
            yield pattern


def some() -> frozenset[str]:
    """An eighth of the addresses of staff: whoever counts as a stranger is one in one place, before
    any of them; that nothing lies past it, the walk of a stranger over all of them shows."""
    staff = [str(one.name) for one in routes() if not DOORS[str(one.name)].public]
    return frozenset(staff[::8])


def asked(client: Client, method: str, pattern: URLPattern, call: str = NOBODY) -> HttpResponse:
    # What the throttle counts is another promise: each request comes from an address of its own.
    number = next(_ADDRESSES)
    client.defaults["REMOTE_ADDR"] = f"127.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    path = address(pattern, call)
    if method == "POST":
        return client.post(path, SAID.get(str(pattern.name), {}))
    return client.generic(method, path)


_ADDRESSES = count(1)


def entrance(answer: HttpResponse) -> bool:
    """Sent off to sign in; from the front page there is no way back to keep."""
    if answer.status_code != HTTPStatus.FOUND:
        return False
    at_home = answer.wsgi_request.path == "/" and answer["Location"] == "/sign-in"
    return at_home or answer["Location"].startswith("/sign-in?next")


def refused(answer: HttpResponse) -> bool:
    """The house's own word for: not this role."""
    return answer.status_code == HTTPStatus.FORBIDDEN and NOT_YOURS in answer.content.decode()


def bare(client: Client) -> Client:
    """The same browser, asking for what it will not get: such a request needs no rights of pages in
    the database, and taking them costs a fifth of it."""
    other = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    other.cookies = client.cookies
    return other


def faults(client: Client, role: Role | None, *, only: frozenset[str] | None = None) -> list[str]:
    """Where what somebody in ``role`` (None: no member of staff) gets differs from the table."""
    found, shut = [], bare(client)
    for pattern in routes():
        name = str(pattern.name)
        for method, deed in {"GET": Deed.READ, "POST": Deed.SAY}.items():
            who = DOORS[name].of(deed)
            if who is None or (only is not None and name not in only):
                continue
            alike = who is doors.ANYBODY or GATHERED_FOR_ONE.match(name)
            another = _another_draws(who, role)
            let_in = DOORS[name].public or DOORS[name].admits(role, deed)
            turned_away = only is None and not let_in
            if (alike and another) or (turned_away and _tries_next_door(name, role)):
                continue
            _DRAWN[:] = [not another]
            answer = asked(client if let_in else shut, method, pattern)
            if not fits(answer, DOORS[name], deed, role):
                found.append(f"{role} {method} {name}: {answer.status_code}")
    return found


def _another_draws(who: doors.Audience | doors.Anybody, role: Role | None) -> bool:
    able = [one for one in Role if who is doors.ANYBODY or one in who]
    return role in able and role is not able[0]


def _tries_next_door(name: str, role: Role | None) -> bool:
    """One word turns all away from whom a row keeps its address (``doors``): every second of them
    tries it, those who leave out one address try the next, and a stranger tries all."""
    return role is not None and (crc32(name.encode()) + list(Role).index(role)) % 2 == 1


def fits(answer: HttpResponse, door: doors.Door, deed: Deed, role: Role | None) -> bool:
    if role is None and not door.public:
        return entrance(answer)
    if not door.admits(role, deed):
        return refused(answer)
    return answer.status_code < 500 and not refused(answer) and not entrance(answer)


# --- the table is whole ------------------------------------------------------------------


def test_every_address_has_one_row_and_every_row_an_address() -> None:
    assert [p.name for p in urls.urlpatterns if p.name not in {*DOORS, *BY_TOKEN}] == []
    assert {*DOORS, *BY_TOKEN} - {p.name for p in urls.urlpatterns} == set()
    assert len({p.name for p in urls.urlpatterns}) == len(urls.urlpatterns)
    kinds = {kind for p in urls.urlpatterns for kind in re.findall(r"<(\w+):", str(p.pattern))}
    assert kinds - {"slug"} <= set(EXAMPLES)
    assert kinds <= set(get_converters())


@pytest.mark.django_db(transaction=True)
def test_an_address_without_a_row_is_shut_for_everybody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "DOORS", {k: v for k, v in DOORS.items() if k != "calendar"})

    assert refused(desk.client(Role.DPO).get("/calendar"))
    assert entrance(desk.client().get("/calendar"))


def test_the_table_is_what_table_d_says() -> None:
    """REGISTER D, by its "may never"."""
    opens = {n for n in DOORS if n.startswith("call-")} - {"call-open", "call-purpose"}
    for role in (Role.ADMIN, Role.OWNER, Role.AUDITOR):  # audio and transcript: none
        assert not any(role == who for who, _ in REACH)
        # In an emergency one named call, let in by two and looked at by a third (17.4).
        shut = opens - ({"call-sound", "call-facts"} if role is Role.ADMIN else set())
        assert not [n for n in shut for deed in Deed if DOORS[n].admits(role, deed)]
    writes = {n for n, d in DOORS.items() if d.admits(Role.AUDITOR, Deed.SAY) and not d.public}
    own = {n for n in writes if n.startswith("account")}
    own |= {"confirm", "my-use-answer", "employees-say"}
    assert writes - own == {"breach-report", "purpose", "calls", "call-open"}  # none is a change
    listening = {n for n in DOORS if n.startswith("live")}
    assert all(not DOORS[n].admits(Role.AGENT, Deed.READ) for n in listening)
    for role in (Role.TEAM_LEADER, Role.OWNER, Role.HR, Role.ADMIN):  # logs: no side door
        assert not DOORS["ledger"].admits(role, Deed.READ) or role is Role.ADMIN
        assert not DOORS["requests"].admits(role, Deed.READ)
    for name in ("hold-confirm", "hold-act", "request-new"):  # the officer decides nothing
        assert not DOORS[name].admits(Role.DPO, Deed.SAY)
    assert not DOORS["people-invite"].admits(Role.DPO, Deed.SAY)


# --- people ------------------------------------------------------------------------------


def person(role: Role, code: str = "") -> Staff:
    found = Staff.objects.filter(role=role.value).order_by("code").first()
    return found or builders.staff(code or role.value, role=role, of="myyntipalvelu")


def client_of(desk: Desk, staff: Staff, sign_in: SignIn = SignIn.DEMO) -> Client:
    client = desk.client()
    client.force_login(staff)
    session = client.session
    session[SIGN_IN] = sign_in.value
    session.save()
    return client


@pytest.mark.django_db(transaction=True)
def test_a_stranger_finds_the_entrance_behind_every_address_of_staff(desk: Desk) -> None:
    assert faults(desk.client(), None) == []


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is its status and title: a thousand whole pages would be a minute of a core."""

    def drawn(request: HttpRequest, failure: failures.Failure) -> HttpResponse:
        return HttpResponse(failure.title, status=failure.status)

    draw = shortcuts.loader.render_to_string

    def once(*args: Any, **kwargs: Any) -> str:
        return draw(*args, **kwargs) if _DRAWN == [True] else ""

    monkeypatch.setattr(failures, "_render", drawn)
    monkeypatch.setattr(shortcuts.loader, "render_to_string", once)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
@pytest.mark.usefixtures("plainly")
def test_a_role_gets_what_its_row_says(desk: Desk, role: Role) -> None:
    assert faults(client_of(desk, person(role)), role) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("plainly")
def test_a_page_that_lets_somebody_else_in_is_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_all = doors.Door(reads=frozenset(Role))
    monkeypatch.setattr(doors, "DOORS", {**DOORS, "vault-table": open_to_all})
    monkeypatch.setattr("talteen.desk.page.overseen.KEEPERS", frozenset(Role))
    monkeypatch.setattr("talteen.desk.destruction.vault.KEEPERS", frozenset(Role), raising=False)

    found = faults(client_of(desk, person(Role.AGENT)), Role.AGENT, only=frozenset({"vault-table"}))
    assert found == ["Role.AGENT GET vault-table: 200"]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_by_the_table_is_written_down(desk: Desk) -> None:
    """A route and a role, never an address or a person's name; denied openings go to the access
    log."""
    client = client_of(desk, person(Role.AGENT))

    with logs.written() as out:
        assert refused(client.get("/vault"))
        client.get("/calendar")

    lines = [json.loads(line) for line in out.getvalue().splitlines() if "door." in line]
    assert [(one["event"], one["route"], one["role"]) for one in lines] == [
        ("door.refused", "vault", "agent")
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("plainly")
def test_no_address_knows_a_method_that_its_row_does_not_name(desk: Desk) -> None:
    client = bare(client_of(desk, person(Role.DPO)))
    known, seldom = [], cycle(SELDOM)
    for pattern in routes():
        for method in ("GET", "POST", next(seldom), next(seldom)):
            deed = DEEDS.get(method)
            if deed is not None and DOORS[str(pattern.name)].of(deed) is not None:
                continue
            if asked(client, method, pattern).status_code != HTTPStatus.METHOD_NOT_ALLOWED:
                known.append(f"{method} {pattern.name}")
    assert known == []


@pytest.mark.django_db(transaction=True)
def test_a_leaver_with_a_living_session_is_a_stranger(desk: Desk) -> None:
    gone = person(Role.REGISTER_CONTACT)
    client = client_of(desk, gone)
    assert client.get("/requests").status_code == HTTPStatus.OK  # the session does live
    Staff.objects.filter(pk=gone.pk).update(is_active=False)

    assert faults(client, None, only=some() | {"requests"}) == []


@pytest.mark.django_db(transaction=True)
def test_an_administrator_of_a_live_house_with_a_password_alone_is_a_stranger(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = person(Role.ADMIN)
    client = client_of(desk, admin, SignIn.PASSWORD)
    assert client.get("/vault").status_code == HTTPStatus.OK  # in a demo a password is enough
    monkeypatch.setattr(type(desk.built.house), "born", Born.LIVE, raising=False)

    assert faults(client, None, only=some() | {"vault"}) == []
    both = client_of(desk, admin, SignIn.TWO_FACTORS)
    pages = frozenset({"vault", "people", "calls", "call-sound", "demo-progress"})
    assert faults(both, Role.ADMIN, only=pages) == []


@pytest.mark.django_db(transaction=True)
def test_an_expired_trainee_and_a_partner_of_another_unit_open_nothing_of_a_call(
    desk: Desk,
) -> None:
    call = desk.call("001")
    case = desk.case(call)
    handler = person(Role.COMPLAINT_HANDLER)
    partner = builders.staff("partner", role=Role.COMPLAINT_HANDLER, of="partner")
    case.people.add(partner)
    Recording.objects.filter(pk=call.pk).update(reviewed=True)
    chosen = {"purpose": "rights_of_parties", "case": case.reference}
    client = client_of(desk, handler)
    client.post(f"/calls/{call.pk}/open", chosen)
    sound = f"/calls/{call.pk}/sound"
    assert client.get(sound, HTTP_RANGE="bytes=0-99").status_code == HTTPStatus.PARTIAL_CONTENT

    Training.objects.filter(staff=handler).update(valid_until=desk.now.date() - timedelta(days=1))
    other = client_of(desk, partner)
    other.post(f"/calls/{call.pk}/open", chosen)

    for who in (client, other):
        assert nothing_of(who, call) == []
    denied = AccessEntry.objects.filter(recording=RecordingId(call.pk), action="denied")
    assert {"training", "unit"} <= set(denied.values_list("rule", flat=True))


def nothing_of(client: Client, call: Recording) -> list[str]:
    """Where an address of this call answers with more than that the door is shut."""
    given = []
    for pattern in routes():
        of_a_call = str(pattern.pattern).startswith("calls/<uuid:recording>")
        if not of_a_call or pattern.name in ("call", "call-purpose"):  # these ask for a purpose
            continue
        for method, deed in DEEDS.items():
            if DOORS[str(pattern.name)].of(deed) is None:
                continue
            answer = asked(client, method, pattern, str(call.pk))
            if answer.status_code < 400:
                given.append(f"{method} {pattern.name}: {answer.status_code}")
    return given


# --- the API -----------------------------------------------------------------------------


def operations() -> dict[str, str]:
    """Each operation of the API's document, and its address with examples."""
    return {
        f"{method} {path}": "/api/v1" + re.sub(r"\{\w+\}", NOBODY, path)
        for path, told in openapi.document()["paths"].items()
        for method in told
        if method != "parameters"
    }


def test_every_operation_of_the_api_has_a_row() -> None:
    assert set(operations()) == {f"{one.method.lower()} /{one.path}" for one in OPERATIONS}


def scopes_of_the_node() -> dict[str, str]:
    """By operation of the half that is answered without a house (the other:
    ``desk/interface/test_api_house``)."""
    node = [one for one in OPERATIONS if one.half is Half.NODE]
    return {f"{one.method.lower()} /{one.path}": one.scope.value for one in node}


@pytest.mark.parametrize("scopes", [(), (Scope.READ,), (Scope.SAY,), (Scope.READ, Scope.SAY)])
def test_a_token_gets_what_its_scopes_say(
    scopes: tuple[Scope, ...], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(api, "tokens", lambda: api.Tokens(home / "tokens.json"))
    shown = (
        api.tokens().make("exchange", scopes, datetime.now(UTC)) if scopes else "talteen_unknown"
    )
    client = Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {shown}")
    needed = scopes_of_the_node()
    for name, path in operations().items():
        if name not in needed:
            continue
        api.buckets = api.Buckets(api.PER_SECOND, api.AT_ONCE)
        for method in METHODS:
            status = client.generic(method, path).status_code
            asked = "get" if method == "HEAD" else method.lower()
            told = needed.get(f"{asked} {name.split()[1]}")
            if not scopes:
                assert status == HTTPStatus.UNAUTHORIZED, (method, path)
            elif told is None:
                assert status == HTTPStatus.METHOD_NOT_ALLOWED, (method, path)
            elif told not in {one.value for one in scopes}:
                assert status == HTTPStatus.FORBIDDEN, (method, path)
            else:  # nobody captures on this machine: past the door, the node is not there
                assert status in (503, 404, 422), (method, path, status)
