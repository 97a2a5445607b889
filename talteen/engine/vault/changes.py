"""What a roll is asked for and what it will be: the values that a plan begins and ends with.

``Changes`` is what acts want, ``Setting`` where and when, ``Plan`` the next generation sealed and
ready to be decided, ``Draft`` what the ledger may say about it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from talteen.engine.vault.dead import Dead, Destroyed
from talteen.engine.vault.entries import BlobRef, Entry
from talteen.engine.vault.pages import ENTRIES_A_PAGE, Random, RootPage, SealedPage
from talteen.engine.vault.rollfile import Death, HoldChange, IntakeKeyBorn, Leaf
from talteen.ids import BlobId, CaseId, HoldId, IntakeKeyId, RecordingId

EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An envelope that was opened: its entry, and the intake key through which it came."""

    entry: Entry
    via: IntakeKeyId


@dataclass(frozen=True, slots=True)
class Resealed:
    """A recording under a new key: redaction. The old key and what it opened are let go."""

    dek: bytes = field(repr=False)
    blobs: tuple[BlobRef, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a roll is about to decide, for whoever writes its ledger leaves."""

    n: int
    base_n: int
    at: datetime
    destroyed: Dead
    moved: tuple[RecordingId, ...]
    """Past their cutoff, but kept on a hold page."""
    folded: tuple[RecordingId, ...]
    holds_placed: tuple[HoldChange, ...]
    holds_released: tuple[HoldChange, ...]
    backup_dead_at: datetime | None
    """When the backup key of the superseded generation is to die; None where it has none."""
    entry: Callable[[RecordingId], Entry] = field(repr=False)
    """The entry that a destroyed or folded recording has or had."""


def no_leaves(draft: Draft) -> Iterable[Leaf]:
    """The leaves of a roll about which the ledger says nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a roll is asked for, beside folding all that waits."""

    drop: Mapping[RecordingId, str] = field(default_factory=dict)
    """Recording -> reason. Its hold, if it has one, must be released in the same roll."""
    again: tuple[Destroyed, ...] = ()
    """Destroyed by a roll whose read-back failed: they die once more, wherever they still stand."""
    expire_days: frozenset[date] = frozenset()
    """Days whose recordings are all past their cutoff: those that are held move to hold pages."""
    place_holds: frozenset[tuple[HoldId, RecordingId]] = frozenset()
    release_holds: frozenset[tuple[HoldId, RecordingId]] = frozenset()
    reseal: Mapping[RecordingId, Resealed] = field(default_factory=dict)
    open_cases: frozenset[CaseId] = frozenset()
    close_cases: frozenset[CaseId] = frozenset()
    open_intake: frozenset[str] = frozenset()
    """Nodes that get another intake key (``intake_keys.to_open``)."""
    close_intake: frozenset[IntakeKeyId] = frozenset()
    """Intake keys that die: whatever came in through them is folded by this roll at the latest."""
    lapsed_intake: frozenset[IntakeKeyId] = frozenset()
    """Of those, the ones whose node was cut off: it may still keep calls under them."""
    enrol: Mapping[str, bytes] = field(default_factory=dict)
    """Node -> its Ed25519 public key, believed from this roll on."""
    shard_keys: Mapping[date, bytes] = field(default_factory=dict, repr=False)
    """Random keys that nobody has used, for the word shards of days that get a new one: those under
    which what stays was written before the roll."""
    leaves: Callable[[Draft], Iterable[Leaf]] = no_leaves


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when the roll takes place."""

    n: int
    at: datetime
    ring: timedelta
    backups: Mapping[int, str]
    """Generation -> name of its backup key, of those that may still live."""
    is_over: Callable[[datetime], bool] = field(repr=False)
    """Whether a recording of this due is past its cutoff."""
    due_of: Callable[[datetime], datetime] = field(repr=False)
    """The due of a call that begins at this moment."""
    random: Random = field(repr=False)
    entries_a_page: int = ENTRIES_A_PAGE


@dataclass(frozen=True, slots=True)
class Plan:
    """The next generation, ready to be decided."""

    root: RootPage
    root_key: bytes = field(repr=False)
    root_sealed: bytes = field(repr=False)
    pages: tuple[SealedPage, ...]
    base_n: int
    entries_before: int
    removed: int
    destroyed: Dead
    folded: tuple[RecordingId, ...]
    attached: tuple[BlobId, ...]
    holds_placed: tuple[HoldChange, ...]
    holds_released: tuple[HoldChange, ...]
    intake_opened: tuple[IntakeKeyBorn, ...]
    intake_closed: tuple[IntakeKeyId, ...]
    deaths: tuple[Death, ...]
    leaves: tuple[Leaf, ...]
