"""The breach room on the screens: anybody reports, those who answer for it work, two close it; and
whoever got what is not theirs ends it with one press."""

import pytest
from django.test import Client

from talteen.clock import HELSINKI
from talteen.desk.ground.rates import Buckets
from talteen.desk.rights import portal
from talteen.life.answer import intake, packages, posting
from talteen.life.answer.models import Package
from talteen.notice.purposes import Role
from talteen.oversight.breaches.models import Breach
from talteen.register.investigation_models import BreachOpening
from talteen.register.models import CaseRecording
from talteen.register.post import messages
from tests.desk.conftest import Desk
from tests.desk.rights.test_requests_page import second_contact

pytestmark = pytest.mark.django_db(transaction=True)


def act(client: Client, what: str, **typed: str) -> tuple[int, str]:
    breach = Breach.objects.latest("reported_at")
    answer = client.post(f"/breaches/{breach.pk}/{what}", typed, follow=True)
    return answer.status_code, answer.content.decode()


def test_from_one_press_to_the_register_of_all_breaches(desk: Desk) -> None:
    call = desk.call("008")
    agent, dpo = desk.client(), desk.client(Role.DPO)
    agent.force_login(call.agent)
    assert "Epäily riittää" in agent.get("/breaches/report").content.decode()
    pressed = agent.post("/breaches/report", {"call": str(call.pk)}).content.decode()
    breach = Breach.objects.get()
    assert breach.case.reference in pressed
    assert str(breach.pk) not in pressed  # who reports does not read the file
    for path in ("/breaches", f"/breaches/{breach.pk}", f"/breaches/{breach.pk}/dossier"):
        assert agent.get(path).status_code == 403
        assert dpo.get(path).status_code == 200
    assert desk.client(Role.AUDITOR).get("/breaches").status_code == 200
    assert desk.client(Role.AUDITOR).get(f"/breaches/{breach.pk}").status_code == 403
    assert act(agent, "triage", reasons="x")[0] == 403
    future = agent.post("/breaches/report", {"occurred_at": "2031-01-01T10:00", "words": "kieli"})
    assert future.status_code == 422
    assert "kieli" in future.content.decode()

    now = desk.now.astimezone(HELSINKI).replace(tzinfo=None).isoformat(timespec="minutes")
    status, page = act(dpo, "triage", aware_at=now, reasons=" ")
    assert status == 422
    assert "Kirjoittamasi on tallella" in page
    assert "Riskiä arvioidaan" in act(dpo, "triage", aware_at=now, reasons="loki näytti")[1]
    assert act(dpo, "judge", risk="some", reasons="x")[0] == 403
    act(dpo, "opinion", stand="some", text="riski on olemassa")
    contact, other = desk.client(Role.REGISTER_CONTACT), second_contact(desk)
    room = act(contact, "judge", risk="some", reasons="puhelu tunnetaan")[1]
    assert "Ilmoitus viranomaiselle on tekemättä" in room
    assert "72 tunnista 71 jäljellä" in room or "72 tunnista 72 jäljellä" in room
    assert act(dpo, "notified", number="1/2026", phase="last")[0] == 422  # a place is empty
    assert "odottaa ihmistä" in room
    assert act(dpo, "numbered", number="1/2026")[0] == 409  # nothing was sent yet
    measures = {"breach-measures": "istunto suljettiin", "breach-what": "näyttö jäi auki"}
    act(dpo, "draft", paper="authority_breach", language="fi", **measures)
    assert "Ilmoitettu viranomaiselle" in act(dpo, "notified", number="1/2026", phase="last")[1]
    assert "4812/171/26" in act(dpo, "numbered", number="4812/171/26")[1]
    assert act(dpo, "numbered", number=" ")[0] == 422
    act(dpo, "contained", text="suljettiin")
    act(dpo, "lessons", text="lukitus viidessä minuutissa")
    assert act(contact, "propose-closing", reasons="valmis")[0] == 200
    assert act(contact, "close")[0] == 403  # not one's own proposal
    assert "Päätetty" in act(other, "close")[1]
    listed = dpo.get("/breaches").content.decode()
    assert "33 artiklan 5 kohdan luettelo" in listed
    assert breach.case.reference in listed
    printed = dpo.get(f"/breaches/{breach.pk}/dossier").content.decode()
    assert "lukitus viidessä minuutissa" in printed
    assert "<textarea" not in printed
    assert dpo.post(f"/breaches/{breach.pk}/none").status_code == 404


def test_who_got_what_is_not_theirs_ends_it_and_opens_a_breach(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal, "buckets", Buckets(per_second=1000, at_once=1000))
    call, vault = desk.call("008"), desk.built.house.vault
    contact = desk.client(Role.REGISTER_CONTACT)
    contact.post("/requests/new", {"right": "access", "via": "letter", "language": "fi"})
    request = intake.SubjectRequest.objects.get()
    CaseRecording.objects.get_or_create(case=request.case, recording=call)
    made = packages.make(vault, request, {"html": b"words"}, desk.now)
    packages.hand_out(request, desk.now)
    code = "ABCD EFGH JKLM NPQR"
    request.code_sha256 = intake.sha256_of(code)
    request.save()
    public = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    page = public.post("/my-data/follow", {"code": code}).content.decode()
    assert "Tämä ei kuulu minulle" in page
    for _ in range(2):  # pressed again, it opens no second one
        ended = public.post("/my-data/not-mine", {"code": code})
        assert "Paketti ei enää avaudu kenellekään" in ended.content.decode()
    assert public.post("/my-data/not-mine", {"code": "AAAA"}).status_code == 404
    assert Package.objects.get().ended_at is not None
    typed = {"code": code, "package": made.code, "file": "html"}
    assert public.post("/my-data/package", typed).status_code == 410
    breach = Breach.objects.get()
    assert (breach.kind, breach.reported_by) == ("wrong_delivery", None)
    assert breach.calls.get().recording == call.pk


def test_the_officer_opens_a_call_when_another_agrees_and_both_see_it(desk: Desk) -> None:
    call = desk.call("008")
    dpo, contact = desk.client(Role.DPO), desk.client(Role.REGISTER_CONTACT)
    contact.post("/breaches/report", {"call": str(call.pk)})
    assert act(dpo, "ask-opening", call=str(call.pk), why=" ")[0] == 422
    assert "Odottaa toista henkilöä" in act(dpo, "ask-opening", call=str(call.pk), why="mitä?")[1]
    row = BreachOpening.objects.get()
    assert act(dpo, "agree", opening=str(row.pk))[0] == 403
    waits = contact.get(f"/breaches/{row.case_id}").content.decode()
    assert "mitä?" in waits
    opens = {"purpose": "breach_investigation", "case": row.case.reference}
    assert dpo.post(f"/calls/{call.pk}/open", opens, follow=True).status_code in (403, 404, 409)
    assert "Avautuu nyt" in act(contact, "agree", opening=str(row.pk))[1]
    page = dpo.get(f"/breaches/{row.case_id}").content.decode()
    assert "Avaa puhelu" in page
    heard = dpo.post(f"/calls/{call.pk}/open", opens, follow=True)
    assert heard.status_code == 200
    assert "Kahden henkilön luvalla" in heard.content.decode()
    assert "Avaa peitetty" not in heard.content.decode()
    room = contact.get(f"/breaches/{row.case_id}").content.decode()
    assert "1 avaus" in room
    assert "Avaa puhelu" not in room
    printed = dpo.get(f"/breaches/{row.case_id}/dossier").content.decode()
    assert "1 avaus" in printed
    assert "Hyväksy 24 tunniksi" not in printed
    act(dpo, "give-back", opening=str(row.pk))
    assert "Päättyi" in contact.get(f"/breaches/{row.case_id}").content.decode()


def test_a_letter_of_a_breach_is_read_where_requests_are_followed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal, "buckets", Buckets(per_second=1000, at_once=1000))
    call = desk.call("008")
    dpo, contact = desk.client(Role.DPO), desk.client(Role.REGISTER_CONTACT)
    contact.post("/breaches/report", {"call": str(call.pk)})
    now = desk.now.astimezone(HELSINKI).replace(tzinfo=None).isoformat(timespec="minutes")
    act(dpo, "triage", aware_at=now, reasons="loki")
    act(dpo, "opinion", stand="high", text="vakava")
    act(contact, "judge", risk="high", reasons="sanat")
    written = {"breach-what": "puhelu kuultiin", "breach-measures": "istunto suljettiin"}
    act(dpo, "draft", paper="breach_subject", language="fi", **written)
    act(dpo, "draft", paper="authority_breach", language="fi", **written)
    act(dpo, "notified", number="1/2026", phase="last")
    assert act(dpo, "tell", to="kaisa@else.example", language="fi")[0] == 403
    status, room = act(contact, "tell", name="Kaisa", to=" ", language="fi")
    assert status == 422
    assert 'value="Kaisa"' in room
    told = act(contact, "tell", name="Kaisa", to="kaisa@else.example", language="fi")[1]
    assert "Odottaa lähtöä" in told
    assert "1 kirje, 1 hoitamatta" in contact.get("/breaches").content.decode()
    (message,) = messages.newest(1, posting.opener(desk.built.house.vault))
    code = message.body.split("koodilla ")[1].split(".")[0]
    public = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    read = public.post("/my-data/follow", {"code": code}).content.decode()
    assert "puhelu kuultiin" in read
    assert "Kaisa" not in read
    assert "Luettu" in act(contact, "police", text="ei")[1]
    assert public.post("/my-data/follow", {"code": "AAAA"}).status_code == 404
