"""One call, heard: each side on its own, only where somebody speaks, and put back on one time line.

The sides are never mixed: a mix costs nearly twice the wrong letters (44 % against 25 %, research).
Sound streams through voice activity and only speech is kept, at most 30 s of it at a time and only
in memory.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from talteen.life.capture.rules import Mark, MarkKind
from talteen.life.transcribe import bleed, guards, model_store, tones, vad, windows
from talteen.life.transcribe import language as languages
from talteen.life.transcribe.bleed import Loudness
from talteen.life.transcribe.speech import HeardSegment, Transcriber
from talteen.life.transcribe.tones import Ears
from talteen.life.transcribe.vad import Chunk, VoiceActivity
from talteen.life.transcribe.words import (
    Flag,
    Note,
    NotSpeech,
    Segment,
    Side,
    SideHeard,
    Transcript,
    Word,
    draft,
)

TURN_PAUSE_MS = 700
"""A silence of one's own this long ends a segment, so that the other side's answer stands
between."""
SILENT_UP_TO = 16
"""A-law's smallest step decodes to 8: what never leaves it was never spoken into."""
FULL_SCALE = 31_700
"""A-law ends at 32,256, µ-law at 32,124, and Opus smears the edges of what was cut off there."""
CLIPPED_ONE_IN = 200

Samples = NDArray[np.int16]


class Pad(Protocol):
    """Where words are kept that were heard already, while the rest is still to be heard."""

    def kept(self, side: Side, number: int) -> tuple[Segment, ...] | None:
        """What was heard in chunk ``number`` of ``side`` before; None where it was not."""
        ...

    def keep(self, side: Side, number: int, segments: Sequence[Segment]) -> None:
        """Keep what was heard. May raise to end the work here: what is kept is not lost."""
        ...


class Nowhere:
    """Keeps nothing: for sound that is heard in one go."""

    def kept(self, side: Side, number: int) -> tuple[Segment, ...] | None:
        """Nothing."""
        return None

    def keep(self, side: Side, number: int, segments: Sequence[Segment]) -> None:
        """Nowhere."""


def transcribe_call(
    agent: Iterator[Samples],
    caller: Iterator[Samples],
    rate: int,
    *,
    marks: Sequence[Mapping[str, object]],
    language: str,
    engine: Transcriber,
    pad: Pad | None = None,
) -> Transcript:
    """The machine's draft of one call. ``rate`` is 8,000 or 16,000 samples a second.

    ``language`` is that of the line or the caller's choice (``transcribe.language``); where it is
    none of ours, each side is asked. Raises InputError for another rate or a language that
    ``engine`` does not know, UnknownLanguage, and whatever ``pad`` does.
    """
    loudness = {Side.AGENT: Loudness(rate), Side.CALLER: Loudness(rate)}
    sides = [
        _Listener(side, rate, engine, language, pad or Nowhere(), loudness[side])
        for side in (Side.AGENT, Side.CALLER)
    ]
    for listener, blocks in zip(sides, (agent, caller), strict=True):
        listener.listen(blocks)
    heard = {listener.side: listener.segments for listener in sides}
    return draft(
        chain(
            bleed.flagged(heard[Side.AGENT], heard[Side.CALLER], loudness),
            bleed.flagged(heard[Side.CALLER], heard[Side.AGENT], loudness),
        ),
        language=_written_in(sides, language),
        engine=engine.engine,
        settings=settings_of(engine),
        marks=tuple(_mark(each) for each in marks),
        sides=tuple(listener.told() for listener in sides),
        not_speech=[each for listener in sides for each in listener.not_speech()],
    )


def settings_of(engine: Transcriber) -> str:
    """All that the words of ``engine`` depend on here, beside sound, model and language."""
    activity = f"{vad.OPENS_AT}/{vad.STAYS_AT}+{vad.PAD_FRAMES}"
    activity += f"+{vad.REACH_FRAMES}/{vad.QUIETER_DB:g}/{vad.LOUDER_DB:g}"
    return f"{engine.settings} {model_store.SILERO_VAD.name} {activity}"


def _written_in(sides: "Sequence[_Listener]", prior: str) -> str:
    """The language of the transcript: the prior, or that of whoever spoke most."""
    if prior in languages.ALLOWED:
        return prior
    return max(sides, key=lambda listener: listener.speech_ms).language or prior


@dataclass(slots=True)
class _Listener:
    """One side, from its sound to its segments."""

    side: Side
    rate: int
    engine: Transcriber
    prior: str
    pad: Pad
    loudness: Loudness
    language: str = ""
    """In which it is written, once that is known."""
    segments: list[Segment] = field(default_factory=list)
    speech_ms: int = 0
    _sounded: bool = False
    _clipped: int = 0
    _spoken: int = 0
    _ears: Ears = field(default_factory=Ears)
    _detected: Mapping[str, float] = field(default_factory=dict)
    _first: Chunk | None = None
    """Its first window of speech: what the model is asked about, should its words be doubtful."""

    def listen(self, blocks: Iterable[Samples]) -> None:
        """Hear all of the side, some chunks at a time."""
        through = self.loudness.of(self._seen(blocks))
        if self.rate == tones.RATE:
            through = self._ears.of(through)
        chunks = vad.chunks(voice_activity().frames(through, rate=self.rate), rate=self.rate)
        for first, some in windows.batched(chunks, max(self.engine.batch, 1)):
            self._hear(first, some)

    def told(self) -> SideHeard:
        """How the side came through."""
        likelier = ""
        if self._first is not None and languages.doubtful(self.language, self.segments):
            heard = self._detected or self._ask(self._first)
            likelier = languages.likelier(self.language, heard, self.segments)
        notes = {
            Note.NO_SOUND: not self._sounded,
            Note.NO_SPEECH: self._sounded and not self.speech_ms,
            Note.CLIPPED: self._spoken > 0 and self._clipped * CLIPPED_ONE_IN >= self._spoken,
            Note.OTHER_LANGUAGE: bool(likelier),
        }
        found = frozenset(note for note, is_so in notes.items() if is_so)
        return SideHeard(self.side, self.speech_ms, found, likelier)

    def not_speech(self) -> list[NotSpeech]:
        """Its music and tones so far."""
        return tones.found(self.side, self._ears.frames)

    def _seen(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        for block in blocks:
            self._sounded = self._sounded or bool(np.any(np.abs(block) > SILENT_UP_TO))
            yield block

    def _hear(self, first: int, chunks: Sequence[Chunk]) -> None:
        for chunk in chunks:
            self._spoken += len(chunk.samples)
            self._clipped += int(np.count_nonzero(np.abs(chunk.samples) >= FULL_SCALE))
            self.speech_ms += sum(piece.end_ms - piece.start_ms for piece in chunk.pieces)
        kept = [self.pad.kept(self.side, first + at) for at in range(len(chunks))]
        waiting = [at for at, segments in enumerate(kept) if segments is None]
        if first == 0:
            self._choose(chunks[0])
        heard = self._written([chunks[at] for at in waiting])
        for at, segments in zip(waiting, heard, strict=True):
            kept[at] = segments
            self.pad.keep(self.side, first + at, segments)
        self.segments += chain.from_iterable(each for each in kept if each is not None)

    def _choose(self, chunk: Chunk) -> None:
        self._first = chunk
        if self.prior not in languages.ALLOWED:
            self._detected = self._ask(chunk)
        self.language = languages.chosen(self.prior, self._detected)

    def _ask(self, chunk: Chunk) -> Mapping[str, float]:
        return self.engine.detect(windows.for_engine(chunk.samples, chunk.rate))

    def _written(self, chunks: Sequence[Chunk]) -> list[tuple[Segment, ...]]:
        """The segments of each of ``chunks``."""
        heard = windows.hear(chunks, self.engine, language=self.language)
        return [
            tuple(
                self._over_music(segment, each)
                for each in some
                for segment in in_call(each, chunk, side=self.side, language=self.language)
            )
            for chunk, some in zip(chunks, heard, strict=True)
        ]

    def _over_music(self, segment: Segment, heard: HeardSegment) -> Segment:
        if segment.flags or not guards.doubted(heard):
            return segment
        span = segment.start_ms, segment.end_ms
        if tones.share_in(*span, self.side, self.not_speech()) < guards.IN_NOT_SPEECH:
            return segment
        return replace(segment, flags=frozenset({Flag.NOT_SPEECH}))


def in_call(heard: HeardSegment, chunk: Chunk, *, side: Side, language: str) -> Iterator[Segment]:
    """``heard`` in the call's own time, parted where the call has a pause that the chunk left
    out."""
    flags = guards.flags(heard)
    for words in _turns(_in_call(word, chunk) for word in heard.words):
        yield Segment(side, language, words[0].start_ms, words[-1].end_ms, words, flags)


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
def voice_activity() -> VoiceActivity:
    """The model that tells speech from the rest, loaded once a process."""
    return VoiceActivity(model_store.packaged_silero())


def _mark(mark: Mapping[str, object]) -> Mark:
    start_ms, end_ms = mark["start_ms"], mark["end_ms"]
    assert isinstance(start_ms, int)
    assert isinstance(end_ms, int)
    return Mark(MarkKind(mark["kind"]), start_ms, end_ms)
