"""Evidence from elsewhere, as bytes: what an API, an exchange or a listener said of a running call.

It is written into the signaller's memory like a SIP message, so that whoever takes over after a
kill knows it too, and it crosses the console in the same form. Pure.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from talteen.errors import InputError
from talteen.ids import RecordingId
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    Evidence,
    Happened,
    PauseEvidence,
    Refusal,
    ResumeEvidence,
)

_KINDS: dict[str, type[Any]] = {
    "announcement": AnnouncementEvidence,
    "refusal": Refusal,
    "pause": PauseEvidence,
    "resume": ResumeEvidence,
    "happened": Happened,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said of one call."""

    call: RecordingId
    evidence: Evidence
    key: str = field(default="", repr=False)
    """By which a second saying of the same is known; empty where the speaker gave none."""

    def written(self) -> bytes:
        """The entry in a memory."""
        told = {"call": str(self.call), "key": self.key, "evidence": told_of(self.evidence)}
        return json.dumps(told, separators=(",", ":")).encode()

    @classmethod
    def read(cls, entry: bytes) -> "Heard":
        """What ``written`` wrote."""
        told = json.loads(entry)
        return cls(RecordingId(UUID(told["call"])), evidence_of(told["evidence"]), told["key"])


def told_of(evidence: Evidence) -> dict[str, Any]:
    """``evidence`` as JSON can write it."""
    name = _NAMES[type(evidence)]
    fields: dict[str, Any] = _adapter(name).dump_python(evidence, mode="json")
    return {"is": name, **fields}


def evidence_of(told: object) -> Evidence:
    """The evidence that ``told_of`` wrote. InputError where it is none."""
    name = told.get("is") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(name, str) or name not in _KINDS:
        raise _none()
    fields = {key: value for key, value in told.items() if key != "is"}
    try:
        evidence: Evidence = _adapter(name).validate_python(fields)
    except ValidationError:
        raise _none() from None
    return evidence


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[name])


def _none() -> InputError:
    return InputError("this is no evidence", remedy="run one version of Talteen on this node")
