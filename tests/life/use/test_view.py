"""The virtual WAV: any player can play it, any range of it is the same bytes, muted is silent."""

import io
import threading
import wave
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from talteen.errors import NoLongerOpens, Tampered
from talteen.life.capture.rules import Span
from talteen.life.capture.sources import Sides
from talteen.life.seal import audio
from talteen.life.use import opus
from talteen.life.use.view import BLOCK_BYTES, HEADER_BYTES, VirtualWav

CALLS = Path(__file__).parents[3] / "demo" / "calls"
LENGTH_MS = 12_456


@cache
def spoken() -> list[audio.Block]:
    """Both sides of a spoken call as they came."""
    name = "017-jonomusiikki"
    source = audio.measure(Sides(*(CALLS / f"{name}.{side}.opus" for side in ("agent", "caller"))))
    assert source.rate == 8_000
    return list(audio.cut(source.blocks(), 8_000, kept=Span(16_350, 16_350 + LENGTH_MS)))


@cache
def sealed() -> tuple[bytes, bytes]:
    """The same as sealing writes them: (agent, caller)."""
    agent = b"".join(audio.encode((block[0] for block in spoken()), 8_000))
    caller = b"".join(audio.encode((block[1] for block in spoken()), 8_000))
    return agent, caller


def opened(length_ms: int = LENGTH_MS, muted: tuple[Span, ...] = ()) -> VirtualWav:
    agent, caller = sealed()
    return VirtualWav(io.BytesIO(agent), io.BytesIO(caller), length_ms=length_ms, muted=muted)


@cache
def whole() -> bytes:
    view = opened()
    return b"".join(view.read(0, view.size))


def samples(view: VirtualWav) -> NDArray[np.int16]:
    """Both channels, a row each."""
    body = b"".join(view.read(HEADER_BYTES, view.size))
    return np.frombuffer(body, "<i2").reshape(-1, 2).T


def linear(stream: bytes) -> NDArray[np.int16]:
    """A side decoded from its beginning, without this module."""
    with av.open(io.BytesIO(stream), "r") as container:
        resampler = av.AudioResampler("s16", "mono", 8_000)
        frames = [*container.decode(audio=0), None]
        pieces = [r.to_ndarray()[0] for frame in frames for r in resampler.resample(frame)]
    return np.concatenate(pieces).astype(np.int16)


def test_the_standard_library_reads_it_as_a_wave_file() -> None:
    with wave.open(io.BytesIO(whole())) as played:
        assert played.getparams()[:4] == (2, 2, 8_000, LENGTH_MS * 8)
        assert len(played.readframes(LENGTH_MS * 8)) == LENGTH_MS * 8 * 4


def test_another_player_plays_it_to_its_end() -> None:
    with av.open(io.BytesIO(whole()), "r") as played:
        length = sum(frame.samples for frame in played.decode(audio=0))
        assert played.streams.audio[0].codec_context.name == "pcm_s16le"

    assert length == LENGTH_MS * 8


def test_its_size_is_known_before_anything_is_decoded_and_is_kept() -> None:
    view = opened()

    assert view.size == HEADER_BYTES + LENGTH_MS * 8 * 4 == len(whole())


def test_the_caller_is_left_the_agent_right_and_nothing_is_changed() -> None:
    agent, caller = (linear(stream) for stream in sealed())

    left, right = samples(opened())

    # FFmpeg has it through 48 kHz and back: an eighth of a millisecond away, and its filters.
    for heard, told in ((left, caller), (right, agent)):
        wanted = told[1 : len(heard) - 40].astype(float)
        apart = heard[: len(wanted)] - wanted
        assert 10 * np.log10((wanted**2).mean() / (apart**2).mean()) > 40
    assert np.abs(left.astype(int) - right).max() > 1_000


offsets = st.integers(0, HEADER_BYTES + LENGTH_MS * 8 * 4 + 100)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(offsets, st.integers(0, 200_000)), min_size=1, max_size=4))
def test_any_ranges_in_any_order_are_the_same_bytes(ranges: list[tuple[int, int]]) -> None:
    view = opened()

    for start, length in ranges:
        assert b"".join(view.read(start, start + length)) == whole()[start : start + length]


@settings(max_examples=20, deadline=None)
@given(st.lists(offsets, max_size=6))
def test_any_split_of_the_whole_gives_the_whole(cuts: list[int]) -> None:
    view = opened()
    edges = [0, *sorted(cuts), view.size]

    pieces = [b"".join(view.read(a, b)) for a, b in pairwise(edges)]

    assert b"".join(pieces) == whole()


def test_no_block_is_larger_than_32_kib_and_none_is_empty() -> None:
    view = opened()

    sizes = [len(block) for block in view.read(3, view.size)]

    assert max(sizes) <= BLOCK_BYTES
    assert min(sizes) > 0


def test_a_unit_is_decoded_as_the_whole_is_from_its_beginning() -> None:
    source = audio.measure(
        Sides(*(CALLS / f"001-huonevaraus.{s}.opus" for s in ("agent", "caller")))
    )
    spoken = audio.cut(source.blocks(), 8_000, kept=Span(0, 30_000))
    stream = b"".join(audio.encode((block[0] for block in spoken), 8_000))
    with av.open(io.BytesIO(stream), "r") as container:
        packets = [bytes(one) for one in container.demux(audio=0) if one.pts is not None]

    told = opus.Decoder().decoded(packets, 8_000)[312 // 6 :].astype(int)
    heard, _ = samples(VirtualWav(io.BytesIO(stream), io.BytesIO(stream), length_ms=30_000))

    for start in range(0, 30 * 8_000, 2 * 8_000):
        wanted, apart = (one[start : start + 1_600] for one in (told, told[: len(heard)] - heard))
        # With a pre-roll of 80 ms it is half of the voice (decision 261).
        assert np.abs(apart).max() <= 0.02 * max(np.abs(wanted).max(), 500)


def test_what_is_heard_stands_where_it_was_said() -> None:
    said = np.concatenate([block[0] for block in spoken()])

    _, heard = samples(opened())

    near = {
        by: np.corrcoef(said[100:-100], np.roll(heard, by)[100:-100])[0, 1] for by in range(-2, 3)
    }
    assert max(near, key=lambda by: near[by]) == 0


spans = st.lists(
    st.builds(
        lambda start, length: Span(start, start + length),
        st.integers(0, LENGTH_MS),
        st.integers(0, 8_000),
    ),
    max_size=3,
)


@settings(max_examples=25, deadline=None)
@given(spans)
def test_muted_spans_are_silent_and_only_they(muted: list[Span]) -> None:
    heard = samples(opened(muted=tuple(muted)))

    expected = np.frombuffer(whole()[HEADER_BYTES:], "<i2").reshape(-1, 2).T.copy()
    for span in muted:
        expected[:, span.start_ms * 8 : span.end_ms * 8] = 0
    assert np.array_equal(heard, expected)


def test_where_a_side_has_no_sound_the_view_is_silent() -> None:
    view = opened(length_ms=LENGTH_MS + 60_000)

    heard = samples(view)

    assert heard.shape == (2, (LENGTH_MS + 60_000) * 8)
    assert not heard[:, LENGTH_MS * 8 + 8 :].any()


def test_a_stream_that_breaks_off_is_silent_from_there_on() -> None:
    agent, caller = sealed()
    torn = caller[:12_000] + bytes(len(caller) - 12_000)

    view = VirtualWav(io.BytesIO(agent), io.BytesIO(torn), length_ms=LENGTH_MS)

    assert not samples(view)[0, 9 * 8_000 :].any()


def test_a_recording_of_wide_band_is_heard_wide() -> None:
    t = np.arange(5 * 16_000) / 16_000
    high = (8_000 * np.sin(2 * np.pi * 6_000 * t)).astype(np.int16)
    stream = b"".join(audio.encode([high], 16_000))

    view = VirtualWav(io.BytesIO(stream), io.BytesIO(stream), length_ms=5_000)

    assert view.rate == 16_000
    spectrum = np.abs(np.fft.rfft(samples(view)[0][16_000:32_000].astype(float)))
    assert spectrum.argmax() == 6_000


@given(st.integers(0, LENGTH_MS - 1))
def test_a_byte_offset_is_a_time(at_ms: int) -> None:
    view = opened()

    assert view.time_of(view.offset_of(at_ms)) == at_ms
    assert view.time_of(view.offset_of(at_ms + 1) - 1) == at_ms


class ClosingDoor(io.BytesIO):
    """A stream whose recording reaches its cutoff while somebody listens."""

    shut = False

    def read(self, size: int | None = -1, /) -> bytes:
        if self.shut:
            raise NoLongerOpens("its time has passed", remedy="nothing opens it")
        return super().read(size)


def test_a_door_that_closes_in_mid_play_ends_the_play() -> None:
    noise = np.random.default_rng(1).integers(-9_000, 9_000, 120 * 8_000, np.int16)
    stream = b"".join(audio.encode([noise], 8_000))
    door = ClosingDoor(stream)
    view = VirtualWav(io.BytesIO(stream), door, length_ms=120_000)
    next(view.read(0, 1_000))

    door.shut = True

    with pytest.raises(NoLongerOpens):
        list(view.read(0, view.size))


def stereo_opus() -> bytes:
    sink = io.BytesIO()
    with av.open(sink, "w", format="ogg") as container:
        container.add_stream("libopus", rate=8_000, layout="stereo")
        container.mux(())
    return sink.getvalue()


def flipped() -> bytes:
    agent, _ = sealed()
    return agent[:28] + b"NotOpus!" + agent[36:]


@pytest.mark.parametrize("stream", [b"", b"OggS" * 100, whole, flipped, stereo_opus])
def test_what_sealing_did_not_write_is_not_played(stream: object) -> None:
    content = stream() if callable(stream) else stream
    assert isinstance(content, bytes)

    with pytest.raises(Tampered):
        VirtualWav(io.BytesIO(sealed()[0]), io.BytesIO(content), length_ms=LENGTH_MS)


def test_only_the_part_that_is_asked_for_is_read() -> None:
    noise = np.random.default_rng(1).integers(-9_000, 9_000, 400 * 8_000, np.int16)
    stream = b"".join(audio.encode([noise], 8_000))
    door = Counted(stream)
    view = VirtualWav(io.BytesIO(stream), door, length_ms=400_000)

    start = view.offset_of(200_000)
    next(view.read(start, start + BLOCK_BYTES))

    assert door.taken < len(stream) / 4


class Counted(io.BytesIO):
    """Counts the bytes that are read from it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        self.taken += len(part)
        return part


def test_streams_are_what_a_door_gives() -> None:
    """Anything with read, seek and tell will do."""

    class Door:
        def __init__(self, content: bytes) -> None:
            self._inner = io.BytesIO(content)

        def read(self, size: int, /) -> bytes:
            return self._inner.read(size)

        def seek(self, offset: int, whence: int = 0, /) -> int:
            return self._inner.seek(offset, whence)

        def tell(self) -> int:
            return self._inner.tell()

    agent, caller = sealed()
    view = VirtualWav(Door(agent), Door(caller), length_ms=LENGTH_MS)

    assert b"".join(view.read(100_000, 140_000)) == whole()[100_000:140_000]


class Stuck(io.BytesIO):
    """A side from a store that does not answer any more."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.stuck, self.answers = threading.Event(), threading.Event()
        self.answers.set()

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.answers.is_set():
            self.stuck.set()
            self.answers.wait(60)
        return super().read(size)


def test_a_store_that_does_not_answer_keeps_no_other_listener_waiting() -> None:
    agent, caller = sealed()
    streams = [Stuck(caller) for _ in range(4)]
    views = [VirtualWav(io.BytesIO(agent), one, length_ms=LENGTH_MS) for one in streams]
    for one in streams:
        one.answers.clear()
        one.seek(0)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(lambda v=view: b"".join(v.read(200_000, v.size))) for view in views]
        assert all(one.stuck.wait(30) for one in streams)
        heard = b"".join((view := opened()).read(0, view.size))
        for one in streams:
            one.answers.set()
        assert all(heard.endswith(one.result()) for one in waiting)
