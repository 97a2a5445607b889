"""A letter that came by mail is read on its page; a code is asked for and told on two others."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from talteen.desk.ground.rates import Buckets
from talteen.desk.rights import portal
from talteen.ids import RecordingId
from talteen.life.answer import canary, intake, letter, mailbox, posting
from talteen.life.answer.intake import Asked, Taken, Taking, Via
from talteen.life.answer.mailbox_models import MailboxLetter
from talteen.life.answer.models import SubjectRequest
from talteen.notice.purposes import Role
from talteen.notice.rights import Right
from talteen.register.post import messages
from talteen.register.post.imap import Lying
from tests.desk.conftest import Desk
from tests.desk.rights.test_requests_page import public

pytestmark = pytest.mark.django_db(transaction=True)
CODE = re.compile(r"\b\d{6}\b")


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "buckets", Buckets(per_second=1000, at_once=1000))


def came(desk: Desk, *, attached: bool = False, subject: str = "Tietopyyntö") -> SubjectRequest:
    """A letter that the house has taken in."""
    made = EmailMessage()
    made["From"], made["Subject"] = "Kaisa Lehtovaara <kaisa@post.example>", subject
    made.set_content("Haluan puheluni tekstinä.")
    if attached:
        made.add_attachment(b"scan", maintype="image", subtype="png", filename="kortti.png")
    told, lying = letter.read(made.as_bytes()), Lying("1", desk.now, made.as_bytes(), True)
    mailbox.receive(desk.built.house, told, lying, desk.now)
    return SubjectRequest.objects.get()


def taken(desk: Desk, number: str) -> Taken:
    asked = Asked(number=number, day="2026-11-23", around="10:00", reach="kaisa@post.example")
    taking = Taking((Right.ACCESS,), Via.PHONE, "fi", desk.now, asked)
    return intake.receive(desk.built.house.vault, taking, desk.now)


def code_of(desk: Desk) -> str:
    """The newest code that a demo house keeps instead of sending it."""
    house = desk.built.house
    unseal = posting.opener(house.vault)
    messages.deliver(house.sender, desk.now, text=house.text_sender, unseal=unseal)
    found = (CODE.search(one.body) for one in messages.newest(9, unseal))
    return next(one[0] for one in found if one)


def test_a_letter_is_read_and_named_before_it_is_answered(desk: Desk) -> None:
    row, contact = came(desk), desk.client(Role.REGISTER_CONTACT)
    assert "kirje, jota ei ole luettu" in contact.get("/requests").content.decode()
    assert "Kirjettä ei ole luettu" in contact.get(f"/requests/{row.pk}").content.decode()
    page = contact.get(f"/requests/{row.pk}/letter").content.decode()
    assert "Haluan puheluni tekstinä." in page
    assert 'value="kaisa@post.example"' in page

    told = {"what": "read", "language": "sv", "number": "0401234567", "fact": "varaus 12"}
    empty = contact.post(f"/requests/{row.pk}/letter", told)
    assert empty.status_code == 422
    assert "Valitse, mitä henkilö pyytää." in empty.content.decode()
    assert 'value="varaus 12"' in empty.content.decode(), "what was typed is kept"
    contact.post(f"/requests/{row.pk}/letter", {**told, "right": ["access", "erasure"]})

    page = contact.get(f"/requests/{row.pk}").content.decode()
    assert "Kirjettä ei ole luettu" not in page
    assert "Haluan puheluni tekstinä." in page, "their own words stay"
    row.refresh_from_db()
    assert (row.rights, row.language) == (["access", "erasure"], "sv")


def test_who_may_read_a_letter_and_who_may_fetch_what_was_attached(desk: Desk) -> None:
    row = came(desk, attached=True)
    paper = row.papers.get(kind="attached")
    address, file = f"/requests/{row.pk}/letter", f"/requests/{row.pk}/letter/{paper.pk}"
    assert desk.client(Role.AGENT).get(address).status_code == 403
    officer = desk.client(Role.DPO)
    assert officer.get(address).status_code == 200
    assert officer.post(address, {"what": "drop"}).status_code == 403
    assert officer.get(file).status_code == 403

    contact = desk.client(Role.REGISTER_CONTACT)
    answer = contact.get(file)
    assert b"kortti.png" in answer.content
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    contact.post(address, {"what": "drop"})
    assert contact.get(file).status_code == 404


def test_an_advertisement_is_closed_with_a_word_and_a_request_is_not(desk: Desk) -> None:
    row, contact = came(desk, subject="Tarjous"), desk.client(Role.REGISTER_CONTACT)
    address = f"/requests/{row.pk}/letter"
    assert contact.post(address, {"what": "no-request", "reasons": ""}).status_code == 422
    contact.post(address, {"what": "read", "language": "fi", "right": "access"})
    refused = contact.post(address, {"what": "no-request", "reasons": "mainos"})
    assert refused.status_code == 409
    row.refresh_from_db()
    assert row.stage == "received"


def test_a_silent_mailbox_stands_on_the_homes_of_those_who_answer_for_it(desk: Desk) -> None:
    said = "Pyyntöjen postilaatikko on hiljaa"
    roles = (Role.DPO, Role.REGISTER_CONTACT, Role.ADMIN)
    canary.write("a@b.example", desk.now)
    assert not any(said in desk.client(one).get("/").content.decode() for one in roles)

    desk.built.clock.at = desk.now + timedelta(days=1)

    for one in roles:
        assert said in desk.client(one).get("/").content.decode()


def test_letters_that_were_set_aside_are_counted_for_the_contact(desk: Desk) -> None:
    MailboxLetter.objects.create(mark=b"m", kind="automatic", taken_at=desk.now, seen_at=desk.now)
    page = desk.client(Role.REGISTER_CONTACT).get("/").content.decode()
    assert "1 koneen lähettämä viesti siirrettiin sivuun" in page


def test_a_person_shows_on_the_public_page_that_the_number_is_theirs(desk: Desk) -> None:
    request, person = taken(desk, "0401234567"), public()
    follow = {"code": request.code}
    page = person.post("/my-data/follow", follow).content.decode()
    assert "Lähetä koodi tekstiviestinä" in page
    sent = person.post("/my-data/code", {**follow, "channel": "text"})
    assert "koodi tulee pian. Se on voimassa 10 minuuttia" in sent.content.decode()
    code = code_of(desk)

    wrong = person.post("/my-data/prove", {**follow, "proof": "abc"})
    assert wrong.status_code == 403
    assert "Koodi ei käy" in wrong.content.decode()
    right = person.post("/my-data/prove", {**follow, "proof": code})
    assert "Numero on varmistettu." in right.content.decode()

    contact = desk.client(Role.REGISTER_CONTACT)
    shown = contact.get(f"/requests/{request.request.pk}").content.decode()
    assert "Numero on hänen kädessään" in shown
    assert "Taso 1 täyttyy" in shown


def test_the_contact_sends_a_code_and_types_what_the_person_reads_aloud(desk: Desk) -> None:
    request, contact = taken(desk, "0401234567").request, desk.client(Role.REGISTER_CONTACT)
    address = f"/requests/{request.pk}"
    assert "Taso 0" in contact.get(address).content.decode()
    contact.post(f"{address}/code", {"channel": "text"})
    assert contact.post(f"{address}/prove", {"proof": "no"}).status_code == 403
    page = contact.post(f"{address}/prove", {"proof": code_of(desk)}, follow=True).content.decode()
    assert "Taso 1 täyttyy" in page


def test_the_public_page_says_the_same_to_a_number_with_calls_and_to_one_without(
    desk: Desk,
) -> None:
    call = desk.call("008")
    number = desk.built.house.vault.entry(RecordingId(call.pk), desk.now).number
    pages = []
    for one in (number, "0409998887"):
        follow = {"code": taken(desk, one).code}
        sent = public().post("/my-data/code", {**follow, "channel": "text"})
        pages.append((sent.status_code, blank(sent.content.decode())))
    assert pages[0] == pages[1]


def blank(page: str) -> str:
    """Without what differs between any two requests."""
    page = re.sub(r'name="(code|csrfmiddlewaretoken)" value="[^"]*"', "", page)
    return re.sub(r"P-2026-\w{6}|nonce=\"[^\"]*\"", "", page)
