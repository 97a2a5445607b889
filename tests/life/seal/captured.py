"""Streams as an ear would have kept them."""

import numpy as np

from talteen.engine.wire.media import Format
from talteen.life.capture.sidecar import Side
from talteen.life.seal.audio import Samples
from talteen.life.seal.received import Captured, Kept, Received
from tests.kit.rtp import Datagram, arrived, encoded, facts

ALL = Kept(announced_until_ns=0)
SECOND = 1_000_000_000


def joined(source: Received) -> tuple[Samples, Samples]:
    blocks = list(source.blocks())
    return np.concatenate([a for a, _ in blocks]), np.concatenate([c for _, c in blocks])


def agents(*sent: Datagram, label: str = "1", **formats: Format) -> Captured:
    return Captured(facts(label, **formats), Side.AGENT, [arrived(sent)])


def alike(one: Samples, other: Samples, *, within: int) -> tuple[float, int]:
    """The highest correlation of two sounds, and at which shift."""
    a = one[within:-within].astype(float)
    shifts = range(-within, within)
    b = other.astype(float)
    best = max(shifts, key=lambda shift: float(np.dot(a, b[within + shift :][: len(a)])))
    return float(np.corrcoef(a, b[within + best :][: len(a)])[0, 1]), best


tone = (8_000 * np.sin(2 * np.pi * 440 * np.arange(200 * 160) / 8_000)).astype(np.int16)
TONE = encoded(tone, "pcm_alaw", rate=8_000, frame=160)
