"""How alike two stretches of sound are: normalised cross-correlation, from -1 to 1. Pure."""

import math

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]
_TINY = 1e-9


def fit(sound: Signal, past: Signal, place: int, *, within: int) -> tuple[float, int]:
    """How well ``sound`` fits ``past`` near ``place``, and how many samples late."""
    first = max(0, place - within)
    near = past[first : max(first, place + sound.size + within)]
    if near.size < sound.size:
        return 0.0, 0
    alike = np.correlate(near, unit(sound), "valid") / _near_energies(near, sound.size)
    best = int(np.argmax(alike))
    return float(alike[best]), first + best - place


def energies(signal: Signal, length: int) -> Signal:
    """The norm of each stretch of ``length`` samples."""
    total = np.concatenate([[0.0], np.cumsum(signal.astype(np.float64) ** 2)])
    norms: Signal = np.sqrt(np.maximum(total[length:] - total[:-length], _TINY)).astype(np.float32)
    return norms


def _near_energies(near: Signal, length: int) -> Signal:
    """The same of a signal not much longer than one stretch: the first, and how each next one
    differs from it. In double precision: a step from loud to silent must not leave a rest."""
    squares = np.square(near, dtype=np.float64)
    first = squares[:length].sum()
    steps = squares[length:] - squares[: near.size - length]
    total = np.concatenate([[first], first + np.cumsum(steps)])
    norms: Signal = np.sqrt(np.maximum(total, _TINY)).astype(np.float32)
    return norms


def unit(sound: Signal) -> Signal:
    """``sound`` with an energy of 1."""
    return sound / np.float32(max(math.sqrt(float(np.dot(sound, sound))), _TINY))
