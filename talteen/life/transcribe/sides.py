"""One call, heard: each side on its own, only where somebody speaks, and put back on one time line.

The sides are never mixed: a mix costs nearly twice the wrong letters (44 % against 25 %, research).
Sound streams through voice activity and only speech is kept, at most 30 s of it at a time and only
in memory.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain

import av
import numpy as np
from numpy.typing import NDArray

from talteen.life.capture.rules import Mark, MarkKind
from talteen.life.transcribe import bleed, guards, model_store, vad
from talteen.life.transcribe.bleed import Loudness
from talteen.life.transcribe.speech import HEARS_HZ, HeardSegment, Sound, Transcriber
from talteen.life.transcribe.vad import Chunk, Piece, VoiceActivity
from talteen.life.transcribe.words import Segment, Side, Transcript, Word, draft

TURN_PAUSE_MS = 700
"""A silence of one's own this long ends a segment, so that the other side's answer stands
between."""

Samples = NDArray[np.int16]


def transcribe_call(
    agent: Iterator[Samples],
    caller: Iterator[Samples],
    rate: int,
    *,
    marks: Sequence[Mapping[str, object]],
    language: str,
    engine: Transcriber,
) -> Transcript:
    """The machine's draft of one call. ``rate`` is 8,000 or 16,000 samples a second.

    ``language`` is that of the line or the caller's choice: small models tell languages apart too
    badly to be asked. Raises InputError for another rate or a language that ``engine`` does not
    know.
    """
    loudness = {Side.AGENT: Loudness(rate), Side.CALLER: Loudness(rate)}
    heard = {
        side: _hear(side, loudness[side].of(blocks), rate, engine=engine, language=language)
        for side, blocks in ((Side.AGENT, agent), (Side.CALLER, caller))
    }
    return draft(
        chain(
            bleed.flagged(heard[Side.AGENT], heard[Side.CALLER], loudness),
            bleed.flagged(heard[Side.CALLER], heard[Side.AGENT], loudness),
        ),
        language=language,
        engine=engine.engine,
        settings=f"{engine.settings} {model_store.SILERO_VAD.name} {vad.OPENS_AT}/{vad.STAYS_AT}",
        marks=tuple(_mark(each) for each in marks),
    )


def _hear(
    side: Side, blocks: Iterable[Samples], rate: int, *, engine: Transcriber, language: str
) -> list[Segment]:
    return [
        segment
        for chunk in vad.chunks(_activity().frames(blocks, rate=rate), rate=rate)
        for heard in _heard_in(chunk, engine, language=language)
        for segment in in_call(heard, chunk, side=side, language=language)
    ]


def _heard_in(chunk: Chunk, engine: Transcriber, *, language: str) -> list[HeardSegment]:
    sound = for_engine(chunk.samples, chunk.rate)

    def hear(pieces: Sequence[Piece]) -> list[HeardSegment]:
        clip = pieces[0].at_ms / 1000, pieces[-1].until_ms / 1000
        heard = engine.hear(sound, clips=[clip], language=language)
        if len(pieces) == 1 or not any(guards.flags(each) & guards.LOST for each in heard):
            return heard
        # A loop swallows the rest of its window (a card number: the whole side). Heard in halves,
        # only the stretch that provokes it is lost.
        middle = len(pieces) // 2
        return hear(pieces[:middle]) + hear(pieces[middle:])

    return hear(chunk.pieces)


def in_call(heard: HeardSegment, chunk: Chunk, *, side: Side, language: str) -> Iterator[Segment]:
    """``heard`` in the call's own time, parted where the call has a pause that the chunk left
    out."""
    flags = guards.flags(heard)
    for words in _turns(_in_call(word, chunk) for word in heard.words):
        yield Segment(side, language, words[0].start_ms, words[-1].end_ms, words, flags)


def for_engine(samples: Samples, rate: int) -> Sound:
    """``samples`` at HEARS_HZ in floating point."""
    if rate == HEARS_HZ:
        return (samples / np.float32(32768)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler("fltp", "mono", HEARS_HZ)
    parts = [part.to_ndarray()[0] for given in (frame, None) for part in resampler.resample(given)]
    return np.concatenate(parts).astype(np.float32, copy=False)


def _in_call(word: Word, chunk: Chunk) -> Word:
    # By the word's end: engines place ends well, and draw starts back over the pause before.
    piece = chunk.piece_at(word.end_ms)
    return replace(word, start_ms=piece.in_call(word.start_ms), end_ms=piece.in_call(word.end_ms))


def _turns(words: Iterable[Word]) -> Iterator[tuple[Word, ...]]:
    turn: list[Word] = []
    for word in words:
        if turn and word.start_ms - turn[-1].end_ms >= TURN_PAUSE_MS:
            yield tuple(turn)
            turn = []
        turn.append(word)
    if turn:
        yield tuple(turn)


@cache
def _activity() -> VoiceActivity:
    return VoiceActivity(model_store.packaged_silero())


def _mark(mark: Mapping[str, object]) -> Mark:
    start_ms, end_ms = mark["start_ms"], mark["end_ms"]
    assert isinstance(start_ms, int)
    assert isinstance(end_ms, int)
    return Mark(MarkKind(mark["kind"]), start_ms, end_ms)
