"""Windows of speech through an engine: some at a time; one that went in circles, in halves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

import av
import numpy as np
from numpy.typing import NDArray

from talteen.life.transcribe import guards
from talteen.life.transcribe.speech import HEARS_HZ, HeardSegment, Sound, Transcriber
from talteen.life.transcribe.vad import Chunk, Piece
from talteen.life.transcribe.words import Word

Samples = NDArray[np.int16]


def hear(
    chunks: Sequence[Chunk], engine: Transcriber, *, language: str
) -> list[list[HeardSegment]]:
    """What ``engine`` hears in each of ``chunks``, times within the chunk; all at once."""
    if not chunks:
        return []
    sounds = [for_engine(chunk.samples, chunk.rate) for chunk in chunks]
    if len(chunks) == 1:
        return [_whole_or_halved(chunks[0], sounds[0], engine, language=language)]
    starts = [0, *accumulate(len(sound) for sound in sounds)]
    clips = [(a / HEARS_HZ, b / HEARS_HZ) for a, b in pairwise(starts)]
    heard: list[list[HeardSegment]] = [[] for _ in chunks]
    for segment in engine.hear(np.concatenate(sounds), clips=clips, language=language):
        at = _place(segment, clips)
        heard[at].append(_moved(segment, -round(clips[at][0] * 1000)))
    return [
        _halved(chunk, sound, engine, language=language) if _lost(chunk, some) else some
        for chunk, sound, some in zip(chunks, sounds, heard, strict=True)
    ]


def _whole_or_halved(
    chunk: Chunk, sound: Sound, engine: Transcriber, *, language: str
) -> list[HeardSegment]:
    heard = _clip(chunk.pieces, sound, engine, language)
    return _halved(chunk, sound, engine, language=language) if _lost(chunk, heard) else heard


def _lost(chunk: Chunk, heard: Sequence[HeardSegment]) -> bool:
    """Whether a loop swallowed words that hearing the chunk in parts may bring back."""
    return len(chunk.pieces) > 1 and any(guards.flags(each) & guards.LOST for each in heard)


def _halved(
    chunk: Chunk, sound: Sound, engine: Transcriber, *, language: str
) -> list[HeardSegment]:
    """A loop swallows the rest of its window (a card number: the whole side). Heard in halves,
    only the stretch that provokes it is lost."""

    def hear(pieces: Sequence[Piece]) -> list[HeardSegment]:
        heard = _clip(pieces, sound, engine, language)
        if len(pieces) == 1 or not any(guards.flags(each) & guards.LOST for each in heard):
            return heard
        return halves(pieces)

    def halves(pieces: Sequence[Piece]) -> list[HeardSegment]:
        middle = len(pieces) // 2
        return hear(pieces[:middle]) + hear(pieces[middle:])

    return halves(chunk.pieces)


def _clip(
    pieces: Sequence[Piece], sound: Sound, engine: Transcriber, language: str
) -> list[HeardSegment]:
    clip = pieces[0].at_ms / 1000, pieces[-1].until_ms / 1000
    return engine.hear(sound, clips=[clip], language=language)


def _place(segment: HeardSegment, clips: Sequence[tuple[float, float]]) -> int:
    middle_s = (segment.start_ms + segment.end_ms) / 2000
    return next((at for at, (_, end_s) in enumerate(clips) if middle_s < end_s), len(clips) - 1)


def _moved(segment: HeardSegment, by_ms: int) -> HeardSegment:
    return replace(
        segment,
        start_ms=max(segment.start_ms + by_ms, 0),
        end_ms=max(segment.end_ms + by_ms, 0),
        words=tuple(_moved_word(word, by_ms) for word in segment.words),
    )


def _moved_word(word: Word, by_ms: int) -> Word:
    return replace(word, start_ms=max(word.start_ms + by_ms, 0), end_ms=max(word.end_ms + by_ms, 0))


def batched(chunks: Iterable[Chunk], size: int) -> Iterator[tuple[int, list[Chunk]]]:
    """``chunks``, ``size`` at a time, each lot with the number of its first."""
    some: list[Chunk] = []
    first = 0
    for chunk in chunks:
        some.append(chunk)
        if len(some) == size:
            yield first, some
            first, some = first + size, []
    if some:
        yield first, some


def for_engine(samples: Samples, rate: int) -> Sound:
    """``samples`` at HEARS_HZ in floating point."""
    if rate == HEARS_HZ:
        return (samples / np.float32(32768)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler("fltp", "mono", HEARS_HZ)
    parts = [part.to_ndarray()[0] for given in (frame, None) for part in resampler.resample(given)]
    return np.concatenate(parts).astype(np.float32, copy=False)
