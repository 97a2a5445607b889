"""A stretch of a call as it leaves the house, and not a word or a second more: made in memory.

Sound is one Ogg Opus a side. What is covered is silent in it, as it is in the view that it is made
of (``listen.open_view``).
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import av
import numpy as np

from talteen.life.seal import audio
from talteen.life.transcribe.words import Segment, Transcript
from talteen.life.use.view import HEADER_BYTES, VirtualWav

SIDES = ("caller", "agent")
"""In the order of the view's channels."""
MP3_BITS = 48_000
"""A second: telephone speech in one lane at 8 or 16 kHz, with room to spare."""


def words_of(transcript: Transcript, start_ms: int, end_ms: int) -> Transcript:
    """The transcript with the words alone that were spoken between the two."""
    return replace(
        transcript,
        segments=tuple(_within(transcript.segments, start_ms, end_ms)),
        hidden=(),
        marks=tuple(
            one for one in transcript.marks if one.start_ms < end_ms and one.end_ms >= start_ms
        ),
    )


def _within(segments: Iterable[Segment], start_ms: int, end_ms: int) -> Iterator[Segment]:
    for segment in segments:
        words = tuple(
            word for word in segment.words if word.start_ms >= start_ms and word.end_ms <= end_ms
        )
        if words:
            yield replace(segment, words=words, start_ms=words[0].start_ms, end_ms=words[-1].end_ms)


def stretch(wav: VirtualWav, start_ms: int, end_ms: int) -> Mapping[str, bytes]:
    """From ``start_ms`` to ``end_ms`` of the view, by side."""
    first, last = wav.offset_of(start_ms), min(wav.offset_of(end_ms), wav.size)
    blocks = [np.frombuffer(block, "<i2") for block in wav.read(max(first, HEADER_BYTES), last)]
    both = np.concatenate(blocks or [np.zeros(0, "<i2")]).reshape(-1, 2)
    return {
        side: b"".join(audio.encode(_seconds(both[:, channel], wav.rate), wav.rate))
        for channel, side in enumerate(SIDES)
    }


def mp3(wav: VirtualWav) -> bytes:
    """The whole view as one MP3, both sides in one lane: what anybody can play (14.9). What is
    silent in the view is silent in it."""
    made = io.BytesIO()
    with av.open(made, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=wav.rate)
        stream.layout, stream.bit_rate = "mono", MP3_BITS
        at = 0
        for block in wav.read(HEADER_BYTES, wav.size):
            both = np.frombuffer(block, "<i2").reshape(-1, 2).astype(np.int32)
            lane = np.clip(both.sum(1), -32768, 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(lane[np.newaxis], format="s16", layout="mono")
            frame.sample_rate, frame.pts = wav.rate, at
            at += len(lane)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return made.getvalue()


def _seconds(samples: audio.Samples, rate: int) -> Iterator[audio.Samples]:
    for start in range(0, len(samples), rate):
        yield np.ascontiguousarray(samples[start : start + rate])
