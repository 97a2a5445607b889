"""The log of a node's own processes: a JSON line an event on standard error, of harmless words.

The same lines and the same rule (``talteen.harmless``) as the house's log. Written by itself,
because a process of a node must be there again at once when it was killed, and the library that the
house logs with takes longer to load than all of the signaller.
"""

import json
import sys
from datetime import UTC, datetime
from typing import TextIO
from uuid import UUID

from talteen.harmless import harmless

Told = str | int | float | UUID | None


def info(event: str, **told: Told) -> None:
    """Something happened."""
    _say("info", event, told)


def warning(event: str, **told: Told) -> None:
    """Somebody should look at it."""
    _say("warning", event, told)


def error(event: str, **told: Told) -> None:
    """Something does not work."""
    _say("error", event, told)


def line(level: str, event: str, told: dict[str, Told], at: datetime) -> str:
    """One line as it is written, without its end."""
    known = {"event": event, "level": level, "timestamp": at.isoformat()}
    words = {key: harmless(value) for key, value in told.items()}
    return json.dumps(known | words, ensure_ascii=False)


def _say(level: str, event: str, told: dict[str, Told], to: TextIO | None = None) -> None:
    print(line(level, event, told, datetime.now(UTC)), file=to or sys.stderr, flush=True)
