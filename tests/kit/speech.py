"""What real people say in the demo's calls, as a telephone line carries it."""

from dataclasses import dataclass

import av
import numpy as np

from talteen.demo import material
from talteen.life.capture.rates import resampled
from tests.kit import rtp

RATE = 8_000
FRAME = 160
CALL = "001-huonevaraus"
FROM_S = 20
"""Both have begun to speak."""


@dataclass(frozen=True, slots=True)
class Said:
    """Some seconds of one side."""

    pcm: bytes
    """16 bit little-endian, just what the A-law decodes to."""
    alaw: bytes


def said(side: str, seconds: float) -> Said:
    """What ``caller`` or ``agent`` says from the twentieth second on."""
    path = material.root() / material.CALLS / f"{CALL}.{side}.opus"
    with av.open(str(path)) as container:
        pieces = [piece[0] for piece in resampled(container.decode(audio=0), "mono", RATE)]
    samples = np.concatenate(pieces)[FROM_S * RATE :][: int(seconds * RATE) // FRAME * FRAME]
    alaw = b"".join(rtp.encoded(samples, "pcm_alaw", rate=RATE, frame=FRAME))
    return Said(_decoded(alaw).astype("<i2").tobytes(), alaw)


def _decoded(alaw: bytes) -> rtp.Samples:
    decoder = av.CodecContext.create("pcm_alaw", "r")
    decoder.sample_rate, decoder.layout = RATE, "mono"  # type: ignore[attr-defined]
    return np.concatenate([one.to_ndarray()[0] for one in decoder.decode(av.Packet(alaw))])
