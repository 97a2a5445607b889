"""Sound at another rate, in blocks of about a second.

FFmpeg's resampler costs nearly the same for the 20 ms of one packet as for a second of them: frames
are therefore gathered first, which makes reading a call three times as fast.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import av

Samples = NDArray[np.int16]
"""A row a channel."""


class Resampling:
    """One sound on its way to ``rate``. Its frames are all of one format, and lose their times."""

    def __init__(self, layout: str, rate: int) -> None:
        import av

        self._resampler = av.AudioResampler("s16p", layout, rate)
        self._gathered = av.AudioFifo()

    def add(self, frame: "av.AudioFrame") -> Iterator[Samples]:
        """Take the next frame; give what became ready, mostly nothing."""
        # The fifo would compare it with a count of its own; holes are the caller's matter.
        frame.pts = None
        self._gathered.write(frame)
        if self._gathered.samples >= frame.sample_rate:
            yield from self.ready()

    def ready(self) -> Iterator[Samples]:
        """What was gathered until now, save the few samples that the filter holds back."""
        if (gathered := self._gathered.read()) is not None:
            yield from self._even(gathered)

    def end(self) -> Iterator[Samples]:
        """All the rest."""
        yield from self.ready()
        yield from self._even(None)

    def _even(self, frame: "av.AudioFrame | None") -> Iterator[Samples]:
        for even in self._resampler.resample(frame):
            yield even.to_ndarray().astype(np.int16, copy=False)


def resampled(frames: "Iterable[av.AudioFrame]", layout: str, rate: int) -> Iterator[Samples]:
    """``frames`` of one sound without holes, at ``rate``."""
    sound = Resampling(layout, rate)
    for frame in frames:
        yield from sound.add(frame)
    yield from sound.end()
