"""The sidecar: what a telephone system knows about a call, as a JSON file beside its sound.

Strict on purpose (DESIGN 16): an unknown key, a key written twice, a number where a text belongs
or events out of order are refused, because a guess here would decide what is kept of a person.
The format is described in docs/formats/sidecar.md; ``schema`` prints its JSON Schema. Errors name
the file and the key and say what to write; they never repeat a value, which could be a number.
"""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import ErrorDetails

from talteen.errors import InputError
from talteen.life.capture import strict_json
from talteen.life.capture.facts import (
    Announced,
    CallFacts,
    Direction,
    Doubt,
    Event,
    Happening,
    KnownAnnouncement,
    Played,
    Standing,
    Told,
)

MAX_OFFSET_MS = 24 * 60 * 60 * 1000
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_RFC3339 = _DATE + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
_SEE = "see docs/formats/sidecar.md for what belongs there"
_STRICT = ConfigDict(extra="forbid", strict=True, defer_build=True)


def _zoned(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value  # from a source that tells without a file
    # A bare number or a time without a zone would pass as a time, too: a guess at a due date.
    if not isinstance(value, str) or not re.fullmatch(_RFC3339, value):
        raise ValueError("not RFC 3339 with a zone")
    return datetime.fromisoformat(value)


def _dated(value: object) -> date:
    if not isinstance(value, str) or not re.fullmatch(_DATE, value):
        raise ValueError("not a date")
    return date.fromisoformat(value)


Instant = Annotated[
    datetime, BeforeValidator(_zoned), Field(json_schema_extra={"pattern": f"^{_RFC3339}$"})
]
Day = Annotated[date, BeforeValidator(_dated), Field(json_schema_extra={"pattern": f"^{_DATE}$"})]
Offset = Annotated[int, Field(ge=0, le=MAX_OFFSET_MS)]
Heard = Annotated[int, Field(ge=-MAX_OFFSET_MS, le=MAX_OFFSET_MS)]  # negative: an IVR's prompt
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Token = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,128}$")]
Number = Annotated[str, Field(pattern=r"^\+?[0-9]{2,15}$")]


class SourceKind(Enum):
    """Where the caller's number, or the caller, came from (10.1)."""

    DIRECT = "direct"
    GROUP_BOOKING = "group_booking_on_behalf"
    BUSINESS_REGISTER = "outbound_business_register"
    LOYALTY_REGISTER = "outbound_loyalty_register"
    PRIVATE = "private"


class Side(Enum):
    """One stream of one party."""

    CALLER = "caller"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, config=_STRICT)
class Source:
    """Where the number came from, so that the caller can be told (10.3)."""

    kind: Annotated[SourceKind, Field(description="one of the five sources of a number")]
    list_id: Annotated[Token | None, Field(description="the id of the call list, or null")] = None
    extracted_on: Annotated[
        Day | None,
        Field(description="the day on which the list was made, like 2026-11-01, or null"),
    ] = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class Numbers:
    """Numbers as signalled. ``caller`` is the other party, also when the house called."""

    caller: Annotated[
        Number | None,
        Field(description="the other party's number in digits, or null if it was withheld"),
    ]
    line: Annotated[
        Number | None, Field(description="the house's own number in digits, or null")
    ] = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class PlayedEvidence:
    """The telephone system played a prompt into the caller's leg."""

    by: Literal["system"]
    version: Annotated[Token, Field(description="the id of the prompt that was played")]
    language: Annotated[Language, Field(description="the prompt's language: two small letters")]
    start_ms: Annotated[Heard, Field(description="when the prompt began, in milliseconds")]
    end_ms: Annotated[Heard, Field(description="when the prompt ended or was cut, later")]
    leg: Annotated[Token | None, Field(description="the id of the caller's leg, or null")] = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class ToldEvidence:
    """The agent read the script and pressed the button."""

    by: Literal["agent"]
    version: Annotated[Token, Field(description="the id of the script that was read")]
    language: Annotated[Language, Field(description="the script's language: two small letters")]
    at_ms: Annotated[Offset, Field(description="when the agent pressed the button")]
    agent: Annotated[Code, Field(description="the code of the agent who pressed the button")]


Evidence = Annotated[
    PlayedEvidence | ToldEvidence,
    Field(discriminator="by", description='evidence with "by": "system" or "by": "agent"'),
]


@dataclass(frozen=True, slots=True, config=_STRICT)
class TimedEvent:
    """One thing that happened in the call."""

    type: Annotated[Happening, Field(description="one of the event types of the format")]
    at_ms: Annotated[
        Offset, Field(description="milliseconds from the first sample: a whole number from 0")
    ]


@dataclass(frozen=True, slots=True, config=_STRICT)
class Sidecar:
    """What a telephone system knows about one call."""

    format: Annotated[int, Field(ge=1, le=1, description="the number 1")]
    started_at: Annotated[
        Instant | None,
        Field(
            description="the time of the first sample with its zone, like "
            "2026-11-24T10:14:03+02:00, or null if nobody knows it"
        ),
    ]
    direction: Annotated[Direction, Field(description='"inbound" or "outbound"')]
    line: Annotated[Slug, Field(description="the code of the service line")]
    agents: Annotated[
        tuple[Code, ...],
        Field(min_length=1, max_length=32, description="the codes of the agents, first one first"),
    ]
    language: Annotated[
        Language, Field(description="the language that the caller chose: two small letters")
    ]
    source: Annotated[Source, Field(description="where the number came from: an object")]
    numbers: Annotated[Numbers, Field(description="the numbers as signalled: an object")]
    call: Annotated[
        Token | None, Field(description="the telephone system's own id of the call, or null")
    ] = None
    channels: Annotated[
        tuple[Side, Side],
        Field(description='the left and the right channel: ["caller", "agent"] or the reverse'),
    ] = (Side.CALLER, Side.AGENT)
    announcements: Annotated[
        tuple[Evidence, ...],
        Field(max_length=64, description="the announcements in order of time: a list"),
    ] = ()
    events: Annotated[
        tuple[TimedEvent, ...],
        Field(max_length=4096, description="the events in order of time: a list"),
    ] = ()
    special_category: Annotated[
        bool, Field(description="true if the call was flagged for Art. 9 data, else false")
    ] = False
    third_parties: Annotated[
        bool, Field(description="true if the call was flagged for people mentioned, else false")
    ] = False

    def facts(self, house: "HouseKnows", *, agent_ms: int, caller_ms: int) -> CallFacts:
        """The facts that the rules look at. ``agent_ms``, ``caller_ms``: length of each sound."""
        return CallFacts(
            started_at=self.started_at,
            agent_ms=agent_ms,
            caller_ms=caller_ms,
            direction=self.direction,
            language=self.language,
            line=house.line,
            known=house.known,
            announcements=tuple(_announced(evidence) for evidence in self.announcements),
            events=tuple(Event(event.type, event.at_ms) for event in self.events),
            earliest_at=house.earliest_at,
            doubts=house.doubts,
            do_not_record=house.do_not_record,
            agent_untold=house.agent_untold,
        )


@dataclass(frozen=True, slots=True)
class HouseKnows:
    """What the house adds to a sidecar before it can be judged."""

    line: Standing
    known: Mapping[str, KnownAnnouncement]
    earliest_at: datetime | None = None
    doubts: frozenset[Doubt] = field(default_factory=frozenset)
    do_not_record: bool = False
    """The other party's number stands in the do-not-record list (6.9)."""
    agent_untold: bool = False
    """One of its agents has not acknowledged the employees' notice, or does not permit it (E.0)."""


def read(content: bytes, *, name: str) -> Sidecar:
    """The sidecar written in ``content``. ``name`` is the file's name, for the message.

    Raises InputError for anything that is not exactly this format.
    """
    text = strict_json.text(content, name, see=_SEE)
    try:
        sidecar = _adapter().validate_json(text)
    except ValidationError as wrong:
        raise _explained(wrong.errors(include_input=False, include_url=False), name) from None
    _check_order(sidecar, name)
    return sidecar


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the format, as published in docs/formats."""
    body = _adapter().json_schema(schema_generator=_Untitled)
    return body | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Talteen sidecar, format 1",
    }


class _Untitled(GenerateJsonSchema):
    """A schema without titles that only repeat a key."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


@cache
def _adapter() -> TypeAdapter[Sidecar]:
    return TypeAdapter(Sidecar)


def _announced(evidence: PlayedEvidence | ToldEvidence) -> Announced:
    match evidence:
        case PlayedEvidence():
            return Played(evidence.version, evidence.language, evidence.start_ms, evidence.end_ms)
        case ToldEvidence():
            return Told(evidence.version, evidence.language, evidence.at_ms)


def _explained(errors: list[ErrorDetails], name: str) -> InputError:
    """The first thing that is wrong, with what to write there."""
    error = errors[0]
    *holder, last = error["loc"] or ("",)
    if error["type"] == "unexpected_keyword_argument":
        where, _ = _place(tuple(holder))
        inside = f" in {where}" if where else ""
        return InputError(
            f"{name}: {strict_json.shown(str(last))}{inside} is not a key of this format",
            remedy="remove it, or correct its name (see docs/formats/sidecar.md)",
        )
    where, takes = _place(error["loc"])
    wrong = "is missing" if error["type"].startswith("missing") else "is not what belongs there"
    return InputError(f"{name}: {where or 'the file'} {wrong}", remedy=f"write {takes}")


def _place(loc: tuple[int | str, ...]) -> tuple[str, str]:
    """A place in the file as people write it (``events[2].at_ms``), and what belongs there."""
    definitions = schema()
    node: dict[str, Any] = definitions
    path, takes = "", "an object with the keys of docs/formats/sidecar.md"
    for step in loc:
        node = _resolved(node, definitions)
        if isinstance(step, int):
            path += f"[{step}]"
            node = node.get("items") or node.get("prefixItems", [{}])[0]
            takes = node.get("description", takes)
        elif step in node.get("properties", {}):
            path += f".{step}"
            node = node["properties"][step]
            takes = node.get("description", takes)
        elif step in node.get("discriminator", {}).get("mapping", {}):
            node = {"$ref": node["discriminator"]["mapping"][step]}
    return path.removeprefix("."), takes


def _resolved(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """``node`` with its reference followed."""
    while "$ref" in node:
        name = str(node["$ref"]).removeprefix("#/$defs/")
        node = {k: v for k, v in node.items() if k != "$ref"} | definitions["$defs"][name]
    return node


def _check_order(sidecar: Sidecar, name: str) -> None:
    """What a JSON Schema cannot say."""
    ends = [e.end_ms if isinstance(e, PlayedEvidence) else e.at_ms for e in sidecar.announcements]
    if ends != sorted(ends):
        raise _misordered(name, "announcements")
    for place, evidence in enumerate(sidecar.announcements):
        where = f"announcements[{place}]"
        if isinstance(evidence, PlayedEvidence) and evidence.end_ms <= evidence.start_ms:
            raise InputError(
                f"{name}: {where}.end_ms is not after start_ms",
                remedy="write when the prompt ended or was cut",
            )
        if isinstance(evidence, ToldEvidence) and evidence.agent not in sidecar.agents:
            raise InputError(
                f"{name}: {where}.agent is not among agents", remedy="add the code to agents"
            )
    moments = [event.at_ms for event in sidecar.events]
    if moments != sorted(moments):
        raise _misordered(name, "events")
    kinds = [event.type for event in sidecar.events]
    if Happening.HANGUP in kinds[:-1]:
        raise InputError(
            f"{name}: events go on after hangup",
            remedy="make hangup the last event; what was said later is a request of its own",
        )
    if len(set(sidecar.channels)) != len(sidecar.channels):
        raise InputError(
            f"{name}: channels names one side twice",
            remedy='write ["caller", "agent"] or ["agent", "caller"]',
        )


def _misordered(name: str, key: str) -> InputError:
    return InputError(f"{name}: {key} are not in order of time", remedy="write the earliest first")
