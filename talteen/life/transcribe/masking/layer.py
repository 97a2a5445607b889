"""What is covered of one call: what the machine proposed, and what people decided on it.

A proposal covers until a person removes it; what a person adds covers at once. Who decided and when
stays with it. The bytes are one canonical JSON text, filled up as a transcript is
(docs/formats/masking.md). Times are milliseconds of recording time.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Annotated

from annotated_types import MaxLen
from pydantic import TypeAdapter, ValidationError

from talteen.errors import Tampered
from talteen.life.transcribe.masking.spans import Kind, Span
from talteen.life.transcribe.words import PAGE_BYTES

FORMAT = 1
NEAR_MS = 200
"""Words that are written anew stand within this time of where they stood before."""


class Verdict(Enum):
    """What a person decided on a span."""

    APPROVED = "approved"
    ADDED = "added"
    REMOVED = "removed"
    CUT = "cut"
    """A card's security code: it is to leave the recording for good (``transcribe.cutting``)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. ``by`` is a staff code, as the access log's people are known."""

    verdict: Verdict
    span: Span
    by: Annotated[str, MaxLen(32)]
    at: datetime


@dataclass(frozen=True, slots=True)
class Layer:
    """The machine's proposals and every decision on them, in the order in which they came."""

    proposed: tuple[Span, ...] = ()
    decisions: tuple[Decision, ...] = ()

    def in_force(self) -> list[Span]:
        """What is covered now, by time: proposals and additions without what was removed."""
        standing = {_place(span): span for span in self.proposed}
        for one in self.decisions:
            if one.verdict is Verdict.REMOVED:
                standing.pop(_place(one.span), None)
            else:
                standing[_place(one.span)] = one.span
        return sorted(standing.values(), key=lambda span: (span.start_ms, span.end_ms))

    def decided(self, span: Span) -> Decision | None:
        """The last decision on ``span``; None while it is the machine's alone."""
        theirs = [one for one in self.decisions if _place(one.span) == _place(span)]
        return theirs[-1] if theirs else None

    def as_decided(self, found: Iterable[Span]) -> list[Span]:
        """``found``, each at the place under which people have decided on it before: what was
        lifted or approved stays so when the same words are written anew."""
        places = [one.span for one in self.decisions]
        return [next((old for old in places if _same(old, one)), one) for one in found]

    def with_decisions(self, more: Iterable[Decision]) -> "Layer":
        """The layer after ``more`` was decided."""
        return replace(self, decisions=(*self.decisions, *more))

    def to_bytes(self) -> bytes:
        """Canonical JSON in UTF-8, filled with spaces to a multiple of PAGE_BYTES."""
        plain = {
            "format": FORMAT,
            "proposed": [_plain(span) for span in self.proposed],
            "decisions": [
                {
                    "verdict": one.verdict.value,
                    "span": _plain(one.span),
                    "by": one.by,
                    "at": one.at.astimezone(UTC).isoformat(),
                }
                for one in self.decisions
            ],
        }
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return text + b" " * (-len(text) % PAGE_BYTES)


def from_bytes(raw: bytes) -> Layer:
    """The layer that ``to_bytes`` wrote. Raises Tampered for any other bytes."""
    try:
        read = json.loads(raw)
        if read.pop("format") == FORMAT:
            layer = _adapter().validate_json(json.dumps(read), strict=True)
            if layer.to_bytes() == raw:
                return layer
    except (ValidationError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        pass  # what the bytes hold must not be told, so neither may the cause
    raise Tampered("these bytes are no masking of ours", remedy="restore the database")


@cache
def _adapter() -> TypeAdapter[Layer]:
    return TypeAdapter(Layer)


def _place(span: Span) -> tuple[Kind, str, int, int]:
    return span.kind, span.side.value, span.start_ms, span.end_ms


def _same(one: Span, other: Span) -> bool:
    return (
        (one.kind, one.side) == (other.kind, other.side)
        and abs(one.start_ms - other.start_ms) <= NEAR_MS
        and abs(one.end_ms - other.end_ms) <= NEAR_MS
    )


def _plain(span: Span) -> dict[str, object]:
    return {
        "kind": span.kind.value,
        "side": span.side.value,
        "first": span.first,
        "last": span.last,
        "start_ms": span.start_ms,
        "end_ms": span.end_ms,
        "confidence": float(span.confidence),
        "source": span.source.value,
    }
