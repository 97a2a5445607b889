"""What a program hands over is done once, and leaves nothing in the open."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from talteen import wiring
from talteen.clock import SystemClock
from talteen.engine import hunt
from talteen.register.post.gateway import GatewaySender
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.programs import api_answers
from talteen.register.programs.api_models import ApiAnswer, ApiRequest, ApiToken
from talteen.register.programs.api_scopes import Scope
from tests.desk.conftest import Desk
from tests.desk.interface.programs import asks, fits, post, program, token
from tests.kit import gateways

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("answering")]


def test_a_request_is_handed_over_once_and_its_status_names_no_call(desk: Desk) -> None:
    client = program(token(desk, Scope.REQUESTS_WRITE, Scope.REQUESTS_READ))
    body = asks()
    first = post(client, "requests", body, "k1")
    assert first.status_code == 201
    receipt = fits(first, "Received")
    assert post(client, "requests", body, "k1").json() == receipt
    assert post(client, "requests", asks(), "k1").status_code == 422
    assert post(client, "requests", body, "k2").status_code == 409
    assert ApiRequest.objects.count() == 1

    told = fits(client.get(first["Location"]), "RequestStanding")
    assert told["request_status"] == "pending"
    assert "call" not in json.dumps(told).lower().replace("callback", "")
    late = client.get(f"/api/v1/requests/{uuid4()}")
    assert late.status_code == 404
    known = fits(client.get("/api/v1/requests/discovery"), "Discovered")
    assert body["subject_request_type"] in known["supported_subject_request_types"]
    named = {one["identity_type"] for one in known["supported_identities"]}
    assert {one["identity_type"] for one in body["subject_identities"]} <= named


def test_nothing_of_a_request_stands_in_the_open(desk: Desk) -> None:
    client = program(token(desk, Scope.REQUESTS_WRITE))
    code = post(client, "requests", asks()).json()["code"]
    hidden = {"code": code.encode(), "number": b"358401234567", "name": b"Keksitty"}

    rows = [bytes(row.sealed or b"") for row in ApiAnswer.objects.all()]
    assert rows
    assert all(word not in row for row in rows for word in hidden.values())
    assert hunt.hunt(desk.built.house.config.home, hidden) == []


def test_an_answer_opens_for_its_token_and_key_only(desk: Desk) -> None:
    from talteen.errors import Tampered

    shown = token(desk, Scope.REQUESTS_WRITE)
    row, now = ApiToken.objects.get(), SystemClock().now()
    with api_answers.once(row, shown, "k", b"a" * 32, now) as kept:
        kept.keep({"told": "x"})
    with api_answers.once(row, shown, "k", b"a" * 32, now) as kept:
        assert kept.answer == {"told": "x"}
    with pytest.raises(Tampered), api_answers.once(row, "other", "k", b"a" * 32, now):
        pass
    with pytest.raises(api_answers.UsedForElse), api_answers.once(row, shown, "k", b"b" * 32, now):
        pass
    assert api_answers.forget(now + timedelta(days=2)) == 1


def test_a_request_that_is_none_is_refused_and_leaves_nothing(desk: Desk) -> None:
    client = program(token(desk, Scope.REQUESTS_WRITE))
    unusable: list[object] = [
        {},
        [],
        "x",
        asks(regulation="ccpa"),
        asks(subject_request_type="sale"),
        asks(submitted_time="2026-08-20"),
        asks(submitted_time="2126-08-20T10:00:00Z"),
        asks(status_callback_urls=["https://elsewhere.example/x"]),
        asks(unknown="0401234567"),
    ]
    for body in unusable:
        answer = post(client, "requests", body)
        assert answer.status_code == 422, body
        assert "0401234567" not in answer.content.decode()
    assert ApiRequest.objects.count() == 0


def test_a_post_without_a_key_is_refused(desk: Desk) -> None:
    client = program(token(desk, Scope.REQUESTS_WRITE))
    answer = client.post("/api/v1/requests", data="{}", content_type="application/json")
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "urn:talteen:problem:idempotency-key-missing",
    )


def test_a_caller_who_refused_is_sent_the_other_ways_and_their_number_stands_nowhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """15.2, J12: a real gateway takes it; where it does not answer, nothing is sent later."""
    house, number = desk.built.house, "+358409990001"
    client = program(token(desk, Scope.WAYS_SEND))
    with gateways.gateway(tmp_path) as gateway:
        sender = GatewaySender(gateway.settings, gateways.TOKEN)
        monkeypatch.setattr(wiring, "house", lambda: replace(house, text_sender=sender))
        wanted = {"number": number, "language": "sv"}
        assert post(client, "other-ways", {**wanted, "number": "040 999"}).status_code == 422
        sent = post(client, "other-ways", wanted, "one")
        assert sent.status_code == 202
        fits(sent, "Sent")
        again = post(client, "other-ways", wanted, "one")
        assert (again.status_code, len(gateway.taken)) == (202, 1)
        gateway.status = 500
        assert post(client, "other-ways", wanted).status_code == 503
    [told] = gateway.taken
    assert told[gateway.settings.to_field] == number
    text, ways = told[gateway.settings.text_field], house.register.alternatives
    assert all(one in text for one in (ways.email, ways.web, ways.app.sv, ways.visit.sv))
    assert not OutgoingMessage.objects.exists()
    asked = b"sendOtherWays /api/v1/other-ways " + sha256(json.dumps(wanted).encode()).digest()
    assert sha256(asked).digest() not in [bytes(one.body_sha256) for one in ApiAnswer.objects.all()]
    monkeypatch.setattr(wiring, "house", lambda: replace(house, text_sender=None))
    assert post(client, "other-ways", wanted).status_code == 404
