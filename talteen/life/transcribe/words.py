"""A transcript as a value: who said which words when, and what the machine heard but nobody should
read.

Its bytes are one canonical JSON text, so that the same words are always the same bytes, and filled
with spaces to whole pages, so that a sealed blob does not tell how much was said
(docs/formats/transcript.md). Times are milliseconds of recording time, as everywhere.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
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

    def to_bytes(self) -> bytes:
        """Canonical JSON in UTF-8, filled with spaces to a multiple of PAGE_BYTES."""
        text = json.dumps(
            _plain(self), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        ).encode()
        return text + b" " * (-len(text) % PAGE_BYTES)


def draft(
    heard: Iterable[Segment], *, language: str, engine: str, settings: str, marks: tuple[Mark, ...]
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
    )


def from_bytes(raw: bytes) -> Transcript:
    """The transcript that ``to_bytes`` wrote. Raises Tampered for any other bytes."""
    try:
        read = json.loads(raw)
        if read.pop("format") == FORMAT:
            transcript = _TRANSCRIPT.validate_json(json.dumps(read), strict=True)
            # Whatever the reader would forgive (an unknown key, another order) is not what we
            # wrote.
            if transcript.to_bytes() == raw:
                return transcript
    except (ValidationError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        pass  # what the bytes hold must not be told, so neither may the cause
    raise Tampered("these bytes are no transcript of ours", remedy="restore its blob")


_TRANSCRIPT = TypeAdapter(Transcript)


def _plain(transcript: Transcript) -> dict[str, object]:
    return {
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
