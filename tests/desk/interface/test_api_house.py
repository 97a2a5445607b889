"""Programs ask the house: what they may, in whose name, once, and never for sound or words."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from talteen import course
from talteen.clock import SystemClock
from talteen.desk import cli
from talteen.desk.interface import api, api_table
from talteen.desk.interface.api_frame import Half
from talteen.errors import NotAllowed
from talteen.ids import RecordingId
from talteen.life.hold import provisional
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import AccessEntry, Staff
from talteen.register.programs import api_tokens, bearer
from talteen.register.programs.api_models import ApiToken
from talteen.register.programs.api_scopes import ALLOWED, Scope
from talteen.register.staff import credentials
from tests.desk.conftest import Desk
from tests.desk.interface.programs import CONTACT, REQUEST, fits, program, token
from tests.kit import houses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("answering")]


# --- tokens ---------------------------------------------------------------------------------


def test_no_scope_is_for_a_role_whose_page_does_not_show_the_same(desk: Desk) -> None:
    """Every role tries every scope: what the matrix of the pages says, and nothing else."""
    from talteen.desk.page import overseen
    from talteen.desk.reception import do_not_record
    from talteen.desk.rights import requests
    from talteen.life.use import reach

    overseers = overseen.OVERSEERS
    pages = {
        Scope.RECORDINGS_READ: frozenset(role for role in Role if reach.lists_calls(role)),
        Scope.CERTIFICATES_READ: frozenset(Role),
        Scope.LEDGER_READ: overseers,
        Scope.BALANCE_READ: overseers,
        Scope.REQUESTS_READ: requests.LOOKERS,
        Scope.REQUESTS_WRITE: requests.TAKERS,
        Scope.SALES_CHECK: do_not_record.KEEPERS,
        Scope.HOLDS_READ: provisional.LOOKERS,
        Scope.HEALTH_READ: overseers,
    }
    assert {scope for scope in Scope if scope not in pages} == {
        Scope.RECORDINGS_WRITE,  # on no page: the operator's command
        Scope.BALANCE_WRITE,
        Scope.WAYS_SEND,
        Scope.WEBHOOKS,  # event by event (hook_events)
    }
    for scope, roles in pages.items():
        assert ALLOWED[scope].roles <= roles, scope
        for role in set(Role) - ALLOWED[scope].roles:
            if not Staff.objects.filter(role=role.value, is_active=True).exists():
                continue
            with pytest.raises(NotAllowed):
                token(desk, scope, role=role, purpose=None, name="t")


def test_a_stranger_a_leaver_an_expired_trainee_and_a_wrong_scope_get_nothing_anywhere(
    desk: Desk,
) -> None:
    """Every operation of the table, for everybody who may not."""
    house = [one for one in api_table.OPERATIONS if one.half is Half.HOUSE]

    def statuses(client: Client) -> set[int]:
        told = set()
        for one in house:
            named = {name: "2026-11-24" if name == "day" else uuid4() for name in one.parameters()}
            path = f"/api/v1/{one.path.format(**named)}"
            told.add(client.generic(one.method, path, headers={"Idempotency-Key": "k"}).status_code)
        return told

    assert statuses(Client(HTTP_HOST="localhost")) == {401}
    assert statuses(program("talteen_house_guessed")) == {401}
    contacts = [scope for scope in Scope if CONTACT in ALLOWED[scope].roles]
    everything = program(token(desk, *contacts))
    owner = desk.reader(CONTACT)
    owner.trainings.update(valid_until=desk.now.date() - timedelta(days=1))
    assert statuses(everything) == {403}
    owner.trainings.update(valid_until=desk.now.date() + timedelta(days=9))
    assert statuses(everything) - {403}
    credentials.leave(owner.code, desk.now)
    assert statuses(everything) == {403}
    narrow = program(token(desk, Scope.HEALTH_READ, role=Role.ADMIN, purpose=None, name="n"))
    house = [one for one in house if one.scope is not Scope.HEALTH_READ]
    assert statuses(narrow) == {403}


def test_a_token_is_kept_as_a_hash_and_ends_when_it_is_revoked_or_its_time_is_over(
    desk: Desk,
) -> None:
    shown = token(desk, Scope.LEDGER_READ, purpose=None)
    assert program(shown).get("/api/v1/ledger").status_code in (200, 404)
    row = ApiToken.objects.get()
    assert shown.encode() not in bytes(row.sha256)
    assert row.used_on is not None
    assert program(shown[:-1] + "x").get("/api/v1/ledger").status_code == 401

    ApiToken.objects.update(ends_at=SystemClock().now())
    assert program(shown).get("/api/v1/ledger").status_code == 401
    ApiToken.objects.update(ends_at=SystemClock().now() + timedelta(days=1))
    assert program(shown).get("/api/v1/ledger").status_code in (200, 404)
    api_tokens.revoke("crm", SystemClock().now())
    assert program(shown).get("/api/v1/ledger").status_code == 401


def test_a_token_dies_with_the_standing_of_its_owner(desk: Desk) -> None:
    """REGISTER 17.1: a training that ended, another role, somebody who left."""
    client = program(token(desk, Scope.HOLDS_READ))
    owner = desk.reader(CONTACT)
    assert client.get("/api/v1/holds").status_code == 200

    owner.trainings.update(valid_until=desk.now.date() - timedelta(days=1))
    assert client.get("/api/v1/holds").status_code == 403
    owner.trainings.update(valid_until=desk.now.date() + timedelta(days=9))
    assert client.get("/api/v1/holds").status_code == 200
    Staff.objects.filter(pk=owner.pk).update(role=Role.TRAINER.value)
    assert client.get("/api/v1/holds").status_code == 403
    Staff.objects.filter(pk=owner.pk).update(role=CONTACT.value)
    credentials.leave(owner.code, desk.now)
    assert client.get("/api/v1/holds").status_code == 403


def test_personal_data_needs_a_purpose_that_the_owner_may_have(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="purpose"):
        token(desk, Scope.RECORDINGS_READ, purpose=None)
    with pytest.raises(NotAllowed, match="purpose"):
        token(desk, Scope.RECORDINGS_READ, purpose=Purpose.TRAINING)


def test_the_two_halves_take_each_other_s_tokens_for_nothing(desk: Desk) -> None:
    from talteen.desk.interface.tokens import Scope as NodeScope

    node = api.tokens().make("strip", [NodeScope.READ], SystemClock().now())
    try:
        house = token(desk, Scope.LEDGER_READ, purpose=None)
        assert program(node).get("/api/v1/ledger").status_code == 403
        assert program(house).get("/api/v1/calls").status_code == 403
    finally:
        api.tokens().revoke("strip")


def test_a_token_is_made_shown_listed_and_revoked_on_the_command_line(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> tuple[object, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["token", *words])
        told = capsys.readouterr()
        return ended.value.code, told.out + told.err

    owner, one, other = (desk.reader(role).code for role in (CONTACT, Role.ADMIN, Role.DPO))
    made = ("make", "crm", "--owner", owner, "--scope", "ledger:read", "--scope", "health:read")
    assert run(*made, "--by", one, one)[0] == 2  # one person cannot be two
    assert run("make", "crm", "--owner", owner, "--scope", "sound", "--by", one, other)[0] == 2
    status, out = run(*made, "--by", one, other)
    shown = out.split()[-1]
    assert (status, bytes(ApiToken.objects.get().sha256)) == (0, bearer.digest(shown))
    assert ApiToken.objects.get().scopes == ["health:read", "ledger:read"]
    assert shown not in run("list")[1]
    assert run("revoke", "crm")[0] == 0
    assert program(shown).get("/api/v1/ledger").status_code == 401


def test_a_fault_of_ours_is_a_problem_and_tells_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = program(token(desk, Scope.HOLDS_READ))
    client.raise_request_exception = False

    def breaks(*_: object) -> None:
        raise ValueError("+358401234567")

    monkeypatch.setattr(provisional, "standing", breaks)
    answer = client.get("/api/v1/holds")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["type"] == "urn:talteen:problem:fault"
    assert "358" not in answer.content.decode()


# --- what is read ---------------------------------------------------------------------------


def test_a_program_reads_facts_through_the_eyes_of_its_owner_and_it_is_written_down(
    desk: Desk,
) -> None:
    call = desk.call("001")
    client = program(token(desk, Scope.RECORDINGS_READ))

    told = fits(client.get("/api/v1/recordings"), "ListRecordings")["items"]
    assert [one["recording"] for one in told] == [str(call.pk)]
    one = client.get(f"/api/v1/recordings/{call.pk}")
    assert fits(one, "Recording")["agent"] == call.agent.code
    again = client.get(f"/api/v1/recordings/{call.pk}", headers={"If-None-Match": one["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    lines = list(AccessEntry.objects.filter(action="facts").order_by("pk"))
    assert [line.recording for line in lines] == [None, call.pk, call.pk]
    assert {line.rule for line in lines} == {"token:crm"}
    assert {line.purpose for line in lines} == {REQUEST.value}
    assert {line.staff for line in lines} == {desk.reader(CONTACT).pk}

    other = program(
        token(desk, Scope.RECORDINGS_READ, role=Role.AGENT, purpose=Purpose.CORRECTNESS, name="a")
    )
    owns = desk.reader(Role.AGENT).pk == call.agent_id
    assert other.get(f"/api/v1/recordings/{call.pk}").status_code == (200 if owns else 404)


def test_a_long_list_is_read_in_parts_each_row_once_although_a_call_dies_meanwhile(
    desk: Desk,
) -> None:
    calls = [desk.call(name) for name in ("001", "002", "003")]
    client = program(token(desk, Scope.RECORDINGS_READ))

    first = client.get("/api/v1/recordings?limit=1")
    seen = [one["recording"] for one in first.json()["items"]]
    houses.erase(desk.built, RecordingId(UUID(seen[0])))
    link = first["Link"]
    assert link.endswith('rel="next"')
    while link:
        answer = client.get(link.partition("<")[2].partition(">")[0])
        seen += [one["recording"] for one in answer.json()["items"]]
        link = answer.headers.get("Link", "")
    assert sorted(seen) == sorted(str(call.pk) for call in calls)

    place = first.json()["next"]
    stranger = program(token(desk, Scope.RECORDINGS_READ, name="other"))
    assert client.get(f"/api/v1/recordings?after={place}x").status_code == 422
    assert client.get(f"/api/v1/recordings?after={place}&line=x").status_code == 422
    assert stranger.get(f"/api/v1/recordings?after={place}").status_code == 422


def test_what_is_unknown_twice_or_no_such_value_is_refused_and_not_repeated(desk: Desk) -> None:
    client = program(token(desk, Scope.RECORDINGS_READ))
    for query in ("x=0401234567", "limit=0", "limit=1&limit=2", "since=yesterday", "direction=up"):
        answer = client.get(f"/api/v1/recordings?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
        assert "0401234567" not in answer.content.decode()
    assert client.post("/api/v1/holds").status_code == 405
    assert client.post("/api/v1/holds")["Allow"] == "GET"
    assert client.get("/api/v1/recordings/x").status_code == 404


def test_a_certificate_comes_when_the_last_copy_of_the_key_is_dead(desk: Desk) -> None:
    call = desk.call("001")
    client = program(token(desk, Scope.CERTIFICATES_READ, purpose=None))
    where = f"/api/v1/certificates/{call.pk}"
    assert client.get(where).status_code == 404
    houses.erase(desk.built, RecordingId(call.pk))

    waiting = fits(client.get(where), "Certificate")
    assert (waiting["state"], waiting["certificate"]) == ("waiting", None)
    listed = fits(client.get(f"/api/v1/certificates?day={call.day}"), "ListDestroyed")
    assert [one["recording"] for one in listed["items"]] == [str(call.pk)]
    desk.built.clock.at += timedelta(days=10)
    course.sweep(desk.built.house, desk.now)
    done = client.get(where).json()
    assert done["state"] == "certified"
    assert done["certificate"].strip()


def test_the_head_of_the_log_is_told_and_kept_by_whoever_asks(desk: Desk) -> None:
    desk.call("001")
    course.sweep(desk.built.house, desk.now)
    client = program(token(desk, Scope.LEDGER_READ, purpose=None))

    head = fits(client.get("/api/v1/ledger"), "Head")
    note = client.get("/api/v1/ledger/checkpoint")
    assert note["Content-Type"].startswith("text/plain")
    assert note.content.decode().splitlines()[:2] == [head["origin"], str(head["size"])]
    older = client.get(f"/api/v1/ledger/checkpoint?size={head['size']}")
    assert older.content == note.content
    assert client.get("/api/v1/ledger/checkpoint?size=9999999").status_code == 404


def test_why_and_health_and_holds_are_told(desk: Desk) -> None:
    call = desk.call("001")
    client = program(token(desk, Scope.BALANCE_READ, Scope.HEALTH_READ, Scope.HOLDS_READ))
    at = call.started_at.isoformat().replace("+00:00", "Z")
    told = fits(client.get(f"/api/v1/why?at={at}&line={call.line_id}&language=en"), "Answers")
    assert told["items"][0]["because"] == "recorded"
    assert told["items"][0]["recording"] == str(call.pk)
    assert client.get(f"/api/v1/why?at={at}&line=none").status_code == 422
    assert client.get("/api/v1/balance/2026-11-24").status_code == 404
    assert fits(client.get("/api/v1/holds"), "Holds") == {"items": []}
    assert isinstance(fits(client.get("/api/v1/health"), "Health")["missing"], list)


# --- what is done once ----------------------------------------------------------------------
