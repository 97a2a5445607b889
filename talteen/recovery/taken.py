"""When this machine last made a backup: one small file, so that monitoring may ask its age.

It says nothing of whether the copy still lies where it was put; only a restore shows that.
"""

from datetime import UTC, datetime
from pathlib import Path

NAME = "backup.taken"


def note(state: Path, at: datetime) -> None:
    """A whole backup was made ``at``."""
    making = state / f".{NAME}"
    making.write_text(at.astimezone(UTC).isoformat())
    making.replace(state / NAME)


def last(state: Path) -> datetime | None:
    """When the last one was made; None where none was, on this machine."""
    try:
        return datetime.fromisoformat((state / NAME).read_text())
    except (OSError, ValueError):
        return None
