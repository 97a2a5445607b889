"""What the ledger says of balancing tests and the impact assessment: which words two persons have
adopted. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from talteen.register.log.ledger_types import Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentsAdopted:
    """Two persons adopted these papers; their review runs from ``reviewed_on``."""

    tag: ClassVar[str] = "assessments_adopted"
    papers: tuple[Sha256, ...]
    """Over the canonical words of each."""
    reviewed_on: date
