"""The announcement is found in what the caller heard, and nothing else is (REGISTER 6.3)."""

import random
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import legs
from benchmarks.legs import Kind, Samples
from talteen.life.capture.hearing import (
    LISTENED_S,
    RATE,
    Extent,
    Heard,
    Listener,
    Repertoire,
    learn,
)
from tests.life.capture.test_demo_calls import DEMO, NAMES, truth_of

FI = "announce.fi@1"
START = 5_000
"""Where prompts begin in the legs of these tests: sample, that is 625 ms."""


@cache
def known() -> Repertoire:
    return learn(legs.prompts())


def heard(
    sound: Samples, *, slice_: int = 1_600, repertoire: Repertoire | None = None
) -> list[Heard]:
    listener = Listener(repertoire or known())
    found: list[Heard] = []
    for at in range(0, sound.size, slice_):
        found += listener.feed(sound[at : at + slice_])
    return found + listener.finish()


def leg_with(prompt: Samples, seconds: int = 40) -> Samples:
    sound = np.zeros(seconds * RATE, np.int16)
    sound[START : START + prompt.size] = prompt
    return sound


def spoiled(sound: Samples, *, ppm: float, snr_db: float, gain: float, a_law: bool) -> Samples:
    noise = np.random.default_rng(7)
    prompt = legs.prompts()[FI].astype(np.float64)
    slow = legs.drifted(sound.astype(np.float64), 1 + ppm * 1e-6)
    line = legs.companded(legs.noisy(slow, snr_db, noise, like=prompt) * gain, a_law=a_law)
    legs.lose(line, noise)
    return line


@pytest.mark.parametrize("name", NAMES)
def test_each_call_of_the_demo_is_heard_as_what_was_played(name: str) -> None:
    truth = truth_of(name)["announcement"]
    caller_hears = legs.decoded(DEMO / "calls" / f"{name}.agent.opus").astype(np.int16)

    found = heard(caller_hears)

    extent = {"full": Extent.FULL, "half": Extent.PART}.get(truth["kind"])
    if extent is None:
        assert found == []
        return
    assert [(one.prompt, one.extent) for one in found] == [(f"announce.{truth['lang']}@1", extent)]
    assert abs(found[0].start_ms - truth["start_ms"]) <= 5
    late_ms = found[0].end_ms - truth["end_ms"]
    assert 0 <= late_ms <= 5 if extent is Extent.FULL else abs(late_ms) <= 1_000


@pytest.mark.parametrize("ppm", [-1_000, 0, 1_000])
@pytest.mark.parametrize("a_law", [True, False])
def test_codec_level_noise_loss_and_drift_together_do_not_hide_it(ppm: float, a_law: bool) -> None:
    whole = spoiled(leg_with(legs.prompts()[FI]), ppm=ppm, snr_db=5, gain=0.1, a_law=a_law)

    (one,) = heard(whole)

    assert (one.prompt, one.extent) == (FI, Extent.FULL)
    assert one.share >= 0.85


def test_who_talks_over_the_prompt_does_not_hide_it() -> None:
    sound = leg_with(legs.prompts()[FI])
    other = legs.speech(random.Random(3))[: 4 * RATE]
    sound[START + 3 * RATE : START + 7 * RATE] += (other / 2).astype(np.int16)

    assert [one.extent for one in heard(sound)] == [Extent.FULL]


@pytest.mark.parametrize("missing_ms", [600, 1_500, 3_000, 7_000])
def test_a_prompt_that_was_cut_is_not_heard_as_whole(missing_ms: int) -> None:
    prompt = legs.prompts()[FI]

    (one,) = heard(leg_with(prompt[: prompt.size - missing_ms * RATE // 1_000]))

    assert one.extent is Extent.PART
    assert abs(one.end_ms - (625 + prompt.size * 1_000 // RATE - missing_ms)) <= 1_000


def test_a_prompt_that_is_cut_and_played_again_is_heard_whole_at_its_second_end() -> None:
    prompt = legs.prompts()[FI]
    sound = leg_with(prompt[: 8 * RATE])
    again = 12 * RATE
    sound[again : again + prompt.size] = prompt

    assert [one.end_ms for one in heard(sound) if one.extent is Extent.FULL] == [
        pytest.approx((again + prompt.size) * 1_000 / RATE, abs=2)
    ]


@pytest.mark.parametrize("snr_db", [5, 30])
def test_a_queue_message_that_begins_alike_in_the_same_voice_is_not_heard(snr_db: float) -> None:
    for lookalike in legs.lookalikes():
        sound = leg_with(lookalike.astype(np.int16))
        assert heard(sound) == []
        assert heard(spoiled(sound, ppm=0, snr_db=snr_db, gain=1, a_law=True)) == []


@pytest.mark.parametrize("seed", range(5))
def test_talk_is_not_heard_as_an_announcement(seed: int) -> None:
    assert heard(legs.leg(Kind.SPEECH, seed).sound) == []


def test_of_two_versions_that_share_sentences_the_one_that_was_played_is_heard() -> None:
    new = legs.prompts()[FI]
    old = new.copy()
    old[4 * RATE : 8 * RATE] = legs.speech(random.Random(5))[: 4 * RATE].astype(np.int16)
    versions = learn({"announce.fi@1": old, "announce.fi@2": new})

    for key, sound in (("announce.fi@1", old), ("announce.fi@2", new)):
        assert [one.prompt for one in heard(leg_with(sound), repertoire=versions)] == [key]


def test_a_prompt_that_began_before_the_leg_was_not_heard_whole() -> None:
    prompt = legs.prompts()[FI]
    late = np.zeros(30 * RATE, np.int16)
    late[: prompt.size - 6 * RATE] = prompt[6 * RATE :]

    assert [one.extent for one in heard(late)] == [Extent.PART]


def test_nothing_is_listened_to_after_a_minute() -> None:
    late = np.zeros((LISTENED_S + 30) * RATE, np.int16)
    late[LISTENED_S * RATE :][: legs.prompts()[FI].size] = legs.prompts()[FI]

    assert heard(late) == []


def test_the_end_is_known_before_the_call_ends() -> None:
    listener = Listener(known())

    found = listener.feed(leg_with(legs.prompts()[FI]))

    assert [one.extent for one in found] == [Extent.FULL]
    assert listener.feed(leg_with(legs.prompts()[FI])) == []


def test_a_listener_holds_no_more_than_seconds_of_sound() -> None:
    sound = legs.leg(Kind.SPEECH, 1).sound
    listener, most = Listener(known()), 0
    for at in range(0, 50 * RATE, RATE):
        listener.feed(sound[at : at + RATE])
        most = max(most, listener.held_bytes)

    assert 0 < most < 1 << 20


@settings(max_examples=8, deadline=None)
@given(st.integers(100, 70_000))
def test_what_is_heard_does_not_depend_on_how_the_sound_arrives(slice_: int) -> None:
    sound = legs.leg(Kind.FULL, 2).sound

    assert heard(sound, slice_=slice_) == heard(sound)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=60_000))
def test_any_bytes_can_be_listened_to(data: bytes) -> None:
    assert heard(np.frombuffer(data[: len(data) // 2 * 2], np.int16)) == []


def test_silence_and_a_steady_tone_are_nothing() -> None:
    tone = (np.sin(np.arange(30 * RATE) * 0.3) * 20_000).astype(np.int16)

    assert heard(np.zeros(30 * RATE, np.int16)) == []
    assert heard(tone) == []
