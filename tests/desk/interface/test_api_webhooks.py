"""Programs are told what happened: signed, ids only, once, and in the end or not at all."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from talteen import course, subscribers
from talteen.clock import SystemClock, helsinki_date
from talteen.desk import cli
from talteen.engine import hunt
from talteen.errors import NotAllowed
from talteen.ids import RecordingId
from talteen.life.seal import personal
from talteen.notice.purposes import Role
from talteen.oversight.flow import hooks
from talteen.register.models import Staff
from talteen.register.programs import webhook, webhooks
from talteen.register.programs.api_models import WebhookMessage, WebhookSubscription
from talteen.register.programs.api_scopes import Scope
from talteen.register.programs.webhook import Secret
from tests.desk.conftest import Desk
from tests.desk.interface.programs import asks, post, program, token
from tests.kit import houses, receivers
from tests.kit.receivers import Receiver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("answering")]


@pytest.fixture
def home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house whose operator lets messages go to this machine."""
    monkeypatch.setenv("TALTEEN_WEBHOOKS_NETWORKS", '["127.0.0.0/8"]')
    return home


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receivers.receiver() as one:
        yield one


def subscribed(desk: Desk, url: str, *events: str, role: Role = Role.REGISTER_CONTACT) -> Any:
    """A program that asked to be told; its client and the answer."""
    client = program(token(desk, Scope.WEBHOOKS, Scope.REQUESTS_WRITE, role=role, purpose=None))
    answer = post(client, "webhooks", {"url": url, "events": list(events)})
    assert answer.status_code == 201, answer.content
    return client, answer.json()


def read(one: tuple[dict[str, str], bytes], secret: str) -> dict[str, Any]:
    """What came, if ``secret`` signed it near now."""
    webhook.verified(one[0], one[1], [Secret.read(secret)], SystemClock().now())
    told: dict[str, Any] = json.loads(one[1])
    return told


def a_round(desk: Desk) -> None:
    """The sweep writes down, and what it asked a worker for is done: this job and no other."""
    course.sweep(desk.built.house, desk.now)
    for pk in WebhookSubscription.objects.exclude(asked_until=None).values_list("pk", flat=True):
        subscribers.tell.run(pk)


def later(desk: Desk) -> int:
    """What waits is told when its time has come; how much was taken."""
    waiting = WebhookMessage.objects.filter(state="waiting").order_by("not_before")
    at = waiting.values_list("not_before", flat=True)[0]
    house = desk.built.house
    taken = 0
    for pk in WebhookSubscription.objects.filter(ended_at=None).values_list("pk", flat=True):
        taken += webhooks.tell(
            pk,
            lambda: at,
            unseal=partial(personal.unseal, house.vault, personal.Kind.HOOK),
            send=hooks.sender(house.config, house.register, lambda: helsinki_date(desk.now)),
        )
    return taken


def test_what_happens_is_told_once_signed_and_by_ids_only(desk: Desk, there: Receiver) -> None:
    before = desk.call("002")
    course.sweep(desk.built.house, desk.now)
    _, told = subscribed(desk, there.url, "recording.sealed", "recording.destroyed")
    call = desk.call("001")
    a_round(desk)
    a_round(desk)

    assert [read(one, told["secret"])["data"] for one in there.came] == [
        {"recording": str(call.pk)}
    ]
    houses.erase(desk.built, RecordingId(call.pk))
    a_round(desk)
    last = read(there.came[-1], told["secret"])
    assert (last["type"], last["data"]) == ("recording.destroyed", {"recording": str(call.pk)})
    assert str(before.pk) not in str(there.came)
    assert len({headers["webhook-id"] for headers, _ in there.came}) == len(there.came) == 2
    secret = told["secret"].removeprefix("whsec_")
    assert hunt.hunt(desk.built.house.config.home, {"secret": secret.encode()}) == []


def test_a_request_is_told_by_the_id_that_the_program_gave_it(desk: Desk, there: Receiver) -> None:
    client, told = subscribed(desk, there.url, "request.received", "request.stepped")
    body = asks(status_callback_urls=[there.url])
    assert post(client, "requests", body).status_code == 201
    a_round(desk)
    said = [read(one, told["secret"])["data"]["subject_request_id"] for one in there.came]
    assert said == [body["subject_request_id"]]


def test_a_receiver_that_is_away_is_asked_again_and_then_given_up(
    desk: Desk, there: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    there.status = 500
    _, told = subscribed(desk, there.url, "recording.sealed")
    for name in ("001", "002"):
        desk.call(name)
    a_round(desk)
    assert len(there.came) == 1  # the second waits behind it
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {"waiting"}

    tries = 0
    while WebhookMessage.objects.filter(state="waiting").exists():
        later(desk)
        tries += 1
        assert tries < 30
    assert len(there.came) == 2 * (1 + len(webhooks.WAITS))
    assert {one[0]["webhook-id"] for one in there.came} == {
        str(pk) for pk in WebhookMessage.objects.values_list("pk", flat=True)
    }
    with pytest.raises(SystemExit) as ended:
        cli.main(["webhooks", "list"])
    assert ended.value.code == 1
    assert "recording.sealed" in capsys.readouterr().out.replace("\n", "")

    there.status = 204
    client = program(token(desk, Scope.WEBHOOKS, purpose=None, name="other"))
    assert post(client, "webhooks/dead", None).status_code == 422
    assert webhooks.again(SystemClock().now()) == 2
    a_round(desk)
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {"sent"}
    assert read(there.came[-1], told["secret"])["type"] == "recording.sealed"


def test_a_secret_is_changed_without_a_gap(desk: Desk, there: Receiver) -> None:
    client, old = subscribed(desk, there.url, "recording.sealed")
    answer = post(client, f"webhooks/{old['webhook']}/secret", None)
    assert answer.status_code == 422  # a body that is null is none of ours
    answer = client.generic(
        "POST", f"/api/v1/webhooks/{old['webhook']}/secret", headers={"Idempotency-Key": "r"}
    )
    new = answer.json()["secret"]
    assert new != old["secret"]
    desk.call("001")
    a_round(desk)
    assert read(there.came[0], old["secret"]) == read(there.came[0], new)

    WebhookSubscription.objects.update(before_until=SystemClock().now())
    desk.call("002")
    a_round(desk)
    assert read(there.came[1], new)
    with pytest.raises(NotAllowed):
        read(there.came[1], old["secret"])


def test_who_says_gone_is_told_nothing_more_and_so_is_who_ends_it(
    desk: Desk, there: Receiver
) -> None:
    client, _told = subscribed(desk, there.url, "recording.sealed")
    there.status = 410
    desk.call("001")
    a_round(desk)
    assert client.get("/api/v1/webhooks").json() == {"items": []}

    answer = post(client, "webhooks", {"url": there.url, "events": ["recording.sealed"]})
    where = f"/api/v1/webhooks/{answer.json()['webhook']}"
    assert client.delete(where).status_code == 204
    assert client.delete(where).status_code == 404
    desk.call("002")
    a_round(desk)
    assert len(there.came) == 1


def test_nothing_is_told_in_the_name_of_somebody_who_may_not_know_it_any_more(
    desk: Desk, there: Receiver
) -> None:
    subscribed(desk, there.url, "recording.sealed")
    owner = Staff.objects.filter(pk=desk.reader(Role.REGISTER_CONTACT).pk)
    owner.update(role=Role.TRAINER.value)
    desk.call("001")
    a_round(desk)
    assert there.came == []
    assert not WebhookMessage.objects.exists()


def test_what_may_not_be_told_there_is_refused(desk: Desk) -> None:
    client = program(token(desk, Scope.WEBHOOKS, purpose=None))
    sealed = ["recording.sealed"]
    wanted: list[tuple[str, list[str], int]] = [
        ("http://10.1.2.3/", sealed, 403),
        ("https://nobody-knows.example/", sealed, 403),
        ("https://10.20.0.9/", sealed, 403),  # a record names it, the operator does not
        ("ftp://127.0.0.1/", sealed, 422),
        ("http://127.0.0.1/", [], 422),
        ("http://127.0.0.1/", ["everything"], 422),
    ]
    for url, events, status in wanted:
        answer = post(client, "webhooks", {"url": url, "events": events})
        assert answer.status_code == status, url
    assert not WebhookSubscription.objects.exists()


def test_an_inspector_is_not_told_of_requests_or_breaches(desk: Desk) -> None:
    auditors = Staff.objects.filter(role=Role.AUDITOR.value)
    role = Role.AUDITOR if auditors.exists() else Role.ADMIN
    client = program(token(desk, Scope.WEBHOOKS, role=role, purpose=None))
    for event in ("request.received", "breach.opened", "hold.placed"):
        answer = post(client, "webhooks", {"url": "http://127.0.0.1/", "events": [event]})
        assert answer.status_code == 403


def test_a_worker_that_dies_before_it_told_leaves_the_message(desk: Desk, there: Receiver) -> None:
    subscribed(desk, there.url, "recording.sealed")
    desk.call("001")
    course.sweep(desk.built.house, desk.now)
    asked_for: list[UUID] = []
    ask: Callable[[UUID], None] = asked_for.append

    assert webhooks.due(SystemClock().now(), ask) == 0  # a job stands already
    after: datetime = SystemClock().now() + timedelta(minutes=6)
    assert webhooks.due(after, ask) == 1
    subscribers.tell.run(asked_for[0])
    assert len(there.came) == 1


def test_messages_are_let_go_of_after_a_month(desk: Desk, there: Receiver) -> None:
    subscribed(desk, there.url, "recording.sealed")
    desk.call("001")
    a_round(desk)
    assert webhooks.forget(SystemClock().now() + timedelta(days=29)) == 0
    assert webhooks.forget(SystemClock().now() + timedelta(days=31)) == 1
