"""Any usual file becomes two aligned sides; what may be kept becomes one Opus stream a side."""

import gc
import io
import wave
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import InputError
from talteen.life.capture.rules import Mark, MarkKind, Span
from talteen.life.capture.sidecar import Side
from talteen.life.capture.sources import Sides, Stereo
from talteen.life.seal import audio
from talteen.life.seal.audio import Block, OpusStream, Samples
from talteen.life.seal.waveform import Peaks

CALLS = Path(__file__).parents[3] / "demo" / "calls"
CALL = Sides(CALLS / "001-huonevaraus.agent.opus", CALLS / "001-huonevaraus.caller.opus")


def joined(blocks: Iterator[Block]) -> tuple[Samples, Samples]:
    gathered = list(blocks)
    return (
        np.concatenate([agent for agent, _ in gathered]),
        np.concatenate([caller for _, caller in gathered]),
    )


def tone(seconds: float, rate: int, hz: float = 440.0) -> Samples:
    t = np.arange(int(seconds * rate)) / rate
    return (8000 * np.sin(2 * np.pi * hz * t)).astype(np.int16)


def written(path: Path, samples: Samples, rate: int, *, codec: str, layout: str) -> Path:
    """A sound file made by an independent encoder; ``samples`` has a row a channel."""
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, AudioStream)
        stream.layout = layout
        interleaved = np.ascontiguousarray(samples.T.reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(interleaved, "s16", layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def decoded(stream: bytes, rate: int) -> Samples:
    with av.open(io.BytesIO(stream), "r") as container:
        resampler = av.AudioResampler("s16", "mono", rate)
        frames = [*container.decode(audio=0), None]
        pieces = [r.to_ndarray()[0] for frame in frames for r in resampler.resample(frame)]
    return np.concatenate(pieces).astype(np.int16)


def likeness(one: Samples, other: Samples, *, within: int) -> tuple[float, int]:
    """Correlation of two sounds, and the shift in samples at which it is highest."""
    a = one[within:-within].astype(float)
    scores = {
        shift: float(np.dot(a, other[within + shift :][: len(a)].astype(float)))
        for shift in range(-within, within)
    }
    best = max(scores, key=lambda shift: scores[shift])
    b = other[within + best :][: len(a)].astype(float)
    return scores[best] / float(np.sqrt(np.dot(a, a) * np.dot(b, b))), best


FORMATS = [
    ("call.wav", "pcm_s16le", 8_000, 0),
    ("alaw.wav", "pcm_alaw", 8_000, 0),
    ("ulaw.wav", "pcm_mulaw", 8_000, 0),
    ("call.flac", "flac", 16_000, 0),
    ("call.flac", "flac", 44_100, 0),
    ("call.opus", "libopus", 48_000, 10),
    ("call.ogg", "libopus", 16_000, 10),
    ("call.mp3", "libmp3lame", 44_100, 50),
    ("call.m4a", "aac", 44_100, 50),
]


@pytest.mark.parametrize(("name", "codec", "rate", "slack_ms"), FORMATS)
def test_every_format_brings_both_sides_in_their_place(
    tmp_path: Path, name: str, codec: str, rate: int, slack_ms: int
) -> None:
    source = audio.measure(CALL)
    agent, caller = (side[16 * 8000 : 36 * 8000] for side in joined(source.blocks()))
    at_rate = [_resampled(side, 8_000, rate) for side in (caller, agent)]
    path = written(tmp_path / name, np.stack(at_rate), rate, codec=codec, layout="stereo")

    read = audio.measure(Stereo(path))

    assert abs(read.agent_ms - 20_000) <= slack_ms
    got = joined(read.blocks())
    for wanted, side in zip((agent, caller), got, strict=True):
        alike, shift = likeness(wanted, _resampled(side, read.rate, 8_000), within=40)
        assert alike > 0.95
        assert abs(shift) <= 8


def _resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], "s16", "mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler("s16", "mono", wanted)
    pieces = [r.to_ndarray()[0] for f in (frame, None) for r in resampler.resample(f)]
    return np.concatenate(pieces).astype(np.int16)


@pytest.mark.parametrize(
    ("rate", "wanted"), [(8_000, 8_000), (11_025, 16_000), (16_000, 16_000), (48_000, 16_000)]
)
def test_telephone_band_stays_as_it_is_and_wider_sound_comes_to_16_khz(
    tmp_path: Path, rate: int, wanted: int
) -> None:
    sound = np.stack([tone(1.5, rate), tone(1.5, rate)])
    path = written(tmp_path / "a.wav", sound, rate, codec="pcm_s16le", layout="stereo")

    source = audio.measure(Stereo(path))

    assert source.rate == wanted
    assert abs(len(joined(source.blocks())[0]) - 1.5 * wanted) <= wanted / 1000


def test_opus_that_was_made_from_telephone_band_is_known_as_such() -> None:
    assert audio.measure(CALL).rate == 8_000


@pytest.mark.parametrize(
    ("channels", "agent_hz"),
    [((Side.CALLER, Side.AGENT), 880.0), ((Side.AGENT, Side.CALLER), 440.0)],
)
def test_the_sidecar_says_which_channel_is_whose(
    tmp_path: Path, channels: tuple[Side, Side], agent_hz: float
) -> None:
    sound = np.stack([tone(1, 8_000, 440.0), tone(1, 8_000, 880.0)])
    path = written(tmp_path / "a.wav", sound, 8_000, codec="pcm_s16le", layout="stereo")

    agent, _ = joined(audio.measure(Stereo(path), channels=channels).blocks())

    loudest = np.abs(np.fft.rfft(agent[:8000])).argmax()
    assert loudest == agent_hz


@pytest.mark.parametrize("silent", [0, 1])
def test_a_side_that_says_nothing_stays_silent(tmp_path: Path, silent: int) -> None:
    sound = np.stack([tone(1, 8_000), tone(1, 8_000)])
    sound[silent] = 0
    path = written(tmp_path / "a.wav", sound, 8_000, codec="pcm_s16le", layout="stereo")

    caller_and_agent = joined(audio.measure(Stereo(path)).blocks())[::-1]

    assert not caller_and_agent[silent].any()
    assert caller_and_agent[1 - silent].any()


def test_a_side_that_ends_early_is_silent_to_the_end_of_the_other(tmp_path: Path) -> None:
    long = written(
        tmp_path / "l.wav", tone(3.2, 8_000)[None], 8_000, codec="pcm_s16le", layout="mono"
    )
    short = written(
        tmp_path / "s.wav", tone(1.1, 8_000)[None], 8_000, codec="pcm_s16le", layout="mono"
    )

    source = audio.measure(Sides(agent=long, caller=short))
    agent, caller = joined(source.blocks())

    assert (source.agent_ms, source.caller_ms) == (3200, 1100)
    assert len(agent) == len(caller) == 25_600
    assert not caller[8_800:].any()


def test_sound_after_a_hole_in_a_file_keeps_its_time(tmp_path: Path) -> None:
    whole = b"".join(audio.encode([tone(6, 8_000)], 8_000))
    pages = [*(i for i in range(len(whole)) if whole.startswith(b"OggS", i)), len(whole)]
    spans = list(pairwise(pages))
    (tmp_path / "a.opus").write_bytes(
        b"".join(whole[a:b] for place, (a, b) in enumerate(spans) if place != 4)
    )

    agent, _ = joined(audio.measure(Sides(*[tmp_path / "a.opus"] * 2)).blocks())

    assert abs(len(agent) - 48_000) <= 240
    assert (np.abs(agent.reshape(-1, 100)).max(axis=1) == 0).sum() >= 60


bad_files = {
    "empty.wav": b"",
    "noise.mp3": bytes(range(256)) * 40,
    "text.wav": b"RIFF this is not a wave file at all",
    "list.wav": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/hostname\n",
    "script.wav": b"ffconcat version 1.0\nfile /etc/hostname\n",
}


@pytest.mark.parametrize("name", bad_files)
def test_what_is_no_sound_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bad_files[name])

    with pytest.raises(InputError, match=f"{name} is no sound that can be read; convert it"):
        audio.measure(Stereo(tmp_path / name))


def test_a_film_is_refused_although_it_has_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.avi"
    written(path, tone(1, 8_000)[None], 8_000, codec="pcm_s16le", layout="mono")

    with pytest.raises(InputError, match="is no sound that can be read"):
        audio.measure(Sides(path, path))


def test_sound_of_no_length_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as empty:
        empty.setparams((1, 2, 8_000, 0, "NONE", ""))

    with pytest.raises(InputError, match=r"a\.wav has no sound in it; record"):
        audio.measure(Sides(path, path))


@pytest.mark.parametrize(
    ("count", "layout", "one_file"), [(1, "mono", True), (2, "stereo", False), (6, "5.1", True)]
)
def test_the_wrong_number_of_channels_is_refused(
    tmp_path: Path, count: int, layout: str, one_file: bool
) -> None:
    sound = np.stack([tone(0.5, 8_000)] * count)
    path = written(tmp_path / "a.wav", sound, 8_000, codec="pcm_s16le", layout=layout)

    with pytest.raises(InputError, match=rf"a\.wav has {count} channels and not [12]; give"):
        audio.measure(Stereo(path) if one_file else Sides(path, path))


def test_a_file_that_is_not_there_any_more_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.wav cannot be opened"):
        audio.measure(Stereo(tmp_path / "gone.wav"))


def blocks_of(lengths: list[int]) -> tuple[list[Block], Samples]:
    """Blocks whose samples count up from 1, so that each can be told from every other."""
    ramp = np.arange(1, sum(lengths) + 1).astype(np.int16)
    edges = [0, *np.cumsum(lengths, dtype=int).tolist()]
    return [(ramp[a:b], -ramp[a:b]) for a, b in pairwise(edges)], ramp


@given(
    st.lists(st.integers(0, 90), max_size=8),
    st.tuples(st.integers(0, 60), st.integers(1, 60)),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=3),
)
def test_a_cut_keeps_exactly_the_kept_span_and_silences_exactly_the_gaps(
    lengths: list[int], kept: tuple[int, int], gaps: list[tuple[int, int]]
) -> None:
    """I9, down to the sample."""
    blocks, ramp = blocks_of(lengths)
    span = Span(kept[0], kept[0] + kept[1])
    marks = [Mark(MarkKind.PAUSE, a, a + b) for a, b in gaps]

    agent, caller = joined(
        iter([*audio.cut(blocks, 8_000, kept=span, gaps=marks), *blocks_of([])[0]])
    )

    expected = np.zeros(kept[1] * 8, np.int16)
    sound = ramp[span.start_ms * 8 : span.end_ms * 8]
    expected[: len(sound)] = sound
    for mark in marks:
        expected[mark.start_ms * 8 : mark.end_ms * 8] = 0
    assert np.array_equal(agent, expected)
    assert np.array_equal(caller, -expected)


@pytest.mark.parametrize("rate", [8_000, 16_000])
@pytest.mark.parametrize("samples", [160, 161, 8_000, 8_001, 123_457])
def test_opus_gives_back_exactly_as_many_samples(rate: int, samples: int) -> None:
    sound = tone(samples / rate + 1, rate)[:samples]

    stream = b"".join(audio.encode([sound], rate))

    with av.open(io.BytesIO(stream), "r") as container:
        length = sum(frame.samples for frame in container.decode(audio=0))
    assert length == samples * 48_000 // rate


def test_opus_keeps_the_time_of_everything_that_is_said() -> None:
    source = audio.measure(CALL)
    agent, _ = joined(source.blocks())

    stream = b"".join(audio.encode([agent], source.rate))

    alike, shift = likeness(agent, decoded(stream, source.rate), within=80)
    assert alike > 0.97
    assert abs(shift) <= 8


def test_the_same_sound_gives_the_same_bytes_however_it_is_cut() -> None:
    sound = tone(5.3, 8_000)

    whole = b"".join(audio.encode([sound], 8_000))
    pieces = b"".join(audio.encode(np.split(sound, [3, 700, 8_000, 20_001]), 8_000))

    assert whole == pieces


def test_bytes_come_while_the_sound_still_goes_in() -> None:
    fed = 0

    def feeding() -> Iterator[Samples]:
        nonlocal fed
        for _ in range(60):
            fed += 1
            yield tone(1, 8_000)

    first = [fed for _ in zip(audio.encode(feeding(), 8_000), range(2), strict=False)]

    assert max(first) < 10


def test_silence_stays_silent_in_a_gap() -> None:
    sound = np.concatenate([tone(2, 8_000), np.zeros(16_000, np.int16), tone(2, 8_000)])

    heard = decoded(b"".join(audio.encode([sound], 8_000)), 8_000)

    # Opus fades over one packet (20 ms) at the edges of what it was given.
    assert np.abs(heard[16_000 + 400 : 32_000 - 400]).max() <= 2


def grown_kib(first: Iterator[object], rest: Iterator[object]) -> int:
    """How much higher memory peaks while ``rest`` passes by than it did after ``first``."""
    deque(first, maxlen=0)
    gc.collect()
    before = _memory_kib("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # proc(5): the peak counts from now
    deque(rest, maxlen=0)
    return _memory_kib("VmHWM") - before


def _memory_kib(row: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{row}:")[1].split()[0])


def passed_through(seconds: int) -> Iterator[int]:
    """Both sides, cut, drawn and encoded in one pass, second by second."""
    noise = np.random.default_rng(1)
    blocks = (noise.integers(-9000, 9000, (2, 8000), np.int16) for _ in range(seconds))
    peaks, agent, caller = Peaks(8000), OpusStream(8000), OpusStream(8000)
    pairs = ((block[0], block[1]) for block in blocks)
    for block in audio.cut(pairs, 8000, kept=Span(0, seconds * 1000)):
        peaks.add(block)
        yield len(agent.add(block[0])) + len(caller.add(block[1]))
    yield len(agent.finish()) + len(caller.finish())


def test_memory_does_not_grow_with_the_length_of_a_call() -> None:
    """Two minutes of noise are 3.8 MB of samples; they must not be felt."""
    assert grown_kib(passed_through(10), passed_through(120)) < 1_500


def test_reading_a_long_file_does_not_grow_with_its_length(tmp_path: Path) -> None:
    """Half an hour is 57 MB of samples."""
    minute = np.random.default_rng(1).integers(-9000, 9000, (2, 480_000), np.int16)
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as long:
        long.setparams((2, 2, 8_000, 0, "NONE", ""))
        for _ in range(30):
            long.writeframes(minute.T.tobytes())
    blocks = audio.measure(Stereo(path)).blocks()

    assert grown_kib(islice(blocks, 60), blocks) < 1_500
