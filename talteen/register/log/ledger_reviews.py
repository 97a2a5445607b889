"""What the ledger says of a review of rights: that it began, and how it ended, in counts. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from talteen.register.log.ledger_emergencies import EmergencyEntry
from talteen.register.log.ledger_employees import EmployeeEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessReviewBegun:
    """The rights of so many people are to be looked at."""

    tag: ClassVar[str] = "access_review_begun"
    day: date
    people: int
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessReviewClosed:
    """The days of a review are over."""

    tag: ClassVar[str] = "access_review_closed"
    day: date
    """The day on which it began."""
    kept: int
    withdrawn: int
    lapsed: int
    """Those of whom nobody said anything in time."""


PeopleEntry = EmergencyEntry | AccessReviewBegun | AccessReviewClosed | EmployeeEntry
"""What the ledger says of people who work here: rights that are looked at, or opened in
an emergency, and what they were told of their own voices."""
