"""14. Oikeutesi.

14.s1: Saat tiedon, onko sinusta tallenteita, ja jäljennöksen niistä sekä kaikki 15 artiklassa
  luetellut tiedot käsittelystä.
14.s2: Saat jäljennöksen litteraattina: sanasta sanaan, lyhentämättä ja ihmisen tarkistamana.
14.s3: Saat myös äänen, jos pyydät sitä eikä kenenkään muun oikeus ole sen esteenä.
14.s4: Jos puhelussa kerrotaan toisen ihmisen yksityisasioita, voimme poistaa juuri ne kohdat,
  ja jokainen poisto perustellaan.
14.s5: Saat tietää, milloin ja mihin tarkoitukseen tallennettasi on kuunneltu, luettu tai
  luovutettu.
14.s6: Voit pyytää virheellisen tiedon oikaisua; litteraatin virhe korjataan, ja tallenteeseen
  voi liittää oman selvityksesi.
14.s7: Voit pyytää tallenteen poistamista.
14.s8: Emme voi poistaa tallennetta, jota tarvitaan nimettyyn oikeusvaateeseen tai
  lakisääteiseen velvoitteeseen, mutta silloin rajoitamme sen käytön siihen.
14.s9: Voit pyytää käsittelyn rajoittamista: tallenne säilyy, mutta sitä ei käytetä.
14.s10: Rajoitusta voit pyytää myös silloin, kun itse tarvitset tallennetta oikeusvaateeseen, ja
  sen on silloin tultava meille ennen kuin tallenne häviää.
14.s11: Oikeudestasi vastustaa kerrotaan erikseen selosteen alussa.
14.s12: Sinulla on myös oikeus siihen, ettei sinua koske pelkästään automaattinen päätös;
  sellaisia emme tee.
14.s13: Vastaamme kuukauden kuluessa; jos asia on erityisen laaja, voimme jatkaa aikaa enintään
  kahdella kuukaudella, ja silloin kerromme syyn ensimmäisen kuukauden aikana.
14.s14: Vastaamme ennen kuin tallenne häviää tai pidämme sen tallessa, kunnes olemme vastanneet.
14.s15: Oikeuksien käyttö on maksutonta.
14.s16: Varmistamme, että pyytäjä olet sinä: lähetämme koodin puhelun numeroon ja kysymme yhden
  asian puhelusta, tai käytämme varauksessa olevaa osoitetta.
14.s17: Halutessasi voit tunnistautua vahvasti, mutta sitä emme vaadi, emmekä pyydä
  henkilökorttia tai koko henkilötunnusta.
14.s20: Emme vaadi vahvaa tunnistautumista emmekä pyydä henkilökorttia tai koko henkilötunnusta.
14.s18: Jos kieltäydymme pyynnöstä, kerromme miksi ja miten voit viedä asian eteenpäin.
14.s19: Kerromme korjauksesta, poistosta ja rajoituksesta kaikille, joille tiedot on luovutettu,
  ellei se ole mahdotonta tai kohtuuttoman työlästä.
"""

import html
import io
import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from talteen import wiring
from talteen.config import IdentificationSection
from talteen.desk.page import documents
from talteen.errors import Conflict, InputError
from talteen.ids import RecordingId
from talteen.life.answer import papers, posting
from talteen.life.answer.models import Package
from talteen.life.destroy import acts as destroy
from talteen.notice import clauses, identity, limits, recipient_tasks, requests, rights
from talteen.notice.language import Language
from talteen.notice.recipient_tasks import TaskStage
from talteen.notice.rights import Right
from talteen.notice.text import Edition
from talteen.oversight.breaches.models import Breach
from talteen.register.models import AccessEntry, Hold, Recording, Staff
from talteen.register.post import messages
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import Message
from tests.desk.conftest import Desk
from tests.kit import houses
from tests.kit import provider as providers
from tests.kit.provider import Provider
from tests.notice import answering


@pytest.mark.parametrize("language", Language)
def test_every_right_is_told_and_the_objection_stands_apart(
    edition: Edition, language: Language
) -> None:
    printed = edition.notices[language]
    order = [clause.id for clause in printed.clauses]

    assert order.index(clauses.OBJECTION) < order.index("1")
    assert {"14.s1", "14.s6", "14.s7", "14.s9", "14.s11", "14.s12"} <= set(printed.sentences)


def test_an_answer_comes_within_a_month_and_an_extended_one_within_three() -> None:
    received = date(2026, 11, 24)

    assert limits.answer_target(received) == date(2026, 12, 24)
    assert limits.extension_target(received) == date(2027, 2, 24)


def test_a_person_who_asks_for_data_and_erasure_gets_the_data_first() -> None:
    assert rights.in_order([Right.ERASURE, Right.ACCESS]) == (Right.ACCESS, Right.ERASURE)


@pytest.mark.parametrize("language", Language)
def test_a_refusal_says_why_and_how_to_go_on(mara: Path, language: Language) -> None:
    letters = tomllib.loads((mara / "texts" / language.value / "letters.toml").read_text())
    refused = {name: letters[name] for name in letters if name.endswith("_refused")}
    to_persons = {name: letter for name, letter in refused.items() if letter.get("appeal")}

    assert set(to_persons) == {"erasure_refused", "objection_refused", "excessive_refused"}
    assert "{authority.url}" in letters["common"]["appeal"]
    assert [
        name
        for name, letter in to_persons.items()
        if ".reasons}" not in letter["body"] and "{claim.name}" not in letter["body"]
    ] == []


def test_recipients_are_told_of_what_was_erased_corrected_or_restricted() -> None:
    told = {letter for answers in Right for letter in _letters(answers)}
    assert recipient_tasks.BY_LETTER.keys() <= told
    day = date(2026, 11, 29)
    assert recipient_tasks.due(day) == date(2026, 12, 29)
    assert recipient_tasks.is_pressing(date(2026, 12, 29), TaskStage.OPEN, day)
    assert not recipient_tasks.is_pressing(date(2026, 12, 29), TaskStage.TOLD, day)
    assert recipient_tasks.is_pressing(date(2026, 12, 29), TaskStage.TOLD, date(2026, 12, 22))
    for done in recipient_tasks.SETTLED:
        assert not recipient_tasks.is_pressing(day, done, date(2027, 1, 1))
        with pytest.raises(Conflict):
            recipient_tasks.after(done, TaskStage.CONFIRMED)
    assert recipient_tasks.after(TaskStage.OPEN, TaskStage.CONFIRMED) is TaskStage.CONFIRMED


def _letters(right: Right) -> set[str]:
    """The letters by which a right can be answered once the person is known."""
    return {answer.letter for answer in requests.answers(right, requests.Stage.PREPARING)}


@pytest.mark.parametrize(
    "question",
    [
        "Lähetä kuva henkilökortistasi",
        "Mikä on henkilötunnuksesi",
        "Uppge din personbeteckning",
        "Send a copy of your passport",
    ],
)
def test_no_card_and_no_identity_code_is_asked_of_anybody(question: str) -> None:
    with pytest.raises(InputError, match="never asked"):
        identity.check_question(question)
    assert identity.check_question("Mikä oli varausnumerosi") == "Mikä oli varausnumerosi"


@pytest.mark.django_db(transaction=True)
def test_strong_identification_is_offered_asks_for_a_name_alone_and_nobody_needs_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with providers.running(tmp_path, "http://localhost/my-data/identified") as service:
        strong = {"acr": "urn:strong", "name": "Kaisa Lehtovaara"}
        service.says("aino", **strong, **{"urn:oid:1.2.246.21": "131052-308T"})
        service.says("dina", acr="urn:weak", name="Dina Weak")
        asking, person = answering.asks(desk, None, "access"), answering.person()
        code = {"code": asking.code}
        assert "Tunnistaudu vahvasti" not in person.post("/my-data/follow", code).content.decode()
        _identified_by(desk, service, monkeypatch)
        followed = person.post("/my-data/follow", code).content.decode()
        assert "Tunnistaudu vahvasti" in followed
        assert "Emme vaadi sitä" in followed
        no_card = asking.act(
            "ask", **{"identity-question": "Kuva passista", "identity-reason": "varmuus"}
        )
        assert "Odottaa henkilön vastausta" not in no_card

        to = _link(person.post("/my-data/identify", code).content.decode())
        assert "scope=openid+profile&" in to
        weak = person.get(service.browse(to, "dina"))
        assert "ei onnistunut" in weak.content.decode()
        service.jar.clear()
        to = _link(person.post("/my-data/identify", code).content.decode())
        answer = service.browse(to, "aino")
        assert "ei onnistunut" in answering.person().get(answer).content.decode()  # another browser
        assert "Kaisa Lehtovaara" in person.get(answer).content.decode()
        assert "ei onnistunut" in person.get(answer).content.decode()  # an answer counts once
    page = asking.contact.get(f"/requests/{asking.row.pk}").content.decode()
    assert "Kaisa Lehtovaara" in page
    assert "Taso 3" in page
    kept = [papers.read(desk.built.house.vault, one) for one in asking.row.papers.all()]
    assert not [one for one in kept if "131052" in str(one)]
    assert "Puheluita etsitään" in asking.act("identify", how="varausnumero täsmää")


def _identified_by(desk: Desk, service: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The house offers ``service``, which its register has a record of."""
    told = service.section
    section = IdentificationSection(
        issuer=told.issuer,
        client_id=told.client_id,
        client_secret_file=told.client_secret_file,
        ca_file=told.ca_file,
        acr=("urn:strong",),
    )
    built = desk.built.house
    house = replace(built, config=replace(built.config, identification=section))
    monkeypatch.setattr(wiring, "house", lambda: house)


def _link(page: str) -> str:
    (found,) = re.findall(r'href="(https://[^"]+authorize[^"]+)"', page)
    return html.unescape(str(found))


@pytest.mark.django_db(transaction=True)
def test_the_sound_is_given_to_whoever_asks_and_silent_where_it_is_anothers(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "draws_pdf", lambda: False)
    call = desk.call("008")
    asking = answering.asks(desk, call, "access", sound="yes")
    answering.known(asking)
    turn = answering.read_by_two(desk, call, "008", cut=(1, 3))
    asking.package()
    page = asking.act("prepare", answer="access_cover.partial")
    # Asked for and not packed: there is no letter without the reason.
    assert "Miksi ääntä ei anneta" in page
    asking.package(sound="yes")
    assert "mukana paketissa" in asking.act("prepare", answer="access_cover.partial")
    person = answering.person()
    codes = {"code": asking.code, "package": asking.package_code}
    assert person.post("/my-data/listen", codes).status_code == 410  # not before two have decided
    asking.act("decide", by=asking.other)

    opened = Package.objects.get(ended_at=None)
    source = f"/my-data/sound/{opened.pk}/1"
    assert person.get(source).status_code == 404  # an address alone opens nothing
    wrong = person.post("/my-data/listen", {**codes, "package": "WRONG222"})
    assert wrong.status_code == 403
    heard = person.post("/my-data/listen", codes)
    assert f'src="{source}"' in heard.content.decode()
    assert "1 kohta on hiljennetty" in heard.content.decode()
    piece = person.get(source, headers={"Range": "bytes=0-"})
    assert (piece.status_code, piece["Content-Type"]) == (206, "audio/mpeg")
    assert "no-store" in piece["Cache-Control"]
    opened.refresh_from_db()
    assert opened.opened == 1  # an opening is counted once, whatever the player fetches

    sound, rate = _played(piece.content)
    assert len(sound) / rate == pytest.approx(call.length_ms / 1000, abs=0.2)
    word = turn.words[3]
    cut = _loudness(sound, rate, word.start_ms, word.end_ms)
    spoken = _loudness(sound, rate, turn.start_ms, turn.words[1].end_ms)
    assert cut < 20 < 300 < spoken
    assert _plain_sound_on_disk(home, piece.content) == []

    hold, two = Hold.objects.get(), Staff.objects.filter(is_active=True)[:2]
    vault = desk.built.house.vault
    destroy.release(vault, hold, proposed_by=two[0], approved_by=two[1], now=desk.now)
    houses.erase(desk.built, RecordingId(call.pk))
    assert person.get(source).status_code == 410  # it died with its call


def _played(sound: bytes) -> tuple[NDArray[np.int16], int]:
    """An MP3 as any player hears it: samples, and how many a second."""
    with av.open(io.BytesIO(sound)) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    whole = np.concatenate(frames)
    return (whole * 32767 if whole.dtype.kind == "f" else whole).astype(np.int16), rate


def _loudness(sound: NDArray[np.int16], rate: int, start_ms: int, end_ms: int) -> float:
    """Root mean square of a stretch."""
    stretch = sound[start_ms * rate // 1000 : end_ms * rate // 1000].astype(np.float64)
    return float(np.sqrt(np.mean(stretch**2)))


def _plain_sound_on_disk(folder: Path, sound: bytes) -> list[str]:
    """Files that hold a piece out of the middle of ``sound``."""
    mark = sound[len(sound) // 2 :][:64]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path.name for path in files if mark in path.read_bytes()]


@pytest.mark.django_db(transaction=True)
def test_an_answer_leaves_as_a_message_that_it_waits_and_its_code_by_another_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "draws_pdf", lambda: False)
    call = desk.call("008")
    asking = answering.asks(desk, call, "access", reach="kaisa@example.fi")
    row, person = asking.row, answering.person()
    code = {"code": asking.code}
    person.post("/my-data/code", {**code, "channel": "text"})
    digits = re.findall(r"\d{6}", _outbox(desk)["code"].body)[0]
    person.post("/my-data/prove", {**code, "proof": digits})
    asking.act("ask", **{"identity-question": "Varausnumero", "identity-reason": "varmuus"})
    assert _outbox(desk)["letter"].to == "kaisa@example.fi"
    answering.known(asking)
    answering.read_by_two(desk, call, "008")
    asking.package()
    page = asking.act("prepare", answer="access_cover.granted")
    assert "kaisa@example.fi" in page  # whoever decides sees where it goes

    assert "vaatii toisen henkilön" in asking.act("decide")
    assert _outbox(desk).keys() == {"code", "letter"}  # nothing leaves of what was not decided
    asking.act("decide", by=asking.other)

    said, package = _outbox(desk)["answer"], _outbox(desk)["package"]
    assert (said.to, package.to) == ("kaisa@example.fi", "+" + _number(desk, call).lstrip("+"))
    for one in (said, package):  # 12.5: nothing of what was asked or found
        assert row.case.reference in one.subject + one.body or "koodi" in one.body
        assert not re.search(r"puhelus|jäljennös|Kaisa L", one.body)
    (fresh,) = re.findall(r"koodi on ([0-9A-Z]{8})", package.body)
    opens = {**code, "file": "json"}
    shown_before = {**opens, "package": asking.package_code}
    assert person.post("/my-data/package", shown_before).status_code == 403
    assert person.post("/my-data/package", {**opens, "package": fresh}).status_code == 200
    stands = OutgoingMessage.objects.filter(key__startswith="answer:").get()
    assert (stands.to, stands.body) == ("", "")  # sealed under the key of the file


@pytest.mark.django_db(transaction=True)
def test_a_letter_goes_on_paper_and_one_that_went_wrong_is_a_breach(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "draws_pdf", lambda: False)
    call = desk.call("008")
    asking = answering.asks(desk, call, "access", reach="Kotikatu 1, Kuopio")
    contact, row = asking.contact, asking.row
    copied = f"/requests/{row.pk}/print/copy"
    answering.known(asking)
    turn = answering.read_by_two(desk, call, "008")
    asking.package()
    asking.act("prepare", answer="access_cover.granted", way="mail")
    assert not row.answers.exists()  # no such address: nothing is prepared to go there
    asking.act("prepare", answer="access_cover.granted")
    assert contact.post(copied).status_code == 410
    asking.act("appoint", **{"visit-time": "", "visit-place": "Kuopio"})
    assert not row.papers.filter(name="appointment").exists()  # an empty place is no letter
    asking.act("appoint", **{"visit-time": "maanantaina kello 14", "visit-place": "Kuopio"})
    assert row.papers.filter(name="appointment").count() == 1
    asking.act("decide", by=asking.other)

    letter = row.papers.get(kind="letter", name="access_cover")
    printed = contact.get(f"/requests/{row.pk}/print/{letter.pk}").content.decode()
    assert "Kotikatu 1, Kuopio" in printed
    assert "Hei Kaisa L" in printed
    assert turn.words[0].text in contact.post(copied).content.decode()
    assert AccessEntry.objects.filter(recording=call.pk, action="export").count() == 2
    assert Package.objects.get(ended_at=None).opened == 1

    asking.act("wrong")
    assert not Package.objects.filter(ended_at=None).exists()
    assert Breach.objects.get().kind == "wrong_delivery"
    assert contact.post(copied).status_code == 410


def _outbox(desk: Desk) -> dict[str, Message]:
    """What was written, by its occasion."""
    found = messages.newest(50, posting.opener(desk.built.house.vault))
    return {one.key.split(":")[0]: one for one in found}


def _number(desk: Desk, call: Recording) -> str:
    return desk.built.house.vault.entry(RecordingId(call.pk), desk.now).number
