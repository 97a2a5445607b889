"""Codecs agree with independent ones, and what is decoded has the length that was asked for."""

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire.media import Format, ticks
from talteen.life.capture import codecs
from talteen.life.seal import packets
from talteen.life.seal.audio import Samples
from tests.kit.rtp import encoded


def by_ffmpeg(name: str, payload: bytes, rate: int) -> Samples:
    context = av.CodecContext.create(name, "r")
    context.sample_rate, context.layout = rate, "mono"  # type: ignore[attr-defined]
    frames = context.decode(av.Packet(payload))  # type: ignore[attr-defined]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.int16)


@pytest.mark.parametrize(("name", "codec"), [("PCMA", "pcm_alaw"), ("PCMU", "pcm_mulaw")])
def test_every_byte_of_g711_is_the_sample_that_ffmpeg_makes_of_it(name: str, codec: str) -> None:
    every = bytes(range(256))

    heard = codecs.decoder(Format(name, 8_000)).decode([every], [256])

    assert heard.tolist() == by_ffmpeg(codec, every, 8_000).tolist()


KINDS = [Format("PCMA", 8_000), Format("PCMU", 8_000), Format("G722", 8_000), Format("G729", 8_000),
         Format("GSM", 8_000), Format("opus", 48_000, 2), Format("L16", 16_000)]  # fmt: skip


@given(
    st.sampled_from(KINDS), st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=5)
)
def test_whatever_a_payload_holds_it_takes_the_time_that_it_says(
    kind: Format, payloads: list[bytes]
) -> None:
    sizes = np.array([len(one) for one in payloads], np.int64)
    head = np.array([int.from_bytes(one[:4].ljust(4, b"\0"), "big") for one in payloads], np.uint32)
    lengths = ticks(kind, sizes, head) * codecs.native_hz(kind) // kind.clock_hz

    heard = codecs.decoder(kind).decode(payloads, lengths.tolist())

    assert len(heard) == lengths.sum()
    assert heard.dtype == np.int16


@pytest.mark.parametrize("length_ms", [2.5, 5, 10, 20, 40, 60, 80, 100, 120])
def test_an_opus_packet_fills_the_time_that_libopus_gives_it(length_ms: float) -> None:
    frame = int(length_ms * 48)
    sound = (8_000 * np.sin(np.arange(4 * frame) / 20)).astype(np.int16)
    payloads = encoded(sound, "libopus", rate=48_000, frame=frame)
    head = np.array([int.from_bytes(one[:4], "big") for one in payloads], np.uint32)
    sizes = np.array([len(one) for one in payloads], np.int64)

    filled = ticks(Format("opus", 48_000, 2), sizes, head)

    assert filled.tolist() == [frame] * len(payloads)
    assert [len(by_ffmpeg("libopus", one, 48_000)) for one in payloads] == filled.tolist()


def test_two_channels_become_one() -> None:
    both = np.array([100, 300, -50, 50], ">i2").tobytes()

    heard = codecs.decoder(Format("L16", 16_000, 2)).decode([both], [2])

    assert heard.tolist() == [200, 0]


def test_a_codec_without_a_decoder_is_known_as_such() -> None:
    assert not codecs.decodable(Format("AMR-WB", 16_000))
    assert codecs.decodable(Format("pcma", 8_000))


@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=20),
    st.floats(1 - 1e-3, 1 + 1e-3),
)
def test_stretching_keeps_a_straight_line_straight(sizes: list[int], stretch: float) -> None:
    line = np.arange(sum(sizes), dtype=np.int16)
    pieces = np.split(line, np.cumsum(sizes)[:-1])

    made = np.concatenate([np.zeros(0), *packets.stretched(pieces, stretch)])

    assert np.abs(made - np.arange(len(made)) / stretch).max(initial=0) <= 0.5 + 1e-6
    assert abs(len(made) - len(line) * stretch) <= 2
