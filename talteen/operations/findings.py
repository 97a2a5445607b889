"""What a check has found: well, doubtful or wrong; what it is, and the command that mends it. Pure.

Texts name settings, counts and times; no caller stands in any of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class State(Enum):
    """How something stands. The value is what ``--json`` writes."""

    OK = "ok"
    WARNING = "warning"
    """It works, and will not for long, or not wholly."""
    FAULT = "fault"
    """It does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    name: str
    """One word, the same for ever: scripts ask for it."""
    state: State
    says: str
    remedy: str = ""
    """What to do now: the command itself where there is one. Empty where all is well."""
    figures: Mapping[str, int | float] = field(default_factory=dict)


def well(name: str, says: str, **figures: int | float) -> Finding:
    """All is as it should be."""
    return Finding(name, State.OK, says, figures=figures)


def doubtful(name: str, says: str, remedy: str, **figures: int | float) -> Finding:
    """It works; somebody should act."""
    return Finding(name, State.WARNING, says, remedy, figures)


def wrong(name: str, says: str, remedy: str, **figures: int | float) -> Finding:
    """It does not work."""
    return Finding(name, State.FAULT, says, remedy, figures)


_EXIT = {State.OK: 0, State.WARNING: 1, State.FAULT: 2}


def exit_status(found: Iterable[Finding]) -> int:
    """0: all is well; 1: something is doubtful; 2: something is wrong."""
    return max((_EXIT[one.state] for one in found), default=0)


def as_json(found: Iterable[Finding]) -> dict[str, list[dict[str, object]]]:
    """``{"checks": [{"name", "ok", "state", "says", "remedy", "figures"}]}`` (DESIGN 8)."""
    return {
        "checks": [
            {
                "name": one.name,
                "ok": one.state is State.OK,
                "state": one.state.value,
                "says": one.says,
                "remedy": one.remedy,
                "figures": dict(one.figures),
            }
            for one in found
        ]
    }
