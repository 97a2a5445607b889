"""What may stand in a log line: one rule for the house and for the processes of its nodes.

Nothing personal is filtered out; only what is known to be harmless is let in: ids, numbers, times,
and words that we chose. It loads nothing, because a node's process must be there again at once.
"""

import re
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

# A word that we chose: small letters, no space, no run of digits that could be a number.
# A name of a person begins with a capital, a sentence has spaces.
_WORD = re.compile(r"(?!.*\d{5})[a-z_][a-z0-9_.:/-]{0,79}\Z")
WITHHELD = "…"


def harmless(value: object) -> str | int | float | bool | None:
    """``value`` as it may be written; ``…`` if it could tell something about a person."""
    match value:
        case None | bool() | int() | float():
            return value
        case UUID() | datetime() | date():
            return str(value)
        case timedelta():
            return value.total_seconds()
        case Enum():
            return harmless(value.value)
        case str() if _WORD.match(value) or _is_id(value) or _is_time(value):
            return value
        case _:
            return WITHHELD


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text
