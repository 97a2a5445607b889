"""When a hold is looked at again, and what happens where nobody does (REGISTER 13.10). Pure.

A hold is never released by itself and never extended in silence: a missed review is told of every
day, to the data protection officer too after a week, and after a month the held call opens for the
register contact alone.
"""

from datetime import date, timedelta
from enum import Enum

ESCALATES_AFTER = timedelta(days=7)
FREEZES_AFTER = timedelta(days=30)
SOON = timedelta(days=7)


class Review(Enum):
    """How a review stands."""

    AHEAD = "ahead"
    SOON = "soon"
    DUE = "due"
    ESCALATED = "escalated"
    FROZEN = "frozen"

    @property
    def overdue(self) -> bool:
        """Somebody should have looked, and has not."""
        return self in (Review.DUE, Review.ESCALATED, Review.FROZEN)


def standing(review_on: date, today: date) -> Review:
    """How the review of ``review_on`` stands ``today``."""
    late = today - review_on
    if late >= FREEZES_AFTER:
        return Review.FROZEN
    if late >= ESCALATES_AFTER:
        return Review.ESCALATED
    if late >= timedelta(0):
        return Review.DUE
    return Review.SOON if -late <= SOON else Review.AHEAD


class Renewal(Enum):
    """Why a hold goes on (13.6, 13.12). A closed list: "could be useful" is none of them."""

    CASE_GOES_ON = "case_goes_on"
    WAITS_FOR_OTHER_SIDE = "waits_for_other_side"
    BEFORE_A_COURT = "before_a_court"
    BEFORE_AN_AUTHORITY = "before_an_authority"
