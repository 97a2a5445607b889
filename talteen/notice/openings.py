"""An opening of one call by the word of two: asked for, agreed to, over by itself (D). Pure."""

from datetime import datetime, timedelta
from enum import Enum

PERSONNEL_OPENS_FOR = timedelta(hours=24)
"""How long a call of a case opens to personnel, from the second person's yes."""
PERSONNEL_WAITS = timedelta(days=7)
"""So long their wish waits for a second person: a dispute goes on over a weekend."""


class OpeningState(Enum):
    """Where one stands; computed, so that no job ends it late."""

    ASKED = "asked"
    LAPSED = "lapsed"
    """Nobody agreed in time."""
    REFUSED = "refused"
    RUNS = "runs"
    OVER = "over"

    @property
    def stands(self) -> bool:
        """Whether something is still to come of it: it waits, or it runs."""
        return self in (OpeningState.ASKED, OpeningState.RUNS)


def state(
    *,
    asked_at: datetime,
    refused_at: datetime | None,
    ends_at: datetime | None,
    waits: timedelta,
    now: datetime,
) -> OpeningState:
    """Where an opening stands at ``now``, whose wish waits for ``waits``."""
    if refused_at is not None:
        return OpeningState.REFUSED
    if ends_at is not None:
        return OpeningState.RUNS if now < ends_at else OpeningState.OVER
    return OpeningState.ASKED if now - asked_at < waits else OpeningState.LAPSED
