"""What an exchange or a call-centre program may say of a call over HTTP (6.3, 6.4, 8.1, 15). Pure.

Bodies of ``POST /api/v1/calls/{id}/announcement``, ``.../pause``, ``.../resume``, ``.../refusal``
and ``.../event``, read strictly: an announcement with a guess in it would open a recording. Errors
name the key and never repeat a value.
"""

from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from talteen.errors import InputError
from talteen.life.capture.facts import (
    AnnouncementEvidence,
    By,
    Evidence,
    EvidenceSource,
    Happened,
    Happening,
    PauseEvidence,
    PauseReason,
    Refusal,
    ResumeEvidence,
    Way,
)
from talteen.life.capture.sidecar import Instant, Language, Token

MAX_BYTES = 1 << 14
_STRICT = ConfigDict(extra="forbid", strict=True, defer_build=True)
_S = EvidenceSource.API


@dataclass(frozen=True, slots=True, config=_STRICT)
class Announced:
    """The prompt was played, or the agent read the script and pressed the button."""

    version: Token
    language: Language
    start: Instant
    end: Instant
    way: Literal["ivr", "agent"] = "ivr"
    full: bool | None = None
    leg: Token | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, config=_STRICT)
class Paused:
    """*Tauko*: at once, or from ``at`` on."""

    at: Instant | None = None
    by: Literal["agent", "caller", "system"] = "agent"
    reason: Literal["card", "identity_number", "health", "other"] = "other"


@dataclass(frozen=True, slots=True, config=_STRICT)
class Resumed:
    """The pause is over."""

    at: Instant | None = None
    by: Literal["agent", "caller", "system"] = "agent"


@dataclass(frozen=True, slots=True, config=_STRICT)
class Refused:
    """*Kieltäytyi*. Whose queue it was is known from the call."""

    at: Instant | None = None
    way: Literal["key", "words", "agent"] = "agent"


@dataclass(frozen=True, slots=True, config=_STRICT)
class Occurred:
    """Anything else that happens in a call. That it is over, its recording session says."""

    type: Annotated[Happening, Field(strict=False)]
    at: Instant | None = None


def evidence(what: str, body: bytes, now: datetime) -> Evidence:
    """The evidence in ``body``, posted at ``now`` (aware) to ``.../{what}``.

    InputError where it is not exactly that. Without a time it happens now.
    """
    if what not in _BODIES or len(body) > MAX_BYTES:
        raise InputError("this cannot be said of a call", remedy="see the API description")
    kind, turned = _BODIES[what]
    try:
        return turned(_adapter(what).validate_json(body or b"{}"), now)
    except ValidationError as wrong:
        where = ".".join(str(step) for step in wrong.errors()[0]["loc"] if _is_key(kind, step))
        raise InputError(
            f"{where or 'the body'} is not what belongs there", remedy="see the API description"
        ) from None


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema 2020-12 of each body, by what is said."""
    found = {what: _adapter(what).json_schema() for what in _BODIES}
    happening = found["event"].pop("$defs")["Happening"]
    ends = Happening.HANGUP.value
    happening["enum"] = [kind for kind in happening["enum"] if kind != ends]
    found["event"]["properties"]["type"] = happening
    return found


def _is_key(kind: type[Any], step: object) -> bool:
    """Only our own names are repeated: an unknown key could be anything."""
    return step in kind.__dataclass_fields__


@cache
def _adapter(what: str) -> TypeAdapter[Any]:
    return TypeAdapter(_BODIES[what][0])


def _announced(said: Announced, now: datetime) -> Evidence:
    start, end = said.start.astimezone(UTC), said.end.astimezone(UTC)
    return AnnouncementEvidence(
        _S, said.version, said.language, start, end, Way(said.way), said.full, said.leg
    )


def _paused(said: Paused, now: datetime) -> Evidence:
    return PauseEvidence(_S, _at(said.at, now), By(said.by), PauseReason(said.reason))


def _resumed(said: Resumed, now: datetime) -> Evidence:
    return ResumeEvidence(_S, _at(said.at, now), By(said.by))


def _refused(said: Refused, now: datetime) -> Evidence:
    return Refusal(_S, _at(said.at, now), By.CALLER, Way(said.way))


def _occurred(said: Occurred, now: datetime) -> Evidence:
    if said.type is Happening.HANGUP:
        raise InputError("a call is not ended here", remedy="say capture_stop, or hang up")
    return Happened(_S, said.type, _at(said.at, now))


def _at(said: datetime | None, now: datetime) -> datetime:
    return now if said is None else said.astimezone(UTC)


_BODIES: dict[str, tuple[type[Any], Callable[[Any, datetime], Evidence]]] = {
    "announcement": (Announced, _announced),
    "pause": (Paused, _paused),
    "resume": (Resumed, _resumed),
    "refusal": (Refused, _refused),
    "event": (Occurred, _occurred),
}
