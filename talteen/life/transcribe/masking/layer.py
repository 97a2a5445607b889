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
from typing import Annotated

from annotated_types import MaxLen
from pydantic import TypeAdapter, ValidationError

from talteen.errors import Tampered
from talteen.life.transcribe.masking.spans import Kind, Span
from talteen.life.transcribe.words import PAGE_BYTES

FORMAT = 1


class Verdict(Enum):
    """What a person decided on a span."""

    APPROVED = "approved"
    ADDED = "added"
    REMOVED = "removed"


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
            layer = _LAYER.validate_json(json.dumps(read), strict=True)
            if layer.to_bytes() == raw:
                return layer
    except (ValidationError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        pass  # what the bytes hold must not be told, so neither may the cause
    raise Tampered("these bytes are no masking of ours", remedy="restore the database")


_LAYER = TypeAdapter(Layer)


def _place(span: Span) -> tuple[Kind, str, int, int]:
    return span.kind, span.side.value, span.start_ms, span.end_ms


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
