"""What programs did not take lies on a page until somebody decides, and what programs read in a
person's name is told apart from what the person opened."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from talteen.clock import SystemClock
from talteen.notice.purposes import Role
from talteen.register.models import AccessEntry
from talteen.register.programs import api_tokens
from talteen.register.programs.api_models import WebhookMessage
from talteen.register.programs.api_scopes import Scope
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import read
from tests.desk.interface.programs import program, token
from tests.desk.interface.test_api_webhooks import a_round, home, subscribed, there
from tests.kit.receivers import Receiver

__all__ = ["home", "there"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("answering")]


def dead(desk: Desk, webhook: str, status: int) -> WebhookMessage:
    """A message that a receiver has answered with ``status`` for four days."""
    now = SystemClock().now()
    return WebhookMessage.objects.create(
        id=uuid4(),
        subscription_id=UUID(webhook),
        event="recording.sealed",
        about={"recording": str(uuid4())},
        at=desk.now - timedelta(days=5),
        state="dead",
        attempts=10,
        not_before=now,
        http_status=status,
        done_at=now - timedelta(days=1),
    )


def states() -> dict[UUID, str]:
    return dict(WebhookMessage.objects.values_list("pk", "state"))


def test_who_runs_the_house_sends_again_or_lets_go_what_nobody_took(
    desk: Desk, there: Receiver
) -> None:
    admin = desk.client(Role.ADMIN)
    assert "Tapahtumista ei kerrota millekään ohjelmalle" in read(admin, "/programs")
    _, told = subscribed(desk, f"{there.url}secret-path", "recording.sealed")
    assert "Yhtään viestiä ei ole vastaanottamatta" in read(admin, "/programs")
    assert "vastaanottamatta" not in read(admin, "/")
    first, second, third = (dead(desk, told["webhook"], one) for one in (503, 0, 404))

    said = read(admin, "/programs")
    assert "3 viestiä jäi vastaanottamatta" in said
    for answer in ("crm oli epäkunnossa (5xx)", "crm ei vastannut", "crm ei ottanut vastaan (4xx)"):
        assert answer in said
    assert str(first.pk) in said
    assert "secret-path" not in said, "an address may be a receiver's secret"
    assert first.about["recording"] not in said
    assert "3 viestiä ohjelmalle on vastaanottamatta" in read(admin, "/")

    where = f"/programs/{told['webhook']}/dead"
    assert admin.post(where, {"what": "again", "message": first.pk}).status_code == 302
    assert admin.post(where, {"what": "let_go", "message": second.pk}).status_code == 302
    assert states() == {first.pk: "waiting", second.pk: "let_go", third.pk: "dead"}
    a_round(desk)
    assert [one[0]["webhook-id"] for one in there.came] == [str(first.pk)]
    assert admin.post(where, {"what": "let_go"}).status_code == 302
    assert states() == {first.pk: "sent", second.pk: "let_go", third.pk: "let_go"}
    assert admin.post(where, {"what": "again"}).status_code == 409, "nothing lies there any more"
    assert admin.post(where, {"what": "burn"}).status_code == 422
    assert "vastaanottamatta" not in read(admin, "/")


def test_the_officer_looks_and_nobody_sends_for_a_token_that_is_over(
    desk: Desk, there: Receiver
) -> None:
    _, told = subscribed(desk, there.url, "recording.sealed")
    where, one = f"/programs/{told['webhook']}/dead", dead(desk, told["webhook"], 500)
    officer = desk.client(Role.DPO)
    assert "Lähetä uudelleen" not in read(officer, "/programs")
    assert officer.post(where, {"what": "let_go"}).status_code == 403
    assert desk.client(Role.REGISTER_CONTACT).get("/programs").status_code == 403

    api_tokens.revoke("crm", SystemClock().now())
    admin = desk.client(Role.ADMIN)
    said = read(admin, "/programs")
    assert "Tunnus ei ole enää voimassa" in said
    assert "Lähetä uudelleen" not in said
    assert admin.post(where, {"what": "again"}).status_code == 409, "it would wait for ever"
    assert states() == {one.pk: "dead"}
    assert admin.post(where, {"what": "let_go"}).status_code == 302


def test_what_a_token_read_stands_under_its_name_and_is_no_opening(desk: Desk) -> None:
    eila = desk.client(Role.REGISTER_CONTACT)
    assert "Ohjelmasi lukivat" not in read(eila, "/my-use")
    for name, times in (("crm", 3), ("raportit", 1)):
        client = program(token(desk, Scope.RECORDINGS_READ, name=name))
        for _ in range(times):
            assert client.get("/api/v1/recordings").status_code == 200
    assert AccessEntry.objects.filter(action="facts").count() == 4

    own = read(eila, "/my-use").split("Ohjelmasi lukivat")
    assert "Et ole avannut puheluita" in own[0]
    assert "luki 3 kertaa" in own[1].split("raportit")[0].split("crm")[1]
    assert "luki 1 kerran" in own[1].split("raportit")[1]
    assert "Ohjelmasi lukivat" not in read(desk.client(Role.ADMIN), "/my-use")
    told = read(desk.client(Role.DPO), "/uses").split("Mitä ohjelmat lukivat")[1]
    assert "luki 3 kertaa" in told
    assert f"{desk.reader(Role.REGISTER_CONTACT).code}, " in told
