"""What recipients must be told: a call that they got was erased, corrected or restricted (Art. 19).

Each recipient of the call gets a task of its own, which ends in their confirmation, or in the
reason why it is impossible or out of proportion. REGISTER 11.4, I19. Pure.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum
from types import MappingProxyType

from talteen.errors import Conflict


class TaskAct(Enum):
    """What was done to the data, and is asked of the recipient."""

    ERASED = "erased"
    RECTIFIED = "rectified"
    RESTRICTED = "restricted"


BY_LETTER: Mapping[str, TaskAct] = MappingProxyType(
    {
        "erasure_decided": TaskAct.ERASED,
        "objection_accepted": TaskAct.ERASED,
        "rectification_done": TaskAct.RECTIFIED,
        "rectification_statement": TaskAct.RECTIFIED,
        "restriction_set": TaskAct.RESTRICTED,
        "restriction_kept": TaskAct.RESTRICTED,
    }
)
"""Which answers to a person concern recipients too, by their letter."""


class TaskStage(Enum):
    """How far it is."""

    OPEN = "open"
    """Nobody has told the recipient yet."""
    TOLD = "told"
    CONFIRMED = "confirmed"
    IMPOSSIBLE = "impossible"
    """Impossible, or out of proportion: the reason stands in the file."""


SETTLED = frozenset({TaskStage.CONFIRMED, TaskStage.IMPOSSIBLE})
REPLY_WITHIN = timedelta(days=30)
"""From the day on which it arose: Art. 19 names none, and 12(3) gives the person's own clock."""
REMIND_BEFORE = timedelta(days=7)


def due(day: date) -> date:
    """By when the recipient should have confirmed what arose on ``day``."""
    return day + REPLY_WITHIN


def is_pressing(due_on: date, stage: TaskStage, today: date) -> bool:
    """Whether those who answer for it are reminded: untold, or near its day."""
    return stage not in SETTLED and (stage is TaskStage.OPEN or today >= due_on - REMIND_BEFORE)


def after(stage: TaskStage, to: TaskStage) -> TaskStage:
    """``to``; Conflict where that does not follow. A recipient may confirm unasked."""
    if stage in SETTLED or to is TaskStage.OPEN or (stage is to):
        raise Conflict("this task is settled, or told already", remedy="read it again")
    return to
