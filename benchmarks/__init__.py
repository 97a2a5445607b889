"""What is promised as a number, measured beside a peer in the same run.

``talteen bench`` measures every group of ``groups.GROUPS`` and keeps each row in the book
(``docs/benchmarks.json``), of which page and pictures are made; ``talteen bench GROUP`` measures
one and prints its rows; ``--json`` prints ``{"rows": [{"group", "measure", "ours", "peer", "ratio",
"bar", "pass"}]}``.
A group is one or more modules with a function ``rows`` that yields ``Row``s. A measure is a median
of at least five, and its name ends with its unit. Ratios are what to trust: an absolute bar is for
a machine like the developers' own.
"""

import operator
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import partial

REPEATS = 5
NOT_BUILT = "not built"
_COMPARISONS = {"<=": operator.le, ">=": operator.ge}


class Judged(Enum):
    """Which number of a row its bar is about."""

    RATIO = "ratio"
    OURS = "ours"


class Verdict(Enum):
    """What became of a row."""

    MET = "met"
    MISSED = "missed"
    NO_BAR = "no bar"
    SKIPPED = "skipped"
    NOT_BUILT = "not built"
    FAILED = "failed"
    """Its module ended with an error, and says which."""


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
    lacks: str = ""
    """Why there is no number: ``NOT_BUILT``, or what is missing on this machine."""

    @property
    def ratio(self) -> float | None:
        """Ours by the peer's."""
        return self.ours / self.peer if self.ours is not None and self.peer else None

    @property
    def number(self) -> float | None:
        """The number that the bar is about."""
        return self.ratio if self.judged is Judged.RATIO else self.ours

    @property
    def passed(self) -> bool | None:
        """Whether the bar is met; None without bar or number."""
        if self.bar is None or self.number is None:
            return None
        return bool(_COMPARISONS[self.bar[:2]](self.number, float(self.bar[2:])))

    @property
    def verdict(self) -> Verdict:
        """In one word. A row with a bar and without the number that it needs was skipped."""
        if self.lacks == NOT_BUILT:
            return Verdict.NOT_BUILT
        if self.lacks or self.ours is None or (self.bar and self.number is None):
            return Verdict.SKIPPED
        return {True: Verdict.MET, False: Verdict.MISSED, None: Verdict.NO_BAR}[self.passed]

    def as_json(self) -> dict[str, str | float | bool | None]:
        """The row as the contract has it, and why there is no number where there is none."""
        names = ("group", "measure", "ours", "peer", "ratio", "bar")
        told = {name: getattr(self, name) for name in names} | {"pass": self.passed}
        return told | ({"lacks": self.lacks} if self.lacks else {})


def lacking(group: str, measure: str, why: str, bar: str | None = None) -> Row:
    """The row of what was not measured, and why."""
    return Row(group, measure, None, None, bar, lacks=why)


def seconds(act: Callable[[], object]) -> float:
    """How long one ``act`` takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def times(number: int, act: Callable[[], object]) -> None:
    """Do ``act`` that many times."""
    for _ in range(number):
        act()


STRETCHES, STRETCH = 100, 20


def least_us(act: Callable[[], object]) -> float:
    """Microseconds of one ``act`` that computes and waits for nothing: the least of many short
    stretches. The work is the same each time; what differs is the neighbours (decision 253)."""
    stretch = partial(seconds, partial(times, STRETCH, act))
    return min(stretch() for _ in range(STRETCHES)) / STRETCH * 1e6


def side_by_side(
    ours: Callable[[], float], peer: Callable[[], float], *, repeats: int = REPEATS
) -> tuple[float, float]:
    """Medians of two measures taken in turns, so that the machine's mood touches both alike."""
    pairs = [(ours(), peer()) for _ in range(repeats)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def median(measure: Callable[[], float], *, repeats: int = REPEATS) -> float:
    """The median of repeated measures."""
    return statistics.median(measure() for _ in range(repeats))


def p95(values: list[float]) -> float:
    """What one in twenty exceeds."""
    return statistics.quantiles(values, n=20)[-1]


def all_met(rows: Iterable[Row]) -> bool:
    """No row misses its bar."""
    return not any(row.passed is False for row in rows)
