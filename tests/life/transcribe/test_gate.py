"""The gate names whole stretches of speech, whatever the likelihoods are, and loses no sound of
them."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from talteen.life.transcribe import vad
from talteen.life.transcribe.vad import CHUNK_FRAMES, PAD_FRAMES, Frame

runs = st.lists(st.tuples(st.sampled_from([0.0, 0.4, 0.9]), st.integers(1, 1500)), max_size=6).map(
    lambda found: [speech for speech, length in found for _ in range(length)]
)


def frames_of(likelihoods: list[float]) -> list[Frame]:
    """Frames that carry their own number as sound, so that a lost or doubled one shows."""
    return [
        Frame(np.full(4, number, np.int16), speech) for number, speech in enumerate(likelihoods)
    ]


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
