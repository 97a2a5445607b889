"""A program hands in calls and call records: by the acts of the commands, and nothing else."""

import io
import json
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from talteen import course
from talteen.demo import material
from talteen.engine import hunt
from talteen.life.seal.models import Blob
from talteen.notice.purposes import Role
from talteen.register.models import Recording
from talteen.register.programs.api_scopes import Scope
from tests.desk.conftest import TODAY, Desk
from tests.desk.interface.programs import fits, program, token
from tests.kit import houses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("answering")]
VECTORS = Path(__file__).parents[2] / "vectors" / "cdr"


@pytest.fixture
def client(desk: Desk) -> Client:
    scopes = (Scope.RECORDINGS_WRITE, Scope.BALANCE_WRITE)
    return program(token(desk, *scopes, role=Role.ADMIN, purpose=None))


def parts(desk: Desk, name: str = "001") -> dict[str, bytes]:
    """What a telephone system has of a spoken call, at the moment at which it ends."""
    call = houses.spoken(name, TODAY)
    desk.built.clock.at = call.ends_at
    found = material.drop(call, desk.built.drop)
    told = {"sidecar": found.files[0], "agent": found.files[1], "caller": found.files[2]}
    return {name: path.read_bytes() for name, path in told.items()}


def hand_in(client: Client, told: dict[str, bytes], key: str = "") -> Any:
    """Under names that are numbers: nobody looks at them."""
    data = {}
    for name, raw in told.items():
        data[name] = io.BytesIO(raw)
        data[name].name = "0401234567.wav"
    headers = {"Idempotency-Key": key or str(uuid4())}
    return client.post("/api/v1/recordings", data=data, headers=headers)


def test_a_call_is_handed_in_once_and_nothing_of_it_touches_a_disk(
    desk: Desk, client: Client
) -> None:
    told = parts(desk)
    answer = hand_in(client, told, "k")
    assert answer.status_code == 200, answer.content
    handed = fits(answer, "HandedIn")
    assert handed["outcome"] == "recorded"
    row = Recording.objects.get()
    assert (str(row.pk), row.origin, row.progress) == (handed["recording"], "import", "sealed")
    assert Blob.objects.count() == 4
    assert hand_in(client, told, "k").json() == handed
    assert hand_in(client, {**told, "agent": told["caller"]}, "k").status_code == 422

    again = hand_in(client, told).json()  # the same call under another key
    assert (again["outcome"], again["recording"]) == ("duplicate", handed["recording"])
    assert Recording.objects.count() == 1
    shutil.rmtree(desk.built.drop)  # the source is not the house's
    needles = {name: raw[200:260] for name, raw in told.items()}
    assert hunt.hunt(desk.built.house.config.home, needles) == []


def test_the_same_call_by_command_and_by_network_is_the_same(desk: Desk, client: Client) -> None:
    taken = desk.call("001")
    answer = hand_in(client, parts(desk))
    assert answer.json()["outcome"] == "duplicate"
    assert answer.json()["recording"] == str(taken.pk)


def test_a_call_without_evidence_leaves_a_count(desk: Desk, client: Client) -> None:
    told = parts(desk)
    sidecar = json.loads(told["sidecar"]) | {"announcements": []}
    answer = hand_in(client, {**told, "sidecar": json.dumps(sidecar).encode()})
    assert answer.json() == {"outcome": "nothing", "kind": "not_announced", "recording": None}
    assert not Recording.objects.exists()


def test_parts_that_are_no_call_are_refused_and_leave_nothing(desk: Desk, client: Client) -> None:
    whole = parts(desk)
    wrongs: list[dict[str, bytes | None]] = [
        {"sidecar": b"{}"},
        {"sidecar": b"no json"},
        {"agent": b"no sound at all"},
        {"agent": None},
        {"sidecar": None},
        {"sound": b"both"},
        {"other": b"0401234567"},
    ]
    for wrong in wrongs:
        told = {name: raw for name, raw in {**whole, **wrong}.items() if raw is not None}
        answer = hand_in(client, told)
        assert answer.status_code == 422, wrong
        assert "0401234567" not in answer.content.decode()
    assert not Recording.objects.exists()


def test_a_sidecar_that_is_far_too_long_is_not_read(desk: Desk, client: Client) -> None:
    answer = hand_in(client, {**parts(desk), "sidecar": b" " * (2 << 20)})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:talteen:problem:too-long")


def test_a_form_or_json_is_no_call(desk: Desk, client: Client) -> None:
    headers = {"Idempotency-Key": "k"}
    answer = client.post(
        "/api/v1/recordings", data="{}", content_type="application/json", headers=headers
    )
    assert answer.status_code == 415
    fields = client.post("/api/v1/recordings", data={"sidecar": "{}"}, headers=headers)
    assert fields.status_code == 422


def test_a_day_of_call_records_is_balanced_and_names_nobody(desk: Desk, client: Client) -> None:
    home = desk.built.house.config.home
    raw = (VECTORS / "cucm-cdr.csv").read_bytes()

    def hand_over(key: str) -> Any:
        return client.post(
            "/api/v1/balance",
            data=raw,
            content_type="text/csv",
            headers={"Idempotency-Key": key},
        )

    assert hand_over("a").status_code == 422  # the operator has not said whose extensions they are
    shutil.copyfile(VECTORS / "mapping.toml", home / "call-records.toml")
    answer = hand_over("b")
    told = fits(answer, "HandedOver")
    assert told["days"][0]["verdicts"]["lost"] == 28
    assert "50555" not in answer.content.decode()
    reader = program(token(desk, Scope.BALANCE_READ, purpose=None, name="reads"))
    day = reader.get(f"/api/v1/balance/{told['days'][0]['day']}")
    assert fits(day, "Balance")["sums"][0]["lost"] == 28
    course.sweep(desk.built.house, desk.now)
