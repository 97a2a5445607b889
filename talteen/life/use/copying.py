"""A stretch of a call's sound as files that leave the house: one Ogg Opus a side, made in memory.

What is covered is silent in it, as it is in the view that it is made of (``listen.open_view``).
"""

from collections.abc import Iterator, Mapping

import numpy as np

from talteen.life.seal import audio
from talteen.life.use.view import HEADER_BYTES, VirtualWav

SIDES = ("caller", "agent")
"""In the order of the view's channels."""


def stretch(wav: VirtualWav, start_ms: int, end_ms: int) -> Mapping[str, bytes]:
    """From ``start_ms`` to ``end_ms`` of the view, by side."""
    first, last = wav.offset_of(start_ms), min(wav.offset_of(end_ms), wav.size)
    blocks = [np.frombuffer(block, "<i2") for block in wav.read(max(first, HEADER_BYTES), last)]
    both = np.concatenate(blocks or [np.zeros(0, "<i2")]).reshape(-1, 2)
    return {
        side: b"".join(audio.encode(_seconds(both[:, channel], wav.rate), wav.rate))
        for channel, side in enumerate(SIDES)
    }


def _seconds(samples: audio.Samples, rate: int) -> Iterator[audio.Samples]:
    for start in range(0, len(samples), rate):
        yield np.ascontiguousarray(samples[start : start + rate])
