"""Must this recording die now? One verdict, from facts (REGISTER 13.4, 13.6, 13.9, 15.3, 15.6).

The clock, not a person, brings the ordinary end. Nothing here can be postponed: only a hold keeps a
recording past its cutoff, and holds are facts handed in.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from talteen.register.states import Progress


class Reason(Enum):
    """Why a recording is destroyed. The value enters the ledger and the certificate."""

    EXPIRED = "expired"
    REQUEST = "request"
    OBJECTION = "objection"
    ILLEGAL = "illegal"
    REFUSAL = "refusal"
    THREAT_LAPSED = "threat_lapsed"
    HOLD_RELEASED = "hold_released"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True)
class DestroyFacts:
    """What the verdict depends on."""

    progress: Progress
    cutoff_at: datetime
    holds: int
    parked_until: datetime | None = None
    already: Reason | None = None
    """The reason that was committed when the recording became ``destroying``."""


@dataclass(frozen=True, slots=True)
class Destroy:
    """It must die in the next roll."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Keep:
    """Holds keep it, this many."""

    holds: int


@dataclass(frozen=True, slots=True)
class NotYet:
    """It lives until this moment."""

    until: datetime


Verdict = Destroy | Keep | NotYet


def verdict(facts: DestroyFacts, now: datetime) -> Verdict:
    """Whether the recording dies in the next roll. A finished one is never asked about."""
    if facts.already is not None:
        return Destroy(facts.already)
    if facts.progress is Progress.REFUSED:
        return Destroy(Reason.REFUSAL)
    if facts.parked_until is not None and facts.progress is Progress.PARKED:
        # 15.6: without a confirmed claim the threat exception ends by itself after 24 hours.
        if now >= facts.parked_until:
            return Destroy(Reason.THREAT_LAPSED)
        return NotYet(min(facts.parked_until, facts.cutoff_at))
    if facts.holds:
        return Keep(facts.holds)
    return Destroy(Reason.EXPIRED) if now >= facts.cutoff_at else NotYet(facts.cutoff_at)
