"""Sound in which nobody speaks: silence, hum, noise, tones, ringing and music, the same each time.

All of it is generated at the telephone's 8 kHz from a seed, so that hours of it cost no disk; what
it is made of (roots, chords, beats, levels) differs with the seed.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import count

import numpy as np
from numpy.typing import NDArray

HZ = 8_000
BLOCK_S = 10

Samples = NDArray[np.int16]
Floats = NDArray[np.float64]
Make = Callable[[np.random.Generator, Floats], Floats]


def silence(chance: np.random.Generator, at_s: Floats) -> Floats:
    """Digital silence."""
    return np.zeros_like(at_s)


def comfort(chance: np.random.Generator, at_s: Floats) -> Floats:
    """Comfort noise: what a line puts where nobody speaks (RFC 3389)."""
    return chance.normal(size=len(at_s)) * 0.002


def noise(chance: np.random.Generator, at_s: Floats) -> Floats:
    """White noise at speech level."""
    return chance.normal(size=len(at_s)) * 0.05


def room(chance: np.random.Generator, at_s: Floats) -> Floats:
    """Noise that swells as a street or a fan does, its low end stronger."""
    white = chance.normal(size=len(at_s))
    low = np.convolve(white, np.ones(8) / 8, mode="same")
    return low * 0.12 * (0.6 + 0.4 * np.sin(2 * np.pi * 0.13 * at_s))


def hum(chance: np.random.Generator, at_s: Floats) -> Floats:
    """Mains hum with its harmonics, over a little noise."""
    tones = [np.sin(2 * np.pi * 50 * k * at_s) / k for k in range(1, 9)]
    return np.sum(tones, axis=0) * 0.04 + chance.normal(size=len(at_s)) * 0.002


def ringing(chance: np.random.Generator, at_s: Floats) -> Floats:
    """The Finnish ringing tone: 425 Hz, one second in five (ITU-T E.180, Finland)."""
    return np.sin(2 * np.pi * 425 * at_s) * (at_s % 5 < 1) * 0.25


def ringing_abroad(chance: np.random.Generator, at_s: Floats) -> Floats:
    """Two tones at once, two seconds in six."""
    two = np.sin(2 * np.pi * 440 * at_s) + np.sin(2 * np.pi * 480 * at_s)
    return two * (at_s % 6 < 2) * 0.12


def busy(chance: np.random.Generator, at_s: Floats) -> Floats:
    """The busy tone: 425 Hz, 0.3 s on, 0.3 s off."""
    return np.sin(2 * np.pi * 425 * at_s) * (at_s % 0.6 < 0.3) * 0.25


def music(chance: np.random.Generator, at_s: Floats) -> Floats:
    """Hold music: a melody over chords, each note with overtones and a decay."""
    beat_s = 0.25 + 0.05 * chance.integers(0, 5)
    root = 110.0 * 2 ** (chance.integers(0, 12) / 12)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12])
    notes = root * 2 * 2 ** (scale[chance.integers(0, 8, size=64)] / 12)
    bars = root * 2 ** (np.array([0, 5, 7, 0])[chance.integers(0, 4, size=16)] / 12)
    beat = (at_s / beat_s).astype(int)
    within = at_s - beat * beat_s
    pitch, bar = notes[beat % 64], bars[(beat // 4) % 16]
    lead = np.sum([np.sin(2 * np.pi * k * pitch * at_s) / k for k in (1, 2, 3, 4)], axis=0)
    chord = np.sum([np.sin(2 * np.pi * step * bar * at_s) for step in (1, 1.25, 1.5, 2)], axis=0)
    return 0.12 * lead * np.exp(-3 * within) + 0.05 * chord


KINDS: Mapping[str, Make] = {
    make.__name__: make
    for make in (silence, comfort, noise, room, hum, ringing, ringing_abroad, busy, music)
}


def sound(name: str, seconds: float, *, seed: int = 1) -> Iterator[Samples]:
    """``seconds`` of one of KINDS, in blocks."""
    left = round(seconds * HZ)
    for block in count():
        if left <= 0:
            return
        length = min(BLOCK_S * HZ, left)
        # The same piece goes on from block to block: only noise is thrown anew.
        chance = np.random.default_rng((seed, block if name in _THROWN else 0))
        at_s = (np.arange(length) + block * BLOCK_S * HZ) / HZ
        made = KINDS[name](chance, at_s)
        yield np.clip(made * 32_767, -32_768, 32_767).astype(np.int16)
        left -= length


_THROWN = frozenset({"comfort", "noise", "room", "hum"})
