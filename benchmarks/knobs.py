"""What shortens or widens a measurement: ``TALTEEN_BENCH_NAME`` in the environment.

Taken out of it on import: a house refuses settings that it does not know.
"""

import os

_PREFIX = "TALTEEN_BENCH_"
_GIVEN = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(_PREFIX)}


def handed_on() -> dict[str, str]:
    """The environment of a process that measures: what was given is in it again."""
    return {**os.environ, **_GIVEN}


def text(name: str) -> str:
    """What was given; empty where nothing was."""
    return _GIVEN.get(_PREFIX + name, "")


def number(name: str, default: float) -> float:
    """The number that was given, or ``default``."""
    return float(text(name) or default)


def whole(name: str, default: int) -> int:
    """The same, as a whole number."""
    return int(text(name) or default)
