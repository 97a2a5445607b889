"""What offer and answer agreed about one stream: codecs, clocks, keys, and from when on.

One stream is one m-line of the SDP and so one socket. A payload type means what the agreement in
force at its arrival says, or else what RFC 3551 section 6 gave it for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from talteen.engine.wire.sdes import Key

Ints = NDArray[np.int64]


class Sort(Enum):
    """What the packets of a format are to a recorder."""

    VOICE = "voice"
    COMFORT_NOISE = "comfort noise"
    """RFC 3389: the sender says that nobody speaks."""
    EVENT = "event"
    """RFC 4733: keys, told beside the sound."""


@dataclass(frozen=True, slots=True)
class Format:
    """One codec as ``a=rtpmap`` and ``a=fmtp`` name it."""

    name: str
    """Encoding name as registered; compared without regard to case."""
    clock_hz: int
    """Ticks of the RTP timestamp a second. G.722 says 8,000 and samples at 16,000 (RFC 3551)."""
    channels: int = 1
    fmtp: str = ""

    @property
    def codec(self) -> str:
        """The name in capitals: what to compare."""
        return self.name.upper()

    @property
    def sort(self) -> Sort:
        """Whether this is sound at all."""
        match self.codec:
            case "CN":
                return Sort.COMFORT_NOISE
            case "TELEPHONE-EVENT":
                return Sort.EVENT
            case _:
                return Sort.VOICE


# RFC 3551 section 6, the audio types that telephone systems still send without a rtpmap.
STATIC: Mapping[int, Format] = {
    0: Format("PCMU", 8_000),
    3: Format("GSM", 8_000),
    4: Format("G723", 8_000),
    8: Format("PCMA", 8_000),
    9: Format("G722", 8_000),
    10: Format("L16", 44_100, 2),
    11: Format("L16", 44_100),
    13: Format("CN", 8_000),
    15: Format("G728", 8_000),
    18: Format("G729", 8_000),
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What holds for a stream from ``since_ns`` on: an INVITE, or a re-INVITE that changed it."""

    since_ns: int
    """On the node's clock, nanoseconds since 1970."""
    formats: Mapping[int, Format] = field(default_factory=dict)
    """By payload type, as the rtpmap lines say. The static types need not stand here."""
    keys: tuple[Key, ...] = ()
    """SRTP keys of the sender, the first one first; empty where RTP comes in clear."""

    def format(self, payload_type: int) -> Format | None:
        """What a payload type means, if anybody said so."""
        return self.formats.get(payload_type) or STATIC.get(payload_type)


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """All that signalling knows about one stream."""

    label: str
    """``a=label`` (RFC 4574), or what stood in for it."""
    agreed: tuple[Agreed, ...]
    """At least one, by time."""
    ssrcs: tuple[int, ...] = ()
    """SSRCs that the SDP announced (RFC 5576), if any."""

    def at(self, arrival_ns: int) -> Agreed:
        """The agreement in force; the first one also for media that came before it."""
        started = [one for one in self.agreed if one.since_ns <= arrival_ns]
        return started[-1] if started else self.agreed[0]

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every SRTP key that the sender ever named, the newest last, each once."""
        return tuple(dict.fromkeys(key for one in self.agreed for key in one.keys))


def ticks(of: Format, length: Ints, head: NDArray[np.uint32]) -> Ints:
    """How many ticks of its clock each payload of one format fills; 0 where that is not known.

    ``length`` is in bytes, ``head`` the first four bytes of each payload as one big-endian number.
    """
    if of.sort is not Sort.VOICE:
        return np.zeros_like(length)
    match of.codec:
        case "PCMU" | "PCMA" | "G722":
            filled = length // of.channels
        case "L16":
            filled = length // (2 * of.channels)
        case "G729":
            filled = length // 10 * 80  # RFC 3551 4.5.6: two bytes more are comfort noise
        case "GSM":
            filled = length // 33 * 160
        case "OPUS":
            filled = np.where(length > 0, _opus_ticks(head), 0)
        case _:
            filled = np.zeros_like(length)
    return filled


# RFC 6716 table 2: 48-kHz samples a frame by the five bits of the configuration.
_OPUS_FRAME = np.array(
    [480, 960, 1920, 2880] * 3 + [480, 960] * 2 + [120, 240, 480, 960] * 4, np.int64
)
_OPUS_LONGEST = 5_760  # RFC 6716 3.2.5: 120 ms


def _opus_ticks(head: NDArray[np.uint32]) -> Ints:
    toc = head >> 24
    code = toc & 3
    frames = np.where(code == 3, head >> 16 & 63, np.where(code == 0, 1, 2))
    filled: Ints = np.minimum(_OPUS_FRAME[toc >> 3] * frames.astype(np.int64), _OPUS_LONGEST)
    return filled
