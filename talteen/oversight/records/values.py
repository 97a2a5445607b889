"""What a call detail record says, whatever exchange wrote it. Pure.

A ``Leg`` is one row; a ``CallRecord`` is one call, joined from the legs that share its key. Both
hold numbers, which is why ``repr`` hides them: they are held in memory while a day is balanced,
and never stored, logged or quoted (GDPR 5(1)(c)).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Direction(Enum):
    """Seen from the house."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


class Ending(Enum):
    """How far a call came, as far as its export can tell. In order: a call came as far as its
    farthest leg.
    """

    NO_CONVERSATION = "no_conversation"
    """Nobody answered, or the caller left the queue."""
    IN_ANNOUNCEMENT = "in_announcement"
    """The caller hung up while the announcement was played."""
    REFUSED = "refused"
    """The caller refused at the prompt (REGISTER 15.1)."""
    VOICEMAIL = "voicemail"
    UNTOLD = "untold"
    """Something answered; the export does not say whether a person did."""
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``begins_at`` up to, not including, ``ends_at``; both aware UTC."""

    begins_at: datetime
    ends_at: datetime

    @property
    def seconds(self) -> float:
        return (self.ends_at - self.begins_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Talk:
    """A stretch in which an agent and the caller can hear each other."""

    span: Stretch
    agent: str | None = field(repr=False)
    """The extension of the agent; None where the export does not name it."""
    begin_told: bool
    """False: the exchange itself had answered, and the export does not say when the agent did, so
    that waiting is part of ``span``.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One row of an export, in the words of this house."""

    key: str = field(repr=False)
    """What the legs of one call share."""
    began_at: datetime
    ended_at: datetime
    direction: Direction
    ending: Ending
    outside: str | None = field(default=None, repr=False)
    """The other party's number in E.164; None where it was withheld, or where there is none."""
    line: str | None = None
    """The slug of the service line, where the number called or shown is one of the house's."""
    dialled: str | None = field(default=None, repr=False)
    """The house's own number in this leg, in E.164."""
    queue: str | None = None
    extensions: tuple[str, ...] = field(default=(), repr=False)
    """The extensions of the house in this leg."""
    talks: tuple[Talk, ...] = ()
    call_ids: frozenset[str] = field(default=frozenset(), repr=False)
    """SIP Call-IDs (RFC 3261 8.1.1.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call of the exchange."""

    key: str = field(repr=False)
    began_at: datetime
    ended_at: datetime
    direction: Direction
    ending: Ending
    outside: str | None = field(repr=False)
    line: str | None
    queue: str | None
    extensions: frozenset[str] = field(repr=False)
    talks: tuple[Talk, ...]
    """In order of their beginnings."""
    call_ids: frozenset[str] = field(repr=False)
    seams_told: bool
    """Whether the export shows where one agent ends and the next begins."""
    excluded: bool
    """It went to a line or an extension that is never recorded (REGISTER 6.6)."""

    @property
    def span(self) -> Stretch:
        return Stretch(self.began_at, self.ended_at)

    @property
    def agents(self) -> frozenset[str]:
        return frozenset(talk.agent for talk in self.talks if talk.agent is not None)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not be read. ``column`` is the name of a column, never what stood in it."""

    row: int
    """Counted from 1, as an editor counts lines."""
    column: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave."""

    shape: str
    calls: tuple[CallRecord, ...]
    unreadable: tuple[Unreadable, ...]
    tells_refusals: bool
    """Whether refusals can be told from other hang-ups in this export, and so be counted."""
