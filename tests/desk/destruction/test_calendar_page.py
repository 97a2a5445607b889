"""The calendar and the certificates on the screen: what a day says aloud, and where it leads."""

import re
from datetime import timedelta

import pytest

from talteen import course
from talteen.clock import helsinki_date
from talteen.notice.purposes import Role
from talteen.register.models import Recording
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)

PAGE_BYTES = 60_000


def spoken(fragment: str) -> str:
    """What a screen reader says of a piece of a page: all text, but what is hidden from it."""
    heard = re.sub(r'<[^>]* aria-hidden="true"[^>]*>.*?</[a-z]+>', " ", fragment, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", heard).split())


def test_a_day_says_in_words_what_its_colour_shows(desk: Desk) -> None:
    call = desk.call("001")

    said = desk.client(Role.REGISTER_CONTACT).get("/calendar").content.decode()

    link = re.search(rf'<a href="/calls\?day={call.day}".*?</a>', said, re.DOTALL)
    assert link is not None
    assert "aria-label" not in link[0], "the spoken name must begin with what is seen (2.5.3)"
    assert spoken(link[0]).startswith(f"{call.day.day}. {call.day.month}.")
    assert "1 puhelu, häviää" in spoken(link[0])
    assert len(said.encode()) < PAGE_BYTES


def test_the_calendar_has_no_button_to_destroy(desk: Desk) -> None:
    said = desk.client(Role.REGISTER_CONTACT).get("/calendar").content.decode()

    main = said[said.index("<main") : said.index("</main>")]
    assert "<button" not in main
    assert "<form" not in main


def test_the_table_says_the_same_days(desk: Desk) -> None:
    desk.call("001")
    desk.built.clock.advance(timedelta(days=1))
    client = desk.client(Role.AUDITOR)

    said = client.get("/calendar/table").content.decode()

    assert said.count("<tr") >= 93
    assert "elossa" in said


def test_a_living_day_leads_to_calls_only_for_those_who_may_list_them(desk: Desk) -> None:
    call = desk.call("001")

    contact = desk.client(Role.REGISTER_CONTACT).get("/calendar").content.decode()
    auditor = desk.client(Role.AUDITOR).get("/calendar").content.decode()

    assert f"/calls?day={call.day}" in contact
    assert f"/calls?day={call.day}" not in auditor
    assert f"/certificates/{call.day}" in auditor


def test_a_day_goes_from_alive_to_waiting_to_certified(desk: Desk) -> None:
    call, client = desk.call("001"), desk.client(Role.AUDITOR)
    alive = client.get(f"/certificates/{call.day}").content.decode()

    _live_until(desk, call.cutoff_at + timedelta(minutes=30))
    waiting = client.get(f"/certificates/{call.day}").content.decode()
    early = client.get(f"/certificates/{call.pk}").content.decode()

    _live_until(desk, call.due_at + timedelta(minutes=30))
    certified = client.get(f"/certificates/{call.day}").content.decode()

    assert "elää vielä" in alive
    assert "avaimet on tuhottu" in waiting
    assert "Todistus ei ole vielä valmis" in early
    assert "on hävitetty" in certified


def test_a_certificate_on_the_page_and_in_the_file_say_the_same(desk: Desk) -> None:
    call, client = desk.call("001"), desk.client(Role.AUDITOR)
    for moment in _nights_until(desk, call):
        _live_until(desk, moment)

    said = client.get(f"/certificates/{call.pk}").content.decode()
    file = client.get(f"/certificates/{call.pk}.cert")

    text = file.content.decode()
    assert "Todiste pitää" in said
    assert str(call.pk) in said
    assert str(call.pk) in text
    assert "attachment" in file["Content-Disposition"]
    assert "python3 talteen_verify.py" in said
    assert "Mitä tämä ei todista" in said


def test_what_never_was_has_no_certificate(desk: Desk) -> None:
    call, client = desk.call("001"), desk.client(Role.AUDITOR)

    assert client.get(f"/certificates/{call.pk}").status_code == 404
    assert client.get(f"/certificates/{call.pk}.cert").status_code == 404
    assert client.get("/certificates/2026-13-45").status_code == 404
    # From the ends of what a date can be nothing can be counted on.
    for end in ("0001-01-01", "9999-12-31", "9999-12-31.txt", "9999-12.pdf", "0001-01.pdf"):
        assert client.get(f"/certificates/{end}").status_code == 404, end


def _live_until(desk: Desk, moment: object) -> None:
    desk.built.clock.at = moment  # type: ignore[assignment]
    course.sweep(desk.built.house, desk.now)


def _nights_until(desk: Desk, call: Recording) -> list[object]:
    nights = (helsinki_date(call.due_at) - helsinki_date(call.cutoff_at)).days
    return [call.cutoff_at + timedelta(days=night, minutes=30) for night in range(nights + 1)]
