"""The log of a node's own processes: a JSON line an event on standard error, of harmless words.

The same lines and the same rule as the house's log (``talteen.log``): what is not known to be
harmless is withheld. Written by itself, because a process of a node must be there again at once
when it was killed, and the library that the house logs with takes longer to load than all of the
signaller.
"""

import json
import re
import sys
from datetime import UTC, datetime
from typing import TextIO
from uuid import UUID

WITHHELD = "…"
_WORD = re.compile(r"(?!.*\d{5})[a-z_][a-z0-9_.:/-]{0,79}\Z")
"""A word that we chose: small letters, no space, no run of digits that could be a number."""

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
    words = {key: _harmless(value) for key, value in told.items()}
    return json.dumps(known | words, ensure_ascii=False)


def _say(level: str, event: str, told: dict[str, Told], to: TextIO | None = None) -> None:
    print(line(level, event, told, datetime.now(UTC)), file=to or sys.stderr, flush=True)


def _harmless(value: object) -> str | int | float | None:
    match value:
        case None | int() | float():
            return value
        case UUID():
            return str(value)
        case str() if _WORD.match(value):
            return value
        case str():
            return _as_id(value)
        case _:
            return WITHHELD


def _as_id(text: str) -> str:
    """An id that came as text; anything else is withheld."""
    try:
        return str(UUID(text))
    except ValueError:
        return WITHHELD
