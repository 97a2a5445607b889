"""8. Mitä tietoja tallenteessa on.

8.s1: Tallenteessa on sinun ja asiakaspalvelijan ääni ja se, mitä puhelun aikana sanotaan.
8.s2: Tallenteesta tehdään litteraatti eli teksti siitä, mitä sanottiin.
8.s3: Lisäksi kirjataan puhelinnumero, ajankohta, kesto, linja, asiakaspalvelija, kieli, puhelun
  lähde sekä voimassa ollut seloste ja ilmoitus.
8.s4: Emme tallenna jonotusta, linjalla odottamista, asiakaspalvelijoiden keskinäistä neuvonpitoa
  emmekä mitään puhelun päätyttyä.
8.s5: Tallennus pysäytetään, kun annat maksukortin numeron tai henkilötunnuksen, ja tauolta ei jää
  ääntä.
8.s6: Jos tällainen numero silti tallentuu, se peitetään tekstistä ja äänestä ja näytetään vain
  pyyntösi, viranomaisen tai oikeusvaateen vuoksi; kortin turvakoodi poistetaan lopullisesti.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection

from talteen import course, ids, wiring
from talteen.demo.material import SIDES, SpokenCall
from talteen.engine.vault.blobs import Absent
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.entries import Kind
from talteen.ids import HoldId, RecordingId
from talteen.life.capture.sources import Sides
from talteen.life.seal import audio, door, numbers, rolling, stored, waveform
from talteen.life.seal.audio import Samples
from talteen.life.seal.door import Opened, Step
from talteen.life.transcribe import indexing, revisions, words
from talteen.life.transcribe.index import Shard
from talteen.life.transcribe.masking.spans import Kind as SpanKind
from talteen.life.transcribe.masking.spans import Span
from talteen.life.transcribe.query import Depth, parse
from talteen.life.transcribe.words import Side, Word
from talteen.life.use import listen
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.database import jobs
from talteen.register.log import ledger
from talteen.register.log.ledger_redactions import Redacted
from talteen.register.models import NoticeVersion, Recording
from talteen.register.refusals import Denied
from talteen.register.staff.people import SignIn
from tests.desk.conftest import TODAY, Desk
from tests.desk.listening.test_covering import Open
from tests.kit import houses, transcripts
from tests.kit.hearing_engine import Says

pytestmark = pytest.mark.django_db(transaction=True)
HZ = 8_000
VOICES = (Kind.AGENT_SOUND, Kind.CALLER_SOUND)
LOUD, FAINT = 1_000, 4
"""Of 32,768: what somebody says reaches the one, the silence of a coder stays below the other."""
EDGE_MS = 40
"""So much at its edges a coder may smear into a gap."""


def opened(desk: Desk, call: Recording) -> Opened:
    return door.open_for_step(desk.built.house.vault, RecordingId(call.pk), Step.DRILL, desk.now)


def sealed(desk: Desk, call: Recording) -> list[Samples]:
    """Agent and caller as they lie under the key: nothing that is muted on its way out."""
    at = opened(desk, call)
    return [np.concatenate(list(audio.decode(at.file(kind), HZ))) for kind in VOICES]


def spoken(call: SpokenCall) -> list[Samples]:
    """Agent and caller as the exchange heard them."""
    sound = Sides(*(Path(f"{call.files}.{side}.opus") for side in SIDES))
    return [np.concatenate(side) for side in zip(*audio.measure(sound).blocks(), strict=True)]


def sidecar(call: SpokenCall) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(call.files.with_suffix(".json").read_text())
    return told


def told(name: str, folder: Path, *events: tuple[str, int]) -> SpokenCall:
    """The spoken call ``name``, of which the exchange tells these events instead of its own."""
    call = houses.spoken(name, TODAY, whole=True)
    files = folder / call.files.name
    for side in SIDES:
        Path(f"{files}.{side}.opus").symlink_to(f"{call.files}.{side}.opus")
    happened = [{"type": kind, "at_ms": at_ms} for kind, at_ms in events]
    files.with_suffix(".json").write_text(json.dumps(sidecar(call) | {"events": happened}))
    return replace(call, files=files, length_ms=events[-1][1])


def taken_in(desk: Desk, call: SpokenCall) -> Recording:
    outcome = desk.built.take_in(call)
    assert outcome.recording is not None
    return Recording.objects.get(pk=outcome.recording)


def announced_ms(call: SpokenCall) -> int:
    """When the announcement of ``call`` ends, in its own time."""
    end_ms: int = sidecar(call)["announcements"][-1]["end_ms"]
    return end_ms


def peak(sound: Samples, start_ms: int, end_ms: int) -> int:
    part = sound[start_ms * HZ // 1000 : end_ms * HZ // 1000].astype(np.int32)
    return int(np.abs(part).max(initial=0))


def likeness(one: Samples, other: Samples) -> float:
    """Of the loudness of two sounds from 20 ms to 20 ms: 1 where they are the same voice."""
    length = min(len(one), len(other)) // 160 * 160
    both = (part[:length].astype(float).reshape(-1, 160) for part in (one, other))
    loud = [np.abs(part).mean(axis=1) for part in both]
    return float(np.corrcoef(*loud)[0, 1])


def test_both_voices_are_kept_each_on_its_side_and_no_other_sound(desk: Desk) -> None:
    """8.s1"""
    call = houses.spoken("001", TODAY)
    row = taken_in(desk, call)

    from_ms = announced_ms(call)
    heard = [side[from_ms * HZ // 1000 :] for side in spoken(call)]
    kept = sealed(desk, row)

    assert [likeness(*pair) > 0.95 for pair in zip(kept, heard, strict=True)] == [True, True]
    assert likeness(kept[0], heard[1]) < 0.5
    assert {len(side) for side in kept} == {row.length_ms * HZ // 1000}
    assert row.length_ms == call.length_ms - from_ms
    kinds = [ref.kind.name for ref in opened(desk, row).refs]
    assert sorted(kinds) == ["AGENT_SOUND", "CALLER_SOUND", "FACTS", "WAVEFORM"]


def test_a_text_of_what_both_said_is_made_of_every_recording(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """8.s2: by the house itself, from the sound that it keeps."""
    engine = Says("merinäköala")
    house = replace(desk.built.house, speech=lambda: engine)
    monkeypatch.setattr(wiring, "house", lambda: house)
    row = desk.call("001")
    assert not opened(desk, row).has(Kind.TRANSCRIPT)

    jobs.drain()

    text = words.from_bytes(opened(desk, row).whole(Kind.TRANSCRIPT))
    assert {segment.side for segment in text.segments} == set(Side)
    assert all(0 <= segment.start_ms < segment.end_ms <= row.length_ms for segment in text.segments)
    assert [segment.text for segment in text.segments] == ["merinäköala"] * engine.heard


NAMED = set(
    "arrived_at announced_until length_ms line agent agent_code language notice announcement "
    "source direction origin".split()
)
"""Time and length, line, agent, language, what was in force, and where the call came from."""
OF_THE_RECORDING = set(
    "format progress zone_rules marks incomplete special_category third_parties".split()
)
"""What became of it, and how it is to be handled."""


def test_the_facts_that_are_written_down_are_those_that_are_told_and_the_number_is_sealed(
    desk: Desk,
) -> None:
    """8.s3"""
    call = houses.spoken("001", TODAY)
    row, exchange = taken_in(desk, call), sidecar(call)
    at, number = opened(desk, row), exchange["numbers"]["caller"]

    facts = json.loads(at.whole(Kind.FACTS))

    assert facts.keys() == NAMED | OF_THE_RECORDING
    assert at.entry.number == number
    assert (at.entry.start, row.started_at) == (call.started_at, call.started_at)
    assert facts["length_ms"] == call.length_ms - announced_ms(call)
    assert (facts["line"], facts["agent_code"]) == (exchange["line"], exchange["agents"][0])
    assert (facts["language"], facts["source"]) == ("fi", exchange["source"]["kind"])
    assert facts["notice"] == NoticeVersion.objects.get(legacy=False).number
    assert facts["announcement"] == exchange["announcements"][0]["version"]
    assert numbers.find(desk.built.house.vault, number, desk.now) == [RecordingId(row.pk)]
    assert tables_with(number[4:]) == []


def tables_with(digits: str) -> list[str]:
    """The tables of which a row has ``digits`` in it, in clear or as bytes."""
    needles = [f"%{digits}%", f"%{digits.encode().hex()}%"]
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT 1 FROM {name} t WHERE t::text LIKE ANY (%s) LIMIT 1", [needles])
            found += [table] if cursor.fetchone() else []
    return found


def silent(sides: Iterable[Samples], start_ms: int, end_ms: int) -> bool:
    return all(peak(side, start_ms + EDGE_MS, end_ms - EDGE_MS) <= FAINT for side in sides)


def gaps(call: Recording) -> list[tuple[str, int, int]]:
    return [(mark["kind"], mark["start_ms"], mark["end_ms"]) for mark in call.marks]


def test_waiting_consultation_and_what_follows_the_call_are_not_recorded(
    desk: Desk, tmp_path: Path
) -> None:
    """8.s4: there is music and speech in all of them, and it is not kept."""
    away = (("hold", 29_975, 34_975), ("consult", 35_500, 44_975), ("ringing", 46_500, 48_000))
    ends = ("hold", "retrieve", "consult", "consult_over", "transfer", "answer")
    moments = [at for _, *both in away for at in both]
    call = told("017", tmp_path, *zip(ends, moments, strict=True), ("hangup", 50_000))
    heard, from_ms = spoken(call), announced_ms(call)
    for start_ms, end_ms in (*(one[1:] for one in away), (0, from_ms), (50_000, 51_400)):
        assert max(peak(side, start_ms, end_ms) for side in heard) > LOUD

    row = taken_in(desk, call)

    kept = sealed(desk, row)
    left_out = [(kind, start - from_ms, end - from_ms) for kind, start, end in away]
    assert [one for one in gaps(row) if one[0] != "transfer"] == left_out
    assert [silent(kept, start, end) for _, start, end in left_out] == [True] * 3
    assert max(peak(side, 45_366 - from_ms, 46_500 - from_ms) for side in kept) > LOUD
    assert {len(side) * 1000 // HZ for side in kept} == {50_000 - from_ms}


def test_a_pause_for_a_card_leaves_no_sound(desk: Desk, tmp_path: Path) -> None:
    """8.s5: neither under the key nor in the picture of the sound."""
    pressed = (("pause", 31_146), ("resume", 44_995), ("hangup", 47_000))
    call = told("011", tmp_path, *pressed)
    assert peak(spoken(call)[1], 31_535, 44_541) > LOUD

    row = taken_in(desk, call)

    from_ms = announced_ms(call)
    pause = (31_146 - from_ms, 44_995 - from_ms)
    assert gaps(row) == [("pause", *pause)]
    assert silent(sealed(desk, row), *pause)
    drawn = waveform.from_bytes(opened(desk, row).whole(Kind.WAVEFORM))
    within = slice(pause[0] // 100 + 1, pause[1] // 100)
    assert not any((*drawn.agent[within], *drawn.caller[within]))


def page(desk: Desk, call: Recording) -> Open:
    """``call``, open for a claim."""
    client = desk.client(Role.COMPLAINT_HANDLER)
    form = {"purpose": CLAIM.value, "case": desk.case(call).reference}
    client.post(f"/calls/{call.pk}/open", form)
    return Open(desk, call, client)


CLAIM = Purpose.RIGHTS_OF_PARTIES
OWN_REQUEST_AUTHORITY_OR_CLAIM = {Purpose.DATA_SUBJECT_REQUEST, Purpose.AUTHORITY, CLAIM}
NUMBERS = {SpanKind.CARD, SpanKind.IDENTITY_CODE}
SAID = ("yksi yksi yksi yksi", "seitsemän kolme seitsemän", "131052-308T")
"""Of the card's number, the code on its back, and an identity code."""


def test_a_number_that_is_said_all_the_same_is_covered_in_text_and_sound(
    desk: Desk, tmp_path: Path
) -> None:
    """8.s6: the agent forgot the pause."""
    row = forgotten_pause(desk, tmp_path)
    call = page(desk, row)
    spans = [one for one in call.layer().in_force() if one.kind in NUMBERS]
    number, security_code, identity = max(spans, key=length), spans[-2], spans[-1]
    heard = (number, security_code, identity)

    covered, sounded = call.page(), [call.heard(span) for span in heard]
    call.post("layer", layer="full")
    lifted, sounds = call.page(), [call.heard(span) for span in heard]

    assert [one.kind for one in heard] == [SpanKind.CARD, SpanKind.CARD, SpanKind.IDENTITY_CODE]
    assert [one for one in SAID if one in covered] == []
    assert [one for one in SAID if one not in lifted] == []
    assert (any(sounded), all(sounds)) == (False, True)


CODE_MS = (42_400, 44_800)
"""When the caller says the code, in the time of the whole call."""


def test_a_security_code_is_cut_out_of_sound_and_words_for_good(desk: Desk, tmp_path: Path) -> None:
    """8.s6: of what people have corrected too, and of the copy that a hold keeps past its time."""
    house, row = desk.built.house, forgotten_pause(desk, tmp_path)
    recording = RecordingId(row.pk)
    held_and_indexed(desk, row)
    call, before = page(desk, row), opened(desk, row)
    old_sound = sealed(desk, row)
    call.post("layer", layer="full")
    call.post("correct", s0="Myyntipalvelu, Petra.")
    assert found(desk, row, "seitsemän"), "or nothing is proved below"
    assert [SAID[1] in text for text in written(opened(desk, row))] == [True, True]

    from_ms = announced_ms(houses.spoken("011", TODAY, whole=True))
    start_ms, end_ms = (at - from_ms for at in CODE_MS)
    call.post("spans", verdict="added", side="caller", kind="card", **seconds(start_ms, end_ms))
    place = next(at for at, one in enumerate(call.layer().in_force()) if one.start_ms == start_ms)
    assert call.post("spans", verdict="cut", which=str(place)) == 302
    jobs.drain()
    course.replaced(house, desk.now)
    jobs.drain()

    row.refresh_from_db()
    after, gap = opened(desk, row), ("redacted", start_ms - 250, end_ms + 250)
    assert gap in gaps(row)
    assert silent(sealed(desk, row), *gap[1:])
    assert max(peak(side, *gap[1:]) for side in old_sound) > LOUD
    assert max(peak(side, gap[1] - 3_000, gap[1]) for side in sealed(desk, row)) > LOUD
    assert [SAID[1] in text for text in written(after)] == [False, False]
    assert [SAID[2] in text for text in written(after)] == [True, True]
    assert written(after)[1].startswith("Myyntipalvelu, Petra. ")
    assert not found(desk, row, "seitsemän")
    assert found(desk, row, "henkilötunnus")
    assert "Kortin turvakoodi poistettu" in call.page()
    assert call.post("spans", verdict="removed", which=str(place)) == 422
    past = row.cutoff_at + timedelta(days=1)
    assert house.vault.entry(recording, past) == after.entry
    assert after.entry.dek != before.entry.dek
    for ref in before.refs:
        with pytest.raises(Absent):
            house.vault.blobs.size(stored.blob_key(row.day, ref.id))
    (entry,) = ledger.find(Redacted)
    assert entry.entered.entry == Redacted(recording=recording, day=row.day, stretches=1)


def held_and_indexed(desk: Desk, row: Recording) -> None:
    """A hold keeps ``row``, and its words stand in the index of their day."""
    house, recording = desk.built.house, RecordingId(row.pk)
    pair = (HoldId(ids.new()), recording)
    rolling.roll(house.vault, Changes(place_holds=frozenset({pair})), desk.now)
    indexing.index_one(house.vault, house.shards, recording, desk.now)


def found(desk: Desk, row: Recording, word: str) -> bool:
    """Whether the index of its day knows ``word``."""
    house = desk.built.house
    path, key = indexing.shard_path(house.shards, row.day), house.vault.shard_key(row.day)
    with Shard.open(path, key) as shard:
        return bool(shard.find(parse(word), depth=Depth.COVERED))


def written(at: Opened) -> list[str]:
    """All words of every writing of them: the machine's, hidden ones too, then people's."""
    return [
        " ".join(one.text for one in (*text.segments, *text.hidden))
        for text in revisions.writings(at)
    ]


def seconds(start_ms: int, end_ms: int) -> dict[str, str]:
    return {"from": f"{start_ms / 1000}", "to": f"{end_ms / 1000}"}


def test_only_a_card_and_only_a_few_seconds_are_ever_cut(desk: Desk, tmp_path: Path) -> None:
    """8.s6: nobody takes a conversation away as a security code; and nothing without a person."""
    row = forgotten_pause(desk, tmp_path)
    call = page(desk, row)
    spans = call.layer().in_force()
    name = next(at for at, one in enumerate(spans) if one.kind is SpanKind.NAME)
    long = {"verdict": "added", "side": "caller", "kind": "card", **seconds(0, 10_001)}

    unseen = call.post("spans", verdict="cut", which=str(name))
    call.post("layer", layer="full")
    call.post("spans", **long)
    at = [one.end_ms for one in call.layer().in_force()].index(10_001)
    refused = [call.post("spans", verdict="cut", which=str(one)) for one in (name, at)]
    jobs.drain()

    assert (unseen, refused) == (422, [422, 422])
    assert gaps(Recording.objects.get(pk=row.pk)) == []


def length(span: Span) -> int:
    return span.end_ms - span.start_ms


def test_what_is_covered_opens_for_ones_own_request_an_authority_and_a_claim_only(
    desk: Desk,
) -> None:
    """8.s6"""
    row, handler = desk.call("001"), desk.reader(Role.COMPLAINT_HANDLER)
    grant = access.grant(
        handler,
        CLAIM,
        RecordingId(row.pk),
        case=desk.case(row).reference,
        sign_in=SignIn.DEMO,
        at=desk.now,
    )

    def opens(purpose: Purpose) -> bool:
        asked = replace(grant, purpose=purpose)
        try:
            listen.open_view(desk.built.house.vault, asked, desk.now, lifted=True)
        except Denied:
            return False
        return True

    assert {one for one in Purpose if opens(one)} == OWN_REQUEST_AUTHORITY_OR_CLAIM


def forgotten_pause(desk: Desk, folder: Path) -> Recording:
    """A call in which a card, its code and an identity code are said and kept, with its words."""
    row = taken_in(desk, told("011", folder, ("hangup", 62_407)))
    text = transcripts.of_call("011", row)
    *before, last = text.segments
    start_ms = last.start_ms
    code = Word(SAID[-1], start_ms + 700, last.end_ms, 0.9)
    asked = Word("Henkilötunnus", start_ms, start_ms + 650, 0.9)
    segments = (*before, replace(last, words=(asked, code)))
    transcripts.write(
        desk.built.house.vault, RecordingId(row.pk), replace(text, segments=segments), desk.now
    )
    return row
