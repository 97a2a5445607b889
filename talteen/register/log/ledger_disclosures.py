"""What the ledger says of a disclosure: that it was asked for, each step of it, and what its
receiver was told later. Pure.

Which call it is about stands nowhere here: the ledger may be read by anybody, and an authority's
request may have to be kept from the person (decision 180).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from talteen.ids import CaseId
from talteen.notice.disclosures import DisclosureStage, DisclosureStep, Door
from talteen.notice.recipient_tasks import TaskAct, TaskStage


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureReceived:
    """Somebody asked for calls (11.3)."""

    tag: ClassVar[str] = "disclosure_received"
    disclosure: CaseId
    day: date
    """The Helsinki date of its receipt."""
    door: Door


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureStepped:
    """A step of it (REGISTER C)."""

    tag: ClassVar[str] = "disclosure_stepped"
    disclosure: CaseId
    step: DisclosureStep
    stage: DisclosureStage
    """Where it stands after the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientAsked:
    """A recipient is to do what was done here, or how that came out (Art. 19)."""

    tag: ClassVar[str] = "recipient_asked"
    disclosure: CaseId
    act: TaskAct
    stage: TaskStage


DisclosureEntry = DisclosureReceived | DisclosureStepped | RecipientAsked
"""What the ledger says of calls that left for others."""
