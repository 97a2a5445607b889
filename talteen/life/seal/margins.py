"""k: how many days before due a recording stops opening, so that every copy of its key has time to
die.

The longest of what may keep a copy decides, and one day more for a late roll and a week of 169
hours: the ring, and whatever a holder declares of itself (a deletion that waits and can be taken
back, snapshots, its own backups). DESIGN 5, keys-review 13. Pure.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from talteen.engine.vault.holders import Declared
from talteen.notice import retention

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Margin:
    """The least k, and why it is no less."""

    days: int
    longest: int
    """For how many days the copy lives that decides."""
    because: str
    """What keeps that copy: "ring.days", or a holder and its kind."""
    or_else: str
    """What else the operator can do, as the end of a remedy."""


def least(ring: timedelta, *, live: Declared, backup: Declared) -> Margin:
    """The least k for this ring and these two holders."""
    lives = (
        (ring, "ring.days", "or shorten ring.days"),
        _of("live", live),
        # Copies of a backup key begin to age when the ring lets it die (decision 100).
        _of("backup", backup, after=ring),
    )
    longest, because, or_else = max(lives, key=lambda one: one[0])
    days = retention.least_margin_days([longest])
    return Margin(days, ceil(longest / DAY), because, or_else)


def _of(
    which: str, declared: Declared, *, after: timedelta = timedelta(0)
) -> tuple[timedelta, str, str]:
    because = f"copies of the {which} key holder, kind {declared.kind}"
    or_else = "or use a key holder that keeps copies for less long"
    return after + declared.copies_live_for, because, or_else
