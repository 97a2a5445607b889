"""The caller's voice without its owner: what is said stays, who says it does not.

Training, quality and guidance judge the house's own work. For them the caller's lane is spoken by
noise: of every 32 ms only the loudness in a few wide bands is kept, and noise of that loudness is
sent in its place (a channel vocoder; Shannon et al., Science 270, 1995: four such bands carry
speech). Loudness that is read 62 times a second in bands of 200 Hz and more says nothing of the
pitch of a voice, and nothing in the answer can bring it back: it was never in it. Words can still
tell who speaks; those are covered in text and sound before (``transcribe.masking``).

Pure: samples in, samples out. A stretch comes out the same whenever it is rendered.
"""

from enum import Enum
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

FRAME_MS = 32
BANDS_HZ = (0, 300, 500, 750, 1_050, 1_400, 1_850, 2_400, 3_100, 4_000, 5_500, 8_000)
"""Edges of the bands. The lowest holds every pitch of a voice, so that none of them shows it."""


class Voice(Enum):
    """How a lane sounds."""

    AS_SPOKEN = "as_spoken"
    MASKED = "masked"
    SILENT = "silent"
    """Not at all: what was said is read."""


def masked(sound: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """``sound`` (mono, ``rate`` samples a second) as noise that is as loud in each band."""
    size = rate * FRAME_MS // 1000
    hop = size // 2
    frames_in = -(-len(sound) // hop) + 1
    padded = np.zeros((frames_in + 1) * hop)
    padded[hop : hop + len(sound)] = sound
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size)
    seen = np.fft.rfft(sliding_window_view(padded, size)[::hop] * window)
    spread = _bands(size, rate)
    loudness = np.sqrt(np.abs(seen) ** 2 @ spread.T / np.maximum(spread.sum(1), 1))
    noise = _noise(size)[np.arange(len(seen)) % len(_noise(size))]
    spoken = np.fft.irfft((loudness @ spread) * noise, size) * window * np.sqrt(2)
    out = np.zeros(len(padded))
    for half in (0, 1):  # neighbours overlap by half: even frames, then odd ones
        laid = spoken[half::2].reshape(-1)
        out[half * hop : half * hop + len(laid)] += laid
    return np.clip(np.rint(out[hop : hop + len(sound)]), -32768, 32767).astype(np.int16)


@cache
def _bands(size: int, rate: int) -> NDArray[np.float64]:
    """A row for each band: 1 for the bins of a spectrum that belong to it."""
    hertz = np.fft.rfftfreq(size, 1 / rate)
    edges = [edge for edge in BANDS_HZ if edge < rate / 2] + [rate]
    rows = [(low <= hertz) & (hertz < high) for low, high in pairwise(edges)]
    return np.array(rows, np.float64)


@cache
def _noise(size: int) -> NDArray[np.complex128]:
    """Phases without a meaning, always the same: chance here would hide nothing more, and a range
    of sound must have the same bytes each time it is sent."""
    turns = np.random.default_rng(0).random((125, size // 2 + 1))
    return np.cos(2 * np.pi * turns) + 1j * np.sin(2 * np.pi * turns)
