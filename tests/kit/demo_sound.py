"""What the demo's calls sound like, a side at a time."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talteen.life.seal import audio

HZ = 8_000
Samples = NDArray[np.int16]
_CALLS = Path(__file__).parents[2] / "demo" / "calls"


def side(call: str, name: str) -> Iterator[Samples]:
    """All that ``agent`` or ``caller`` said, by the block."""
    with (_CALLS / f"{call}.{name}.opus").open("rb") as file:
        yield from audio.decode(file, HZ)


def part(call: str, name: str, start_s: int, end_s: int) -> Samples:
    """What was said between two seconds of it."""
    return np.concatenate(list(side(call, name)))[start_s * HZ : end_s * HZ]
