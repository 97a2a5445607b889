"""A transcript as a value: who said which words when, and what the machine heard but nobody should
read.

Its bytes are one canonical JSON text, so that the same words are always the same bytes, and filled
with spaces to whole pages, so that a sealed blob does not tell how much was said
(docs/formats/transcript.md). Times are milliseconds of recording time, as everywhere.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated

from annotated_types import Ge, Le, MaxLen
from pydantic import TypeAdapter, ValidationError

from talteen.errors import Tampered
from talteen.life.capture.rules import Mark
from talteen.life.capture.sidecar import Side as Side

FORMAT = 1
PAGE_BYTES = 4096

Ms = Annotated[int, Ge(0)]


class Flag(Enum):
    """Why a segment is hidden. Its words are kept, so that a person can judge the machine."""

    NO_SPEECH = "no_speech"
    REPETITION = "repetition"
    COMPRESSION = "compression"
    TOO_FAST = "too_fast"
    ZERO_DURATION = "zero_duration"
    CREDITS = "credits"
    BLEED = "bleed"
    """The other side's words, faintly heard on this one."""
    GUESSED = "guessed"
    """The engine believed its own words so little that they are guesses from end to end."""
    NOT_SPEECH = "not_speech"
    """Doubted words over what sounds like music or a tone."""


class Note(Enum):
    """What a reader must know of a whole side before trusting its words, or the lack of them."""

    NO_SOUND = "no_sound"
    """Digital silence from end to end: the line never carried this side."""
    NO_SPEECH = "no_speech"
    """It sounded, and nobody spoke."""
    CLIPPED = "clipped"
    """Much of its speech is cut off at full scale: words are missed and misheard there."""
    OTHER_LANGUAGE = "other_language"
    """It was probably spoken in another language than the one it was written in."""


class Sounding(Enum):
    """What sounds without being speech."""

    TONE = "tone"
    """One or two steady tones: ringing, busy, a held key, hum."""
    RING = "ring"
    """Tones that come and go at one beat, as a line does that rings or is busy."""
    MUSIC = "music"


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its punctuation, and how sure the engine was (0 to 1; a hint, no more)."""

    text: str
    start_ms: Ms
    end_ms: Ms
    probability: Annotated[float, Ge(0), Le(1)]


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one side without a long pause between them."""

    side: Side
    language: str
    start_ms: Ms
    end_ms: Ms
    words: tuple[Word, ...]
    flags: frozenset[Flag]

    @property
    def text(self) -> str:
        """The words in a row."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class NotSpeech:
    """A stretch of one side that the machine knows for music or tones."""

    side: Side
    kind: Sounding
    start_ms: Ms
    end_ms: Ms


@dataclass(frozen=True, slots=True)
class SideHeard:
    """How one side came through as a whole."""

    side: Side
    speech_ms: Ms
    notes: frozenset[Note]
    likelier: str = ""
    """With Note.OTHER_LANGUAGE: the language that it was probably spoken in (ISO 639-1)."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """The machine's draft of one call. ``segments`` are shown, ``hidden`` were flagged; by time."""

    language: str
    engine: Annotated[str, MaxLen(64)]
    """Name and version of the engine, name and digest of the model."""
    settings: str
    """All that the words depend on beside sound and engine; the same again gives the same words."""
    segments: tuple[Segment, ...]
    hidden: tuple[Segment, ...]
    marks: tuple[Mark, ...]
    """The recording's gaps and marks, so that a page of words names them where they stood."""
    sides: tuple[SideHeard, ...] = ()
    """Agent, then caller; none in transcripts of releases that did not say."""
    not_speech: tuple[NotSpeech, ...] = ()
    """Music and tones, by start; so that a page can say what was heard where there is no word."""

    def to_bytes(self) -> bytes:
        """Canonical JSON in UTF-8, filled with spaces to a multiple of PAGE_BYTES."""
        text = _canonical(_plain(self))
        return text + b" " * (-len(text) % PAGE_BYTES)


def draft(
    heard: Iterable[Segment],
    *,
    language: str,
    engine: str,
    settings: str,
    marks: tuple[Mark, ...],
    sides: tuple[SideHeard, ...] = (),
    not_speech: Iterable[NotSpeech] = (),
) -> Transcript:
    """A transcript of what was heard on both sides, in any order: sorted, the flagged set apart."""
    inorder = sorted(heard, key=lambda each: (each.start_ms, each.end_ms, each.side.value))
    return Transcript(
        language=language,
        engine=engine,
        settings=settings,
        segments=tuple(each for each in inorder if not each.flags),
        hidden=tuple(each for each in inorder if each.flags),
        marks=marks,
        sides=sides,
        not_speech=tuple(
            sorted(not_speech, key=lambda each: (each.start_ms, each.end_ms, each.side.value))
        ),
    )


def segments_to_bytes(segments: Iterable[Segment]) -> bytes:
    """Segments alone, as a transcript writes them: what a worker keeps of unfinished work."""
    text = _canonical([_plain_segment(each) for each in segments])
    return text + b" " * (-len(text) % PAGE_BYTES)


def segments_from_bytes(raw: bytes) -> tuple[Segment, ...]:
    """The segments that ``segments_to_bytes`` wrote. Raises Tampered for any other bytes."""
    with suppress(ValidationError, ValueError):
        return _segments().validate_json(raw, strict=True)
    raise Tampered("these bytes are no words of ours", remedy="have the words written anew")


def from_bytes(raw: bytes) -> Transcript:
    """The transcript that ``to_bytes`` wrote. Raises Tampered for any other bytes."""
    try:
        read = json.loads(raw)
        if read.pop("format") == FORMAT:
            transcript = _transcript().validate_json(json.dumps(read), strict=True)
            # Whatever the reader would forgive (an unknown key, another order) is not what we
            # wrote.
            if transcript.to_bytes() == raw:
                return transcript
    except (ValidationError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        pass  # what the bytes hold must not be told, so neither may the cause
    raise Tampered("these bytes are no transcript of ours", remedy="restore its blob")


@cache
def _transcript() -> TypeAdapter[Transcript]:
    return TypeAdapter(Transcript)


@cache
def _segments() -> TypeAdapter[tuple[Segment, ...]]:
    return TypeAdapter(tuple[Segment, ...])


def _canonical(value: object) -> bytes:
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def _plain(transcript: Transcript) -> dict[str, object]:
    written = {
        "format": FORMAT,
        "language": transcript.language,
        "engine": transcript.engine,
        "settings": transcript.settings,
        "segments": [_plain_segment(each) for each in transcript.segments],
        "hidden": [_plain_segment(each) for each in transcript.hidden],
        "marks": [
            {"kind": mark.kind.value, "start_ms": mark.start_ms, "end_ms": mark.end_ms}
            for mark in transcript.marks
        ],
        "sides": [_plain_side(each) for each in transcript.sides],
        "not_speech": [
            {
                "side": each.side.value,
                "kind": each.kind.value,
                "start_ms": each.start_ms,
                "end_ms": each.end_ms,
            }
            for each in transcript.not_speech
        ],
    }
    # Left out where empty: what an earlier release wrote is still, byte for byte, what we write.
    return {
        key: value for key, value in written.items() if value or key not in ("sides", "not_speech")
    }


def _plain_side(side: SideHeard) -> dict[str, object]:
    return {
        "side": side.side.value,
        "speech_ms": side.speech_ms,
        "notes": sorted(note.value for note in side.notes),
        "likelier": side.likelier,
    }


def _plain_segment(segment: Segment) -> dict[str, object]:
    return {
        "side": segment.side.value,
        "language": segment.language,
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "flags": sorted(flag.value for flag in segment.flags),
        "words": [
            {
                "text": word.text,
                "start_ms": word.start_ms,
                "end_ms": word.end_ms,
                "probability": float(word.probability),
            }
            for word in segment.words
        ],
    }
