"""A stretch of a call as it leaves the house, and not a word or a second more: made in memory.

Sound is one Ogg Opus a side. What is covered is silent in it, as it is in the view that it is made
of (``listen.open_view``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from talteen.life.seal import audio
from talteen.life.transcribe.words import Segment, Transcript
from talteen.life.use.view import HEADER_BYTES, VirtualWav

SIDES = ("caller", "agent")
"""In the order of the view's channels."""


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


def _seconds(samples: audio.Samples, rate: int) -> Iterator[audio.Samples]:
    for start in range(0, len(samples), rate):
        yield np.ascontiguousarray(samples[start : start + rate])
