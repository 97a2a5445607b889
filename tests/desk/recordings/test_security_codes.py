"""Calls in which a security code may stand are listed for those who may cut it, until they have
looked; the list shows no word."""

import pytest
from django.test import Client

from talteen import course
from talteen.ids import RecordingId
from talteen.life.transcribe import indexing, words
from talteen.life.transcribe.words import Segment, Side
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import Recording
from tests.desk.conftest import Desk
from tests.kit import transcripts
from tests.life.transcribe.masking.says import segment

pytestmark = pytest.mark.django_db(transaction=True)
CARD = "kortti on 4539 1488 0343 6467 voimassa kymmenen kaksikymmentäyhdeksän"
ASKED = ("Ja mikä on kortin turvakoodi?", "Se on kolme seitsemän yksi.")
PAGE = "/calls/security-codes"


def write(desk: Desk, name: str, *said: Segment) -> Recording:
    call = desk.call(name)
    told = words.draft(said, language="fi", engine=transcripts.ENGINE, settings="", marks=())
    transcripts.write(desk.built.house.vault, RecordingId(call.pk), told, desk.now)
    return call


def listed(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_call_is_listed_until_somebody_has_decided_on_its_covers(desk: Desk) -> None:
    question, answer = ASKED
    named = write(
        desk,
        "001",
        segment(question, side=Side.AGENT),
        segment(answer, side=Side.CALLER, at_ms=3_000),
    )
    near = write(desk, "002", segment(CARD, side=Side.CALLER))
    other = write(desk, "003", segment("Varaus on kolmelle hengelle.", side=Side.CALLER))
    house = desk.built.house
    course.roll(house, desk.now)  # the key of the day's index
    indexing.tend(house.vault, house.shards, desk.now)
    client = desk.client(Role.REGISTER_CONTACT)

    page = listed(client)

    assert "2 puhelussa" in page
    assert page.index(str(named.pk)) < page.index(str(near.pk))
    assert page.count("Turvakoodi mainitaan") == 1
    assert str(other.pk) not in page
    assert not any(word in page for word in ("4539", "seitsemän", "kolme "))

    assert "Turvakoodeja ei ole" in listed(desk.client(Role.COMPLAINT_HANDLER))  # no case of theirs
    opens = {"purpose": Purpose.RIGHTS_OF_PARTIES.value, "case": desk.case(named).reference}
    client.post(f"/calls/{named.pk}/open", opens)
    client.post(f"/calls/{named.pk}/layer", {"layer": "full"})
    client.post(f"/calls/{named.pk}/spans", {"verdict": "approved", "which": "all"})

    assert str(named.pk) not in listed(client)
    assert str(near.pk) in listed(client)


def test_who_may_cover_nothing_finds_no_list(desk: Desk) -> None:
    assert desk.client(Role.COMPLAINT_HANDLER).get(PAGE).status_code == 200
    # Personnel open one call, with the contact's yes, and look for none.
    for role in (Role.AGENT, Role.QUALITY_ANALYST, Role.ADMIN, Role.HR):
        assert desk.client(role).get(PAGE).status_code in (403, 404)


def test_a_list_with_nothing_on_it_says_so(desk: Desk) -> None:
    assert "Turvakoodeja ei ole katsottavana" in listed(desk.client(Role.COMPLAINT_HANDLER))
