"""The gate names whole stretches of speech, whatever the likelihoods are, and loses no sound of
them."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from talteen.life.transcribe import vad
from talteen.life.transcribe.vad import CHUNK_FRAMES, PAD_FRAMES, REACH_FRAMES, Frame

runs = st.lists(st.tuples(st.sampled_from([0.0, 0.4, 0.9]), st.integers(1, 1500)), max_size=6).map(
    lambda found: [speech for speech, length in found for _ in range(length)]
)


def frames_of(likelihoods: list[float]) -> list[Frame]:
    """Frames that carry their own number as sound, so that a lost or doubled one shows."""
    return [
        Frame(np.full(4, number, np.int16), speech) for number, speech in enumerate(likelihoods)
    ]


def heard(*told: tuple[int, float, int]) -> set[int]:
    """The frames that pass, of runs of (frames, likelihood, amplitude)."""
    frames = [
        Frame(np.full(256, amplitude, np.int16), speech)
        for length, speech, amplitude in told
        for _ in range(length)
    ]
    return {n for stretch, _ in vad.stretches(frames) for n in range(stretch.start, stretch.end)}


@pytest.mark.parametrize("between", [0, 10, REACH_FRAMES - 10])
def test_a_loud_word_that_the_model_does_not_hear_is_kept_before_speech(between: int) -> None:
    turn, pause = (50, 0.9, 1000), (200, 0.0, 1)
    word, gap = (10, 0.0, 600), (between, 0.0, 1)

    passed = heard(turn, pause, word, gap, turn, pause)

    first, last = 250, 250 + 10 + between + 50
    assert passed == {*range(50 + PAD_FRAMES), *range(first - PAD_FRAMES, last + PAD_FRAMES)}


def test_a_loud_word_that_the_model_does_not_hear_is_kept_at_the_end_of_speech() -> None:
    turn, pause = (50, 0.9, 1000), (200, 0.0, 1)
    word, gap = (10, 0.0, 600), (2 * PAD_FRAMES - 1, 0.0, 1)

    passed = heard(pause, turn, gap, word, pause)

    assert passed == set(range(200 - PAD_FRAMES, 250 + gap[0] + 10 + PAD_FRAMES))


def test_loud_sound_alone_opens_nothing_and_keeps_nothing_open_for_long() -> None:
    turn, music = (50, 0.9, 1000), (400, 0.0, 1000)

    assert heard(music, (50, 0.1, 1000)) == set()
    passed = heard(turn, music, (1, 0.0, 1), music, turn)
    assert len(passed) <= 100 + 2 * (REACH_FRAMES + PAD_FRAMES)


def test_a_noisy_room_is_not_speech() -> None:
    turn, room = (50, 0.9, 1000), (200, 0.0, 500)

    passed = heard(room, turn, room, turn, room)

    assert passed == {n for at in (200, 450) for n in range(at - PAD_FRAMES, at + 50 + PAD_FRAMES)}


def test_what_is_quieter_than_the_sides_own_speech_by_far_stays_out() -> None:
    turn, pause, breath = (50, 0.9, 1000), (200, 0.0, 1), (10, 0.0, 100)

    passed = heard(turn, pause, breath, (10, 0.0, 1), turn)

    assert not passed & set(range(250, 260))


@pytest.mark.parametrize("silence", range(1, 2 * PAD_FRAMES))
def test_speech_that_ends_just_before_a_chunk_is_full_is_kept_whole(silence: int) -> None:
    spoken = CHUNK_FRAMES - PAD_FRAMES - silence
    likelihoods = [0.0] * 20 + [0.9] * spoken + [0.0] * 40

    found = list(vad.stretches(frames_of(likelihoods)))

    inside = {n for stretch, _ in found for n in range(stretch.start, stretch.end)}
    assert inside >= set(range(20, 20 + spoken))


@given(runs)
@example([0.9] * (CHUNK_FRAMES - 3) + [0.0] * 30)
def test_stretches_are_in_order_not_too_long_and_have_exactly_their_own_sound(
    likelihoods: list[float],
) -> None:
    end = 0

    for stretch, samples in vad.stretches(frames_of(likelihoods)):
        assert end <= stretch.start < stretch.end <= stretch.start + CHUNK_FRAMES
        assert samples.reshape(-1, 4)[:, 0].tolist() == list(range(stretch.start, stretch.end))
        end = stretch.end
