"""A transcript leaves in six forms, each saying who spoke when, what is covered and what it is."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from talteen.desk.listening import transcript_forms, turns
from talteen.desk.listening.transcript import Document
from talteen.desk.listening.turns import Covers
from talteen.desk.page import documents
from talteen.ids import RecordingId
from talteen.life.transcribe.masking import find
from talteen.life.transcribe.revision import State
from talteen.life.transcribe.words import Segment, Side, Transcript
from talteen.life.use.rows import Mark
from tests.desk.destruction.test_months_page import inflated
from tests.life.transcribe.masking.says import segment

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CALL = RecordingId(UUID("0f0e0d0c-0b0a-4908-8706-050403020100"))


def said() -> list[Segment]:
    return [
        segment("Myyntipalvelu, hyvää päivää.", side=Side.AGENT),
        segment("Varaus on nimellä Lahtinen, [?] <kiitos>", at_ms=900),
        segment("Hetki, katson.", side=Side.AGENT, at_ms=20_000),
    ]


def document(*, lifted: bool = False) -> Document:
    told = Transcript("fi", "kit/1", "", tuple(said()), (), ())
    covers = Covers(find.proposed(told.segments), lifted=lifted)
    return Document(
        recording=CALL,
        started_at=AT,
        length_ms=24_000,
        line="Huoneet",
        agent="Anna A",
        language="fi",
        engine="kit/1",
        state=State.MACHINE,
        masked=not lifted,
        turns=tuple(turns.turns(told, [Mark("pause", 3_000, 9_000)], covers)),
        made_at=AT,
        purpose="Rekisteröidyn pyyntö",
        case="P-1",
    )


def made(suffix: str, *, lifted: bool = False) -> str:
    return transcript_forms.FORMS[suffix].make(document(lifted=lifted)).decode()


@pytest.mark.parametrize("suffix", ["html", "txt", "json", "vtt", "vcon"])
def test_no_form_says_what_is_covered_and_each_says_it_once_it_is_lifted(suffix: str) -> None:
    assert "Lahtinen" not in made(suffix)
    assert "Lahtinen" in made(suffix, lifted=True)


def test_the_text_names_speakers_times_gaps_pauses_and_what_nobody_could_hear() -> None:
    lines = made("txt").splitlines()

    assert lines[2] == "Koneen kirjoittama luonnos, jota kukaan ei ole lukenut."
    assert lines[3] == "Peitetyt kohdat ovat hakasuluissa."
    assert lines[5:] == [
        "0:00  Anna A: Myyntipalvelu, hyvää päivää.",
        "0:00  Soittaja: Varaus on nimellä [nimi] [kuulumaton] <kiitos>",
        "0:03  [Tallennus keskeytetty 6 s]",
        "0:09  [Hiljaista 11 s]",
        "0:20  Anna A: Hetki, katson.",
    ]


def test_a_cue_has_a_voice_a_time_and_no_tag_of_the_speaker() -> None:
    blocks = made("vtt").split("\n\n")

    assert blocks[0] == f"WEBVTT - {CALL}"
    assert blocks[3].splitlines() == [
        "00:00:00.900 --> 00:00:02.950",
        "<v Soittaja>Varaus on nimellä [nimi] [kuulumaton] &lt;kiitos&gt;",
    ]


def test_a_vcon_has_what_its_draft_asks_for() -> None:
    container = json.loads(made("vcon"))

    assert UUID(container["uuid"]).version == 8
    assert container["redacted"]["uuid"] == str(CALL)
    assert container["dialog"][0]["duration"] == 24.0
    (analysis,) = container["analysis"]
    assert (analysis["type"], analysis["vendor"], analysis["dialog"]) == (
        "transcript",
        "Talteen",
        0,
    )
    turns_told = json.loads(analysis["body"])["turns"]
    assert {"covered": "name"} in turns_told[1]["pieces"]
    assert turns_told[1]["inaudible"]
    assert "redacted" not in json.loads(made("vcon", lifted=True))


@pytest.mark.skipif(not documents.draws_pdf(), reason="the extra pdf is not installed")
def test_the_pdf_is_tagged() -> None:
    raw = transcript_forms.FORMS["pdf"].make(document())

    whole = raw + b"".join(inflated(raw))
    assert raw.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in whole
    assert b"/MarkInfo" in whole
    assert b"/Lang (fi)" in whole
