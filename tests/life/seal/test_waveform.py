"""Ten peaks a second of each side, the same however the sound was cut into blocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from talteen.errors import Tampered
from talteen.life.seal import waveform
from talteen.life.seal.waveform import Peaks, Waveform

RATE = 8_000


def samples(*levels: int, each: int = 800) -> NDArray[np.int16]:
    return np.repeat(np.array(levels, np.int16), each)


def test_a_peak_is_the_loudest_sample_of_its_tenth_of_a_second() -> None:
    agent = samples(0, 100, -32_768, 0)
    agent[900] = -16_384
    peaks = Peaks(RATE)

    peaks.add((agent, samples(32_767, 0, 0, 128)))

    assert peaks.waveform() == Waveform(bytes([0, 127, 255, 0]), bytes([254, 0, 0, 0]))


def test_a_last_stretch_that_is_not_whole_still_has_a_peak() -> None:
    peaks = Peaks(RATE)

    peaks.add((samples(0, each=801), samples(32_767, each=801)))

    assert peaks.waveform() == Waveform(bytes([0, 0]), bytes([254, 254]))


@given(st.lists(st.integers(0, 2_500), max_size=12), st.integers(0, 2**32 - 1))
def test_the_picture_does_not_depend_on_how_the_sound_was_cut(cuts: list[int], seed: int) -> None:
    noise = np.random.default_rng(seed).integers(-32_768, 32_768, (2, sum(cuts)), np.int16)
    whole, pieces = Peaks(RATE), Peaks(RATE)

    whole.add((noise[0], noise[1]))
    at = 0
    for length in cuts:
        pieces.add((noise[0, at : at + length], noise[1, at : at + length]))
        at += length

    assert pieces.waveform() == whole.waveform()
    assert len(whole.waveform().agent) == -(-sum(cuts) // 800)


lanes = st.integers(0, 40).flatmap(
    lambda n: st.tuples(st.binary(min_size=n, max_size=n), st.binary(min_size=n, max_size=n))
)


@given(lanes)
def test_what_was_stored_is_read_back(pair: tuple[bytes, bytes]) -> None:
    drawn = Waveform(*pair)

    assert waveform.from_bytes(drawn.to_bytes()) == drawn


@given(lanes, st.integers(1, 90))
def test_bars_are_as_many_as_asked_and_lose_no_peak(pair: tuple[bytes, bytes], count: int) -> None:
    drawn = Waveform(*pair).bars(count)

    assert len(drawn.agent) == len(drawn.caller) == count
    assert max(drawn.agent, default=0) <= max(pair[0], default=0)
    if len(pair[0]) >= count:
        assert max(drawn.agent) == max(pair[0])


@pytest.mark.parametrize(
    "stored", [b"", b"TWF1", b"TWF2\0\0\0\0", b"TWF1\0\0\0\1ab!", b"TWF1\0\0\0\1a"]
)
def test_other_bytes_are_refused(stored: bytes) -> None:
    with pytest.raises(Tampered):
        waveform.from_bytes(stored)


def test_the_stored_form_is_the_one_that_is_published() -> None:
    drawn = Waveform(bytes([1, 2]), bytes([3, 4]))

    assert drawn.to_bytes() == b"TWF1" + b"\0\0\0\2" + b"\1\2" + b"\3\4"
