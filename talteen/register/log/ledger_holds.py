"""What the ledger says of a hold that was looked at again. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from talteen.ids import HoldId, RecordingId
from talteen.notice.hold_reviews import Renewal


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReviewed:
    """Somebody looked at a hold again and said why it goes on (13.10)."""

    tag: ClassVar[str] = "hold_reviewed"
    hold: HoldId
    recording: RecordingId
    renewal: Renewal
    review_on: date
    """When it is looked at next."""
