"""Payloads of one stream to samples: the codecs of telephony, and sound laid on its own clock.

G.711 goes through a table, everything else through FFmpeg's decoders. What is decoded always has
the length that the timestamps demand: a payload that its decoder refuses becomes silence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

import av
import numpy as np
from numpy.typing import NDArray

from talteen.engine.wire.media import Format
from talteen.life.seal.audio import Samples

CONCEAL_MS = 60
"""How long a loss is papered over in the listening copy; then it is silence."""
_REPEAT_MS = 20
OPUS_HZ = 48_000
_AT_ONCE = 50
_LEAST_LINE = 2
Ints = NDArray[np.int64]


class Decoder(Protocol):
    """One codec and its state. Feed it the payloads of one sender in order."""

    def decode(self, payloads: Sequence[bytes], lengths: Sequence[int]) -> Samples:
        """Mono samples at the codec's own rate, ``lengths`` of them for each payload."""


def native_hz(of: Format) -> int:
    """The rate of a codec's samples, which for G.722 and Opus is not a matter of its clock."""
    return {"G722": 16_000, "OPUS": OPUS_HZ}.get(of.codec, of.clock_hz)


def decodable(of: Format) -> bool:
    """Whether there is a decoder; a codec without one is kept, but cannot be heard here."""
    return of.codec in _DECODERS


def decoder(of: Format) -> Decoder:
    """A fresh decoder of what is ``decodable``."""
    return _DECODERS[of.codec](of)


# --- G.711 ---------------------------------------------------------------------------------


def _mu_law() -> Samples:
    """ITU-T G.711 table 2: eight segments of sixteen steps, all bits inverted, bias 33 · 4."""
    code = ~np.arange(256) & 0xFF
    size = (((code & 15) << 3) + 0x84 << (code >> 4 & 7)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.int16)


def _a_law() -> Samples:
    """ITU-T G.711 table 1: every other bit inverted, the two lowest segments of one slope."""
    code = np.arange(256) ^ 0x55
    segment = code >> 4 & 7
    step = ((code & 15) << 4) + 8
    size = np.where(segment == 0, step, step + 0x100 << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, size, -size).astype(np.int16)


class _Tabled:
    """A byte a sample: all payloads in one stroke."""

    def __init__(self, table: Samples, channels: int) -> None:
        self._table, self._channels = table, channels

    def decode(self, payloads: Sequence[bytes], lengths: Sequence[int]) -> Samples:
        whole = (
            part[: length * self._channels] for part, length in zip(payloads, lengths, strict=True)
        )
        return _mono(self._table[np.frombuffer(b"".join(whole), np.uint8)], self._channels)


class _Linear:
    """L16: big-endian samples as they are (RFC 3551 4.5.11)."""

    def __init__(self, channels: int) -> None:
        self._channels = channels

    def decode(self, payloads: Sequence[bytes], lengths: Sequence[int]) -> Samples:
        size = 2 * self._channels
        whole = (part[: length * size] for part, length in zip(payloads, lengths, strict=True))
        samples = np.frombuffer(b"".join(whole), ">i2").astype(np.int16)
        return _mono(samples, self._channels)


def _mono(samples: Samples, channels: int) -> Samples:
    if channels == 1:
        return samples
    return np.asarray(samples.reshape(-1, channels).mean(axis=1).astype(np.int16))


# --- FFmpeg --------------------------------------------------------------------------------


class _Framed:
    """A decoder of FFmpeg, fed frame by frame, or all at once where bytes are samples (G.722)."""

    def __init__(
        self, name: str, rate: int, *, frame_bytes: int = 0, samples_a_byte: int = 0
    ) -> None:
        self._context = av.CodecContext.create(name, "r")
        self._context.sample_rate = rate  # type: ignore[attr-defined]
        self._context.layout = "mono"  # type: ignore[attr-defined]
        self._frame_bytes, self._samples_a_byte = frame_bytes, samples_a_byte

    def decode(self, payloads: Sequence[bytes], lengths: Sequence[int]) -> Samples:
        if self._samples_a_byte:
            return _exactly(self._one(b"".join(payloads)), sum(lengths))
        parts = zip(payloads, lengths, strict=True)
        return np.concatenate([_exactly(self._one(part), length) for part, length in parts])

    def _one(self, payload: bytes) -> list[Samples]:
        size = self._frame_bytes
        whole = len(payload) // size * size if size else len(payload)
        pieces = (payload[at : at + (size or whole)] for at in range(0, whole, size or whole))
        try:
            frames = [f for piece in pieces for f in self._context.decode(av.Packet(piece))]  # type: ignore[attr-defined]
        except av.FFmpegError:
            return []
        return [_as_int16(frame.to_ndarray()) for frame in frames]


def _as_int16(samples: NDArray[np.generic]) -> Samples:
    if samples.dtype == np.float32:
        scaled = np.rint(samples.astype(np.float64) * 32768).clip(-32768, 32767)
        return scaled.astype(np.int16).ravel()
    return samples.astype(np.int16, copy=False).ravel()


def _exactly(parts: list[Samples], length: int) -> Samples:
    """So many samples and no other number: cut, or filled with silence."""
    samples = np.concatenate(parts) if parts else np.zeros(0, np.int16)
    return np.pad(samples[:length], (0, max(length - len(samples), 0)))


_DECODERS: Mapping[str, Callable[[Format], Decoder]] = {
    "PCMU": lambda of: _Tabled(_mu_law(), of.channels),
    "PCMA": lambda of: _Tabled(_a_law(), of.channels),
    "L16": lambda of: _Linear(of.channels),
    "G722": lambda _: _Framed("g722", 16_000, samples_a_byte=2),
    "G729": lambda _: _Framed("g729", 8_000, frame_bytes=10),
    "GSM": lambda _: _Framed("gsm", 8_000, frame_bytes=33),
    "OPUS": lambda _: _Framed("libopus", OPUS_HZ),
}


# --- on its own clock ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """Packets of one codec whose timestamps follow on each other without a hole."""

    kind: Format
    slots: Ints
    """The datagrams, by their number in the stream."""
    lengths: Ints
    """Samples of each payload at the codec's own rate."""
    start: int
    """First sample at the call's rate, counted from the beginning of the segment."""
    lost: bool
    """What is missing before it was lost, and not left out by the sender or on purpose."""


class Payloads(Protocol):
    """Where payloads come from."""

    def take(self, slots: Ints) -> list[bytes]:
        """The payloads of these datagrams; each may be taken once."""


def tape(stretches: Iterable[Stretch], payloads: Payloads, rate: int) -> Iterator[Samples]:
    """The sound of one segment, from its first packet on, by the clock of the sender.

    The beginning of a loss is papered over; every other hole is exact silence.
    """
    decoders: dict[Format, Decoder] = {}
    tail = np.zeros(rate * _REPEAT_MS // 1000, np.int16)
    at = 0
    for stretch in stretches:
        if stretch.kind not in decoders:
            decoders[stretch.kind] = decoder(stretch.kind)
        hole = _hole(stretch.start - at, tail if stretch.lost else tail[:0], rate)
        heard = _heard(stretch, decoders[stretch.kind], payloads, rate)
        for piece in chain(hole, after(heard, at - stretch.start)):
            at += len(piece)
            tail = np.concatenate([tail, piece])[-len(tail) :]
            yield piece


def _hole(length: int, tail: Samples, rate: int) -> Iterator[Samples]:
    """Silence of ``length``; where there is a ``tail`` of sound, that first, fading out."""
    if length > 0 and len(tail):
        whole = rate * CONCEAL_MS // 1000
        fading = np.resize(tail, whole) * np.linspace(1, 0, whole, endpoint=False)
        yield fading[:length].astype(np.int16)
        length -= whole
    yield from nothing(length, rate)


def nothing(length: int, rate: int) -> Iterator[Samples]:
    """Exact silence, in pieces of a second at most."""
    while length > 0:
        yield np.zeros(min(length, rate), np.int16)
        length -= rate


def after(pieces: Iterable[Samples], skipped: int) -> Iterator[Samples]:
    """Without the first ``skipped`` samples: their time is taken already."""
    for piece in pieces:
        if skipped < len(piece):
            yield piece[max(skipped, 0) :]
        skipped -= len(piece)


def _heard(stretch: Stretch, decoder: Decoder, payloads: Payloads, rate: int) -> Iterator[Samples]:
    """One stretch at the call's rate, exactly as long as its timestamps say."""
    native = native_hz(stretch.kind)
    decoded = (
        decoder.decode(payloads.take(stretch.slots[some]), stretch.lengths[some].tolist())
        for some in _fifties(len(stretch.slots))
    )
    left = int(stretch.lengths.sum()) * rate // native
    for piece in chain(_at_rate(decoded, native, rate), nothing(left, rate)):
        if left > 0:
            yield piece[:left]
        left -= len(piece)


def _fifties(size: int) -> Iterator[slice]:
    return (slice(at, at + _AT_ONCE) for at in range(0, size, _AT_ONCE))


def _at_rate(pieces: Iterable[Samples], native: int, rate: int) -> Iterator[Samples]:
    if native == rate:
        yield from pieces
        return
    resampler = av.AudioResampler("s16", "mono", rate)
    for piece in chain(pieces, [None]):
        frame = None
        if piece is not None:
            frame = av.AudioFrame.from_ndarray(piece[np.newaxis, :], "s16", "mono")
            frame.sample_rate = native
        yield from (_as_int16(even.to_ndarray()) for even in resampler.resample(frame))


def stretched(pieces: Iterable[Samples], stretch: float) -> Iterator[Samples]:
    """Sound whose seconds take ``stretch`` seconds, by straight lines between the samples.

    Only the listening copy is stretched: the evidence copy keeps what was sent.
    """
    if stretch == 1.0:
        yield from pieces
        return
    held = np.zeros(0, np.int16)
    base = made = 0
    for piece in pieces:
        held = np.concatenate([held, piece])
        if len(held) < _LEAST_LINE:
            continue
        due = int((base + len(held) - 1) * stretch) + 1
        places = np.arange(made, due) / stretch - base
        yield np.rint(np.interp(places, np.arange(len(held)), held)).astype(np.int16)
        base, made, held = base + len(held) - 1, due, held[-1:]
