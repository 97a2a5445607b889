"""Exchanges and call-centre programs say what happens in a call (REGISTER 6.3, 8.1, 15.3).

Over HTTP, to a whole node in processes of its own. No page of the house is needed for it, and no
table.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jsonschema
import pytest
from django.conf import settings
from django.test import Client
from structlog.testing import capture_logs

from talteen import capturing
from talteen import config as configs
from talteen.desk import cli
from talteen.desk.ground.rates import Buckets
from talteen.desk.interface import api, api_calls, openapi
from talteen.desk.interface.tokens import Scope, Tokens
from talteen.engine import hunt
from talteen.engine.vault.journals import Journals
from talteen.life.capture import api as bodies
from tests.kit import houses, reception, sipp
from tests.kit.nodes import caller_says
from tests.kit.reception import Reception
from tests.life.capture.test_console import CALLER, a_conversation, is_in, the_call

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _ask_as_often_as_you_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "buckets", Buckets(1_000, 1_000))


@pytest.fixture
def house(home: Path, monkeypatch: pytest.MonkeyPatch) -> configs.Config:
    """A house whose folder is the test's own."""
    config = configs.load(home)
    config.paths.state.mkdir()
    monkeypatch.setattr(settings, "CONFIG", config)
    return config


def machine(*scopes: Scope, name: str = "strip") -> Client:
    """A program that has a token for these."""
    token = api.tokens().make(name, scopes, NOW)
    return Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {token}")


def say(client: Client, call: object, what: str, body: object = None, **headers: str) -> Any:
    data = b"" if body is None else json.dumps(body).encode()
    path = f"/api/v1/calls/{call}/{what}".rstrip("/")
    return client.post(path, data=data, content_type="application/json", headers=headers)


def test_without_a_node_and_without_a_database_the_api_still_answers(
    house: configs.Config,
) -> None:
    """No test mark lets this reach the database: that it answers shows that it needs none."""
    answer = machine(Scope.READ).get("/api/v1/calls")

    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"]
    told = answer.json()
    assert told["type"] == "urn:talteen:problem:unavailable"
    assert told["status"] == 503
    assert "talteen capture" in told["detail"]


def test_only_the_hash_of_a_token_is_kept_and_a_revoked_one_is_dead(house: configs.Config) -> None:
    tokens = api.tokens()
    shown = tokens.make("strip", [Scope.READ], NOW)

    assert tokens.path.stat().st_mode & 0o777 == 0o600
    assert hunt.hunt(house.home, {"token": shown.removeprefix("talteen_").encode()}) == []
    assert (known := tokens.of(shown)) is not None
    assert known.scopes == {Scope.READ}
    tokens.revoke("strip")
    assert tokens.of(shown) is None


@pytest.mark.parametrize(
    ("authorization", "status"),
    [("", 401), ("Bearer talteen_wrong", 401), ("Basic eDp5", 401), ("Bearer ", 401)],
)
def test_a_stranger_is_told_nothing(house: configs.Config, authorization: str, status: int) -> None:
    client = Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=authorization)

    answer = client.get("/api/v1/calls")

    assert answer.status_code == status
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_allows_what_it_says_and_no_more(house: configs.Config) -> None:
    reads, says = machine(Scope.READ, name="reads"), machine(Scope.SAY, name="says")

    assert say(reads, uuid4(), "pause").status_code == 403
    assert says.get("/api/v1/calls").status_code == 403
    assert reads.get("/api/v1/calls").status_code == 503
    assert say(says, uuid4(), "pause").status_code == 503


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v1/calls/1/pause", 405),
        ("post", "/api/v1/calls", 405),
        ("get", "/api/v1/", 404),
        ("post", "/api/v1/calls/x/play", 404),
        ("get", "/api/v1/calls/x/y/z", 404),
    ],
)
def test_what_is_not_asked_like_that(
    house: configs.Config, method: str, path: str, status: int
) -> None:
    answer = getattr(machine(Scope.READ, Scope.SAY), method)(path)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_who_asks_too_often_waits(house: configs.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "buckets", Buckets(0.001, 3))
    client, other = machine(Scope.READ), machine(Scope.READ, name="other")

    statuses = [client.get("/api/v1/calls").status_code for _ in range(5)]

    assert statuses == [503, 503, 503, 429, 429]
    assert other.get("/api/v1/calls").status_code == 503


def test_a_bucket_fills_again() -> None:
    bucket = Buckets(per_second=2, at_once=2)

    assert [bucket.take("a", 0.0) for _ in range(3)] == [0, 0, 0.5]
    assert bucket.take("a", 0.5) == 0
    assert bucket.take("a", 0.5) == 0.5
    assert bucket.take("b", 0.5) == 0


def test_the_document_describes_what_is_answered(house: configs.Config) -> None:
    told = Client(HTTP_HOST="localhost").get("/api/v1/openapi.json").json()

    assert told["openapi"].startswith("3.1")
    said = {path.rpartition("/")[2] for path, on in told["paths"].items() if "/{id}/" in path}
    assert said == set(api_calls.SAYINGS) == set(bodies.schemas())
    for schema in told["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    head = told["components"]["schemas"]["Head"]["properties"]
    assert head["size"]["description"] == "How many entries."
    good: dict[str, dict[str, object]] = {
        "Announcement": {"version": "announce.fi@1", "language": "fi", "start":
                         "2026-11-24T10:00:00+02:00", "end": "2026-11-24T10:00:16+02:00"},
        "Pause": {"reason": "card"}, "Resume": {}, "Refusal": {}, "Event": {"type": "threat"},
    }  # fmt: skip
    for name, body in good.items():
        jsonschema.validate(body, told["components"]["schemas"][f"{name}Body"])
        bodies.evidence(name.lower(), json.dumps(body).encode(), NOW)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"type": "hangup"}, told["components"]["schemas"]["EventBody"])


def test_a_token_is_made_shown_and_revoked_on_the_command_line(
    house: configs.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            cli.main(["api-token", *words])
        assert ended.value.code == 0
        return capsys.readouterr().out

    shown = run("strip", "--say").split()[-1]
    tokens = Tokens(house.paths.state / "api-tokens.json")
    assert (token := tokens.of(shown)) is not None
    assert token.scopes == {Scope.SAY}
    assert "strip" in (listed := run())
    assert shown not in listed
    run("--revoke", "strip")
    assert tokens.of(shown) is None


# --- with a call ----------------------------------------------------------------------------


@pytest.fixture
def at(house: configs.Config, tmp_path: Path) -> Iterator[Reception]:
    built = houses.of_now(house.home)
    folder = capturing.folder(house).path
    prompts = (reception.prompt(),)
    with reception.reception(built.house.vault, folder, prompts=prompts) as running:
        yield running


@pytest.mark.django_db(transaction=True)
def test_a_call_is_paused_resumed_and_refused_over_http(at: Reception, tmp_path: Path) -> None:
    packets, both = caller_says(14.0), machine(Scope.READ, Scope.SAY)
    with sipp.calling(at.port, tmp_path, packets) as client:
        call = a_conversation(at)
        shown = both.get("/api/v1/calls")
        jsonschema.validate(
            shown.json(), {"$ref": "#/components/schemas/Calls", **openapi.document()}
        )
        api_calls.Calls.model_validate(shown.json())  # and not a key more than it says
        with capture_logs() as lines:
            paused = say(both, call, "pause", {"reason": "card"}, **{"Idempotency-Key": '"a1"'})
        assert (paused.status_code, paused.json()["state"]) == (200, "paused")
        assert lines == [
            {"event": "api.asked", "log_level": "info", "name": "strip", "action": "pause",
             "recording": call, "http_status": 200}
        ]  # fmt: skip
        again = say(both, call, "resume", **{"Idempotency-Key": "a1"})
        assert again.status_code == 422
        assert say(both, call, "resume").json()["state"] == "recording"
        repeated = say(both, call, "pause", {"reason": "card"}, **{"Idempotency-Key": "a1"})
        assert repeated.json()["state"] == "recording"
        assert both.get(f"/api/v1/calls/{call}").json()["state"] == "recording"
        assert both.get(f"/api/v1/calls/{uuid4()}").status_code == 404
        assert say(both, "find", "", {"extensions": ["7103"]}).json()["recording"] == call
        assert say(both, "find", "", {"extensions": ["7101"]}).status_code == 404
        assert say(both, "find", "", {"ids": "7103"}).status_code == 422
        assert say(both, "find", "", {"number": CALLER}).status_code == 422
        unusable: list[object] = [{"reason": CALLER}, {"x": 1}, [], "x"]
        for body in unusable:
            wrong = say(both, call, "pause", body)
            assert wrong.status_code == 422
            assert CALLER not in wrong.content.decode()
        assert say(both, call, "pause", {"x": "y" * 20_000}).status_code == 422

        assert say(both, call, "refusal", {"way": "words"}).json()["state"] == "refused"
        assert client.wait(60) == 0
        at.ended()
        assert say(both, call, "refusal").status_code == 404
        assert CALLER.removeprefix("+") not in shown.content.decode()

    assert Journals(at.folder.journals).recordings() == set()
    assert hunt.hunt(at.folder.path, {"sound": packets[50][12:60], "caller": CALLER.encode()}) == []


@pytest.mark.django_db(transaction=True)
def test_a_call_is_recorded_by_what_the_exchange_says_over_http(
    at: Reception, tmp_path: Path
) -> None:
    """A version that nobody published is no evidence in the header; the API tells the right one."""
    says = machine(Scope.READ, Scope.SAY)
    with sipp.calling(at.port, tmp_path, caller_says(5.0), version="77") as client:
        call = the_call(at, is_in("announcing"))["recording"]
        now = datetime.now(UTC)
        body = {
            "version": "announce.fi@3",
            "language": "fi",
            "start": (now - timedelta(seconds=9)).isoformat(),
            "end": now.isoformat(),
        }
        told = say(says, call, "announcement", body)
        assert told.json()["state"] == "recording"
        reception.until_kept(at)
        assert client.wait(60) == 0
        (ended,) = at.ended()
    assert (ended.call, ended.fate) == (UUID(call), "ended")
    assert ended.packets > 0
