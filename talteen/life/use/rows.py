"""What the list and the page of a call show of it: facts of the register, as values.

They are made by ``life.use.calls`` and drawn by the desk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from talteen.clock import helsinki_date
from talteen.ids import RecordingId


class Direction(Enum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Standing(Enum):
    """What a row says about its recording, for the person who looks."""

    CAPTURING = "capturing"
    SEALING = "sealing"
    TRANSCRIBING = "transcribing"
    """Sealed: it can be heard. Its words are not there yet."""
    WORDLESS = "wordless"
    """Sealed: it can be heard. Its words could not be written."""
    READY = "ready"
    QUARANTINED = "quarantined"
    PARKED = "parked"
    RESTRICTED = "restricted"
    HELD = "held"
    """Held for a case that is not this person's."""
    KEYLESS = "keyless"
    """Past its cutoff, or being destroyed: nothing opens it any more."""


OPENING = frozenset({Standing.READY, Standing.TRANSCRIBING, Standing.WORDLESS})
"""Standings in which a purpose may open the call."""


@dataclass(frozen=True, slots=True)
class LineName:
    """A service line, by its address and its name in three languages."""

    slug: str
    name_fi: str
    name_sv: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch or a point on the time line of a call: its kind and its place, no content."""

    kind: str
    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A hold, to one of its own people: the case, and the day on which somebody looks at
    it again.
    """

    reference: str
    review_on: date
    provisional: bool = False
    """It stands by one person's word, and ends on that day unless another confirms it (13.6)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One call as the list shows it."""

    recording: RecordingId
    started_at: datetime
    day: date
    length_ms: int
    agent: str
    line: LineName
    language: str
    direction: Direction
    cutoff_at: datetime
    due_at: datetime
    days_left: int
    """Whole days until nothing of it exists."""
    soon: bool
    standing: Standing
    holds: int
    own_holds: tuple[HoldShown, ...]

    @property
    def opens(self) -> bool:
        """Whether a purpose may open it."""
        return self.standing in OPENING

    @property
    def last_day(self) -> date:
        """The last day on which it can be heard."""
        return helsinki_date(self.cutoff_at) - timedelta(days=1)

    def days_to_listen(self, now: datetime) -> int:
        """How many more days, today included, it can be heard."""
        return max((helsinki_date(self.cutoff_at) - helsinki_date(now)).days, 0)


@dataclass(frozen=True, slots=True)
class Wordless:
    """Where the work on a call's words stands, while it has none or others are asked for."""

    trouble: str
    """Why the last try failed (transcribe.troubles.Trouble); empty while none has."""
    given_up: bool
    again_at: datetime | None
    asked: str
    """The language in which a person asked for them; empty for the call's own."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as its own page shows it before and beside the sound."""

    row: Row
    arrived_at: datetime
    announced_until: datetime
    notice: str
    announcement: str
    source: str
    incomplete: bool
    special_category: bool
    reviewed: bool
    third_parties: bool
    marks: tuple[Mark, ...]
    wordless: Wordless | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many calls there are, by day and by line."""

    total: int
    by_day: Mapping[date, int]
    by_line: Sequence[tuple[LineName, int]]
    rough: bool = False
    """They are too many to be counted for a page: about so many, by a sample of all calls."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, newest first, and the ids that lead on."""

    rows: tuple[Row, ...]
    newer: RecordingId | None
    """Ask for what is after this one; None on the first page."""
    older: RecordingId | None


@dataclass(frozen=True, slots=True)
class AgentName:
    """An agent whose calls the reader may list."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case that the reader may work in."""

    reference: str
    kind: str
    calls: int
