"""What is not believed of what an engine wrote, and what never reaches one: by engines that say
what their test tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.life.transcribe import (
    bleed,
    guards,
    sides,
    vad,
    windows,
)
from talteen.life.transcribe.bleed import Loudness
from talteen.life.transcribe.speech import HEARS_HZ, HeardSegment, Sound
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
from tests.kit import unspoken
from tests.kit.demo_sound import HZ, Samples, part, side


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
