"""What the ledger says of a call that the house places to itself, to prove its whole path. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from talteen.ids import RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticCall:
    """The house is about to place a call to itself, in which nobody speaks.

    It stands before the ``captured`` of that recording: nobody can call a call synthetic that
    somebody has had.
    """

    tag: ClassVar[str] = "synthetic_call"
    recording: RecordingId
    day: date
