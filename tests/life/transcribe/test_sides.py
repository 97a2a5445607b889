"""Real calls through the real model: what was said comes through, and nothing comes out of
nothing."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from talteen.errors import InputError
from talteen.life.capture.rules import Mark, MarkKind
from talteen.life.seal import audio
from talteen.life.transcribe import (
    bleed,
    guards,
    model_store,
    sides,
    vad,
    whisper,
    windows,
    words,
)
from talteen.life.transcribe.bleed import Loudness
from talteen.life.transcribe.masking import cover
from talteen.life.transcribe.masking.spans import Kind as SpanKind
from talteen.life.transcribe.masking.spans import Source, Span
from talteen.life.transcribe.model_store import ModelFolder
from talteen.life.transcribe.speech import HEARS_HZ, HeardSegment, Sound, Transcriber
from talteen.life.transcribe.vad import Chunk, Piece
from talteen.life.transcribe.words import (
    Flag,
    Note,
    Segment,
    Side,
    Sounding,
    Transcript,
    Word,
)
from talteen.life.use.view import VirtualWav
from tests.kit import unspoken

DEMO = Path(__file__).parents[3] / "demo"
HZ = 8_000
FINNISH_FROM_S = 26
"""The middle of the call: each second of speech costs a fifth of a core's."""

Samples = NDArray[np.int16]


class Refuses:
    """An engine that may not be asked at all."""

    engine = "none/1"
    settings = ""
    batch = 1

    def detect(self, samples: Sound) -> Mapping[str, float]:
        raise AssertionError("a side without speech must not reach an engine")

    def hear(
        self, samples: Sound, *, clips: Sequence[tuple[float, float]], language: str
    ) -> list[HeardSegment]:
        raise AssertionError("a side without speech must not reach an engine")


@pytest.fixture(scope="module")
def engine(small_model: ModelFolder) -> Transcriber:
    # Two threads wait for one another on a busy machine, and waiting costs a core too.
    return whisper.load(small_model, whisper.How(threads=1))


@pytest.fixture(scope="module")
def in_finnish(engine: Transcriber) -> Transcript:
    return transcript_of("001-huonevaraus", FINNISH_FROM_S, 46, "fi", engine)


@pytest.fixture(scope="module")
def question() -> Sound:
    return windows.for_engine(part("025-tourist-room", "agent", 36, 41), HZ)


@pytest.fixture(scope="module")
def heard_once(engine: Transcriber, question: Sound) -> list[HeardSegment]:
    """The question, heard alone: what other hearings of it are compared with."""
    return engine.hear(question, clips=[(0.0, 5.0)], language="en")


@pytest.fixture(scope="module")
def in_english(engine: Transcriber) -> Transcript:
    return transcript_of("025-tourist-room", 27, 38, "en", engine)


def side(call: str, name: str) -> Iterator[Samples]:
    with (DEMO / "calls" / f"{call}.{name}.opus").open("rb") as file:
        yield from audio.decode(file, HZ)


def part(call: str, name: str, start_s: int, end_s: int) -> Samples:
    return np.concatenate(list(side(call, name)))[start_s * HZ : end_s * HZ]


def transcript_of(
    call: str, start_s: int, end_s: int, language: str, engine: Transcriber
) -> Transcript:
    return sides.transcribe_call(
        iter([part(call, "agent", start_s, end_s)]),
        iter([part(call, "caller", start_s, end_s)]),
        HZ,
        marks=[{"kind": "hold", "start_ms": 5, "end_ms": 7}],
        language=language,
        engine=engine,
    )


def said(transcript: Transcript, by: Side) -> str:
    return " ".join(each.text for each in transcript.segments if each.side is by).casefold()


def comes_through(phrase: str, text: str) -> bool:
    """Whether ``phrase`` stands in ``text`` nearly so.

    A small model's int8 sums differ from processor to processor: a letter or a space falls the
    other way ("puheli messa", "mille nimelle"), and nobody would call that another word.
    """
    starts = range(max(1, len(text) - len(phrase) + 1))
    windows = (text[at : at + len(phrase)] for at in starts)
    return any(SequenceMatcher(None, phrase, one).ratio() >= 0.8 for one in windows)


def test_nearly_so_is_not_anything() -> None:
    assert comes_through("millä nimellä varaus", "no mille nimelle varaus tehdään")
    assert not comes_through("millä nimellä varaus", "monelta haluatte tulla illalliselle")


def test_a_finnish_call_comes_through_on_both_sides(in_finnish: Transcript) -> None:
    agent, caller = said(in_finnish, Side.AGENT), said(in_finnish, Side.CALLER)

    for phrase in ("mille päivälle", "millä nimellä varaus", "puhelinnumero"):
        assert comes_through(phrase, agent), phrase
    for phrase in ("tammikuuta", "kaksi aikuista", "lahtinen"):
        assert comes_through(phrase, caller), phrase


def test_an_english_call_comes_through_on_both_sides(in_english: Transcript) -> None:
    agent, caller = said(in_english, Side.AGENT), said(in_english, Side.CALLER)

    assert "family room with a sauna" in agent
    assert "may i have your name" in agent
    assert "two adults and one child" in caller
    assert "take it" in caller


def test_words_stand_where_they_were_said(in_finnish: Transcript) -> None:
    """The truth of this agent's voice is exact: its synthesis names every word's time."""
    truth = json.loads((DEMO / "truth" / "001-huonevaraus.json").read_text())
    ends = [
        (word["w"].casefold(), word["end_ms"] - FINNISH_FROM_S * 1000)
        for turn in truth["turns"]
        for word in turn.get("words", ())
    ]
    named = Counter(name for name, _ in ends)
    spoken = {name: end_ms for name, end_ms in ends if named[name] == 1}

    heard = [
        (word.text.strip(".,?!").casefold(), word.end_ms)
        for segment in in_finnish.segments
        if segment.side is Side.AGENT
        for word in segment.words
    ]
    # Only words that come once in both can be told apart from words misheard as them.
    once = Counter(name for name, _ in heard)
    errors = [
        abs(end_ms - spoken[name]) for name, end_ms in heard if name in spoken and once[name] == 1
    ]

    assert len(errors) >= 10
    assert np.median(errors) <= 100
    assert max(errors) <= 400


def test_a_spoken_card_number_sends_this_model_in_circles_and_that_is_seen(
    engine: Transcriber,
) -> None:
    """Its fifteen ones: in both of its stretches together more are written than any number has."""
    frames = sides.voice_activity().frames([part("011-korttinumero-tauko", "caller", 19, 35)],
                                           rate=HZ)  # fmt: skip
    (chunk,) = vad.chunks(frames, rate=HZ)
    sound = windows.for_engine(chunk.samples, HZ)

    heard = engine.hear(sound, clips=[(0.0, len(sound) / HEARS_HZ)], language="fi")

    assert any(guards.flags(each) & guards.LOST for each in heard)


@dataclass(slots=True)
class Circles:
    """An engine that says when each stretch begins, and goes in circles where a clip holds a
    certain one, as models do: nothing else of the clip is written."""

    provoked_s: float
    batch: int = 1
    engine: str = "circles/1"
    settings: str = ""

    def detect(self, samples: Sound) -> Mapping[str, float]:
        return {"fi": 1.0}

    def hear(
        self, samples: Sound, *, clips: Sequence[tuple[float, float]], language: str
    ) -> list[HeardSegment]:
        ((start_s, end_s),) = clips
        circling = start_s <= self.provoked_s < end_s
        seconds = range(round(start_s), round(end_s))
        texts = ["yksi"] * 20 if circling else [f"sekunti{each}" for each in seconds if each % 2]
        timed = tuple(Word(text, 0, 500, 0.9) for text in texts)
        return [HeardSegment(0, 20_000, timed, -0.3, 0.1, 1.0)]


@given(st.integers(2, 15), st.data())
def test_what_provokes_a_loop_is_lost_and_nothing_else_of_its_window(
    stretches: int, data: st.DataObject
) -> None:
    provoking = data.draw(st.integers(0, stretches - 1))
    pieces = tuple(Piece(2_000 * n + 500, 9_000 * n, 9_000 * n + 1_000) for n in range(stretches))
    chunk = Chunk(np.zeros(2 * stretches * HEARS_HZ, np.int16), HEARS_HZ, pieces)
    engine = Circles(provoked_s=2.0 * provoking + 1)

    (heard,) = windows.hear([chunk], engine, language="fi")

    shown = [word.text for each in heard if not guards.flags(each) for word in each.words]
    assert shown == [f"sekunti{2 * n + 1}" for n in range(stretches) if n != provoking]


def test_an_answer_stands_after_its_question(in_finnish: Transcript) -> None:
    texts = [(each.side, each.text.casefold()) for each in in_finnish.segments]

    question = next(n for n, (_, text) in enumerate(texts) if comes_through("millä nimellä", text))

    assert texts[question][0] is Side.AGENT
    assert texts[question + 1][0] is Side.CALLER
    assert comes_through("heikki", texts[question + 1][1])


def test_a_transcript_says_what_made_it_and_keeps_the_marks(in_english: Transcript) -> None:
    assert in_english.engine.startswith("faster-whisper/")
    assert f"whisper-base/{model_store.digest_of(model_store.WHISPER_BASE.files)[:12]}" in (
        in_english.engine
    )
    assert len(in_english.engine) <= 64
    assert in_english.marks == (Mark(MarkKind.HOLD, 5, 7),)
    assert words.from_bytes(in_english.to_bytes()) == in_english


def test_the_same_sound_gives_the_same_words_and_its_language_is_told_as_if_it_were_asked_anew(
    engine: Transcriber, question: Sound, heard_once: list[HeardSegment]
) -> None:
    silence = np.zeros_like(question)
    anew = engine.detect(question)

    again = engine.hear(question, clips=[(0.0, len(question) / HEARS_HZ)], language="en")
    told, of_silence = engine.detect(question), engine.detect(silence)

    assert any("name" in each.text for each in again)
    assert again == heard_once
    assert told == pytest.approx(anew, abs=0.05)
    assert of_silence != pytest.approx(told, abs=0.05), "nothing was said in silence"


@cache
def no_speech() -> dict[str, Samples]:
    t, chance = np.arange(20 * HZ) / HZ, np.random.default_rng(13)
    ring = np.sin(2 * np.pi * 425 * t) * (t % 5 < 1)
    chord = sum(np.sin(2 * np.pi * hz * t) for hz in (262, 330, 392)) * (0.6 + 0.4 * np.cos(9 * t))
    return {
        "silence": np.zeros(20 * HZ, np.int16),
        "nothing": np.zeros(0, np.int16),
        "noise": (chance.normal(size=20 * HZ) * 1500).astype(np.int16),
        "ring tone": (ring * 8000).astype(np.int16),
        "music": (chord * 3000).astype(np.int16),
    }


@pytest.mark.parametrize("name", ["silence", "nothing", "noise", "ring tone", "music"])
def test_no_word_comes_out_of(name: str) -> None:
    sound = no_speech()[name]

    transcript = sides.transcribe_call(
        iter([sound]), iter([sound]), HZ, marks=[], language="fi", engine=Refuses()
    )

    assert (transcript.segments, transcript.hidden) == ((), ())
    note = Note.NO_SOUND if name in ("silence", "nothing") else Note.NO_SPEECH
    assert [each.notes for each in transcript.sides] == [frozenset({note})] * 2
    kinds = {"ring tone": {Sounding.RING}, "music": {Sounding.TONE}}
    assert {each.kind for each in transcript.not_speech} == kinds.get(name, set())


@dataclass(slots=True)
class Doubts:
    """An engine that writes two words into every window, and hardly believes them."""

    batch: int = 1
    engine: str = "doubts/1"
    settings: str = ""
    windows: list[int] = field(default_factory=list)

    def detect(self, samples: Sound) -> Mapping[str, float]:
        return {"sv": 1.0}

    def hear(
        self, samples: Sound, *, clips: Sequence[tuple[float, float]], language: str
    ) -> list[HeardSegment]:
        self.windows.append(len(clips))
        return [self._heard(round(start_s * 1000), round(end_s * 1000)) for start_s, end_s in clips]

    def _heard(self, start_ms: int, end_ms: int) -> HeardSegment:
        long = "avboka-rummet-genast-tackar-nyckel"
        two = (Word(long, start_ms, start_ms + 200, 0.3), Word(long, end_ms - 200, end_ms, 0.3))
        return HeardSegment(start_ms, end_ms, two, -0.9, 0.1, 1.0)


def test_several_windows_at_once_give_the_words_of_one_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vad, "CHUNK_FRAMES", 8_000 // vad.FRAME_MS)
    spoken = part("001-huonevaraus", "agent", 16, 42)

    def written(batch: int) -> tuple[Transcript, list[int]]:
        engine = Doubts(batch=batch)
        whole = sides.transcribe_call(
            iter([spoken]), iter(()), HZ, marks=[], language="fi", engine=engine
        )
        return whole, engine.windows

    one, single = written(1)
    three, together = written(3)

    assert one.segments == three.segments
    assert set(single) == {1}
    assert max(together) > 1
    assert sum(single) == sum(together)


def test_a_side_says_that_it_is_cut_off_or_that_another_language_was_spoken() -> None:
    loud = (np.clip(block.astype(np.int32) * 40, -32_124, 32_124).astype(np.int16)
            for block in side("001-huonevaraus", "caller"))  # fmt: skip

    told = sides.transcribe_call(
        side("001-huonevaraus", "caller"), loud, HZ, marks=[], language="fi", engine=Doubts()
    )

    agent, caller = told.sides
    assert agent.notes == {Note.OTHER_LANGUAGE}
    assert agent.likelier == "sv"
    assert caller.notes == {Note.OTHER_LANGUAGE, Note.CLIPPED}
    assert agent.speech_ms > 5_000


def test_doubted_words_over_music_are_hidden_and_the_music_is_named() -> None:
    """Talk that the engine doubts stays, and so would the same words over no music."""
    music = np.concatenate(list(unspoken.sound("music", 30)))
    talk = part("001-huonevaraus", "caller", 20, 50)
    over = np.clip(talk + music[: len(talk)] * 0.4, -32_768, 32_767).astype(np.int16)

    told = sides.transcribe_call(
        iter([talk]), iter([over]), HZ, marks=[], language="fi", engine=Doubts()
    )

    assert not any(Flag.NOT_SPEECH in each.flags for each in told.hidden if each.side is Side.AGENT)
    shown = [each for each in told.segments if each.side is Side.CALLER]
    assert all(each.start_ms >= 28_000 for each in shown)  # the music ends there
    assert any(Flag.NOT_SPEECH in each.flags for each in told.hidden if each.side is Side.CALLER)
    assert {each.kind for each in told.not_speech if each.side is Side.CALLER} == {Sounding.MUSIC}


def test_the_engine_hears_two_windows_at_once_as_it_hears_them_apart(
    engine: Transcriber, question: Sound, heard_once: list[HeardSegment]
) -> None:
    both = replace(engine, batch=2)  # on a card: the same model, asked for more at a time
    sound = np.concatenate((question, question))

    heard = both.hear(sound, clips=[(0.0, 5.0), (5.0, 10.0)], language="en")

    first = " ".join(each.text for each in heard if each.start_ms < 5_000).casefold()
    second = " ".join(each.text for each in heard if each.start_ms >= 5_000).casefold()
    alone = " ".join(each.text for each in heard_once).casefold()
    assert comes_through(alone, first)
    assert comes_through(alone, second)


def test_a_language_that_the_model_does_not_know_is_refused(engine: Transcriber) -> None:
    with pytest.raises(InputError, match="language"):
        engine.hear(np.zeros(HEARS_HZ, np.float32), clips=[(0.0, 1.0)], language="xx")


def test_a_pause_that_the_engine_did_not_hear_parts_a_segment() -> None:
    chunk = Chunk(
        np.zeros(0, np.int16), HZ, (Piece(0, 10_000, 11_000), Piece(1_192, 20_000, 21_000))
    )
    # The second word's start is drawn back over the joint, as engines do.
    heard = HeardSegment(
        0, 1_600, (Word("kyllä", 100, 500, 0.9), Word("vain", 900, 1_600, 0.9)), -0.2, 0.0, 1.0
    )

    parts = list(sides.in_call(heard, chunk, side=Side.AGENT, language="fi"))

    assert [(each.text, each.start_ms, each.end_ms) for each in parts] == [
        ("kyllä", 10_100, 10_500),
        ("vain", 20_000, 20_408),
    ]


@pytest.mark.parametrize(("weaker_by", "is_bleed"), [(30, True), (3, False)])
def test_the_other_sides_words_are_hidden_only_where_they_are_faint(
    weaker_by: int, is_bleed: bool
) -> None:
    loud = (np.sin(np.arange(4 * HZ)) * 10_000).astype(np.int16)
    loudness = {Side.AGENT: Loudness(HZ), Side.CALLER: Loudness(HZ)}
    for each, blocks in ((Side.AGENT, loud // weaker_by), (Side.CALLER, loud)):
        list(loudness[each].of([blocks[:12_345], blocks[12_345:]]))

    def saying(by: Side, text: str) -> Segment:
        spoken = tuple(Word(w, 400 * n, 400 * n + 350, 0.9) for n, w in enumerate(text.split()))
        return Segment(by, "fi", 0, spoken[-1].end_ms, spoken, frozenset())

    faint = saying(Side.AGENT, "saisinko huoneen kahdelle")
    caller = saying(Side.CALLER, "saisinko huoneen kahdelle kiitos")

    echoed = bleed.flagged([faint], [caller], loudness)
    own = bleed.flagged([saying(Side.AGENT, "katson hetken")], [caller], loudness)

    assert (Flag.BLEED in echoed[0].flags) is is_bleed
    assert own[0].flags == frozenset()


def test_a_muted_word_is_not_recovered_by_hearing_the_covered_sound_again(
    engine: Transcriber,
) -> None:
    """What a page plays of a covered call, heard by the machine once more, on both sides."""
    name, start_ms, end_ms = "001-huonevaraus", 45_789, 49_944  # a telephone number, by the truth
    span = Span(SpanKind.PHONE, Side.CALLER, 0, 0, start_ms, end_ms, 1.0, Source.PERSON)

    def heard(spans: Sequence[Span]) -> str:
        with ExitStack() as files:
            agent, caller = (
                files.enter_context((DEMO / "calls" / f"{name}.{side}.opus").open("rb"))
                for side in ("agent", "caller")
            )
            wav = VirtualWav(agent, caller, length_ms=56_018, muted=cover.muted(spans))
            piece = wav.read(wav.offset_of(start_ms - 500), wav.offset_of(end_ms + 500))
            both = np.frombuffer(b"".join(piece), "<i2").reshape(-1, 2)
        # One side behind the other: a window costs the same however much is said in it.
        lanes = np.concatenate(both.T)
        clips = [(0.0, len(lanes) / wav.rate)]
        heard = engine.hear(windows.for_engine(lanes, wav.rate), clips=clips, language="fi")
        return " ".join(one.text for one in heard).casefold()

    assert comes_through("viisi viisi", heard([]).replace(",", ""))
    covered = heard([span])
    assert not comes_through("viisi viisi", covered)
    assert not re.search(r"\d{2}", covered)
