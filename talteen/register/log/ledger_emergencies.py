"""What the ledger says of a break-glass opening: that it began, and what came of its review. Pure.

Nobody is named, and no call (REGISTER 17.4, I21).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from talteen.ids import CaseId
from talteen.notice.emergencies import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyBegun:
    """Two persons let one of them open a call for some minutes."""

    tag: ClassVar[str] = "emergency_begun"
    emergency: CaseId
    day: date
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyReviewed:
    """A third person has looked at it."""

    tag: ClassVar[str] = "emergency_reviewed"
    emergency: CaseId
    openings: int
    """How often the call was opened."""
    outcome: Verdict


EmergencyEntry = EmergencyBegun | EmergencyReviewed
