"""What people hear: a WAV file that does not exist, in which a byte offset is a time.

The two sealed Opus streams of a recording are rendered while they are sent: 16-bit PCM, caller
left, agent right, at the rate that the recording was sealed with (DESIGN 16, decision 052). Every
player can seek in PCM, a range of bytes is a range of milliseconds for the access log, and what a
purpose must not hear is silent before it leaves. Nothing rendered is stored.

Opus decoders carry state from packet to packet. So that a range has the same bytes however it is
reached, sound is decoded in units of two seconds, each from a fresh decoder that is fed the half
second before it. The 80 ms of RFC 7845 4.6 are not enough for speech: they left errors as loud as
the voice itself where a unit begins, half a second left none (decision 052).
"""

import struct
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from numpy.typing import NDArray

from talteen.errors import Tampered
from talteen.life.capture.rules import Span
from talteen.life.use import opus, voice
from talteen.life.use.soonest import SoonestFirst
from talteen.life.use.voice import Voice

BLOCK_BYTES = 32 * 1024
HEADER_BYTES = 44
_UNIT_S = 2
_OPUS_HZ = 48_000
_UNIT_TICKS = _UNIT_S * _OPUS_HZ
_PREROLL_TICKS = 24_000
_PACKET_TICKS = 960
_FRAME_BYTES = 4  # two channels of 16 bits
_RENDERING = SoonestFirst(2)
"""Units that a process decodes or masks at once. They share one interpreter: more of them are not
done sooner, and whoever else wants it, be it for a page or for ``/healthz``, waits behind each of
them for the five milliseconds that a thread may keep it (decision 252)."""
_HEAD_START_S = 5.0
"""The first unit of an answer goes before whatever is not later than this: somebody who has jumped
waits for it, while of streams that run the next seconds have been sent (decision 261)."""


class Stream(Protocol):
    """What a side is read through: a ranged decryption, or any open file."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes from where it stands; none at the end."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Stand at ``offset`` from the start (0), from here (1) or from the end (2)."""
        ...

    def tell(self) -> int:
        """Where it stands."""
        ...


class VirtualWav:
    """The view of one recording. Not for two threads at once: it stands at one place."""

    def __init__(
        self,
        agent: Stream,
        caller: Stream,
        *,
        length_ms: int,
        muted: Iterable[Span] = (),
        caller_voice: Voice = Voice.AS_SPOKEN,
    ) -> None:
        """``agent``, ``caller``: seekable streams of the sealed sides. Spans in recording time.

        Raises Tampered if a stream is not what sealing writes.
        """
        self._lanes = (_Lane(caller), _Lane(agent))
        self.rate = max(lane.rate for lane in self._lanes)
        self._frames = length_ms * self.rate // 1000
        self._muted = [
            (span.start_ms * self.rate // 1000, -(-span.end_ms * self.rate // 1000))
            for span in muted
        ]
        self._caller_voice = caller_voice
        self._rendered: tuple[int, bytes] = (-1, b"")

    @property
    def size(self) -> int:
        """Bytes in all: 44 for the header, then four a sample."""
        return HEADER_BYTES + self._frames * _FRAME_BYTES

    def offset_of(self, at_ms: int) -> int:
        """The byte at which recording time ``at_ms`` begins."""
        return HEADER_BYTES + at_ms * self.rate // 1000 * _FRAME_BYTES

    def time_of(self, offset: int) -> int:
        """The recording time in milliseconds that the byte at ``offset`` belongs to."""
        return max(offset - HEADER_BYTES, 0) // _FRAME_BYTES * 1000 // self.rate

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``stop``, in blocks of at most 32 KiB."""
        stop = min(stop, self.size)
        if start < min(stop, HEADER_BYTES):
            yield _header(self._frames, self.rate)[start:stop]
            start = HEADER_BYTES
        unit_bytes = _UNIT_S * self.rate * _FRAME_BYTES
        asked_at, asked = monotonic(), start
        while start < stop:
            unit, inside = divmod(start - HEADER_BYTES, unit_bytes)
            before_s = (start - asked) / (self.rate * _FRAME_BYTES)
            needed_at = asked_at + (before_s or -_HEAD_START_S)
            block = self._unit(unit, needed_at)[inside : inside + min(BLOCK_BYTES, stop - start)]
            yield block
            start += len(block)

    def _unit(self, unit: int, needed_at: float) -> bytes:
        """Two seconds of the view, the last one cut to the length of the recording."""
        if self._rendered[0] != unit:
            with _as_tampered():
                # From a store that may be slow: nobody else waits for that.
                packets = [lane.packets(unit) for lane in self._lanes]
                with _RENDERING.turn(needed_at):
                    self._rendered = (unit, self._rendering(unit, packets))
        return self._rendered[1]

    def _rendering(self, unit: int, packets: "Iterable[list[Packet[AudioStream]]]") -> bytes:
        first = unit * _UNIT_S * self.rate
        length = min(_UNIT_S * self.rate, self._frames - first)
        both = np.zeros((length, 2), "<i2")
        for channel, (lane, read) in enumerate(zip(self._lanes, packets, strict=True)):
            heard = lane.sound(unit, read, self.rate)[:length]
            both[: len(heard), channel] = heard
        self._mute(both, first)
        if self._caller_voice is Voice.MASKED:
            both[:, 0] = voice.masked(both[:, 0], self.rate)
            self._mute(both, first)  # masking spreads sound by half a frame
        elif self._caller_voice is Voice.SILENT:
            both[:, 0] = 0
        return both.tobytes()

    def _mute(self, both: NDArray[np.int16], first: int) -> None:
        """Silence what is covered of the unit that begins at frame ``first``."""
        for start, end in self._muted:
            both[max(start - first, 0) : max(end - first, 0)] = 0


class Clip:
    """A stretch of a view as a file of its own: what lies before and after it cannot be asked for.

    Times are recording times, so that the access log says which part of the call was heard.
    """

    def __init__(self, whole: VirtualWav, part: Span) -> None:
        self._whole = whole
        self._first = whole.offset_of(part.start_ms)
        self._after = min(whole.offset_of(part.end_ms), whole.size)

    @property
    def size(self) -> int:
        """Bytes in all, the header with them."""
        return HEADER_BYTES + max(self._after - self._first, 0)

    def time_of(self, offset: int) -> int:
        """The recording time in milliseconds that the byte at ``offset`` belongs to."""
        return self._whole.time_of(self._first + max(offset - HEADER_BYTES, 0))

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``stop``, in blocks of at most 32 KiB."""
        if start < min(stop, HEADER_BYTES):
            frames = (self.size - HEADER_BYTES) // _FRAME_BYTES
            yield _header(frames, self._whole.rate)[start:stop]
            start = HEADER_BYTES
        moved = self._first - HEADER_BYTES
        if start < stop:
            yield from self._whole.read(start + moved, min(stop + moved, self._after))


def _header(frames: int, rate: int) -> bytes:
    """The first bytes of a WAV file of two channels of 16 bits."""
    size = frames * _FRAME_BYTES
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", min(size + HEADER_BYTES - 8, 0xFFFF_FFFF), b"WAVE"),
        *(b"fmt ", 16, 1, 2, rate, rate * _FRAME_BYTES, _FRAME_BYTES, 16),
        *(b"data", min(size, 0xFFFF_FFFF)),
    )


class _Lane:
    """One side: an Ogg Opus stream that is decoded a unit at a time."""

    def __init__(self, file: Stream) -> None:
        with _as_tampered():
            self._container = av.open(file, "r", format="ogg")
            self._stream = _opus(self._container)
            head = self._stream.codec_context.extradata or b""
            self.rate = int.from_bytes(head[12:16], "little")
            if self.rate not in (8_000, 16_000) or self._stream.duration is None:
                raise _not_ours()
            # Granules count from before the pre-skip, times from behind it (RFC 7845 4.3).
            self._end: int = self._stream.duration - int.from_bytes(head[10:12], "little")
            self._held: deque[Packet[AudioStream]] = deque()
            self._next = -1
            self._decoder = opus.Decoder()

    def packets(self, unit: int) -> "list[Packet[AudioStream]]":
        """What the unit is decoded from; none behind the end of the stream."""
        start = unit * _UNIT_TICKS
        if start >= self._end:
            return []
        found = self._packets(start)
        if not found:
            raise _not_ours()
        return found

    def sound(
        self, unit: int, packets: "list[Packet[AudioStream]]", rate: int
    ) -> NDArray[np.int16]:
        """Samples of the unit at ``rate``; fewer, or none, where the stream ends."""
        if not packets:
            return np.zeros(0, np.int16)
        sound = self._decoder.decoded([bytes(one) for one in packets], rate)
        start = unit * _UNIT_TICKS
        # Whole numbers of samples: packets begin at 20 ms steps less a pre-skip of 6.5 ms.
        begin, end = start - _begin(packets[0]), min(start + _UNIT_TICKS, self._end)
        return sound[begin * rate // _OPUS_HZ :][: (end - start) * rate // _OPUS_HZ]

    def _packets(self, start: int) -> "list[Packet[AudioStream]]":
        """Exactly the packets that the unit at tick ``start`` needs, wherever the stream stood."""
        end = start + _UNIT_TICKS
        if start != self._next:
            self._seek(start - _PREROLL_TICKS)
        packets = []
        for packet in self._following():
            if _begin(packet) + _PACKET_TICKS <= start - _PREROLL_TICKS:
                continue
            packets.append(packet)
            if _begin(packet) >= end:
                break
        self._held = deque(p for p in packets if _begin(p) + _PACKET_TICKS > end - _PREROLL_TICKS)
        self._next = end
        return packets

    def _following(self) -> "Iterator[Packet[AudioStream]]":
        while self._held:
            yield self._held.popleft()
        yield from (p for p in self._container.demux(self._stream) if p.pts is not None)

    def _seek(self, wanted: int) -> None:
        """Stand at a packet that covers tick ``wanted``, or at the first one."""
        for margin in (_PACKET_TICKS, 2 * _OPUS_HZ, 10 * _OPUS_HZ):
            target = max(wanted - margin, 0)
            self._container.seek(target, stream=self._stream)
            self._held = deque()
            packet = next(self._following(), None)
            if packet is not None:
                self._held.append(packet)
                if _begin(packet) <= max(wanted, 0):
                    return
        raise _not_ours()


def _begin(packet: "Packet[AudioStream]") -> int:
    return packet.pts if packet.pts is not None else 0


def _opus(container: InputContainer) -> AudioStream:
    """The only stream of a container, if it is one that sealing writes."""
    streams = container.streams
    if len(streams) == 1 and streams.audio:
        context = streams.audio[0].codec_context
        if context.name == "opus" and context.channels == 1:
            return streams.audio[0]
    raise _not_ours()


@contextmanager
def _as_tampered() -> Iterator[None]:
    """What the decoder cannot read was not sealed here. What a door says passes through."""
    try:
        yield
    except (av.FFmpegError, opus.Broken):
        raise _not_ours() from None


def _not_ours() -> Tampered:
    return Tampered("a side is not as it was sealed", remedy="run the drill on its blob")
