"""Sound in and sound out: any usual file to two aligned sides, one side to one Ogg Opus stream.

Everything streams: hours of sound need a few blocks of memory, and nothing decoded touches a disk.
A recording keeps telephone band as it is (8 kHz) and brings everything wider to 16 kHz, which
carries all of speech (decision 051). Opus follows RFC 6716, its Ogg form RFC 7845.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from io import RawIOBase
from itertools import zip_longest
from typing import IO, Protocol

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from talteen.errors import InputError, Tampered
from talteen.life.capture.rates import Resampling, resampled
from talteen.life.capture.rules import Mark, Span
from talteen.life.capture.sidecar import Side
from talteen.life.capture.sources import Readable, Sides, Sound, Stereo

Samples = NDArray[np.int16]
"""One side: signed 16-bit samples in a row."""
Block = tuple[Samples, Samples]
"""(agent, caller): equally long, at most one second."""

NARROW_HZ, WIDE_HZ = 8_000, 16_000
BIT_RATE = 24_000
_HOLE_S = 0.03
"""A jump of a file's own clock beyond one packet's rounding: sound is missing there."""
# Only what holds sound: a playlist or a concat script would make the demuxer open other files.
_CONTAINERS = {"format_whitelist": "wav,w64,ogg,mp3,flac,mov,mp4,m4a,3gp,3g2,mj2"}
_CONVERT = "convert it to WAV, FLAC, Opus, MP3 or M4A and try again"


class Source(Protocol):
    """The sound of one call, measured: files of an import, or the packets of a captured call.

    It can be streamed any number of times, in constant memory, and gives the same each time.
    """

    @property
    def rate(self) -> int:
        """Samples a second of every block: 8,000 or 16,000."""

    @property
    def agent_ms(self) -> int:
        """Where the agent's side ends."""

    @property
    def caller_ms(self) -> int:
        """Where the caller's side ends."""

    def blocks(self) -> Iterator[Block]:
        """Both sides in step. Where one side ends early, it is silent to the end of the other."""


@dataclass(frozen=True, slots=True)
class Files:
    """The sound of one imported call, measured: a `Source`."""

    sound: Sound
    channels: tuple[Side, Side]
    """Sides of the left and right channel, where both stand in one file."""
    rate: int
    """Samples a second of every block: 8,000 or 16,000."""
    agent_ms: int
    caller_ms: int

    def blocks(self) -> Iterator[Block]:
        """Both sides in step. Where one side ends early, it is silent to the end of the other.

        Raises InputError where a file turns out to be damaged.
        """
        match self.sound:
            case Stereo(path):
                agent = self.channels.index(Side.AGENT)
                for pair in of_one_second(_decoded(path, self.rate, channels=2), self.rate):
                    yield pair[agent], pair[1 - agent]
            case Sides(agent_path, caller_path):
                agents, callers = (
                    of_one_second(_decoded(path, self.rate, channels=1), self.rate)
                    for path in (agent_path, caller_path)
                )
                none = np.zeros((1, 0), np.int16)
                for agent_block, caller_block in zip_longest(agents, callers, fillvalue=none):
                    length = max(agent_block.shape[1], caller_block.shape[1])
                    yield _padded(agent_block[0], length), _padded(caller_block[0], length)


def measure(sound: Sound, *, channels: tuple[Side, Side] = (Side.CALLER, Side.AGENT)) -> Files:
    """The lengths of both sides and the rate that suits them, by reading but not decoding.

    Raises InputError, naming the file, if it is no sound, is empty or has the wrong channels.
    """
    match sound:
        case Stereo(path):
            rate, length_ms = _measured(path, channels=2)
            return Files(sound, channels, rate, length_ms, length_ms)
        case Sides(agent, caller):
            agent_rate, agent_ms = _measured(agent, channels=1)
            caller_rate, caller_ms = _measured(caller, channels=1)
            return Files(sound, channels, max(agent_rate, caller_rate), agent_ms, caller_ms)


def cut(
    blocks: Iterable[Block], rate: int, *, kept: Span, gaps: Iterable[Mark] = ()
) -> Iterator[Block]:
    """Only what may be kept: from ``kept.start_ms`` to ``kept.end_ms`` exactly, gaps as silence.

    ``gaps`` stand in recording time. Where the sound ends before ``kept`` does, silence follows.
    """
    start, end = (ms * rate // 1000 for ms in (kept.start_ms, kept.end_ms))
    silent = [(g.start_ms * rate // 1000, g.end_ms * rate // 1000) for g in gaps]
    at = 0
    for block in blocks:
        length = len(block[0])
        first, last = max(start - at, 0), min(end - at, length)
        if first < last:
            yield _silenced(
                block, first, last, [(s + start - at, e + start - at) for s, e in silent]
            )
        at += length
        if at >= end:
            return
    missing = end - max(at, start)
    while missing > 0:
        nothing = np.zeros(min(missing, rate), np.int16)
        yield nothing, nothing
        missing -= len(nothing)


def _silenced(block: Block, first: int, last: int, gaps: list[tuple[int, int]]) -> Block:
    """Samples ``first`` to ``last`` of a block, with ``gaps`` (in samples of the block) zeroed."""
    agent, caller = block[0].copy(), block[1].copy()
    for start, end in gaps:
        agent[max(start, 0) : max(end, 0)] = 0
        caller[max(start, 0) : max(end, 0)] = 0
    return agent[first:last], caller[first:last]


class OpusStream:
    """One side on its way into one mono Ogg Opus stream: samples in, bytes out as they are ready.

    The same samples give the same bytes, and decoding gives back exactly as many samples.
    """

    def __init__(self, rate: int) -> None:
        self._sink = _Sink()
        # A fixed serial number and no writer's name: nothing in a stream tells when it was made.
        self._container = av.open(
            self._sink, "w", format="ogg", options={"serial_offset": "1", "fflags": "+bitexact"}
        )
        options = {"application": "voip", "frame_duration": "20"}
        self._stream = self._container.add_stream("libopus", rate=rate, options=options)
        self._stream.bit_rate = BIT_RATE
        self._stream.layout = "mono"
        self._stream.format = "s16"
        self._rate, self._at = rate, 0

    def add(self, samples: Samples) -> bytes:
        """Take the next samples; give the bytes that became ready, often none."""
        if len(samples):
            frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], "s16", "mono")
            frame.sample_rate, frame.pts = self._rate, self._at
            frame.time_base = Fraction(1, self._rate)
            self._at += len(samples)
            self._container.mux(self._stream.encode(frame))
        return self._sink.taken()

    def finish(self) -> bytes:
        """The last bytes. Nothing may be added after."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._sink.taken()


def decode(stream: IO[bytes] | RawIOBase, rate: int) -> Iterator[Samples]:
    """A sealed side back as samples at ``rate``, in blocks of one second. ``stream`` lies in RAM.

    Raises Tampered where it is not what ``encode`` wrote.
    """
    try:
        with av.open(stream, "r", format="ogg") as container:
            pieces = resampled(container.decode(audio=0), "mono", rate)
            yield from (block[0] for block in of_one_second(pieces, rate))
    except av.FFmpegError:
        raise Tampered("a sealed side is no sound", remedy="restore its blob") from None


def seconds(stream: IO[bytes] | RawIOBase) -> float:
    """How long a sealed side sounds, by decoding all of it and keeping nothing. Raises Tampered
    like ``decode``."""
    try:
        with av.open(stream, "r", format="ogg") as container:
            return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    except av.FFmpegError:
        raise Tampered("a sealed side is no sound", remedy="restore its blob") from None


def rate_of(stream: IO[bytes] | RawIOBase) -> int:
    """The rate at which a sealed side was encoded. Raises Tampered like ``decode``."""
    try:
        with av.open(stream, "r", format="ogg") as container:
            return NARROW_HZ if _band_hz(container.streams.audio[0]) <= NARROW_HZ else WIDE_HZ
    except av.FFmpegError:
        raise Tampered("a sealed side is no sound", remedy="restore its blob") from None


def encode(samples: Iterable[Samples], rate: int) -> Iterator[bytes]:
    """One side as one mono Ogg Opus stream, in pieces as they become ready."""
    stream = OpusStream(rate)
    for part in samples:
        if ready := stream.add(part):
            yield ready
    yield stream.finish()


class _Sink:
    """What the muxer writes into. It cannot seek, and Ogg needs no seeking."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


@contextmanager
def _opened(path: Readable) -> Iterator[tuple[InputContainer, AudioStream]]:
    """The only audio stream of a file. Whatever goes wrong inside becomes an InputError."""
    try:
        with path.open("rb") as file, av.open(file, "r", options=_CONTAINERS) as container:
            streams = container.streams.audio
            if len(streams) != 1:
                raise InputError(
                    f"{path.name} has {len(streams)} audio tracks", remedy="give a file with one"
                )
            yield container, streams[0]
    except av.FFmpegError:
        raise InputError(f"{path.name} is no sound that can be read", remedy=_CONVERT) from None
    except OSError:
        raise InputError(
            f"{path.name} cannot be opened", remedy="let this user read the file"
        ) from None


def _measured(path: Readable, *, channels: int) -> tuple[int, int]:
    """The rate that suits a file, and its length in milliseconds."""
    with _opened(path) as (container, stream):
        if stream.codec_context.channels != channels:
            raise _wrong_channels(path, stream.codec_context.channels, wanted=channels)
        end = max((p.pts + p.duration for p in container.demux(stream) if p.pts is not None
                   and p.duration is not None), default=0)  # fmt: skip
        ticks = end - (stream.start_time or 0)
        length_ms = int(ticks * stream.time_base * 1000) if stream.time_base else 0
        if length_ms <= 0:
            raise InputError(f"{path.name} has no sound in it", remedy="record or export it again")
        return NARROW_HZ if _band_hz(stream) <= NARROW_HZ else WIDE_HZ, length_ms


def _band_hz(stream: AudioStream) -> int:
    """The rate of the sound itself: Opus always says 48 kHz, and names the true one in its head."""
    head = stream.codec_context.extradata
    if stream.codec_context.name == "opus" and head and head.startswith(b"OpusHead"):
        return int.from_bytes(head[12:16], "little") or stream.rate
    return stream.rate


def _wrong_channels(path: Readable, count: int, *, wanted: int) -> InputError:
    if wanted == 1:
        remedy = "give one channel a side, or both sides in one file"
    else:
        remedy = "give both sides: one channel each in one file, or a file a side"
    return InputError(f"{path.name} has {count} channels and not {wanted}", remedy=remedy)


def _decoded(path: Readable, rate: int, *, channels: int) -> Iterator[Samples]:
    """A file's samples at ``rate``, a row a channel, in pieces as the codec gives them."""
    layout = "mono" if channels == 1 else "stereo"
    with _opened(path) as (container, stream):
        sound = Resampling(layout, rate)
        due_s = None
        for frame in container.decode(stream):
            if frame.time is not None:
                hole_s = frame.time - (frame.time if due_s is None else due_s)
                if hole_s > _HOLE_S:
                    # What follows must not be pulled to an earlier time.
                    yield from sound.ready()
                    yield np.zeros((channels, int(hole_s * rate)), np.int16)
                due_s = frame.time + frame.samples / frame.sample_rate
            yield from sound.add(frame)
        yield from sound.end()


def of_one_second(pieces: Iterable[Samples], rate: int) -> Iterator[Samples]:
    """The same samples in blocks of one second; the last may be shorter."""
    held: list[Samples] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += piece.shape[1]
        while length >= rate:
            joined = np.concatenate(held, axis=1)
            yield joined[:, :rate]
            held, length = [joined[:, rate:]], length - rate
    if length:
        yield np.concatenate(held, axis=1)


def _padded(samples: Samples, length: int) -> Samples:
    return np.pad(samples, (0, length - len(samples)))
