"""Passages and lists through the pages: two people, agent, trainer, and the call's death."""

import io
import re
import wave
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from django.test import Client

from talteen import course
from talteen.desk.page.visit import SIGN_IN
from talteen.ids import RecordingId
from talteen.life.capture.rules import Span
from talteen.life.hold import acts as hold
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.transcribe import masks
from talteen.life.transcribe.masking.layer import Decision, Verdict
from talteen.life.transcribe.masking.spans import Kind as SpanKind
from talteen.life.transcribe.masking.spans import Source
from talteen.life.transcribe.masking.spans import Span as Spot
from talteen.life.transcribe.words import Side
from talteen.life.use import listen
from talteen.life.use.coach.models import Playlist, TookPart
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.models import AccessEntry, Case, Recording, Staff
from talteen.register.passage_models import Passage
from talteen.register.refusals import Denied
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import drawn, read
from tests.kit import builders, transcripts

pytestmark = pytest.mark.django_db(transaction=True)
TEACHES = "Rauhallinen tapa kertoa ehdot ennen maksamista"
MARKED = {"start": "0:02", "end": "7,5", "teaches": TEACHES}
"""Of a call of eight seconds."""


def a_call(desk: Desk) -> Recording:
    call = drawn(desk)
    Recording.objects.filter(pk=call.pk).update(special_category=False)
    Staff.objects.filter(role=Role.TEAM_LEADER.value).update(team=call.agent.team)
    return call


def as_person(who: Staff) -> Client:
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    client.force_login(who)
    session = client.session
    session[SIGN_IN] = SignIn.DEMO.value
    session.save()
    return client


def person(name: str) -> Client:
    return as_person(Staff.objects.get(name__startswith=name))


def opened(name: str, call: Recording) -> Client:
    client = person(name)
    form = {"purpose": Purpose.SERVICE_QUALITY.value}
    assert client.post(f"/calls/{call.pk}/open", form).status_code == 302
    return client


def faults(page: str) -> list[str]:
    """What the page says is wrong."""
    return re.findall(r'role="alert">.*?</(?:p|div|ul)>', page, re.DOTALL)


def marked(call: Recording, **other: str) -> Passage:
    client = opened("Leena", call)
    answer = client.post(f"/calls/{call.pk}/passage", {**MARKED, **other})
    assert answer.status_code == 302, (call.length_ms, faults(answer.content.decode()))
    return Passage.objects.get(teaches={**MARKED, **other}["teaches"])


def say(name: str, row: Passage, what: str, reason: str = "") -> int:
    """Open the passage as people do, then say something of it."""
    client = person(name)
    if what not in ("object", "withdraw"):
        assert client.post(f"/passages/{row.pk}/open").status_code == 302
    return client.post(f"/passages/{row.pk}/{what}", {"reason": reason}).status_code


def approved(call: Recording) -> Passage:
    row = marked(call)
    assert say("Ritva", row, "approve", "Opettaa, ja peitot riittävät") == 302
    return row


def heard(client: Client, row: Passage, asked: str = "bytes=0-") -> tuple[int, bytes]:
    answer = client.get(f"/passages/{row.pk}/sound", HTTP_RANGE=asked)
    return answer.status_code, b"".join(answer) if answer.streaming else answer.content


def listed(row: Passage) -> UUID:
    form = {"title": "Ehdot ensin", "passage": [str(row.pk)]}
    assert person("Kaarlo").post("/playlists", form).status_code == 302
    return Playlist.objects.get().pk


def test_a_passage_takes_two_people_and_then_teaches_without_the_callers_voice(desk: Desk) -> None:
    call = a_call(desk)
    row = marked(call)
    trainer = person("Kaarlo")
    assert TEACHES not in read(trainer, "/passages")
    assert trainer.get(f"/passages/{row.pk}").status_code == 404

    # Not the same person twice, not without a reason; nothing changes by it.
    assert say("Leena", row, "approve", "Hyvä") == 403
    assert say("Ritva", row, "approve", " ") == 422
    row.refresh_from_db()
    assert row.state == "proposed"
    assert say("Ritva", row, "approve", "Opettaa, ja peitot riittävät") == 302

    # The trainer finds it, opens it, and hears the agent alone, the passage alone.
    assert TEACHES in read(trainer, "/passages")
    assert heard(trainer, row)[0] == 403, "no permission, no sound"
    assert trainer.post(f"/passages/{row.pk}/open").status_code == 302
    page = read(trainer, f"/passages/{row.pk}")
    assert "Soittaja, vain tekstinä" in page
    assert "Kaarlo" in page, "the watermark"
    assert "Opettaa, ja peitot riittävät" not in page, "what people say of it is not the trainer's"
    before = AccessEntry.objects.filter(action="play").count()
    status, sound = heard(trainer, row)
    assert status == 206
    played = AccessEntry.objects.filter(action="play")
    assert played.count() == before + 1
    last = played.latest("pk")
    assert (last.purpose, last.start_ms, last.end_ms) == ("training", 2_000, 7_500)
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getnframes() == 5_500 * file.getframerate() // 1000
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert not both[:, 0].any(), "the caller is silent"
    assert both[:, 1].any(), "the agent is not"

    # The call itself stays shut to the trainer, by every address.
    for path in (f"/calls/{call.pk}", f"/calls/{call.pk}/sound", f"/calls/{call.pk}/facts.json"):
        assert trainer.get(path, HTTP_RANGE="bytes=0-").status_code in (403, 404), path


def test_a_trainers_permission_opens_no_range_outside_of_an_approved_passage(desk: Desk) -> None:
    call = a_call(desk)
    row, house = approved(call), desk.built.house
    kaarlo, recording = Staff.objects.get(name__startswith="Kaarlo"), RecordingId(call.pk)
    asked = {"case": None, "sign_in": SignIn.DEMO, "at": desk.now}
    grant = access.grant(kaarlo, Purpose.TRAINING, recording, **asked)  # type: ignore[arg-type]
    part = Span(row.start_ms, row.end_ms)
    assert listen.open_part(house.vault, grant, part, desk.now).size
    access.log_range(grant, "play", start_ms=part.start_ms, end_ms=part.end_ms, at=desk.now)

    for wider in (Span(0, part.end_ms), Span(part.start_ms, part.end_ms + 1), Span(500, 1_500)):
        with pytest.raises(Denied):
            listen.open_part(house.vault, grant, wider, desk.now)
        with pytest.raises(Denied):
            access.log_range(
                grant, "play", start_ms=wider.start_ms, end_ms=wider.end_ms, at=desk.now
            )
    for whole in (listen.open_view, listen.open_words, listen.open_peaks):
        with pytest.raises(Denied):
            whole(house.vault, grant, desk.now)
    denied = AccessEntry.objects.filter(action="denied", rule="not_approved")
    assert denied.count() == 3, "each try is written down"

    # 6.1: without its balancing test the purpose is shut, to who marks too.
    trainer = person("Kaarlo")
    trainer.post(f"/passages/{row.pk}/open")
    assert heard(trainer, row)[0] == 206
    builders.lapse_test(Purpose.TRAINING, desk.now.date())
    assert heard(trainer, row)[0] == 403
    leena = opened("Leena", call)
    assert leena.post(f"/calls/{call.pk}/passage", MARKED).status_code == 403


def test_what_is_covered_in_the_call_is_covered_in_its_passage(desk: Desk) -> None:
    call = a_call(desk)
    vault = desk.built.house.vault
    opened_by_house = door.open_for_step(vault, RecordingId(call.pk), Step.DRILL, desk.now)
    layer = masks.layer_of(opened_by_house)
    transcript = transcripts.of_call("001", call)
    word = next(
        word
        for segment in transcript.segments
        for word in segment.words
        if segment.side is Side.AGENT and word.start_ms > 2_000 and word.end_ms < 5_000
    )
    assert layer is not None
    span = Spot(SpanKind.NAME, Side.AGENT, 0, 0, word.start_ms, word.end_ms, 1.0, Source.PERSON)
    masks.decide(opened_by_house, [Decision(Verdict.ADDED, span, "leena", desk.now)], desk.now)
    row = marked(call)
    assert say("Ritva", row, "approve", "Peitto riittää") == 302
    trainer = person("Kaarlo")
    trainer.post(f"/passages/{row.pk}/open")

    page = read(trainer, f"/passages/{row.pk}")
    assert 'class="masked"' in page
    assert word.text not in page.split('class="transcript"')[1]
    _, sound = heard(trainer, row)
    with wave.open(io.BytesIO(sound)) as file:
        rate = file.getframerate()
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    row_start = row.start_ms
    covered = both[
        (span.start_ms - row_start) * rate // 1000 : (span.end_ms - row_start) * rate // 1000
    ]
    assert covered.size
    assert not covered.any()


def test_a_stretch_that_is_no_passage_comes_back_with_what_was_typed(desk: Desk) -> None:
    call = a_call(desk)
    leena = opened("Leena", call)

    def sent(**other: str) -> str:
        answer = leena.post(f"/calls/{call.pk}/passage", {**MARKED, **other})
        assert answer.status_code == 422
        return answer.content.decode()

    assert "Väli alkaa ja päättyy puhelun aikana" in sent(end="99:00")
    assert "Väli alkaa ja päättyy puhelun aikana" in sent(start="kohta")
    assert "sekunnista kolmeen minuuttiin" in sent(end="0:02,5")
    refused = sent(teaches="Anna Salmela kertoo 5 ehtoa")
    assert "Tässä voi olla nimi" in refused
    assert "Anna Salmela kertoo 5 ehtoa</textarea>" in refused
    assert not Passage.objects.exists()


def test_a_sensitive_stretch_is_no_passage_and_one_that_may_not_teach_is_gone_at_once(
    desk: Desk,
) -> None:
    call = a_call(desk)
    vault = desk.built.house.vault
    by_house = door.open_for_step(vault, RecordingId(call.pk), Step.DRILL, desk.now)
    special = Spot(SpanKind.SPECIAL, Side.CALLER, 0, 1, 4_000, 5_000, 1.0, Source.PERSON)
    said = Decision(Verdict.ADDED, special, "leena", desk.now)
    masks.decide(by_house, [said], desk.now)
    refused = opened("Leena", call).post(f"/calls/{call.pk}/passage", MARKED)
    assert refused.status_code == 422
    assert "Välissä voi olla arkaluonteista" in refused.content.decode()
    masks.decide(by_house, [replace(said, verdict=Verdict.REMOVED)], desk.now)

    row = approved(call)
    playlist = listed(row)
    trainer = person("Kaarlo")
    trainer.post(f"/passages/{row.pk}/open")

    def teaches() -> bool:
        """The list of passages, the playlist and the open stream say the same."""
        plays = heard(trainer, row)[0]
        assert plays in (206, 404)
        assert (TEACHES in read(trainer, "/passages")) == (plays == 206)
        said = "1 ote ei ole nyt kuultavissa" in read(trainer, f"/playlists/{playlist}")
        assert said == (plays != 206)
        return plays == 206

    assert teaches()
    for shut in ("special_category", "restricted"):
        Recording.objects.filter(pk=call.pk).update(**{shut: True})
        assert not teaches(), shut
        Recording.objects.filter(pk=call.pk).update(**{shut: False})
        assert teaches(), shut
    case = desk.case(call)
    hold_a_call(desk, case, *case.people.order_by("code"), call)
    assert not teaches()
    assert say("Leena", row, "withdraw") == 404, "held: nobody knows of it"


def hold_a_call(desk: Desk, case: Case, one: Staff, two: Staff, call: Recording) -> None:
    day = desk.now.date() + timedelta(days=30)
    placing = Placing(case, Ground.COMPLAINT, (one, two), day, one, two)
    hold.place(desk.built.house.vault, RecordingId(call.pk), placing, desk.now)


def test_a_list_is_played_in_its_order_and_leaves_only_that_somebody_took_part(desk: Desk) -> None:
    call = a_call(desk)
    first = approved(call)
    second = marked(call, start="0:05", end="0:07.5", teaches="Toinen tapa kiittää lopuksi")
    assert say("Ritva", second, "approve", "Opettaa") == 302
    trainer = person("Kaarlo")
    assert trainer.post("/playlists", {"title": "", "passage": [str(first.pk)]}).status_code == 422
    both = {"title": "Ehdot ensin", "passage": [str(first.pk), str(second.pk)]}
    refused = trainer.post("/playlists", {**both, "title": "Anna Salmelan parhaat 3"})
    assert refused.status_code == 422
    assert trainer.post("/playlists", both).status_code == 302
    playlist = Playlist.objects.get().pk
    path = f"/playlists/{playlist}"

    trainer.post(f"{path}/down", {"passage": str(first.pk)})
    page = read(trainer, path)
    assert page.index("Toinen tapa") < page.index(TEACHES)
    assert "Häviää" in page
    assert "<audio" not in page, "a list opens nothing by itself"
    trainer.post(f"{path}/assign", {"agent": [call.agent.code]})
    grants = AccessEntry.objects.filter(action="grant", purpose="training").count()
    assert trainer.post(f"{path}/open").status_code == 302
    assert AccessEntry.objects.filter(action="grant", purpose="training").count() == grants + 1
    assert read(trainer, path).count("<audio") == 2

    # The agent whose calls they are goes through them; another one is not let near.
    agent = as_person(call.agent)
    assert "Ehdot ensin" in read(agent, "/passages")
    assert agent.post(f"{path}/done", {"passage": str(first.pk)}).status_code == 403
    agent.post(f"{path}/open")
    assert agent.post(f"{path}/done", {"passage": str(first.pk)}).status_code == 302
    assert "käyty läpi 1 / 2" in read(agent, path)
    assert not TookPart.objects.exists()
    agent.post(f"{path}/done", {"passage": str(second.pk)})
    other = Staff.objects.filter(role=Role.AGENT.value).exclude(pk=call.agent_id)[0]
    assert as_person(other).get(path).status_code == 404

    # When the call dies nothing is left but the day.
    desk.built.clock.at = call.cutoff_at + timedelta(minutes=30)
    assert heard(trainer, first)[0] in (403, 404, 410)
    course.sweep(desk.built.house, desk.now)
    assert not Passage.objects.exists()
    assert not Playlist.objects.exists()
    (kept,) = TookPart.objects.values()
    assert set(kept) == {"id", "staff_id", "on", "ends_on"}
    assert trainer.get(path).status_code == 404


def test_a_colleagues_passage_is_gone_through_with_the_trainer(desk: Desk) -> None:
    call = a_call(desk)
    row = approved(call)
    path = f"/playlists/{listed(row)}"
    other = Staff.objects.filter(role=Role.AGENT.value).exclude(pk=call.agent_id)[0]
    trainer, agent = person("Kaarlo"), as_person(other)
    trainer.post(f"{path}/assign", {"agent": [other.code]})

    assert "Kuuntelette sen kouluttajan kanssa" in read(agent, path)
    assert agent.post(f"{path}/open").status_code == 302
    assert heard(agent, row)[0] == 404
    assert agent.post(f"{path}/done", {"passage": str(row.pk)}).status_code == 404
    assert agent.post(f"/calls/{call.pk}/open", {"purpose": "training"}).status_code in (403, 404)
    assert trainer.post(f"{path}/together", {"agent": [other.code]}).status_code == 302
    assert TookPart.objects.get().staff == other
    assert "osallistui koulutukseen" in read(agent, "/coaching")
