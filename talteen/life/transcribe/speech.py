"""What the product asks of a speech engine: sound in, timed words out, nothing about the speaker.

Any engine that meets this protocol can stand in (ARCHITECTURE: one file here, one line in wiring).
An engine holds one warm model; it hears one chunk at a time, in memory, and never reaches the
network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from talteen.life.transcribe.words import Word

HEARS_HZ = 16_000
"""Samples a second of everything an engine is given."""

Sound = NDArray[np.float32]
"""One side, -1 to 1, HEARS_HZ."""


@dataclass(frozen=True, slots=True)
class HeardSegment:
    """What an engine says it heard, times within the sound it was given."""

    start_ms: int
    end_ms: int
    words: tuple[Word, ...]
    avg_logprob: float
    """Mean natural logarithm of its tokens' probabilities."""
    no_speech: float
    """How likely the engine thinks that nobody spoke (0 to 1)."""
    compression: float
    """Bytes of the text over bytes of it compressed: high where it goes in circles."""

    @property
    def text(self) -> str:
        """The words in a row."""
        return " ".join(word.text for word in self.words)


class Transcriber(Protocol):
    """One warm model."""

    @property
    def engine(self) -> str:
        """Name and version of the engine, name and digest of the model; at most 64 characters."""
        ...

    @property
    def settings(self) -> str:
        """All else that its words depend on."""
        ...

    @property
    def batch(self) -> int:
        """How many clips it hears at once without waste; 1 where nothing is gained by more."""
        ...

    def detect(self, samples: Sound) -> Mapping[str, float]:
        """How likely each language that it knows is spoken in the first 30 s of ``samples``
        (0 to 1, adding up to about 1); empty where the model cannot tell."""
        ...

    def hear(
        self, samples: Sound, *, clips: Sequence[tuple[float, float]], language: str
    ) -> list[HeardSegment]:
        """The words in ``clips`` (start and end in seconds) of ``samples``, in order. No clip is
        longer than a window of 30 s.

        Raises InputError for a language that the engine does not know.
        """
        ...
