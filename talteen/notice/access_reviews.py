"""When rights are looked at, and when one that nobody looked at lapses (REGISTER 17.2). Pure."""

from datetime import date, timedelta
from enum import Enum

from talteen.notice import months
from talteen.notice.law import Parameter, Setting

_SINCE = date(2022, 1, 21)
EVERY_MONTHS = Parameter("months between reviews of rights", (Setting(3, _SINCE, "REGISTER 17.2"),))
LAPSES_DAYS = Parameter("days to review rights", (Setting(14, _SINCE, "REGISTER 17.2"),))


class Kept(Enum):
    """What became of somebody's rights."""

    KEPT = "kept"
    WITHDRAWN = "withdrawn"


def due_on(begun: date) -> date:
    """The last day of a review that began on ``begun``; from the next one on what nobody looked at
    opens nothing."""
    return begun + timedelta(days=LAPSES_DAYS.on(begun))


def next_on(begun: date) -> date:
    """The day on which the review after it begins."""
    return months.later(begun, EVERY_MONTHS.on(begun))
