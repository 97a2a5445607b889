"""What is promised as a number, measured beside a peer in the same run.

``talteen bench GROUP`` runs the module of that name and prints its rows; ``--json`` prints
``{"rows": [{"group", "measure", "ours", "peer", "ratio", "bar", "pass"}]}``.
A group is a module with a function ``rows`` that yields ``Row``s. A measure is a median of at least
five, and its name ends with its unit. Ratios are what to trust: an absolute bar is for a machine
like the developers' own.
"""

import operator
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

REPEATS = 5
NO_GROUPS = frozenset(
    "callers destroyed destruction house key_holders legs loads masking_development masking_names "
    "masking_sentences masking_texts nodes words_accuracy".split()
)
"""Modules beside the groups."""
_COMPARISONS = {"<=": operator.le, ">=": operator.ge}


class Judged(Enum):
    """Which number of a row its bar is about."""

    RATIO = "ratio"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure. ``ours`` is None where the thing is not built or cannot run here."""

    group: str
    measure: str
    ours: float | None
    peer: float | None = None
    """The same work done the bare way, or by somebody else; None where nobody else does it."""
    bar: str | None = None
    """``<=1.35`` or ``>=0.9``; None where nothing was promised."""
    judged: Judged = Judged.RATIO

    @property
    def ratio(self) -> float | None:
        """Ours by the peer's."""
        return self.ours / self.peer if self.ours is not None and self.peer else None

    @property
    def passed(self) -> bool | None:
        """Whether the bar is met; None without bar or number."""
        number = self.ratio if self.judged is Judged.RATIO else self.ours
        if self.bar is None or number is None:
            return None
        return bool(_COMPARISONS[self.bar[:2]](number, float(self.bar[2:])))

    def as_json(self) -> dict[str, str | float | bool | None]:
        """The row as the contract has it."""
        names = ("group", "measure", "ours", "peer", "ratio", "bar")
        return {name: getattr(self, name) for name in names} | {"pass": self.passed}


def seconds(act: Callable[[], object]) -> float:
    """How long one ``act`` takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def times(number: int, act: Callable[[], object]) -> None:
    """Do ``act`` that many times."""
    for _ in range(number):
        act()


def side_by_side(
    ours: Callable[[], float], peer: Callable[[], float], *, repeats: int = REPEATS
) -> tuple[float, float]:
    """Medians of two measures taken in turns, so that the machine's mood touches both alike."""
    pairs = [(ours(), peer()) for _ in range(repeats)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def median(measure: Callable[[], float], *, repeats: int = REPEATS) -> float:
    """The median of repeated measures."""
    return statistics.median(measure() for _ in range(repeats))


def all_met(rows: Iterable[Row]) -> bool:
    """No row misses its bar."""
    return not any(row.passed is False for row in rows)
