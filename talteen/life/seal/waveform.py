"""The picture of a call: ten peaks a second of each side, sealed beside the sound.

A waveform tells who spoke when, so it is personal data like the sound and dies with its key. The
bytes are described in docs/formats/waveform.md.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from talteen.errors import Tampered

PEAKS_PER_SECOND = 10
_MAGIC = b"TWF1"
_HEAD_BYTES = len(_MAGIC) + 4


@dataclass(frozen=True, slots=True)
class Waveform:
    """Two lanes of peaks, equally long: a byte each, 0 for silence, 255 for full scale."""

    agent: bytes
    caller: bytes

    def to_bytes(self) -> bytes:
        """The stored form: 8 bytes and two for each tenth of a second."""
        return _MAGIC + len(self.agent).to_bytes(4) + self.agent + self.caller

    def bars(self, count: int) -> "Waveform":
        """The same picture in ``count`` bars a lane, each the highest peak of its stretch."""
        return Waveform(_highest(self.agent, count), _highest(self.caller, count))


def from_bytes(stored: bytes) -> Waveform:
    """The waveform in ``stored``. Raises Tampered if its bytes are not of this format."""
    count = int.from_bytes(stored[len(_MAGIC) : _HEAD_BYTES])
    if stored[: len(_MAGIC)] != _MAGIC or len(stored) != _HEAD_BYTES + 2 * count:
        raise Tampered("a waveform is not as it was stored", remedy="draw it anew from the sound")
    body = stored[_HEAD_BYTES:]
    return Waveform(body[:count], body[count:])


class Peaks:
    """Gathers peaks while blocks pass by. Blocks may be of any length."""

    def __init__(self, rate: int) -> None:
        self._stretch = rate // PEAKS_PER_SECOND
        self._lanes = (bytearray(), bytearray())
        self._rest: tuple[NDArray[np.int16], ...] = (np.zeros(0, np.int16), np.zeros(0, np.int16))

    def add(self, block: tuple[NDArray[np.int16], NDArray[np.int16]]) -> None:
        """Take the next samples of (agent, caller)."""
        sides = [np.concatenate(pair) for pair in zip(self._rest, block, strict=True)]
        whole = len(sides[0]) // self._stretch * self._stretch
        for lane, side in zip(self._lanes, sides, strict=True):
            lane += _peaks(side[:whole].reshape(-1, self._stretch))
        self._rest = tuple(side[whole:] for side in sides)

    def waveform(self) -> Waveform:
        """The picture so far; a stretch that has only begun counts as one."""
        agent, caller = (
            bytes(lane + (_peaks(rest[np.newaxis, :]) if len(rest) else b""))
            for lane, rest in zip(self._lanes, self._rest, strict=True)
        )
        return Waveform(agent, caller)


def _peaks(stretches: NDArray[np.int16]) -> bytes:
    """The highest amplitude of each row, 0 to 255."""
    loudest = np.abs(stretches.astype(np.int32)).max(axis=1, initial=0)
    return bytes((loudest * 255 // 32_768).astype(np.uint8))


def _highest(lane: bytes, count: int) -> bytes:
    edges = [place * len(lane) // count for place in range(count + 1)]
    return bytes(max(lane[a : max(b, a + 1)], default=0) for a, b in pairwise(edges))
