"""A controller's directory says who joins and who leaves (RFC 7643, 7644; REGISTER 17.1, I16): by
our own requests, and by a client and a checker of SCIM that we did not write."""

import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client

from talteen.clock import SystemClock
from talteen.config import Level
from talteen.desk.interface import api
from talteen.desk.interface.tokens import Scope
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.models import Staff
from talteen.register.policy import Rule
from talteen.register.refusals import Denied
from talteen.register.staff import credentials, directory, invitations
from talteen.register.staff.account_models import DirectoryPerson
from talteen.register.staff.directory import Said
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.desk.staff.test_leaver import at_terminal, run
from tests.kit import logs

__all__ = ["at_terminal"]
pytestmark = pytest.mark.django_db(transaction=True)
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
AINO = {
    "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    "userName": "aino.virta@example.fi",
    "externalId": "5c1e-aino",
    "displayName": "Aino Virta",
    "preferredLanguage": "sv-FI",
    "active": True,
    "emails": [{"value": "aino.virta@example.fi", "type": "work", "primary": True}],
    "phoneNumbers": [{"value": "+358401234567"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"costCenter": "7"},
}


class Directory:
    """A directory with a token."""

    def __init__(self) -> None:
        token = f"t-{uuid4().hex[:6]}".translate(str.maketrans("0123456789", "abcdefghij"))
        self.token = api.tokens().make(token, [Scope.PEOPLE], SystemClock().now())
        self.client = Client(
            HTTP_HOST="localhost", headers={"Authorization": f"Bearer {self.token}"}
        )

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and body of an answer."""
        answer = self.client.generic(
            method,
            f"/scim/v2{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/scim+json",
            headers=headers,
        )
        return answer.status_code, json.loads(answer.content) if answer.content else None

    def joined(self, **other: Any) -> dict[str, Any]:
        """Somebody new."""
        status, told = self.ask("POST", "/Users", AINO | other)
        assert status == 201, told
        found: dict[str, Any] = told
        return found

    def patched(self, person: str, *operations: dict[str, Any]) -> tuple[int, Any]:
        return self.ask("PATCH", f"/Users/{person}", {"schemas": [PATCH], "Operations": operations})


@pytest.fixture
def scim(desk: Desk) -> Directory:
    from talteen.desk.interface import scim_answers  # half a second of a core where it is loaded

    scim_answers.buckets._left.clear()
    return Directory()


def test_a_joiner_opens_nothing_until_two_persons_undertaking_and_training(
    desk: Desk, scim: Directory
) -> None:
    told = scim.joined()
    aino = Staff.objects.get(pk=told["id"])
    assert (aino.name, aino.language, aino.role) == ("Aino Virta", "sv", Role.AGENT.value)
    assert "virta" not in aino.code
    assert not aino.has_usable_password()

    now = SystemClock().now()
    today = desk.now.date()
    mine = next(one for one in credentials.everybody(today) if one.code == aino.code)
    assert not mine.complete(today)
    door = next(one for one in invitations.doors(now) if one.id == aino.pk)
    assert (door.open, door.joined) == (False, True)
    page = desk.client(Role.ADMIN).get("/people").content.decode()
    assert "Tuli hakemistosta, ei kutsuttu" in page

    admin, dpo = desk.client(Role.ADMIN), desk.client(Role.DPO)
    admin.post(f"/people/{aino.pk}/invite", {"role": Role.TEAM_LEADER.value})
    aino.refresh_from_db()
    assert aino.role == Role.AGENT.value  # one person alone gives no role
    waiting = next(one for one in invitations.doors(now) if one.id == aino.pk)
    admin.post(f"/people/invitations/{waiting.invitation}/approve")
    aino.refresh_from_db()
    assert aino.role == Role.AGENT.value
    dpo.post(f"/people/invitations/{waiting.invitation}/approve")
    aino.refresh_from_db()
    assert aino.role == Role.TEAM_LEADER.value
    assert scim.ask("GET", f"/Users/{aino.pk}")[1]["groups"][0]["value"] == "team_leader"


LEAVINGS = {
    "patch": lambda scim, one: scim.patched(
        one, {"op": "replace", "path": "active", "value": False}
    ),
    "patch as Entra writes it": lambda scim, one: scim.patched(
        one, {"op": "Replace", "value": {"active": False}}
    ),
    "put": lambda scim, one: scim.ask("PUT", f"/Users/{one}", AINO | {"active": False}),
    "delete": lambda scim, one: scim.ask("DELETE", f"/Users/{one}"),
}


@pytest.mark.parametrize("way", LEAVINGS)
def test_a_leaver_loses_page_session_and_open_sound_at_once(
    desk: Desk, scim: Directory, way: str
) -> None:
    call = desk.call("001")
    case, handler = desk.case(call), desk.reader(Role.COMPLAINT_HANDLER)
    said = Said(AINO["userName"], AINO["externalId"], handler.name, "fi", active=True)  # type: ignore[arg-type]
    eila, dina = desk.reader(Role.REGISTER_CONTACT), desk.reader(Role.DPO)
    directory.adopt(handler.code, said, by=(eila.code, dina.code), now=SystemClock().now())
    client = desk.client(Role.COMPLAINT_HANDLER)
    rights = Purpose.RIGHTS_OF_PARTIES
    client.post(f"/calls/{call.pk}/open", {"purpose": rights.value, "case": case.reference})
    grant = access.grant(
        handler, rights, call.pk, case=case.reference, sign_in=SignIn.DEMO, at=desk.now
    )
    sound = client.get(f"/calls/{call.pk}/sound", HTTP_RANGE="bytes=0-999")
    assert sound.status_code == 206

    status, _ = LEAVINGS[way](scim, str(handler.pk))

    assert status in (200, 204)
    for path in (f"/calls/{call.pk}", f"/calls/{call.pk}/sound", "/calls"):
        assert client.get(path).status_code == 302
    with pytest.raises(Denied) as refused:  # what streams asks before its next range
        access.log_range(grant, "play", start_ms=0, end_ms=1000, at=desk.now)
    assert refused.value.rule is Rule.NOT_ACTIVE
    assert DirectoryPerson.objects.exists() == (way != "delete")


def test_who_comes_back_comes_back_without_a_way_in(desk: Desk, scim: Directory) -> None:
    person = scim.joined()["id"]
    scim.patched(person, {"op": "replace", "path": "active", "value": False})
    assert not Staff.objects.get(pk=person).is_active

    status, told = scim.patched(person, {"op": "replace", "path": "active", "value": True})

    assert (status, told["active"]) == (200, True)
    door = next(one for one in invitations.doors(SystemClock().now()) if str(one.id) == person)
    assert not door.open


def test_what_the_house_does_not_need_is_taken_and_forgotten(scim: Directory) -> None:
    person = scim.joined()["id"]
    operations = (
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "toinen@example.fi"},
        {"op": "Replace", "path": "title", "value": "päällikkö"},
        {"op": "Replace", "value": {"name.familyName": "Niemi", "displayName": "Aino Niemi"}},
    )

    status, told = scim.patched(person, *operations)

    assert (status, told["displayName"]) == (200, "Aino Niemi")
    assert set(told) == {
        *("schemas", "id", "externalId", "meta", "userName", "displayName"),
        *("active", "groups"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(s)::text FROM staff s WHERE id = %s", [person])
        row = cursor.fetchone()[0]
    assert "toinen" not in row
    assert "358401234567" not in row


def test_people_are_found_by_user_name_and_external_id_and_page_by_page(scim: Directory) -> None:
    for number in range(5):
        scim.joined(userName=f"p{number}@example.fi", externalId=f"x-{number}")

    def found(query: str) -> list[str]:
        status, told = scim.ask("GET", f"/Users?{query}")
        assert status == 200, told
        return [one["userName"] for one in told.get("Resources", [])]

    assert found('filter=userName eq "P3@example.fi"') == ["p3@example.fi"]
    assert found('filter=externalId eq "x-4"') == ["p4@example.fi"]
    assert found('filter=externalId eq "X-4"') == []
    assert found('filter=userName eq "nobody"') == []
    assert found("startIndex=2&count=2") == ["p1@example.fi", "p2@example.fi"]
    _, told = scim.ask("GET", "/Users?count=0")
    assert (told["totalResults"], told["itemsPerPage"]) == (5, 0)
    search = {"filter": 'userName eq "p1@example.fi"'}
    assert scim.ask("POST", "/Users/.search", search)[1]["totalResults"] == 1
    for wrong in ("userName", "userName eq", "nothing eq 1", '"' * 9, "(" * 200):
        status, told = scim.ask("GET", f"/Users?filter={wrong}")
        assert (status, told["scimType"]) == (400, "invalidFilter"), wrong


def test_a_directory_that_read_an_older_state_changes_nothing(scim: Directory) -> None:
    told = scim.joined()
    person, old = told["id"], told["meta"]["version"]
    assert scim.ask("GET", f"/Users/{person}", **{"If-None-Match": old})[0] == 304
    scim.patched(person, {"op": "replace", "path": "displayName", "value": "Aino Niemi"})

    stale = {"If-Match": old}
    status, error = scim.ask("PUT", f"/Users/{person}", AINO | {"active": False}, **stale)
    assert (status, error["status"]) == (412, "412")
    assert scim.ask("DELETE", f"/Users/{person}", **stale)[0] == 412
    assert Staff.objects.get(pk=person).is_active
    new = scim.ask("GET", f"/Users/{person}")[1]["meta"]["version"]
    assert scim.ask("DELETE", f"/Users/{person}", **{"If-Match": new})[0] == 204
    assert scim.ask("GET", f"/Users/{person}")[0] == 404


def test_roles_are_read_and_never_granted(desk: Desk, scim: Directory) -> None:
    person = scim.joined(roles=[{"value": "admin"}], groups=[{"value": "admin"}])["id"]
    member = {"op": "add", "path": "members", "value": [{"value": person}]}

    assert scim.ask("GET", "/Groups/agent")[1]["members"] == [{"value": person}]
    status, error = scim.ask("PATCH", "/Groups/admin", {"schemas": [PATCH], "Operations": [member]})
    assert (status, error["schemas"]) == (403, ["urn:ietf:params:scim:api:messages:2.0:Error"])
    scim.patched(person, {"op": "replace", "path": "groups", "value": [{"value": "admin"}]})
    assert Staff.objects.get(pk=person).role == Role.AGENT.value
    assert "members" not in scim.ask("GET", "/Groups/admin")[1]


WRONG: dict[str, tuple[str, str, Any, int, str | None]] = {
    "a name twice": ("POST", "/Users", AINO | {"externalId": "other"}, 409, "uniqueness"),
    "an id twice": ("POST", "/Users", AINO | {"userName": "other"}, 409, "uniqueness"),
    "no name": ("POST", "/Users", {"schemas": [USER]}, 400, "invalidValue"),
    "an empty name": ("POST", "/Users", AINO | {"userName": " "}, 400, "invalidValue"),
    "no JSON object": ("POST", "/Users", [], 400, "invalidSyntax"),
    "a word for a truth": ("POST", "/Users", AINO | {"active": "perhaps"}, 400, "invalidValue"),
    "nobody": ("GET", f"/Users/{uuid4()}", None, 404, None),
    "no id": ("GET", "/Users/1", None, 404, None),
    "nothing": ("GET", "/Elsewhere", None, 404, None),
    "no such method": ("POST", f"/Users/{uuid4()}", {}, 404, None),
    "many at once": ("POST", "/Bulk", {}, 501, None),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_in_scim_s_form(scim: Directory, wrong: str) -> None:
    scim.joined()
    method, path, body, expected, kind = WRONG[wrong]

    status, told = scim.ask(method, path, body)

    assert (status, told.get("scimType")) == (expected, kind)
    assert told["status"] == str(expected)
    assert told["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]


def test_only_a_token_for_people_is_heard(scim: Directory) -> None:
    other = api.tokens().make("strip-only", [Scope.SAY, Scope.READ], SystemClock().now())

    for token, expected in (("", 401), ("talteen_nobody", 401), (other, 403)):
        client = Client(HTTP_HOST="localhost", headers={"Authorization": f"Bearer {token}"})
        answer = client.get("/scim/v2/Users")
        assert (answer.status_code, answer["Content-Type"]) == (expected, "application/scim+json")
        assert json.loads(answer.content)["status"] == str(expected)
    api.tokens().revoke("strip-only")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with logs.written(Level.DEBUG) as kept:
        yield kept


def test_no_name_of_anybody_is_in_a_log(scim: Directory, lines: io.StringIO) -> None:
    person = scim.joined()["id"]
    scim.ask("GET", '/Users?filter=userName eq "aino.virta@example.fi"')
    scim.ask("POST", "/Users", AINO)
    scim.patched(person, {"op": "replace", "path": "active", "value": False})

    written = lines.getvalue()

    assert "directory.joined" in written
    assert "directory.left" in written
    assert not any(word in written.lower() for word in ("aino", "virta", "example.fi", "5c1e"))


def test_somebody_from_before_is_known_by_the_word_of_two(
    scim: Directory, at_terminal: None, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    person = desk.reader(Role.COMPLAINT_HANDLER)
    two = [desk.reader(role).code for role in (Role.ADMIN, Role.DPO)]
    monkeypatch.setattr("sys.stdin", io.StringIO("riitta@example.fi\n5c1e-riitta\n"))

    assert run("directory", person.code, "--by", *two) == 0

    _, told = scim.ask("GET", '/Users?filter=externalId eq "5c1e-riitta"')
    assert told["Resources"][0]["id"] == str(person.pk)


def test_a_checker_of_others_finds_nothing_against_the_rfcs(scim: Directory) -> None:
    # Three seconds of a core, which each of the tests' processes would pay at its start.
    from scim2_client.engines.wsgi import WSGISCIMClient
    from scim2_models import ScimProvider
    from scim2_tester import Status, check_server

    client = WSGISCIMClient(
        get_wsgi_application(),
        base_url="http://localhost/scim/v2",
        headers={"Authorization": f"Bearer {scim.token}"},
        provider=ScimProvider(),
    )

    results = check_server(client, resource_types=["User"])

    wrong = {Status.ERROR, Status.CRITICAL}
    found = {f"{one.title}: {one.reason}" for one in results if one.status in wrong}
    # Somebody works here or does not: who takes the word back has said nothing of it (7643 2.2).
    assert found == {"check_remove_attribute: PATCH modify() did not remove attribute 'active'"}
    assert len(results) > 20
