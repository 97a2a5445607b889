"""What the ledger can say: a frozen value for each kind of entry, with a tag of its own. Pure.

The ledger is kept for ever and may be read by anybody, so an entry holds ids, codes, times, days,
hashes and counts, and nothing else: no personal data, no free text (REGISTER I21). The types below
make that a matter of form; a test walks over them. ``ledger_bytes`` writes them as bytes;
``docs/formats/ledger.md`` lists them for strangers.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import ClassVar, get_args

from talteen.ids import HoldId, HouseId, RecordingId
from talteen.register.log.ledger_assessments import AssessmentsAdopted
from talteen.register.log.ledger_breaches import BreachEntry
from talteen.register.log.ledger_counts import DayBalanced, MonthStated
from talteen.register.log.ledger_disclosures import DisclosureEntry
from talteen.register.log.ledger_holds import HoldReviewed
from talteen.register.log.ledger_recovery import Drilled, Restored, RingOpened
from talteen.register.log.ledger_redactions import Redacted
from talteen.register.log.ledger_requests import RequestReceived, RequestStepped
from talteen.register.log.ledger_reviews import PeopleEntry
from talteen.register.log.ledger_synthetic import SyntheticCall
from talteen.register.log.ledger_types import Sha256 as Sha256
from talteen.register.log.ledger_types import Version as Version


class Birth(Enum):
    """As what a house was born. It says so for ever."""

    LIVE = "live"
    DEMO = "demo"


class Origin(Enum):
    """The way by which a call came in."""

    IMPORT = "import"
    SIPREC = "siprec"
    RTP = "rtp"


class Doubt(Enum):
    """Why a recording stands in quarantine (13.2)."""

    UNKNOWN_START = "unknown_start"
    FUTURE_START = "future_start"
    IDENTITY = "identity"


class Ground(Enum):
    """On what ground a hold stands (13.12)."""

    COMPLAINT = "complaint"
    LEGAL_CLAIM = "legal_claim"
    AUTHORITY_PRESERVATION = "authority_preservation"
    SUBJECT_RESTRICTION = "subject_restriction"
    REQUEST_PENDING = "request_pending"
    BREACH_EVIDENCE = "breach_evidence"


class HoldEnd(Enum):
    """How a hold ended."""

    RELEASED = "released"
    """Two persons released it (13.9)."""
    LAPSED = "lapsed"
    """It was provisional and nobody confirmed it (13.6)."""


class Reason(Enum):
    """Why a recording was destroyed."""

    EXPIRED = "expired"
    HOLD_RELEASED = "hold_released"
    """Its time had passed while it was held; the last hold was released."""
    REQUEST = "request"
    OBJECTION = "objection"
    ILLEGAL = "illegal"
    REFUSAL = "refusal"
    THREAT_LAPSED = "threat_lapsed"
    SYNTHETIC = "synthetic"
    """The house placed it to itself: nobody spoke (``SyntheticCall``)."""


class HolderKind(Enum):
    """What kept a generation key."""

    FILE = "file"
    PKCS11 = "pkcs11"
    OPENBAO = "openbao"
    KMS = "kms"


class Evidence(Enum):
    """On what a claim of destruction rests, strongest first."""

    PROVED = "proved"
    """The house tried to open or find it afterwards, and that failed as it must."""
    RECEIPTED = "receipted"
    """The part that destroyed it acknowledged doing so; nobody could try."""
    DECLARED = "declared"
    """A person or a setting says so."""


class SourceFate(Enum):
    """What became of the file that a recording was imported from: it is a copy too (J13)."""

    NONE = "none"
    """There was none: the call came in by network."""
    DELETED = "deleted"
    OWNER_DELETES = "owner_deletes"
    """The controller's own system deletes it, by its own rule."""


class TimeSource(Enum):
    """Who vouches for the times in an entry."""

    OWN_CLOCK = "own_clock"


@dataclass(frozen=True, slots=True)
class Claims:
    """What is claimed to be gone, and on what each claim rests. None: there was no such thing."""

    live_keys: Evidence
    """The generation key in the live holder, on every node of it."""
    backup_keys: Evidence | None
    """Its backup copy; none where the roll was unbacked."""
    holder_copies: Evidence | None
    """The holders' own copies: archives, snapshots, HSM backups."""
    ciphertext: Evidence
    """The encrypted sound, transcript and waveform in the blob store."""
    derived: Evidence
    """Word index, caches and whatever else was made from the recording."""
    source: Evidence | None
    """The file that it was imported from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseBorn:
    """The first entry: a house began, and this key signs for it."""

    tag: ClassVar[str] = "house_born"
    house: HouseId
    born_as: Birth
    log_key: Sha256
    """SHA-256 of the vkey, the log's public key in its text form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeyBegun:
    """From here on this key signs the log; the key before it announces it by signing this."""

    tag: ClassVar[str] = "log_key_begun"
    key: Sha256
    """SHA-256 of the vkey, as in ``house_born``."""
    second: Sha256 | None
    """The same of the ML-DSA-44 key that signs heads a second time."""
    before: Sha256 | None
    """The key that it follows; None at the birth of the house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePublished:
    """A version of the notice was published in all three languages (4.5)."""

    tag: ClassVar[str] = "notice_published"
    notice: Version
    valid_from: date
    sha256: Sha256
    """Over the canonical form of the notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged:
    """A rule of the house changed: retention, margin, access, recipients (13.14)."""

    tag: ClassVar[str] = "policy_changed"
    policy: Version
    valid_from: date
    sha256: Sha256
    """Over the canonical form of the register file that states it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A recording was born, bound to the versions in force at its start (4.2)."""

    tag: ClassVar[str] = "captured"
    recording: RecordingId
    day: date
    """The Helsinki date of its start."""
    cutoff: datetime
    due: datetime
    notice: Version
    announcement: Version
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Its sound stands encrypted in the blob store."""

    tag: ClassVar[str] = "sealed"
    recording: RecordingId
    day: date
    ciphertext: tuple[Sha256, ...]
    """Hashes of its encrypted blobs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A caller refused in mid-call; what had been captured was destroyed before it was sealed
    (15.3).
    """

    tag: ClassVar[str] = "refused"
    recording: RecordingId | None
    """None where the refusal was known before a recording was born."""
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnnounced:
    """Calls of which nothing was kept, because nobody could show that they were announced (J8)."""

    tag: ClassVar[str] = "not_announced"
    day: date
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A refusal under threat: sealed, unplayable, until two persons confirm a claim (15.6)."""

    tag: ClassVar[str] = "parked"
    recording: RecordingId
    day: date
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """Doubt about a recording: unplayable, the earlier due counts (13.2)."""

    tag: ClassVar[str] = "quarantined"
    recording: RecordingId
    day: date
    doubt: Doubt
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced:
    """A recording is kept beyond its time, for one case (13.6)."""

    tag: ClassVar[str] = "hold_placed"
    hold: HoldId
    recording: RecordingId
    ground: Ground
    provisional: bool
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReleased:
    """A hold ended (13.9)."""

    tag: ClassVar[str] = "hold_released"
    hold: HoldId
    recording: RecordingId
    end: HoldEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """The live keys are dead: nobody in the house opens the recording any more."""

    tag: ClassVar[str] = "destroyed"
    recording: RecordingId
    day: date
    reason: Reason
    live_dead_at: datetime
    generation_before: int
    """The last generation whose key opened it."""
    generation_after: int
    """The first generation without it."""
    ciphertext: tuple[Sha256, ...]
    backup_dead_at: datetime | None
    """When the last backup key is planned to die; None where the roll was unbacked."""
    lateness_s: int
    """From the moment at which it had to die until it did."""
    unbacked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyedEverywhere:
    """No key opens the recording anywhere, backups included. What a certificate certifies."""

    tag: ClassVar[str] = "destroyed_everywhere"
    recording: RecordingId
    day: date
    reason: Reason
    cutoff: datetime
    due: datetime
    live_dead_at: datetime
    backup_dead_at: datetime
    """When the last copy of its keys died: never before ``live_dead_at``, which it equals where the
    backup went first or the roll was unbacked."""
    generation: int
    """The last generation whose keys opened it."""
    live_holder: HolderKind
    backup_holder: HolderKind
    ciphertext: tuple[Sha256, ...]
    claims: Claims
    held: int
    """Holds that it had outlived."""
    delivered_copies: int
    """Copies that had been handed out lawfully before (14.11); they are beyond the house."""
    source: SourceFate
    time: TimeSource
    lateness_s: int
    unbacked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolled:
    """The keys of the house were renewed: the old generation's live key is dead."""

    tag: ClassVar[str] = "rolled"
    generation_before: int
    generation_after: int
    folded: int
    """Recordings that came in."""
    dropped: int
    """Recordings that were left out, and so died."""
    backup_dead_at: datetime | None
    """When the backup key of the old generation is to die; None where the roll was unbacked."""
    unbacked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDay:
    """The access log of one day, committed to without showing it."""

    tag: ClassVar[str] = "access_day"
    day: date
    count: int
    commitment: Sha256
    """``ledger_bytes.commitment`` over its lines, under a salt that can be destroyed."""


_OfTheHouse = HouseBorn | LogKeyBegun | NoticePublished | PolicyChanged
Entry = (
    _OfTheHouse
    | Captured
    | Sealed
    | Refused
    | NotAnnounced
    | Parked
    | Quarantined
    | HoldPlaced
    | HoldReleased
    | Destroyed
    | DestroyedEverywhere
    | Rolled
    | Restored
    | AccessDay
    | DayBalanced
    | MonthStated
    | RingOpened
    | Drilled
    | RequestReceived
    | RequestStepped
    | BreachEntry
    | HoldReviewed
    | DisclosureEntry
    | AssessmentsAdopted
    | SyntheticCall
    | PeopleEntry
    | Redacted
)


def registry(*kinds: type[Entry]) -> dict[str, type[Entry]]:
    """The kinds by tag. ValueError where two would share one: an old entry would change its
    meaning.
    """
    table: dict[str, type[Entry]] = {}
    for kind in kinds:
        if kind.tag in table:
            raise ValueError(f"the tag {kind.tag} is taken by {table[kind.tag].__name__}")
        table[kind.tag] = kind
    return table


KINDS = registry(*get_args(Entry))
"""Every kind by its tag. A tag is never used again, even when its kind is no longer written."""
