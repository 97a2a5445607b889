"""How long a break-glass opening lasts, and by when another person has looked at it. Pure.

REGISTER 17.4."""

from datetime import date, timedelta
from enum import Enum

from talteen.notice.law import Parameter, Setting

LASTS = timedelta(minutes=60)
"""From the second person's yes; it ends by itself."""
ASKED_FOR = timedelta(minutes=60)
"""So long a wish waits for a second person: who still needs it after that asks anew."""
REVIEW_DAYS = Parameter(
    "days to review an emergency opening", (Setting(5, date(2022, 1, 21), "REGISTER 17.4"),)
)


class Verdict(Enum):
    """What the officer found."""

    NEEDED = "needed"
    """It was an emergency, and what was opened belonged to it."""
    NOT_NEEDED = "not_needed"
    """It was none, or more was opened than it needed: a breach to be written down."""


class Stage(Enum):
    """Where an emergency opening stands."""

    ASKED = "asked"
    LAPSED = "lapsed"
    RUNS = "runs"
    TO_REVIEW = "to_review"
    LATE = "late"
    REVIEWED = "reviewed"


def review_by(ended: date) -> date:
    """The last day on which it is looked at in time."""
    return ended + timedelta(days=REVIEW_DAYS.on(ended))
