"""The steps that a request has taken, as its page lists them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from talteen.desk.page.visit import VisitRequest
from talteen.life.answer import answers, papers
from talteen.life.answer.models import SubjectRequest


@dataclass(frozen=True, slots=True)
class EdgeShown:
    """One step that was taken."""

    at: datetime
    by: str
    """Empty where the person or the house itself did it."""
    step: str
    right: str
    why: str
    """Of a decision against the officer's opinion: why."""


def shown(request: VisitRequest, row: SubjectRequest) -> Iterator[EdgeShown]:
    """Its steps, the oldest first."""
    vault = request.visit.house.vault
    for edge in row.edges.select_related("by", "reasons").order_by("at", "pk"):
        against = edge.reasons if edge.reasons and edge.reasons.kind == answers.AGAINST else None
        why = papers.read(vault, against)["text"] if against else ""
        yield EdgeShown(edge.at, edge.by.name if edge.by else "", edge.step, edge.right, why)
