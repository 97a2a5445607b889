"""What a source can report about a call, and what the house adds: all that the rules look at.

A source tells what happened as timed events. The house adds what it knows: its announcements in
force and the standing of the line (REGISTER 6.3-6.6, 10.1).

Two kinds of time stand here. ``CallFacts`` is what the law is asked about: milliseconds from the
first sample. While a call runs, its evidence arrives with the instants of the exchange (aware
UTC): ``AnnouncementEvidence``, ``Refusal``, ``PauseEvidence``, ``ResumeEvidence``, ``Happened``.
``gate`` turns the one into the other, so that there is one law for both.
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


@dataclass(frozen=True, slots=True)
class Overheard:
    """The house found the sound of its own prompt in what the caller heard (``hearing``)."""

    version: str
    language: str
    start_ms: int
    end_ms: int
    """Where the prompt ended, or was cut."""
    whole: bool
    """It was heard to its end: a part of a prompt informs nobody (6.3)."""


Announced = Played | Told | Overheard


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
    language: str | None
    """The language that the caller chose. None if the exchange does not say: then the language
    in which it announced is the choice (decision 085)."""
    line: Standing
    known: Mapping[str, KnownAnnouncement]
    """Announcements in force at the call's start, by version."""
    announcements: tuple[Announced, ...] = ()
    events: tuple[Event, ...] = ()
    earliest_at: datetime | None = None
    """The earliest start that something else bears out (the file's own time), aware."""
    doubts: frozenset[Doubt] = field(default_factory=frozenset)
    """What the act already doubts: say, other sound under a call id that it has seen."""
    do_not_record: bool = False
    """The other party's number stands in the do-not-record list (6.9)."""
    agent_untold: bool = False
    """One of ours has not acknowledged the employees' notice, or does not permit it (E.0)."""
    refused_by_key: bool = False
    """The exchange took the refusal as a key press: its prompt had said what the key is for."""
    pause_ends_after_ms: int | None = None
    """8.1: after this long a pause ends by itself, with a tone. None where nobody can sound it."""


class EvidenceSource(Enum):
    """Where evidence came from: a reader may weigh it, the law does not."""

    HEADER = "header"
    """A SIP header of a trusted recording client."""
    EXTENSION = "extension"
    """``extensiondata`` in SIPREC metadata."""
    API = "api"
    AMI = "ami"
    """The exchange's manager interface."""
    SESSION = "session"
    """The recording session itself: its lines, its metadata, its end."""
    HEARD = "heard"
    """The prompt's own sound in the caller's ear."""


class Way(Enum):
    """Who informed the caller, or how the caller answered."""

    IVR = "ivr"
    AGENT = "agent"
    KEY = "key"
    WORDS = "words"


class By(Enum):
    """Who did it."""

    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"


class PauseReason(Enum):
    """Why an agent paused (8.1, J4). A kind only: never the words."""

    CARD = "card"
    IDENTITY_NUMBER = "identity_number"
    HEALTH = "health"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AnnouncementEvidence:
    """Somebody says that the caller was informed (6.3). Whether it counts is for ``rules``."""

    source: EvidenceSource
    version: str
    """As it was written: an announcement's key (``announce.fi@1``), or its number alone."""
    language: str
    start: datetime
    """Aware."""
    end: datetime
    """Aware: when the prompt ended or was cut, or when the agent pressed the button."""
    way: Way = Way.IVR
    full: bool | None = None
    """What the source says about the end. None: nothing; False: it was cut."""
    leg: str | None = None
    """The source's id of the leg that heard it. Never shown, never logged."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The caller does not want to be recorded (15.1, 15.3)."""

    source: EvidenceSource
    at: datetime
    by: By = By.CALLER
    way: Way = Way.KEY
    queue: str | None = None
    """The source's name of the queue, for the day's count."""


@dataclass(frozen=True, slots=True)
class PauseEvidence:
    """From here on nothing is captured, until it resumes (8.1)."""

    source: EvidenceSource
    start: datetime
    by: By = By.AGENT
    reason: PauseReason = PauseReason.OTHER


@dataclass(frozen=True, slots=True)
class ResumeEvidence:
    """The pause is over."""

    source: EvidenceSource
    at: datetime
    by: By = By.AGENT


@dataclass(frozen=True, slots=True)
class Happened:
    """Anything else that a source reports about a moment: hold, transfer, join, hang-up, ..."""

    source: EvidenceSource
    kind: Happening
    at: datetime


Evidence = AnnouncementEvidence | Refusal | PauseEvidence | ResumeEvidence | Happened
"""What ``life.capture.evidence`` reads out of headers and metadata, and what ``gate`` is told."""
