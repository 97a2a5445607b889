"""The door of the staff: what lets in, what does not, and what nobody learns from it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from talteen.desk.page.visit import SIGN_IN, SIGNED_IN_AT
from talteen.notice.purposes import Role
from talteen.register.models import House, Staff
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def with_password(desk: Desk) -> Staff:
    staff = desk.reader(Role.AGENT)
    staff.set_password("pitkä ja oma salasana")
    staff.save()
    return staff


def test_a_code_and_a_password_let_in_as_one_factor(desk: Desk) -> None:
    staff, client = with_password(desk), desk.client()

    answer = client.post("/sign-in", {"code": staff.code, "password": "pitkä ja oma salasana"})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session[SIGN_IN] == SignIn.PASSWORD.value


def test_a_wrong_password_and_an_unknown_code_get_the_same_answer(desk: Desk) -> None:
    staff, client = with_password(desk), desk.client()

    wrong = client.post("/sign-in", {"code": staff.code, "password": "väärä"})
    unknown = client.post("/sign-in", {"code": staff.code, "password": "väärä" * 2})
    nobody = client.post("/sign-in", {"code": "ei-ketaan", "password": "väärä"})

    assert (wrong.status_code, unknown.status_code, nobody.status_code) == (422, 422, 422)
    said = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in (wrong, nobody)]
    assert said[0] == said[1]
    assert "Tunnus tai salasana ei kelpaa" in said[0]


def test_a_password_is_never_sent_back(desk: Desk) -> None:
    answer = desk.client().post("/sign-in", {"code": "a", "password": "tämä ei palaa"})

    assert "tämä ei palaa" not in answer.content.decode()


def test_somebody_who_left_is_not_let_in(desk: Desk) -> None:
    staff, client = with_password(desk), desk.client()
    Staff.objects.filter(pk=staff.pk).update(is_active=False)

    answer = client.post("/sign-in", {"code": staff.code, "password": "pitkä ja oma salasana"})

    assert answer.status_code == 422


def test_in_a_demo_house_one_click_lets_in_from_this_machine(desk: Desk) -> None:
    client, eila = desk.client(), desk.reader(Role.REGISTER_CONTACT)
    assert eila.name in client.get("/sign-in").content.decode()

    answer = client.post("/demo/sign-in", {"person": str(eila.pk), "next": "/calendar"})

    assert (answer.status_code, answer["Location"]) == (302, "/calendar")
    assert client.session[SIGN_IN] == SignIn.DEMO.value


def test_the_demo_door_shows_one_of_each_role_before_the_others(desk: Desk) -> None:
    said = desk.client().get("/sign-in").content.decode()

    front, _, others = said.partition("<details>")
    roles = {Role(role) for role in Staff.objects.values_list("role", flat=True)}
    assert front.count('name="person"') == len(roles)
    assert front.index(desk.reader(Role.REGISTER_CONTACT).name) < front.index("asiakaspalvelija")
    assert others.count('name="person"') == Staff.objects.count() - len(roles)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
    ],
)
def test_one_click_is_for_this_machine_only(desk: Desk, elsewhere: dict[str, str]) -> None:
    client = Client(HTTP_HOST="localhost")
    client.defaults.update(elsewhere)
    eila = desk.reader(Role.REGISTER_CONTACT)

    page = client.get("/sign-in").content.decode()
    answer = client.post("/demo/sign-in", {"person": str(eila.pk)})

    assert eila.name not in page
    assert answer.status_code == 403
    assert SIGN_IN not in client.session


def test_a_live_house_has_no_one_click(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from talteen import wiring
    from talteen.config import Born

    live = replace(desk.built.house, born=Born.LIVE)
    monkeypatch.setattr(wiring, "house", lambda: live)
    House.objects.update(born_as="live")
    eila = desk.reader(Role.REGISTER_CONTACT)

    assert eila.name not in desk.client().get("/sign-in").content.decode()
    assert desk.client().post("/demo/sign-in", {"person": str(eila.pk)}).status_code == 403
    assert desk.client().get("/demo").status_code == 404
    assert desk.client().get("/styleguide").status_code == 404


def test_the_way_back_after_signing_in_never_leads_out_of_the_house(desk: Desk) -> None:
    eila = desk.reader(Role.REGISTER_CONTACT)
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        answer = desk.client().post("/demo/sign-in", {"person": str(eila.pk), "next": elsewhere})

        assert answer["Location"] == "/"


@pytest.mark.parametrize(
    "path",
    [
        "/calls",
        "/purpose",
        "/calendar",
        "/calendar/table",
        "/certificates/2026-08-24",
        "/calibration",
        "/calibration/1",
        "/quality/forms/hotel",
        "/quality/forms/hotel/edit",
        "/quality/forms/hotel/1/2",
    ],
)
def test_a_staff_page_sends_a_stranger_to_the_door(desk: Desk, path: str) -> None:
    answer = desk.client().get(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=")


def test_signing_out_ends_the_session(desk: Desk) -> None:
    client = desk.client(Role.REGISTER_CONTACT)
    assert client.get("/calls").status_code == 200

    client.post("/sign-out")

    assert client.get("/calls").status_code == 302


def test_a_form_of_another_site_is_refused_and_says_what_to_do(desk: Desk) -> None:
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)

    answer = client.post("/sign-in", {"code": "a", "password": "b"})

    assert answer.status_code == 403
    assert "Lomake vanheni" in answer.content.decode()


def test_a_staff_page_is_kept_by_no_cache(desk: Desk) -> None:
    answer = desk.client(Role.REGISTER_CONTACT).get("/calls")

    assert "no-store" in answer["Cache-Control"]


def test_a_session_ends_after_eight_hours_however_busy_it_is(desk: Desk) -> None:
    staff, client = with_password(desk), desk.client()
    client.post("/sign-in", {"code": staff.code, "password": "pitkä ja oma salasana"})
    assert client.get("/calendar").status_code == 200

    for busy, age in ((200, timedelta(hours=7, minutes=59)), (302, timedelta(hours=8))):
        session = client.session
        session[SIGNED_IN_AT] = (datetime.now(UTC) - age).isoformat()
        session.save()
        answer = client.get("/calendar")
        assert answer.status_code == busy

    assert answer["Location"].startswith("/sign-in")
    assert SIGNED_IN_AT not in client.session


def test_a_session_in_use_goes_on_and_is_not_written_with_every_request(desk: Desk) -> None:
    client, lives = desk.client(Role.REGISTER_CONTACT), timedelta(minutes=30)
    client.get("/calls")
    begun = Session.objects.get().expire_date
    client.get("/calls")
    assert Session.objects.get().expire_date == begun

    Session.objects.update(expire_date=datetime.now(UTC) + lives - timedelta(minutes=2))
    client.get("/calls")
    assert Session.objects.get().expire_date > datetime.now(UTC) + lives - timedelta(minutes=1)

    Session.objects.update(expire_date=datetime.now(UTC))
    assert client.get("/calls").status_code == 302


def test_a_session_that_does_not_say_since_when_is_as_old_as_its_next_request(desk: Desk) -> None:
    client = desk.client(Role.AGENT)
    assert SIGNED_IN_AT not in client.session

    client.get("/calendar")

    assert SIGNED_IN_AT in client.session
