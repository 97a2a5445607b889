"""The reaper's sign of life: one small file beside the ring, written after each of its rounds.

The reaper answers nobody and opens nothing, so its silence is all that could be noticed of its end.
Whoever watches reads when it last went round, by the reaper's own clock: one that stands still is
as good as dead (issue 4; DESIGN 5).
"""

from datetime import datetime
from pathlib import Path

from talteen.engine.vault.canonical import from_ms, to_ms
from talteen.engine.vault.holders import erasing

NAME = "reaper.alive"


def beat(folder: Path, at: datetime) -> None:
    """Say that a round ended at ``at``. Raises Unavailable where ``folder`` takes no writes."""
    erasing.replace(folder / NAME, str(to_ms(at)).encode())


def last(folder: Path) -> datetime | None:
    """When the reaper last ended a round; None where it never did, or the ring is away."""
    try:
        return from_ms(int((folder / NAME).read_text()))
    except (OSError, ValueError):
        return None
