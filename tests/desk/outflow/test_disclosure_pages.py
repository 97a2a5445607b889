"""A police letter on the screens: refused unsigned; with an order preserved, let go by two, fetched
with two codes, told to the person after the secrecy, and passed on by Art. 19."""

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from talteen import wiring
from talteen.clock import helsinki_date
from talteen.desk.ground.rates import Buckets
from talteen.desk.page import documents
from talteen.desk.rights import portal
from talteen.ids import RecordingId
from talteen.life.answer.disclose import article19
from talteen.life.answer.disclose.models import Disclosure, RecipientTask
from talteen.life.use import manifest
from talteen.notice import scans
from talteen.notice.language import Localised
from talteen.notice.purposes import Purpose, Role
from talteen.notice.recipients import Principal
from talteen.oversight.breaches.models import Breach
from talteen.register.models import AccessEntry, Hold, Recording
from tests.desk.conftest import Desk
from tests.desk.rights.test_requests_page import second_contact
from tests.kit import transcripts

pytestmark = pytest.mark.django_db(transaction=True)
POLICE = {
    "door": "authority",
    "name": "Sisä-Suomen poliisilaitos",
    "country": "fi",
    "reach": "kirjaamo.sisa-suomi@poliisi.example",
    "known_phone": "0295 555 000",
    "reference": "5680/R/1234/26",
    "asked": "Varauspuhelu 24.11.",
    "language": "fi",
}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "buckets", Buckets(per_second=1000, at_once=1000))
    # Drawing is what certificates do (test_certificate): here it would be most of the time.
    monkeypatch.setattr(documents, "draws_pdf", lambda: False)


def spoken(desk: Desk) -> Recording:
    """A call with its words, as the demo tells them."""
    call, vault = desk.call("008"), desk.built.house.vault
    written = transcripts.of_call("008", call)
    transcripts.write(vault, RecordingId(call.pk), written, desk.now)
    return call


def received(client: Client, **typed: str) -> Disclosure:
    answer = client.post("/disclosures/new", {**POLICE, **typed})
    assert answer.status_code == 200, answer.content.decode()
    return Disclosure.objects.latest("case__opened_at")


def act(client: Client, row: Disclosure, what: str, **typed: object) -> tuple[int, str]:
    answer = client.post(f"/disclosures/{row.pk}/{what}", typed, follow=True)
    return answer.status_code, answer.content.decode()


def to_approved(desk: Desk, row: Disclosure, call: Recording, **ground: str) -> Client:
    """Verified, grounded, cut to the first four seconds, and let go by two."""
    contact, other = desk.client(Role.REGISTER_CONTACT), second_contact(desk)
    act(contact, row, "verify", how="takaisinsoitto vaihteeseen")
    act(contact, row, "ground", statute="Pakkokeinolaki 7 luku 1 §", **ground)
    found = contact.post(
        f"/disclosures/{row.pk}/find", {"first": call.day.isoformat()}
    ).content.decode()
    assert str(call.pk) in found
    cut = {"call": [str(call.pk)], f"from-{call.pk}": "0:00", f"to-{call.pk}": "0:04"}
    assert act(contact, row, "scope", layer="masked", sound="yes", **cut)[0] == 200
    act(contact, row, "propose")
    assert act(other, row, "approve")[0] == 409  # the officer was not heard
    act(desk.client(Role.DPO), row, "opinion", stand="for", text="laillinen")
    assert act(contact, row, "approve")[0] == 403  # not one's own
    assert "Hyväksytty" in act(other, row, "approve")[1]
    return contact


def code_in(page: str, label: str) -> str:
    """The code that stands beside ``label``."""
    after = page.split(label, 1)[1]
    return after.split('<span class="num">', 1)[1].split("<", 1)[0]


def test_who_sees_disclosures_and_who_works_on_them(desk: Desk) -> None:
    contact = desk.client(Role.REGISTER_CONTACT)
    row = received(contact)
    for role, listed, opened in (
        (Role.REGISTER_CONTACT, 200, 200),
        (Role.DPO, 200, 200),
        (Role.OWNER, 200, 200),
        (Role.AUDITOR, 200, 403),
        (Role.AGENT, 403, 403),
        (Role.ADMIN, 403, 403),
    ):
        client = desk.client(role)
        assert client.get("/disclosures").status_code == listed, role
        assert client.get("/recipients").status_code == listed, role
        assert client.get(f"/disclosures/{row.pk}").status_code == opened, role
    assert desk.client(Role.DPO).get("/disclosures/new").status_code == 403
    assert desk.client(Role.AGENT).get("/processors").status_code == 403
    assert act(desk.client(Role.DPO), row, "verify", how="x")[0] == 403


def test_a_letter_without_a_statute_is_refused_by_two_with_a_letter(desk: Desk) -> None:
    contact, other = desk.client(Role.REGISTER_CONTACT), second_contact(desk)
    faulty = contact.post("/disclosures/new", {**POLICE, "reach": ""})
    assert faulty.status_code == 422
    assert "Varauspuhelu 24.11." in faulty.content.decode()  # what was typed is kept
    row = received(contact)
    act(contact, row, "verify", how="takaisinsoitto")
    status, page = act(contact, row, "ground", statute="Rikoslaki 36 luku")
    assert status == 409  # it is not signed
    assert "pyyntö ei kanna" in page
    act(contact, row, "propose-refusal", why="unsigned", reasons="allekirjoitus puuttuu")
    act(desk.client(Role.DPO), row, "opinion", stand="against", text="puutteellinen")
    assert "Evätty" in act(other, row, "refuse")[1]
    assert "Syy: allekirjoitus puuttuu." in contact.get(f"/disclosures/{row.pk}").content.decode()


def test_the_order_itself_stands_in_the_file_sealed_and_is_read_by_who_works_on_it(
    desk: Desk,
) -> None:
    contact, dpo = desk.client(Role.REGISTER_CONTACT), desk.client(Role.DPO)
    row, order = received(contact, signed="yes"), b"%PDF-1.7 Matti Meikalainen %%EOF\n"

    def scan(client: Client, content: bytes, what: str = "määräys 12.11.") -> HttpResponse:
        told = {"paper_name": what, "paper": SimpleUploadedFile("Meikalainen.pdf", content)}
        return client.post(f"/disclosures/{row.pk}/scan", told)

    for wrong in (b"", b"MZ" + order, order[:-6], b"%PDF-" + bytes(scans.LARGEST) + b"%%EOF"):
        refused = scan(contact, wrong)
        assert refused.status_code == 422
        assert 'value="määräys 12.11."' in refused.content.decode()
    assert scan(contact, order, " ").status_code == 422
    assert scan(dpo, order).status_code == 403
    assert scan(contact, order).status_code == 302

    page = dpo.get(f"/disclosures/{row.pk}").content.decode()
    [where] = re.findall(rf"/disclosures/{row.pk}/papers/[^\"]+", page)
    assert "määräys 12.11." in page
    assert hashlib.sha256(order).hexdigest() in page
    assert "Meikalainen" not in page  # nor the name of the file
    fetched = dpo.get(where)
    assert (fetched.status_code, fetched.content) == (200, order)
    assert fetched["Content-Disposition"] == f'attachment; filename="{row.case.reference}.pdf"'
    assert fetched["X-Content-Type-Options"] == "nosniff"
    for role in (Role.AGENT, Role.AUDITOR):
        assert desk.client(role).get(where).status_code == 403
    assert dpo.get(f"/disclosures/{uuid4()}/papers/{where[-36:]}").status_code == 404
    assert not any(b"Meikalainen" in bytes(one.sealed) for one in row.papers.all())
    Disclosure.objects.update(forgotten_at=desk.now)
    assert dpo.get(where).status_code == 404


def test_an_order_leaves_sealed_and_counted_and_is_told_when_its_secrecy_ends(desk: Desk) -> None:
    call = spoken(desk)
    contact = desk.client(Role.REGISTER_CONTACT)
    row = received(contact, signed="yes")
    last = (helsinki_date(desk.now) + timedelta(days=9)).isoformat()
    to_approved(desk, row, call, secret_until=last, secrecy="esitutkintalaki 11 luku 5 §")
    status, page = act(contact, row, "seal")
    assert status == 200
    package, follow = code_in(page, "Paketin koodi"), code_in(page, "Noutokoodi</dt>")

    # Written down as a use of the call, under the purpose and the case, before it was read.
    uses = AccessEntry.objects.filter(recording=call.pk, case=row.case.reference)
    assert {(one.purpose, one.action, one.end_ms) for one in uses} == {
        (Purpose.AUTHORITY.value, "grant", None),
        (Purpose.AUTHORITY.value, "export", 4000),
    }

    police = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    assert police.post("/handover/follow", {"code": "AAAA"}).status_code == 404
    assert "Paketti odottaa" in police.post("/handover/follow", {"code": follow}).content.decode()
    typed = {"code": follow, "package": "WRONG234"}
    assert police.post("/handover/package", typed).status_code == 403
    assert police.post("/handover/receipt", {"code": follow, "text": "x"}).status_code == 409
    answer = police.post("/handover/package", {"code": follow, "package": package})
    assert answer["Content-Type"] == "application/zip"
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    names = files.namelist()
    key = desk.built.house.log.signer.key
    for name, beside in pairwise(names):
        if beside == f"{name}.manifest":
            said = manifest.checked(files.read(beside), files.read(name), [key])
            assert (said["range-ms"], said["receiver"]) == ("0-4000", "authority")
            assert said["approved-by"] not in ("-", said["asked-by"])
    assert {"1.html", "1.json", "1.caller.opus", "1.agent.opus"} <= set(names)
    told = json.loads(files.read("1.json"))
    assert all(one["end_ms"] <= 4000 for one in told["turns"])
    row.refresh_from_db()
    assert (row.stage, row.packages.get().opened) == ("handed_over", 1)
    receipt = police.post("/handover/receipt", {"code": follow, "text": "kuittaus"})
    assert "Vastaanotto on kuitattu" in receipt.content.decode()

    # The person's own answer leaves it out until the day, and the house completes it then.
    desk.built.clock.at = desk.now + timedelta(days=1)
    assert "Päätetty" in act(contact, row, "close")[1]
    assert "saa kertoa" in contact.get("/disclosures").content.decode()


def test_the_officer_sees_what_waits_for_them_at_home(desk: Desk) -> None:
    call = desk.call("008")
    contact, other = desk.client(Role.REGISTER_CONTACT), second_contact(desk)
    row = received(contact, signed="yes")
    act(contact, row, "verify", how="takaisinsoitto")
    act(contact, row, "ground", statute="Pakkokeinolaki 8 luku 24 §")
    cut = {"call": [str(call.pk)], f"from-{call.pk}": "0:00", f"to-{call.pk}": ""}
    act(contact, row, "scope", layer="full", **cut)
    home = desk.client(Role.DPO).get("/").content.decode()
    assert row.case.reference in home
    assert act(contact, row, "preserve")[0] == 409  # the same person cut it
    act(other, row, "preserve")
    assert Hold.objects.get(recording=call).ground == "authority_preservation"
    assert "on pysäyttänyt tämän" in act(desk.client(Role.DPO), row, "stop")[1]
    assert act(contact, row, "propose")[0] == 409


def test_a_package_in_wrong_hands_ends_and_opens_a_breach(desk: Desk) -> None:
    call = spoken(desk)
    contact = desk.client(Role.REGISTER_CONTACT)
    row = received(contact, signed="yes")
    to_approved(desk, row, call)
    page = act(contact, row, "seal")[1]
    follow = code_in(page, "Noutokoodi</dt>")
    police = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    ended = police.post("/handover/not-mine", {"code": follow})
    assert "Paketti ei enää avaudu kenellekään" in ended.content.decode()
    assert Breach.objects.get().kind == "wrong_delivery"
    again = police.post("/handover/package", {"code": follow, "package": "x"})
    assert again.status_code == 410


def test_an_erasure_comes_back_as_a_task_of_each_recipient(desk: Desk) -> None:
    call = spoken(desk)
    contact = desk.client(Role.REGISTER_CONTACT)
    row = received(contact, signed="yes")
    to_approved(desk, row, call)
    page = act(contact, row, "seal")[1]
    package, follow = code_in(page, "Paketin koodi"), code_in(page, "Noutokoodi</dt>")
    police = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    police.post("/handover/package", {"code": follow, "package": package})
    assert article19.arise("erasure_decided", uuid4(), [call.pk], desk.now) == 1
    listed = contact.get("/recipients").content.decode()
    assert "1 vastaanottajalle on kerrottava muutos" in listed
    assert "ne on poistettu" in listed
    assert "Sisä-Suomen poliisilaitos" in desk.client(Role.DPO).get("/").content.decode()
    task = RecipientTask.objects.get()
    assert contact.post(f"/recipients/{task.pk}/none").status_code == 404
    dpo = desk.client(Role.DPO)
    assert dpo.post(f"/recipients/{task.pk}/tell").status_code == 403
    contact.post(f"/recipients/{task.pk}/tell")
    assert contact.post(f"/recipients/{task.pk}/confirm", {"text": " "}).status_code == 422
    contact.post(f"/recipients/{task.pk}/confirm", {"text": "hävitetty 3.12."})
    page = contact.get("/recipients").content.decode()
    assert "hävitetty 3.12." in page
    assert "Kaikki vastaanottajat tietävät" in page


def test_the_flow_the_record_and_their_table_are_read_from_the_same_register(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    dpo = desk.client(Role.DPO)
    page = dpo.get("/processors").content.decode()
    assert "Kaikki pysyy ETA-alueella" in page
    assert page.count("Mallikonesali Oy") >= 2  # in the picture and in the table
    record = dpo.get("/processing-record").content.decode()
    assert "Mallikonesali Oy" in record
    assert "Puhelut 3 kuukautta" in record
    for language, word in (("sv", "behandling"), ("en", "processing")):
        dpo.post("/language", {"language": language})
        assert word in dpo.get("/processing-record").content.decode().lower()
    told = json.loads(dpo.get("/processing-record.json").content)
    assert set(told["article_30_1"]) == set("abcdefg")
    assert len(told["article_30_1"]["g"]) > 3
    assert told["article_30_2"] == {}  # for nobody else

    works_for = Principal(
        name="Mallikylpylä Oy",
        business_id="0116323-1",
        email="kirjaamo@kylpyla.example",
        contract="KS-2026-044",
        contract_on=date(2026, 6, 1),
        processing=Localised(fi="puhelujen tallennus", sv="inspelning", en="call recording"),
    )
    house = desk.built.house
    register = replace(house.register, on_behalf_of=(works_for,))
    monkeypatch.setattr(wiring, "house", lambda: replace(house, register=register))
    told = json.loads(dpo.get("/processing-record.json").content)["article_30_2"]
    assert "Mallikylpylä Oy, 0116323-1" in told["a"][1]
    assert "call recording (KS-2026-044" in told["b"][0]
    assert set(told) == set("abcd")
    assert "Article 30(2)" in dpo.get("/processing-record").content.decode()
