"""What the ledger says of a request: that it came, each step of it, and how it was answered. Pure.

Ids, codes and days: who asked, in which words and about which calls stands nowhere here.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from talteen.ids import CaseId
from talteen.notice.requests import Outcome, Stage, Step
from talteen.notice.rights import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReceived:
    """A request of a data subject came (14.2)."""

    tag: ClassVar[str] = "request_received"
    request: CaseId
    day: date
    """The Helsinki date of its receipt, in whichever channel it came first (3.3)."""
    limit: date
    """The last lawful day of the answer, as it was told the person."""
    rights: tuple[Right, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStepped:
    """A step of a request (REGISTER C)."""

    tag: ClassVar[str] = "request_stepped"
    request: CaseId
    step: Step
    stage: Stage
    """Where it stands after the step."""
    right: Right | None
    """Of an answer: to which of its rights."""
    outcome: Outcome | None
