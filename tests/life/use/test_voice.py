"""A masked voice says the same words in nobody's voice."""

import numpy as np
import pytest
from numpy.typing import NDArray

from talteen.life.capture.rules import Span
from talteen.life.use import voice
from talteen.life.use.view import HEADER_BYTES
from talteen.life.use.voice import Voice
from tests.life.use import test_view

RATE = 8_000


def spoken() -> NDArray[np.int16]:
    """The caller of a spoken call."""
    return test_view.samples(test_view.opened())[0]


def envelope(sound: NDArray[np.int16]) -> NDArray[np.float64]:
    """Loudness in tenths of a second."""
    whole = sound[: len(sound) // 800 * 800].reshape(-1, 800).astype(float)
    return np.sqrt((whole**2).mean(1))


def vowel(hertz: float, seconds: float = 2.0) -> NDArray[np.int16]:
    """A hum of this pitch with its overtones."""
    at = np.arange(int(RATE * seconds)) / RATE
    tones = [np.sin(2 * np.pi * hertz * n * at) / n for n in range(1, int(3_400 / hertz))]
    return (np.sum(tones, 0) * 3_000).astype(np.int16)


def periodicity(sound: NDArray[np.int16], hertz: float) -> float:
    """How much the sound repeats itself at this pitch: 1 for a hum, about 0 for noise."""
    lag, centred = round(RATE / hertz), sound - sound.mean()
    return float(np.dot(centred[:-lag], centred[lag:]) / np.dot(centred, centred))


@pytest.mark.parametrize("hertz", [90, 130, 210, 280])
def test_no_pitch_is_left(hertz: float) -> None:
    hum = vowel(hertz)

    assert periodicity(hum, hertz) > 0.9
    assert abs(periodicity(voice.masked(hum, RATE), hertz)) < 0.15


def test_two_pitches_of_the_same_words_are_told_apart_by_nothing_but_loudness_in_bands() -> None:
    low, high = (voice.masked(vowel(hertz), RATE) for hertz in (110, 220))

    spectra = [np.abs(np.fft.rfft(sound[:16_000])) for sound in (low, high)]
    for spectrum, hertz in zip(spectra, (110, 220), strict=True):
        at, beside = spectrum[hertz * 2 - 2 : hertz * 2 + 3].max(), np.median(spectrum[100:500])
        assert at < 6 * beside, "no line stands out where the voice had one"


def test_the_rhythm_of_the_words_stays() -> None:
    before = spoken()
    after = voice.masked(before, RATE)

    assert len(after) == len(before)
    assert np.corrcoef(envelope(before), envelope(after))[0, 1] > 0.95
    assert np.abs(np.corrcoef(before, after)[0, 1]) < 0.1, "and nothing of the wave itself"


def test_silence_stays_silence() -> None:
    assert not voice.masked(np.zeros(RATE, np.int16), RATE).any()


def test_a_range_has_the_same_bytes_however_it_is_reached() -> None:
    whole = view()
    body = b"".join(whole.read(0, whole.size))
    for start, stop in ((70_001, 99_999), (44, 1_000), (3, 64_000)):
        assert b"".join(view().read(start, stop)) == body[start:stop]


def test_the_agent_is_heard_as_they_spoke_and_what_is_covered_is_silent() -> None:
    covered = Span(3_000, 4_500)
    plain = test_view.samples(test_view.opened(muted=(covered,)))
    caller, agent = test_view.samples(view(covered))

    assert (agent == plain[1]).all()
    assert not (caller == plain[0]).all()
    assert not caller[24_000:36_000].any()
    outside = test_view.samples(view())[0]
    assert (caller[:16_000] == outside[:16_000]).all(), "a unit before it is not changed"


def view(*muted: Span) -> "test_view.VirtualWav":
    agent, caller = (test_view.io.BytesIO(side) for side in test_view.sealed())
    return test_view.VirtualWav(
        agent,
        caller,
        length_ms=test_view.LENGTH_MS,
        muted=muted,
        caller_voice=Voice.MASKED,
    )


def test_the_size_says_nothing_of_the_voice() -> None:
    assert view().size == test_view.opened().size > HEADER_BYTES
