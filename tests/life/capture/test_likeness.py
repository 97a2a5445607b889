"""Two stretches of sound are held against each other: how alike, and how late."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.capture import likeness


def noise(seed: int, size: int) -> likeness.Signal:
    return np.random.default_rng(seed).normal(size=size).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1 << 20), late=st.integers(-80, 80), gain=st.sampled_from((0.1, 1.0, 9)))
def test_a_sound_is_found_where_it_is_at_any_level(seed: int, late: int, gain: float) -> None:
    past, sound = noise(seed, 3_000), noise(seed + 1, 1_000)
    past[1_000 + late : 2_000 + late] = gain * sound

    alike, found = likeness.fit(sound, past, 1_000, within=80)

    assert found == late
    assert abs(alike - 1) < 1e-3


def test_where_a_loud_sound_breaks_off_nothing_is_heard_in_the_rest() -> None:
    """The energy of what follows is a small difference of large numbers."""
    sound = noise(1, 1_000)
    past = np.concatenate([1e4 * noise(2, 1_000), 1e-3 * noise(3, 1_200)]).astype(np.float32)

    alike, _ = likeness.fit(sound, past, 1_050, within=60)

    assert alike < 0.2
    assert likeness.fit(sound, past, 1_990, within=60) == (0.0, 0)
