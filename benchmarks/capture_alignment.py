"""How truly the two sides of a captured call stand to each other, and how fast they are decoded."""

import os
import statistics
from collections.abc import Iterator, Sequence
from functools import partial

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks import REPEATS, Judged, Row, median, seconds, side_by_side
from talteen.engine.wire import rtp, timeline
from talteen.engine.wire.media import Agreed, Format, StreamFacts
from talteen.engine.wire.rtp import Packets, Slots
from talteen.life.capture.sidecar import Side
from talteen.life.seal import received
from talteen.life.seal.received import Captured, Kept

GROUP = "capture_alignment"
BEGAN_NS = 1_764_000_000_000_000_000
PATH_NS, PERIOD_NS = 30_000_000, 20_000_000
MINUTES = 5
row = partial(Row, GROUP)
Floats = NDArray[np.float64]


def rows() -> Iterator[Row]:
    """Alignment as the worst of five simulated hours; decoding as times real time of one core."""
    ours = [misalignment_ms(seed, minutes=60) for seed in range(REPEATS)]
    naive = [misalignment_ms(seed, minutes=60, anchored=True) for seed in range(REPEATS)]
    name = "alignment of the two sides, 60 min, 200 ppm, 40 ms jitter, worst of 5 (ms)"
    yield row(name, max(ours), statistics.median(naive), "<=2", Judged.OURS)
    ours = [misalignment_ms(seed, minutes=1) for seed in range(REPEATS)]
    name = "alignment of the two sides, 1 min, 200 ppm, 40 ms jitter, worst of 5 (ms)"
    yield row(name, max(ours), None, "<=2", Judged.OURS)
    yield from reading_rows()
    yield from decoding_rows()


# --- alignment -----------------------------------------------------------------------------


def misalignment_ms(seed: int, *, minutes: int, anchored: bool = False) -> float:
    """The largest error between two sides whose clocks go apart, 1 % of their packets lost.

    ``anchored``: as a recorder does that lays each side from its first packet on.
    """
    rng = np.random.default_rng(seed)
    errors = [side_error_ms(rng, ppm, minutes, anchored) for ppm in (200.0, -200.0)]
    length = min(map(len, errors))
    return float(np.nanmax(np.abs(errors[0][:length] - errors[1][:length])))


def side_error_ms(rng: np.random.Generator, ppm: float, minutes: int, anchored: bool) -> Floats:
    """How far from the truth each packet of one side is laid; NaN where it was lost."""
    count = minutes * 3_000
    sent_ns = (np.arange(count) * PERIOD_NS * (1 + ppm * 1e-6)).astype(np.int64)
    packets, kept = arrived(rng, sent_ns)
    (segment,) = timeline.lay(packets, StreamFacts("1", (Agreed(0),))).segments
    errors = np.full(count, np.nan)
    number = segment.sequence - int(segment.sequence[0]) + int(kept.min())
    laid = segment.start_ns
    if anchored:
        laid = packets.arrival_ns[0] + segment.tick * 125_000
    errors[number] = (laid - BEGAN_NS - PATH_NS - sent_ns[number]) / 1e6
    return errors


def arrived(rng: np.random.Generator, sent_ns: NDArray[np.int64]) -> tuple[Packets, Floats]:
    """What comes of the packets, as columns in order of arrival, and which they were."""
    late_ns = rng.exponential(40e6, len(sent_ns)).astype(np.int64)
    arrival = BEGAN_NS + PATH_NS + sent_ns + late_ns
    kept = np.flatnonzero(rng.random(len(sent_ns)) >= 0.01)
    kept = kept[np.argsort(arrival[kept], kind="stable")]
    nothing = np.zeros(len(kept), np.int64)
    packets = Packets(
        slot=np.arange(len(kept)),
        arrival_ns=arrival[kept],
        marker=nothing.astype(np.bool_),
        payload_type=(nothing + 8).astype(np.uint8),
        sequence=(kept % 65_536).astype(np.uint16),
        timestamp=(kept * 160 % 2**32).astype(np.uint32),
        ssrc=(nothing + 1).astype(np.uint32),
        start=nothing,
        length=nothing + 160,
        head=nothing.astype(np.uint32),
    )
    return packets, kept.astype(np.float64)


# --- speed ---------------------------------------------------------------------------------


def stream(bodies: Sequence[bytes], *, payload_type: int, ticks: int) -> list[Slots]:
    """Packets in drains of twenty, as a journal hands them over."""
    made = []
    for at in range(0, len(bodies), 20):
        numbers = range(at, min(at + 20, len(bodies)))
        data = [header(payload_type, n, n * ticks) + bodies[n] for n in numbers]
        made.append(rtp.slots(data, [BEGAN_NS + n * PERIOD_NS for n in numbers]))
    return made


def header(payload_type: int, sequence: int, timestamp: int) -> bytes:
    """RFC 3550 5.1."""
    parts = ((0x80, 1), (payload_type, 1), (sequence & 0xFFFF, 2), (timestamp & 0xFFFFFFFF, 4))
    return b"".join(number.to_bytes(size, "big") for number, size in parts) + b"\0\0\0\1"


def reading_rows() -> Iterator[Row]:
    """Headers as columns, against the same by struct."""
    import struct

    (batch,) = [rtp.slots([header(8, n, n) + bytes(160) for n in range(2_000)], [BEGAN_NS] * 2_000)]
    wanted = struct.Struct("!BBHII")

    def one_by_one() -> None:
        for at in batch.offsets.tolist():
            wanted.unpack_from(batch.raw, at)

    columns, plain = side_by_side(
        lambda: seconds(lambda: rtp.columns(batch)) / 2_000 * 1e9,
        lambda: seconds(one_by_one) / 2_000 * 1e9,
    )
    yield row("read the header of a packet, against struct.unpack (ns)", columns, plain, None)


def decoding_rows() -> Iterator[Row]:
    """Both passes over one stream of five minutes: headers, order, decoding, alignment."""
    tone = (8_000 * np.sin(np.arange(MINUTES * 60 * 48_000) / 17)).astype(np.int16)
    opus = Format("opus", 48_000, 2)
    g711 = [os.urandom(160) for _ in range(MINUTES * 3_000)]
    for name, payload_type, bodies, ticks, formats in (
        ("PCMA", 8, g711, 160, {}),
        ("G.722", 9, g711, 160, {}),
        ("Opus", 111, by_opus(tone), 960, {111: opus}),
    ):
        records = stream(bodies, payload_type=payload_type, ticks=ticks)
        facts = StreamFacts("1", (Agreed(0, formats),))
        rate = median(partial(decoded, Captured(facts, Side.AGENT, records)))
        yield row(f"{name}: lay and decode one stream (times real time)", rate, None, None)


def by_opus(samples: NDArray[np.int16]) -> list[bytes]:
    """Packets of 20 ms by libopus."""
    context = av.CodecContext.create("libopus", "w")
    context.sample_rate, context.layout, context.format = 48_000, "mono", "s16"
    context.bit_rate, context.options = 24_000, {"application": "voip"}
    made: list[bytes] = []
    for at in range(0, len(samples), 960):
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, at : at + 960], "s16", "mono")
        frame.sample_rate, frame.pts = 48_000, at
        made += [bytes(one) for one in context.encode(frame)]
    return made


def decoded(captured: Captured) -> float:
    """Seconds of sound in a second of work."""

    def all_of_it() -> None:
        for _ in received.lay([captured], Kept(0)).blocks():
            pass

    return MINUTES * 60 / seconds(all_of_it)
