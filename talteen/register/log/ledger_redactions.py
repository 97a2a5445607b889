"""What the ledger says of a recording out of which something was cut. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from talteen.ids import RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A card's security code was cut out of a recording for good, and the key of its old sound died
    (8.2). Its new ciphertext stands in a ``sealed`` of the same roll."""

    tag: ClassVar[str] = "redacted"
    recording: RecordingId
    day: date
    """The Helsinki date of its start."""
    stretches: int
    """How many stretches were cut."""
