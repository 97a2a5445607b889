"""What is known of one captured call: people, tracks and events, and what it came to.

One call is one communication session (J23). A recording session may carry none, one or several, one
after the other or at once. Nothing that was once known is forgotten while the call lives: who left
stays among its people, a later sender of a track stands after the former one. All of it is personal
data and sealed with the sound.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from talteen.life.capture.facts import AnnouncementEvidence
from talteen.life.capture.parties import Side


class Outcome(Enum):
    """What became of a call."""

    RECORDED = "recorded"
    NOT_ANNOUNCED = "not-announced"
    REFUSED = "refused-by-caller"


class Kind(Enum):
    """What happens in a call."""

    START = "start"
    END = "end"
    ANNOUNCED = "announced"
    HOLD = "hold"
    PAUSE = "pause"
    RESUME = "resume"
    JOINED = "joined"
    LEFT = "left"
    TRANSFER = "transfer"
    PARTICIPANT_REPLACED = "participant-replaced"
    STREAM_ADDED = "stream-added"
    MEDIA_CHANGED = "media-changed"
    METADATA_REQUESTED = "metadata-requested"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, at the instant when its message arrived."""

    kind: Kind
    at: datetime
    labels: tuple[str, ...] = ()
    """The lines that hold or resume."""
    label: str | None = None
    """The line that is handed over or added."""
    by: str | None = None
    """Who or what tells it: ``agent``, ``sdp``, ``metadata``, ``sdp+metadata``, ``header X``."""
    who: str | None = None
    leaves: str | None = None
    joins: str | None = None
    """Addresses of record."""
    what: str | None = None
    reason: str | None = None
    stated_at: datetime | None = None
    """When the message says that it happened, where it does."""


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as received."""

    id: str | None
    aor: str | None
    name: str | None
    side: Side
    placeholder: bool = False
    role: str = "unknown"
    """``calling``, ``called`` or ``transfer-target`` where the messages say it."""
    since: str | None = None
    until: str | None = None
    """Times of association as the client wrote them."""
    joined_at: datetime | None = None
    left_at: datetime | None = None
    """Arrival of the message that told it; None for who was there from the first or to the end."""

    @property
    def key(self) -> str:
        """What tells people apart: the participant id, or the address where there is none."""
        return self.id or self.aor or ""


@dataclass(frozen=True, slots=True)
class Sending:
    """Who sends a track from an instant on. Nobody: not known, and never guessed."""

    who: tuple[str, ...]
    """Keys of people; several where their voices are mixed."""
    source: str
    """``stated``, ``mode mixed``, ``both send``, ``header …``, ``unknown``."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Segment:
    """Media of one codec from one address."""

    codec: str
    """Name and clock rate: ``PCMA/8000``."""
    payload: int
    at: datetime
    what: tuple[str, ...] = ()
    """What is new in it; empty for the first."""


@dataclass(frozen=True, slots=True)
class Track:
    """One media line of a call."""

    mline: int
    label: str | None
    stream_ids: tuple[str, ...] = ()
    sendings: tuple[Sending, ...] = ()
    segments: tuple[Segment, ...] = ()

    @property
    def mixed(self) -> bool:
        return any(len(one.who) > 1 for one in self.sendings)

    @property
    def last_senders(self) -> tuple[str, ...]:
        return self.sendings[-1].who if self.sendings else ()


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What the client says of the communication session; times as received."""

    id: str
    sip_session_id: str | None = None
    start: str | None = None
    stop: str | None = None
    group: str | None = None


@dataclass(slots=True)
class Call:
    """A call as far as it is known. Only the session that it belongs to writes here, and the gate
    by ``believed``."""

    started_at: datetime
    session: SessionFacts | None = None
    """None where no metadata name one."""
    people: dict[str, Person] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    """By label, or ``#`` and the number of the line where it has none."""
    events: list[Event] = field(default_factory=list)
    evidence: list[AnnouncementEvidence] = field(default_factory=list)
    """Announcements that count."""
    vendor: dict[str, str] = field(default_factory=dict)
    kept_from: datetime | None = None
    """From when on sound may be kept; None as long as the caller is not known to be informed."""
    ended_at: datetime | None = None
    outcome: Outcome = Outcome.RECORDED
    refused_queue: str | None = None

    @property
    def key(self) -> str | None:
        return self.session.id if self.session else None

    def note(self, event: Event) -> None:
        """Add an event."""
        self.events.append(event)

    def inform(self, one: AnnouncementEvidence, now: datetime) -> None:
        """The caller was told. Evidence that comes late does not reach back (J9)."""
        self.evidence.append(one)
        if self.kept_from is None:
            self.kept_from = max(one.end, now)

    def believed(self, since: datetime) -> None:
        """The caller was told, says evidence that came by no message of the session: by API, by
        the exchange, by the sound of the prompt. Without this the end would forget the people."""
        if self.kept_from is None:
            self.kept_from = since

    def end(self, now: datetime) -> None:
        """It is over. Without evidence nothing but its times may stay."""
        self.note(Event(Kind.END, now))
        self.ended_at = now
        if self.kept_from is None:
            self.outcome = Outcome.NOT_ANNOUNCED
            self.people.clear()
            self.tracks.clear()
            self.vendor.clear()

    def forget(self, now: datetime, queue: str | None) -> None:
        """The caller refused: what stays is one count for a day and a queue (15.1)."""
        self.session = None
        self.people.clear()
        self.tracks.clear()
        self.vendor.clear()
        self.events.clear()
        self.evidence.clear()
        self.kept_from = None
        self.ended_at = now
        self.outcome, self.refused_queue = Outcome.REFUSED, queue

    def change(self, key: str, **new: object) -> None:
        """Write over fields of one person."""
        self.people[key] = replace(self.people[key], **new)  # type: ignore[arg-type]
