"""What the drills have shown, for the page of the vault."""

from dataclasses import dataclass
from datetime import datetime

from talteen.oversight import damage, drills
from talteen.oversight.drill_models import DrillRun


@dataclass(frozen=True, slots=True)
class DrillsShown:
    """The last weekly drill, and what stands."""

    last: DrillRun | None
    late_since: datetime | None
    """When the next one should have run, if it is late."""
    damaged: int
    """Places of stored bytes that are not what was stored."""


def shown(now: datetime) -> DrillsShown:
    """As it is at ``now``."""
    return DrillsShown(drills.newest(), drills.late(now), len(damage.standing()))
