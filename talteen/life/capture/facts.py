"""What a source can report about a call, and what the house adds: all that the rules look at.

A source (a sidecar, later SIPREC) tells what happened as timed events. The house adds what it
knows: its announcements in force and the standing of the line (REGISTER 6.3-6.6, 10.1). Times are
milliseconds from the first sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Direction(Enum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Happening(Enum):
    """What a source can report about a moment of a call. The value is what a sidecar writes."""

    PAUSE = "pause"
    RESUME = "resume"
    HOLD = "hold"
    RETRIEVE = "retrieve"
    CONSULT = "consult"
    CONSULT_OVER = "consult_over"
    TRANSFER = "transfer"
    ANSWER = "answer"
    JOIN = "join"
    REFUSAL = "refusal"
    THREAT = "threat"
    COMPLAINT = "complaint"
    OBJECTION = "objection"
    PRIVATE = "private"
    VOICEMAIL = "voicemail"
    CAPTURE_STOP = "capture_stop"
    HANGUP = "hangup"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, at one moment of source time."""

    kind: Happening
    at_ms: int


@dataclass(frozen=True, slots=True)
class Played:
    """The telephone system says that it played a prompt into the caller's leg."""

    version: str
    language: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Told:
    """The agent read the script aloud and pressed *Kerroin tallennuksesta* (6.4)."""

    version: str
    language: str
    at_ms: int


Announced = Played | Told


@dataclass(frozen=True, slots=True)
class KnownAnnouncement:
    """An announcement of this house that was in force when the call began."""

    language: str
    directions: frozenset[Direction]
    length_ms: int | None
    """Length of the prompt's sound; None for a script that an agent reads."""


class Standing(Enum):
    """What the house has decided about a line."""

    RECORDED = "recorded"
    EXCLUDED = "excluded"
    """Private calls, occupational health, union, DPO (6.6): never captured."""


class Doubt(Enum):
    """Why a recording is quarantined (13.2). A doubtful announcement is no doubt: it is nothing."""

    TIME = "time"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class CallFacts:
    """All that ``wanted`` looks at."""

    started_at: datetime | None
    """When the first sample was taken, aware; None if the source does not know."""
    agent_ms: int
    """Length of the agent's sound."""
    caller_ms: int
    direction: Direction
    language: str
    """The language that the caller chose."""
    line: Standing
    known: Mapping[str, KnownAnnouncement]
    """Announcements in force at the call's start, by version."""
    announcements: tuple[Announced, ...] = ()
    events: tuple[Event, ...] = ()
    earliest_at: datetime | None = None
    """The earliest start that something else bears out (the file's own time), aware."""
    doubts: frozenset[Doubt] = field(default_factory=frozenset)
    """What the act already doubts: say, other sound under a call id that it has seen."""
