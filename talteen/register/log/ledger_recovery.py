"""What the ledger says of coming back: the house caught up, the ring was opened, a drill. Pure."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar


class Recovery(Enum):
    """What made the house catch up with its roll files and tiles."""

    START = "start"
    FAILOVER = "failover"
    POINT_IN_TIME = "point_in_time"
    FULL = "full"


class RingUse(Enum):
    """For what two persons opened the ring."""

    RESTORE = "restore"
    DRILL = "drill"


class DrillKind(Enum):
    """What was tried (17.6)."""

    WEEKLY = "weekly"
    """By the house itself, with its newest live key."""
    BACKUP = "backup"
    """One backup and one recording, with the newest live key."""
    RING = "ring"
    """The same by two persons, with every key of the ring."""


class DrillVerdict(Enum):
    """What a drill has shown."""

    KEPT = "kept"
    """What was destroyed opened nowhere; what must live opened."""
    NOTHING_DEAD = "nothing_dead"
    """What must live opened; nothing has been destroyed yet that could be looked for."""
    REVIVED = "revived"
    """Something destroyed opened."""
    NO_CONTROL = "no_control"
    """Nothing that must live opened, so that nothing else is proved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The house caught up after a start, a fail-over or a restore, before it opened."""

    tag: ClassVar[str] = "restored"
    recovery: Recovery
    generation_found: int
    generation_reached: int
    entries_refilled: int
    destroyed: int
    """Recordings that were found overdue and died before anything opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingOpened:
    """Two persons brought their shares and opened the ring of backup keys."""

    tag: ClassVar[str] = "ring_opened"
    use: RingUse
    generation: int
    """The newest generation at that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """A drill looked for the dead and played the living (17.6)."""

    tag: ClassVar[str] = "drilled"
    drill: DrillKind
    verdict: DrillVerdict
    dead: int
    """Destroyed recordings that were looked for."""
    revived: int
    """Those of them that opened."""
    controls: int
    """Living recordings that had to open."""
    played: int
    files: int
    """Roll files that were tried."""
