"""What a balance is made of: the register's side of a day, and a verdict for each call. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from talteen.oversight.records.values import Stretch


class Verdict(Enum):
    """What became of a call. All but the first three: it was lawful that nothing was kept."""

    RECORDED = "recorded"
    PARTIAL = "partial"
    """Recorded, and a stretch of the conversation is missing."""
    LOST = "lost"
    """A conversation that should have been recorded, and was not."""
    INTERNAL = "lawful:internal"
    VOICEMAIL = "lawful:voicemail"
    HANGUP_IN_ANNOUNCEMENT = "lawful:hangup-in-announcement"
    NO_CONVERSATION = "lawful:no-conversation"
    REFUSAL = "lawful:refusal"
    EXCLUDED_LINE = "lawful:excluded-line"
    AGENT_UNTOLD = "lawful:agent-untold"
    """An agent in it had not acknowledged the employees' notice (REGISTER E.0)."""
    PRIVATE = "lawful:private"
    """The agent marked it as a private call (REGISTER 6.6)."""
    NO_EVIDENCE = "lawful:no-evidence"
    """It reached the register, and nobody could show that it was announced (REGISTER J8, J9)."""

    @property
    def lawful(self) -> bool:
        """Whether nothing had to be recorded."""
        return self not in DUE


DUE = frozenset({Verdict.RECORDED, Verdict.PARTIAL, Verdict.LOST})
"""The verdicts of calls that had to be recorded."""


class LostWhy(Enum):
    """Why a call was lost, as far as the register knows."""

    NEVER_ARRIVED = "never_arrived"
    """Nothing of it reached the register: look at the exchange and the network."""
    ARRIVED_UNKEPT = "arrived_unkept"
    """It was promised a recording, and there is none: look at this house."""
    LATE = "late"
    """It was handed in when its cutoff had passed."""


class Outcome(Enum):
    """What the register noted of a call that reached it: the codes of a promise row."""

    RECORDED = "recorded"
    PARKED = "parked"
    QUARANTINED = "quarantined"
    NOT_ANNOUNCED = "not_announced"
    REFUSED_AT_PROMPT = "refused_at_prompt"
    REFUSED = "refused"
    AGENT_UNTOLD = "agent_untold"
    PRIVATE = "private"
    EXCLUDED_LINE = "excluded_line"
    VOICEMAIL = "voicemail"
    NO_CONVERSATION = "no_conversation"
    LATE = "late"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the register has of one recording."""

    id: str
    kept: tuple[Stretch, ...]
    """Stretches that are accounted for: sound, and gaps that had to be (a pause, a hold)."""
    announced_until: datetime | None = None
    """Nothing before this instant may be kept (REGISTER I9), so nothing before it is missing."""
    agent: str | None = None
    """Extension or staff code, as the records' side is told it."""
    line: str | None = None
    outside: str | None = field(default=None, repr=False)
    """The caller's number in E.164, where the register may know it."""
    call_ids: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def begins_at(self) -> datetime:
        return min(stretch.begins_at for stretch in self.kept)

    @property
    def ends_at(self) -> datetime:
        return max(stretch.ends_at for stretch in self.kept)


@dataclass(frozen=True, slots=True)
class VoicemailMark:
    """An agent said: that was an answering machine."""

    agent: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Promised:
    """That a call reached the register, and what became of it. No media, no caller (J10)."""

    id: str
    at: datetime
    line: str | None
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The register's side of a day."""

    recorded: tuple[Recorded, ...] = ()
    promised: tuple[Promised, ...] = ()
    """Of calls without a living recording: the others are told by their recording."""
    voicemail_marks: tuple[VoicemailMark, ...] = ()
    refusals: int | None = None
    """Refusals counted on that day; None where nobody counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted:
    """One call and its verdict. The key is the exchange's: it stays in memory."""

    key: str = field(repr=False)
    began_at: datetime
    ended_at: datetime
    line: str | None
    verdict: Verdict
    recordings: tuple[str, ...] = ()
    missing: tuple[Stretch, ...] = ()
    why: LostWhy | None = None
    unlawful: bool = False
    """There is a recording of a call of which nothing may be kept."""
    begin_told: bool = True
    """False: the export does not say when the agent answered, so a late begin cannot be seen."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A count of the exchange beside that of the register, where no number may be kept."""

    by_records: int
    by_register: int

    @property
    def agrees(self) -> bool:
        return self.by_records == self.by_register


@dataclass(slots=True, kw_only=True)
class Sums:
    """What the calls of a day come to, one after the other: none of them stays but those that are
    to be told of.
    """

    counts: Counter[Verdict] = field(default_factory=Counter)
    """How many calls have each verdict that occurs."""
    lost: list[Accounted] = field(default_factory=list)
    unlawful: list[Accounted] = field(default_factory=list)
    unseen_begins: int = 0
    """How many whole recordings could have begun late without this export showing it."""
    orphans: list[str] = field(default_factory=list)
    """Recordings that belong to no call of the exchange."""
    refusals: Compared | None = None
    """None where the export cannot tell a refusal."""

    def add(self, call: Accounted) -> None:
        """One call more."""
        self.counts[call.verdict] += 1
        self.lost += [call] if call.verdict is Verdict.LOST else []
        self.unlawful += [call] if call.unlawful else []
        self.unseen_begins += call.verdict is Verdict.RECORDED and not call.begin_told

    @property
    def due(self) -> int:
        """How many calls had to be recorded."""
        return sum(self.counts[verdict] for verdict in DUE)

    @property
    def whole(self) -> int:
        """How many of them are recorded and whole."""
        return self.counts[Verdict.RECORDED]


@dataclass(frozen=True, slots=True)
class Balance:
    """A day that stood in memory: every call with its verdict, by beginning, and their sums."""

    calls: tuple[Accounted, ...]
    sums: Sums
