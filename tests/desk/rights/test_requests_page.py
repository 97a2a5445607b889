"""Requests on the screens: a sentence becomes a request, its calls stay, two people answer it, and
the person fetches the answer by two codes."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from talteen.desk.ground.rates import Buckets
from talteen.desk.page import documents
from talteen.desk.rights import portal
from talteen.engine.tlog import note
from talteen.ids import RecordingId
from talteen.life.answer.models import Package, SubjectRequest
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import revisions, statements
from talteen.life.transcribe.statements import Statement
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import tending
from talteen.register import access
from talteen.register.models import Hold, Recording, Staff
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.kit import transcripts

pytestmark = pytest.mark.django_db(transaction=True)
CODE = re.compile(r'<strong class="mono">([0-9A-Z ]+)</strong>')


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "buckets", Buckets(per_second=1000, at_once=1000))
    # Drawing is what certificates do (test_certificate): here it would be most of the time.
    monkeypatch.setattr(documents, "draws_pdf", lambda: False)


def public() -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")


def number_of(desk: Desk, call: Recording) -> str:
    return desk.built.house.vault.entry(RecordingId(call.pk), desk.now).number


def second_contact(desk: Desk) -> Client:
    """The other register contact, who has the same right and is another person."""
    first = desk.reader(Role.REGISTER_CONTACT)
    other = Staff.objects.filter(role=Role.REGISTER_CONTACT.value).exclude(pk=first.pk).first()
    client = desk.client(Role.REGISTER_CONTACT)
    client.force_login(other)
    session = client.session
    session["sign_in"] = "demo"
    session.save()
    return client


def sum_of(pages: list[list[str]]) -> list[str]:
    return [line for page in pages for line in page]


def act(client: Client, what: str, **typed: str) -> str:
    request = SubjectRequest.objects.get()
    path = f"/requests/{request.pk}/{what}"
    return client.post(path, typed, follow=True).content.decode()


def checked(desk: Desk, call: Recording, name: str) -> None:
    """Two people have read the words, the second against the sound."""
    vault, recording = desk.built.house.vault, RecordingId(call.pk)
    transcripts.write(vault, recording, transcripts.of_call(name, call), desk.now)
    opened = door.open_for_step(vault, recording, Step.TRANSCRIBE, desk.now)
    revisions.revise(opened, {}, by="a01", now=desk.now)
    revisions.check(opened, by="r01", now=desk.now)


def beside(desk: Desk, call: Recording, words: str) -> None:
    """A statement of the person stands beside the words (Art. 16)."""
    recording = RecordingId(call.pk)
    opened = door.open_for_step(desk.built.house.vault, recording, Step.STATEMENT, desk.now)
    statements.lay(opened, Statement(call.pk, desk.now, words))


def test_from_a_sentence_to_a_package_that_the_person_opens(desk: Desk) -> None:
    call = desk.call("008")
    number, day = number_of(desk, call), call.day.isoformat()
    contact, other = desk.client(Role.REGISTER_CONTACT), second_contact(desk)
    assert "Yksikään pyyntö ei odota" in contact.get("/requests").content.decode()
    empty = contact.post("/requests/new", {"via": "phone", "language": "fi", "name": "Kaisa L"})
    assert empty.status_code == 422
    assert "Valitse, mitä henkilö pyytää." in empty.content.decode()
    assert "Kaisa L" in empty.content.decode()  # what was typed is kept

    told = {"right": "access", "via": "phone", "language": "fi", "name": "Kaisa L"}
    taken = contact.post("/requests/new", {**told, "number": number, "day": day})
    code = CODE.findall(taken.content.decode())[0]
    hold = Hold.objects.get()
    assert (hold.recording_id, hold.ground, hold.state) == (call.pk, "request_pending", "active")
    listed = contact.get("/requests").content.decode()
    assert "1 pyyntö odottaa vastausta" in listed
    assert "Varmista, kuka pyytää" in listed

    assert "Puheluita etsitään" in act(contact, "identify", how="varausnumero täsmää")
    searched = act(contact, "search", number=number, first=day, last=day)
    assert "1 puhelu tuli numerosta" in searched
    assert "Numerosta ei tullut" in act(contact, "search", number="0409998887", first=day, last=day)
    act(contact, "scoped")
    who = desk.reader(Role.REGISTER_CONTACT)
    reference = SubjectRequest.objects.get().case.reference
    grant = access.grant(
        who,
        Purpose.DATA_SUBJECT_REQUEST,
        RecordingId(call.pk),
        case=reference,
        sign_in=SignIn.DEMO,
        at=desk.now,
    )
    access.log_range(grant, "play", start_ms=0, end_ms=1000, at=desk.now)
    # No package of words that nobody has checked, and no answer without a package.
    assert "vielä kesken" in act(contact, "package")
    checked(desk, call, "008")
    beside(desk, call, "Tarkoitin lauantaita.")
    packed = act(contact, "package")
    package_code = CODE.findall(packed)[0]
    request = SubjectRequest.objects.get()
    early = {"code": code, "package": package_code, "file": "html"}
    assert public().post("/my-data/package", early).status_code == 410
    page = act(contact, "prepare", answer="access_cover.granted")
    assert "Löydettyjä puheluita: 1" in page
    assert "vaatii toisen henkilön" in act(contact, "decide")
    assert "Vastaus on noudettavissa" in act(other, "decide")

    person = public()
    followed = person.post("/my-data/follow", {"code": code.lower()}).content.decode()
    assert "Tässä ovat puhelusi tiedot" in followed
    wrong = person.post("/my-data/package", {**early, "package": "WRONG222"})
    assert wrong.status_code == 403
    opened = person.post("/my-data/package", early)
    words = opened.content.decode()
    assert opened.status_code == 200
    assert "Hävittäminen keskeytetty: tietopyyntö kesken" in words
    assert "Puhujan oma selvitys" in words
    assert "Tarkoitin lauantaita." in words
    assert "kuuntelu, tarkoitus: oma pyyntösi, tehtävä: rekisterin yhteyshenkilö" in words
    assert not [one.name for one in Staff.objects.all() if one.name in words]
    plain = json.loads(person.post("/my-data/package", {**early, "file": "json"}).content)
    assert plain["calls"][0]["transcript"]["state"] == "checked"
    [stated] = plain["calls"][0]["transcript"]["statements"]
    assert stated["text"] == "Tarkoitin lauantaita."
    assert plain["calls"][0]["transcript"]["masked"] is False
    vcon = person.post("/my-data/package", {**early, "file": "1.vcon"}).content
    assert json.loads(vcon)["analysis"][0]["type"] == "transcript"
    assert Package.objects.get().opened == 3
    request.refresh_from_db()
    assert request.stage == "closed"  # it has come to the person
    assert "Päättynyt" in contact.get(f"/requests/{request.pk}").content.decode()


def test_the_public_page_answers_the_same_whether_or_not_there_is_a_call(desk: Desk) -> None:
    call = desk.call("008")
    told = {"right": "access", "language": "fi", "day": call.day.isoformat()}
    pages = []
    for number in (number_of(desk, call), "0409998887"):
        answer = public().post("/my-data", {**told, "number": number})
        assert answer.status_code == 200
        page = answer.content.decode()
        code = CODE.findall(page)[0]
        reference = re.findall(r"P-\d{4}-\w{6}", page)[0]
        followed = public().post("/my-data/follow", {"code": code}).content.decode()
        said = [one.replace(code, "C").replace(reference, "R") for one in (page, followed)]
        for contact in ("Eila Kokko", "Ilkka Sundell"):  # whoever has least to do answers
            said = [one.replace(contact, "S") for one in said]
        pages.append([re.sub(r'value="[^"]*"', "", one).splitlines() for one in said])
    differs = [pair for pair in zip(*map(sum_of, pages), strict=True) if pair[0] != pair[1]]
    assert not differs
    assert not Hold.objects.exists()  # nothing was looked for while somebody waited
    tending.first(desk.built.house, desk.now)
    assert Hold.objects.get().recording_id == call.pk


def test_guessing_is_slow_and_tells_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert public().get("/my-data").status_code == 200
    nothing = public().post("/my-data", {"language": "fi"})
    assert nothing.status_code == 422
    assert "Valitse, mitä pyydät." in nothing.content.decode()
    wrong = public().post("/my-data/follow", {"code": "AAAA BBBB CCCC DDDD"})
    assert wrong.status_code == 404
    monkeypatch.setattr(portal, "buckets", Buckets(per_second=0.001, at_once=1))
    first = public().post("/my-data/follow", {"code": "A"}).status_code
    second = public().post("/my-data", {"right": "access", "language": "fi"}).status_code
    assert (first, second) == (404, 429)
    assert not SubjectRequest.objects.exists()


def test_who_may_see_requests_and_who_may_only_take_them_in(desk: Desk) -> None:
    call = desk.call("008")
    agent = desk.client()
    agent.force_login(call.agent)
    assert agent.get("/requests").status_code == 403
    form = agent.get(f"/requests/new?call={call.pk}").content.decode()
    assert "Pyyntö sanottiin tässä puhelussa" in form
    told = {"right": ["access", "erasure"], "language": "sv", "call": str(call.pk)}
    taken = agent.post("/requests/new", told).content.decode()
    assert "Avaa pyyntö" not in taken
    request = SubjectRequest.objects.get()
    assert (request.via, request.language) == ("agent", "sv")
    assert Hold.objects.get().recording_id == call.pk
    dpo = desk.client(Role.DPO)
    assert dpo.get(f"/requests/{request.pk}").status_code == 200
    assert dpo.post(f"/requests/{request.pk}/withdraw", {"reasons": "x"}).status_code == 403
    assert desk.client(Role.ADMIN).get(f"/requests/{request.pk}").status_code == 403


def test_an_empty_reason_leaves_the_page_with_what_was_typed(desk: Desk) -> None:
    contact = desk.client(Role.REGISTER_CONTACT)
    contact.post("/requests/new", {"right": "access", "via": "letter", "language": "fi"})
    request = SubjectRequest.objects.get()
    path = f"/requests/{request.pk}/prepare"
    typed = {"answer": "not_identified.not_identified", "identity-reasons": " "}
    refused = contact.post(path, {**typed, "call-date": "10.11.2026"})
    assert refused.status_code == 422
    assert "10.11.2026" in refused.content.decode()
    request.refresh_from_db()
    assert request.stage == "received"


def test_a_request_that_was_withdrawn_is_opened_again_on_its_page(desk: Desk) -> None:
    contact = desk.client(Role.REGISTER_CONTACT)
    contact.post("/requests/new", {"right": "access", "via": "letter", "language": "fi"})
    act(contact, "withdraw", reasons="soitti ja perui")
    assert SubjectRequest.objects.get().stage == "closed"

    act(contact, "reopen")

    assert SubjectRequest.objects.get().stage == "received"


def test_nothing_found_is_a_signed_statement_of_what_was_searched(desk: Desk) -> None:
    call = desk.call("008")
    contact = desk.client(Role.REGISTER_CONTACT)
    told = {"right": "access", "via": "letter", "language": "fi", "number": "0409998887"}
    taken = contact.post("/requests/new", {**told, "day": call.day.isoformat()})
    code = CODE.findall(taken.content.decode())[0]
    act(contact, "identify", how="tunnistautui")
    act(contact, "scoped")
    said = {"answer": "nothing_found.nothing_found", "search-criteria": "numerolla ja päivällä"}
    assert "vielä kesken" in act(contact, "prepare", **said)  # nobody has searched
    SubjectRequest.objects.update(stage="scoping")
    day = call.day.isoformat()
    assert "yhtään puhelua" in act(contact, "search", number="0409998887", first=day, last=day)
    act(contact, "scoped")
    assert "Meillä ei ole puhelujasi" in act(contact, "prepare", **said)
    assert "Vastaus on noudettavissa" in act(contact, "decide")

    person = public()
    page = person.post("/my-data/follow", {"code": code}).content.decode()
    assert "Mitä haettiin, allekirjoitettuna" in page
    file = person.post("/my-data/attachment", {"code": code, "file": "search"}).content
    signed = note.parse(file)
    assert f"day {day} opened 1 matched 0 destroyed 0\n" in signed.text
    assert "Tämä ei todista, ettei puhelua ole ollut" in signed.text
    assert "0409998887" not in signed.text
    assert note.verify(signed, [desk.built.house.log.signer.key])
    other = person.post("/my-data/attachment", {"code": code, "file": day})
    assert other.status_code == 404


def test_who_asks_for_another_gets_nothing_before_the_mandate_is_written_down(desk: Desk) -> None:
    """14.7: on its page, with what was typed kept where it could not be taken."""
    contact = desk.client(Role.REGISTER_CONTACT)
    asked = {"right": "restriction", "proxy": "isäni, edunvalvoja", "via": "letter"}
    asked["language"] = "fi"
    contact.post("/requests/new", {**asked, "name": "Ville"}, follow=True)
    act(contact, "identify", how="päätös nähty")
    page = act(contact, "scoped")
    assert "mitään ei voi antaa eikä muuttaa" in page
    answer = {"answer": "nothing_found.nothing_found", "search-criteria": "päivä ja aika"}
    assert "Kirjaa se, tai vastaa" in act(contact, "prepare", **answer)

    told = {"kind": "guardian", "who": "Ville", "whose": "Matti", "scope": "restriction"}
    days = {"mandate_from": "2026-11-01", "mandate_until": "2026-12-31"}
    lacking = act(contact, "mandate", **told, **days, seen="")
    assert 'value="Ville"' in lacking
    assert 'value="restriction" checked' in lacking
    page = act(contact, "mandate", **told, **days, seen="päätös 1.11.2026")
    assert "Edunvalvoja" in page
    assert "päätös 1.11.2026" in page
    desk.built.clock.at += timedelta(days=40)
    page = act(contact, "prepare", **answer)
    assert "Valtuus ei ulotu tähän" in page
    assert "proxy_no_mandate.not_identified" in page
