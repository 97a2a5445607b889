"""Payloads to samples: the codecs of telephony.

G.711 goes through a table, everything else through FFmpeg's decoders. What is decoded always has
the length that the timestamps demand: a payload that its decoder refuses becomes silence. The node
decodes what waits for its announcement, to hear it; the house decodes what was kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from talteen.engine.wire.media import Format

Samples = NDArray[np.int16]
"""One channel."""
OPUS_HZ = 48_000


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
        import av  # G.711 needs none of it

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
        import av

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


# --- other rates ---------------------------------------------------------------------------


def at_rate(pieces: Iterable[Samples], native: int, rate: int) -> Iterator[Samples]:
    """Pieces of one sound at ``rate``, which is theirs or another."""
    if native == rate:
        yield from pieces
        return
    import av

    resampler = av.AudioResampler("s16", "mono", rate)
    for piece in chain(pieces, [None]):
        frame = None
        if piece is not None:
            frame = av.AudioFrame.from_ndarray(piece[np.newaxis, :], "s16", "mono")
            frame.sample_rate = native
        yield from (_as_int16(even.to_ndarray()) for even in resampler.resample(frame))
