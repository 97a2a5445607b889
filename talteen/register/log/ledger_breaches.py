"""What the ledger says of a personal data breach: that it was written down, and each step. Pure.

Ids, codes and days: what happened, to whom and by whom stands nowhere here.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from talteen.ids import CaseId
from talteen.notice.breaches import BreachKind, BreachStage, BreachStep


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachOpened:
    """A breach, or what may be one, came into the register of breaches (33(5))."""

    tag: ClassVar[str] = "breach_opened"
    breach: CaseId
    day: date
    """The Helsinki date of its report."""
    what: BreachKind


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachStepped:
    """A step of it (REGISTER C)."""

    tag: ClassVar[str] = "breach_stepped"
    breach: CaseId
    step: BreachStep
    stage: BreachStage
    """Where it stands after the step."""


BreachEntry = BreachOpened | BreachStepped
"""What the ledger says of a breach."""
