"""What is said in a call of the house to itself: its own published announcement, and then the words
of it once more. Nobody's voice that is not published already.

First the announcement as callers hear it, so that the node opens the call by hearing it; then its
beginning from the house's side and its middle from the other, so that both sides have speech, one
after the other, in words that are known.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talteen.engine.wire.media import Format
from talteen.life.capture import codecs

RATE = 8_000
PACKET = 160
"""Samples of a packet: 20 ms."""
SAID_S = 6
"""How long each side speaks."""
PAUSE_S = 1
"""Between the announcement and the words, and after them."""
Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Both sides of the call, equally long."""

    agent: Samples
    caller: Samples
    announced: int
    """The sample at which the announcement ends, and what is kept begins."""

    def packets(self) -> tuple[list[bytes], list[bytes]]:
        """The payloads of both sides, 20 ms each, G.711 A-law."""
        return _packets(self.agent), _packets(self.caller)

    @property
    def kept_s(self) -> float:
        """How long what is kept must be."""
        return (len(self.agent) - self.announced) / RATE


def spoken(announcement: Samples) -> Spoken:
    """The call that plays ``announcement`` (mono, 8 kHz) and says its words again."""
    said, pause = SAID_S * RATE, _silence(PAUSE_S * RATE)
    first, second = announcement[:said], announcement[said : 2 * said]
    agent = (announcement, pause, first, _silence(len(second)), pause)
    caller = (_silence(len(announcement)), pause, _silence(len(first)), second, pause)
    return Spoken(np.concatenate(agent), np.concatenate(caller), len(announcement))


def _silence(samples: int) -> Samples:
    return np.zeros(samples, np.int16)


def _packets(samples: Samples) -> list[bytes]:
    coded = _a_law(samples)
    return [coded[at : at + PACKET] for at in range(0, len(coded) - PACKET + 1, PACKET)]


def _a_law(samples: Samples) -> bytes:
    """Each sample by the code whose value is nearest: the table of the decoder, read backwards."""
    values = codecs.decoder(Format("PCMA", RATE)).decode([bytes(range(256))], [256])
    order = np.argsort(values, kind="stable")
    bounds = (values[order][1:].astype(np.int32) + values[order][:-1]) / 2
    return bytes(order[np.searchsorted(bounds, samples)].astype(np.uint8))
