"""The demo's own pages: the tour, what has been filled, and a clock that goes forward only."""

from datetime import timedelta

import pytest

from talteen.notice.purposes import Role
from talteen.register.models import House
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_tour_has_ten_steps_and_a_person_for_each_that_needs_one(desk: Desk) -> None:
    said = desk.client().get("/demo").content.decode()

    assert said.count('<span class="dot">') == 10
    for role in (Role.COMPLAINT_HANDLER, Role.REGISTER_CONTACT, Role.QUALITY_ANALYST, Role.AUDITOR):
        assert str(desk.reader(role).pk) in said or desk.reader(role).name.split()[0] in said


def test_what_was_filled_is_counted_from_the_rows(desk: Desk) -> None:
    before = desk.client().get("/demo/progress").content.decode()
    desk.call("001")

    after = desk.client().get("/demo/progress").content.decode()

    assert "hx-get" in before
    assert "<dd>1</dd>" in after


def test_the_clock_is_sent_to_a_moment_that_the_panel_names(desk: Desk) -> None:
    desk.call("001")
    client = desk.client()
    assert "hx-get" not in client.get("/demo/time").content.decode()

    answer = client.post("/demo/clock", {"to": "day"})

    row = House.objects.get()
    assert answer.status_code == 302
    assert row.clock_until is not None
    assert timedelta() < row.clock_until - desk.now <= timedelta(days=1)
    said = client.get("/demo/time").content.decode()
    assert "Vielä 1 yö." in said
    assert "hx-get" in said


def test_the_clock_moves_nowhere_else(desk: Desk) -> None:
    client, before = desk.client(), House.objects.values_list("clock_at", "clock_until").get()

    for wanted in ("", "yesterday", "1999-01-01"):
        assert client.post("/demo/clock", {"to": wanted}).status_code == 422
    assert client.get("/demo/clock").status_code == 405
    assert House.objects.values_list("clock_at", "clock_until").get() == before


def test_every_page_says_that_it_is_a_demo(desk: Desk) -> None:
    client = desk.client(Role.REGISTER_CONTACT)

    for path in ("/calls", "/calendar", "/notice", "/demo", "/purpose"):
        assert "Esittelytalo" in client.get(path).content.decode()
