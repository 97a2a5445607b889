"""Whether the calls that were looked at lean: to long ones, to late hours, to the beginning of a
week.

The draw itself can be computed anew (``lot``). What it does not see is what people do with it: a
drawn call that is put off again and again is cherry-picking too. So each call that was evaluated
gets its place among the calls of its stratum, 0 for the shortest and 1 for the longest; if nobody
chose, places are spread evenly. Their mean then lies near a half, within what chance allows
(normal approximation of the rank-sum test, Wilcoxon 1945). Pure.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

SUSPECT_BELOW = 0.01
"""A leaning that chance brings about less often than this is looked into."""
LEAST = 12
"""Fewer calls tell nothing: the approximation does not hold."""


class Trait(Enum):
    """By what a call can be picked, that can be seen before it is opened."""

    LENGTH = "length"
    HOUR = "hour"
    """Of its day: the late ones are angrier."""
    DAY = "day"
    """Of its week."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """How far the calls lean, and how often chance alone would bring that about."""

    mean: float
    """Of the places: 0.5 where nothing leans."""
    p: float
    """Two-sided; 1 where there are too few calls to say."""

    @property
    def suspect(self) -> bool:
        """Whether somebody should ask why."""
        return self.p < SUSPECT_BELOW


def place(value: float, stratum: Sequence[float]) -> float:
    """Where ``value`` stands among all values of its stratum, itself included: in (0, 1), ties in
    the middle of their ranks."""
    below = sum(other < value for other in stratum)
    same = sum(other == value for other in stratum)
    return (below + same / 2) / len(stratum)


def leaning(places: Sequence[float]) -> Leaning:
    """What ``places`` of the calls that were looked at say."""
    if len(places) < LEAST:
        return Leaning(0.5, 1.0)
    mean = math.fsum(places) / len(places)
    # Of one place the variance is 1/12: it is even over (0, 1) if nobody chose.
    z = (mean - 0.5) * math.sqrt(12 * len(places))
    return Leaning(mean, math.erfc(abs(z) / math.sqrt(2)))


def suspects(places: Mapping[Trait, Sequence[float]]) -> dict[Trait, Leaning]:
    """The traits to which the calls lean more than chance explains. Each is looked at by itself: of
    three, an honest house is asked why three times in a hundred."""
    found = {trait: leaning(some) for trait, some in places.items()}
    return {trait: one for trait, one in found.items() if one.suspect}
