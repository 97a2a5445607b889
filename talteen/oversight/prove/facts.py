"""What is looked at when the notice is proved: counts, days and codes of a living house. Pure.

Each class is one place of the house, read once for all the sentences that hang on it. A fact says
what *is*; whether that keeps a promise is judged elsewhere (``judging``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from talteen.notice.adoption import Adopted
from talteen.notice.particulars import RegisterFile
from talteen.oversight.prove.counts import Count
from talteen.oversight.prove.facts_rights import GivenFacts, SparedFacts

WINDOW = timedelta(days=31)
"""How far back the access log is read."""


@dataclass(frozen=True, slots=True)
class VersionFact:
    """One version of the notice as its row says it."""

    number: str
    valid_from: date
    valid_to: date | None
    legacy: bool
    purposes: tuple[str, ...]
    entered_at: datetime | None
    """When the ledger was told of it; None where it was not (a legacy version never is)."""
    as_entered: bool
    """Whether its text is the one whose hash the ledger holds."""
    same_sentences: bool
    """Whether every language has the same sentences, none of them empty."""


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What is published, and what the register of today would print."""

    number: str
    versions: tuple[VersionFact, ...]
    """Oldest first."""
    printed: Mapping[str, tuple[str, ...]]
    """Sentence -> its words in fi, sv, en, of the version in force."""
    rendered: Mapping[str, tuple[str, ...]]
    """The same, rendered now from the register that the house runs on."""
    objection_apart: bool
    """Whether the right to object stands before clause 1 in every language (21(4))."""
    adopted: Mapping[str, Adopted]
    """Balancing tests and the impact assessment as two persons adopted them, by their id."""
    review_months: int
    """How long a test carries by the version in force."""


class Trial(Enum):
    """Doors that are tried by asking the policy itself, with the rows as they are."""

    PAST_CUTOFF = "past_cutoff"
    """Calls past their cutoff that nothing holds: every role, every purpose."""
    SPECIAL = "special"
    """Calls marked as touching on health or belief: the purposes that may never see it (J1)."""
    RESTRICTED = "restricted"
    HELD = "held"
    """Held calls: purposes other than those of the hold (J11)."""
    UNDRAWN = "undrawn"
    """Calls that no lot drew: training, quality, guidance (J14)."""
    STRANGER = "stranger"
    """Any call: somebody without undertaking, training or a second factor (17.1)."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one kind of trial."""

    calls: int
    doors: int
    """How often the policy was asked."""
    opened: int
    """How often it said yes, where it must say no."""


@dataclass(frozen=True, slots=True)
class Openings:
    """The access log of the window, as counts of what left and what it names."""

    since: date
    all: int
    """Lines by which something was opened, read, played, searched or given out."""
    unlisted: int
    """Of them: by a purpose outside the closed list, or by a role that may not have it."""
    without_case: int
    """Of purposes that need a case: without one."""
    with_case: int
    not_own: int
    """An agent's checks of a booking that were of another's call, or of another day."""
    checks: int
    undrawn: Mapping[str, Count]
    """Training, quality, guidance -> openings of living calls, and those that no lot had drawn."""
    after_cutoff: int
    """Of calls past their cutoff that nothing held."""
    held_elsewhere: Count
    """Of held calls since their hold: all, and those for a purpose that the hold does not have."""
    restricted: Count
    """Of restricted calls since their restriction: all, and those for other than the parties."""
    without_standing: int
    """Permissions given to somebody without undertaking or training on that day."""
    grants: int


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The living recordings."""

    all: int
    announced_late: int
    """Whose sound would begin before the end of its announcement, or with one not in force yet."""
    unbound: int
    """Bound to a version that was not in force on their day."""
    too_long: int
    """Whose due is later than their version, or a later and shorter one, allows."""
    sources: Mapping[str, int]
    parked_over: int
    """Refused under a threat, and kept for longer than the register says."""
    parked: int
    oldest: date | None
    """The day of the oldest that nothing holds."""
    not_announced: int
    """Calls of the window of which nothing was kept, for want of evidence of the announcement."""
    agents_untold: int
    """Of agents who had not acknowledged the employees' notice when the call began (E.0)."""
    refused: int
    """Refusals that the ledger holds."""
    refused_left: int
    """Of them: those of which a row or a byte is still there."""
    columns: tuple[str, ...]
    """Columns of the table of recordings that this release does not know."""


@dataclass(frozen=True, slots=True)
class EndFacts:
    """Destruction, keys and certificates."""

    past_due: int
    """Living recordings past their due that nothing holds."""
    past_cutoff: int
    """Living ones whose live key should have died more than an hour ago."""
    gone: int
    """Recordings of which no key exists anywhere."""
    gone_late: int
    """Of them: after their due, and no hold had moved it."""
    uncertified: int
    """Of them: without their entry in the ledger."""
    waiting: int
    """Whose live key is dead and whose backup key has a day of death."""
    unproved: int
    """Of all destroyed: whose live key was not proved dead within an hour."""
    last: datetime | None
    """When a live key died last."""
    backup_late: int
    """Backup keys that live past their day, or came back."""
    backup_alive: int
    swept_ago: timedelta | None
    """Since the last sweep, by the machine's clock; None before the first."""
    released_living: int
    """Past their cutoff, with a hold that ended an hour ago, and still there."""
    released: int


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """Holds in force."""

    active: int
    groundless: int
    """On a ground outside the closed list, or by the word of one person without an end."""
    overdue: int
    """Whose review day has passed, or was set too far."""
    next_review: date | None


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """Requests of data subjects."""

    all: int
    open: int
    late: int
    next_limit: date | None
    misdated: int
    """Received later than the house first acted on them, or dated by another day."""
    kept: Count
    """Calls of open requests, and those that nothing keeps."""
    refused: Count
    """Refusals that were decided, and those without a written reason or a letter."""
    fees: Count
    """Fees that were proposed, and those without an opinion or a second person."""
    by_officer: int
    """Decisions on requests and holds that the data protection officer made."""
    decided: Count
    """All decisions, and those without a person."""
    erased: Count
    """Calls whose erasure was decided, and those that still open."""
    objected: Count
    """Calls of open objections, and those that are neither restricted nor held."""
    texts: bool
    """There is a gateway by which a code reaches a number."""
    codes: Count
    """Codes of the last month for a number, and those that did not leave in their time."""
    packages: Count
    """Calls in packages that were handed out, and those whose words nobody had checked."""
    unconfirmed: Count
    """Entries of the do-not-record list, and those that nobody confirmed for over a year."""
    overkept: Count
    """Days of the access log, requests and evaluations past their end, of all that have one."""


@dataclass(frozen=True, slots=True)
class RightFacts:
    """Reviews of rights, and emergency openings (17.2, 17.4)."""

    reviewed_on: date | None
    """When the newest review began; None before the first."""
    late: bool
    """The next one should have begun."""
    reviewed: Count
    """People in the newest review, and those of whom nobody has said anything yet."""
    ended: int
    """Permissions of the window that were given after a review had taken the rights away."""
    emergencies: Count
    """Of a year: all, and those by fewer than three people, not looked at in time, or used by
    another person or after their hour."""


@dataclass(frozen=True, slots=True)
class PeopleFacts:
    """Who works here."""

    active: int
    complete: int
    """With an undertaking in force and training that is valid today."""
    contacts: int
    """Of the people that the register names as its contacts: those who can act today."""
    officers: int
    partners: Count
    """People of partners at work, and those whose company has no record in force under the same
    contract (17.1)."""


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """What is made of calls: transcripts, samples, evaluations, exports, sealed bytes."""

    transcripts: int
    unlabelled: int
    """Whose state or whose engine is not said."""
    engines: tuple[str, ...]
    unknown_engines: tuple[str, ...]
    """Engines of models that neither this release nor the operator's own entry knows."""
    draws: int
    drawn: int
    overdrawn: int
    """Weeks in which more than the promised share was drawn."""
    passages: Count
    """Passages that teach, and those that no second person approved, or whose call no lot drew."""
    evaluations: Count
    """Evaluations, and those of a person by themselves."""
    exports: Count
    """Documents that left, and those without a manifest or a second person where two are needed."""
    blobs: Count
    """Stored bytes that were read now, and those that are not what was sealed, or are readable."""


@dataclass(frozen=True, slots=True)
class LeavingFacts:
    """What left the house, and where its data go."""

    orders: Count
    """Disclosures to authorities that left, and those without a ground, a cut or two persons."""
    claims: Count
    """The same to counsel and insurers."""
    named: Count
    """Disclosures that left, and those of which nobody can be told by name when they may be."""
    passed_on: Count
    """Receivers who had to be told of a change, and those without a task or past its day."""
    connectors: Count
    """Places outside this machine, and those that no record names."""
    breaches: Count
    """Breaches, and those past their hours, or closed without a word to the people."""


@dataclass(frozen=True, slots=True)
class LogFacts:
    """The ledger and the access log as a chain."""

    entries: int
    head_at: datetime | None
    difference: str
    """The first thing that is not as it was signed; empty where nothing is."""
    days: Count
    """Committed days of the access log that were counted again, and those that do not hold."""
    triggers_missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrillFacts:
    """The weekly drill."""

    at: datetime | None
    ok: bool
    dead: int
    revived: int
    played: int
    late: bool
    """Whether one should have run since and has not; a house without calls has nothing to drill."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that was looked at, at one moment."""

    now: datetime
    today: date
    register: RegisterFile
    notice: NoticeFacts
    calls: CallFacts
    openings: Openings
    tried: Mapping[Trial, Tried]
    ends: EndFacts
    holds: HoldFacts
    requests: RequestFacts
    people: PeopleFacts
    rights: RightFacts
    work: WorkFacts
    leaving: LeavingFacts
    spared: SparedFacts
    given: GivenFacts
    log: LogFacts
    drill: DrillFacts
    store_region: str
    """Where the bytes lie, as the configuration names it; empty for a place of the house's own."""
