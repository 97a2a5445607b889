"""A sender of RTP: real codecs by FFmpeg's encoders, real headers, a clock and a network of its
own. It shares nothing with the reader but the RFC."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from talteen.engine.wire.media import Agreed, Format, StreamFacts
from talteen.engine.wire.rtp import Slots, slots

Samples = NDArray[np.int16]
BEGAN_NS = 1_764_000_000_000_000_000
"""When the first packet is sent, on the node's clock."""


@dataclass(frozen=True, slots=True)
class Datagram:
    """One packet on its way, and when it arrives."""

    arrival_ns: int
    data: bytes


def packet(
    payload: bytes,
    *,
    payload_type: int = 8,
    sequence: int = 0,
    timestamp: int = 0,
    ssrc: int = 0xA1,
    marker: bool = False,
) -> bytes:
    """One RTP packet without anything special (RFC 3550 5.1)."""
    second = marker << 7 | payload_type
    head = struct.pack("!BBHII", 0x80, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    return head + payload


def spoken(
    payloads: Sequence[bytes],
    *,
    ticks: int = 160,
    clock_hz: int = 8_000,
    payload_type: int = 8,
    ssrc: int = 0xA1,
    sequence: int = 65_500,
    timestamp: int = 0xFFFFF000,
    began_ns: int = BEGAN_NS,
    ppm: float = 0.0,
) -> list[Datagram]:
    """Payloads sent at their time by a clock that is ``ppm`` slow, over a perfect network."""
    period = ticks / clock_hz * (1 + ppm * 1e-6) * 1e9
    return [
        Datagram(
            began_ns + round(at * period),
            packet(
                payload,
                payload_type=payload_type,
                sequence=sequence + at,
                timestamp=timestamp + at * ticks,
                ssrc=ssrc,
            ),
        )
        for at, payload in enumerate(payloads)
    ]


def arrived(sent: Iterable[Datagram]) -> Slots:
    """What a drain finds: datagrams by arrival in one arena."""
    inbox = sorted(sent, key=lambda one: one.arrival_ns)
    return slots([one.data for one in inbox], [one.arrival_ns for one in inbox])


def facts(label: str = "1", /, **formats: Format) -> StreamFacts:
    """One agreement; ``t96=Format(...)`` names payload type 96."""
    return StreamFacts(label, (Agreed(0, {int(name[1:]): kind for name, kind in formats.items()}),))


def encoded(samples: Samples, codec: str, *, rate: int, frame: int) -> list[bytes]:
    """Payloads of ``frame`` samples each, by FFmpeg's encoder of that name."""
    context = av.CodecContext.create(codec, "w")
    context.sample_rate, context.layout, context.format = rate, "mono", "s16"  # type: ignore[attr-defined]
    context.time_base = Fraction(1, rate)
    if codec == "libopus":
        length_ms = frame * 1_000 / rate
        context.options = {"application": "voip", "frame_duration": f"{length_ms:g}"}
        context.bit_rate = 24_000
    made: list[bytes] = []
    for at in range(0, len(samples) - frame + 1, frame):
        sound = av.AudioFrame.from_ndarray(samples[np.newaxis, at : at + frame], "s16", "mono")
        sound.sample_rate, sound.pts = rate, at
        made += [bytes(one) for one in context.encode(sound)]  # type: ignore[attr-defined]
    return made
