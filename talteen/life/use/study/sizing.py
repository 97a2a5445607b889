"""How many calls a study needs, and how sure its answer is: shares, intervals, shares of a sample.

The sample of a proportion from a finite population (Cochran 1977, 4.4: n0 / (1 + (n0 - 1) / N)),
what that population takes from an interval's width, and proportional allocation with a floor.
Shares are 0 to 1. Pure.
"""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from talteen.life.use.quality.weighing import Z

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Aim:
    """How sure the answer shall be, said before anything is drawn."""

    expected: float
    """The share that is expected; 0.5 asks for the most calls."""
    margin: float
    """Half of the interval's width."""


def needed(population: int, aim: Aim) -> int:
    """How many calls of ``population`` must be answered for ``aim``; never more than there are."""
    if population <= 0:
        return 0
    of_many = Z**2 * aim.expected * (1 - aim.expected) / aim.margin**2
    return min(population, math.ceil(of_many / (1 + (of_many - 1) / population)))


def reachable(population: int, calls: int, expected: float) -> float:
    """Half of the interval's width that ``calls`` of ``population`` lead to; 1 where none."""
    if calls <= 0:
        return 1.0
    left = max(population - calls, 0) / max(population - 1, 1)
    return min(1.0, Z * math.sqrt(expected * (1 - expected) / calls * left))


def corrected(size: float, population: float, calls: int) -> float:
    """The size of a sample from endless calls that tells as much as ``size`` of ``population``,
    of which ``calls`` were looked at. Infinite where all were."""
    left = population - calls
    return size * max(population - 1, 1) / left if left > 0 else math.inf


def allocated(
    among: Mapping[K, int], there: Mapping[K, int], calls: int, floor: int
) -> dict[K, int]:
    """How many of ``calls`` come from each stratum: in proportion to ``among`` (its calls in all),
    at least ``floor``, at most what is ``there``. What a stratum lacks, others give as far as they
    can; ties fall in the order of the keys' names."""
    names = sorted(there, key=repr)
    given = {name: min(there[name], floor) for name in names}
    left = max(0, min(calls, sum(there.values())) - sum(given.values()))
    for _ in range(left):
        open_ones = [name for name in names if given[name] < there[name]]
        # The stratum that is furthest behind its share gets the next one (Hamilton, step by step).
        behind = max(open_ones, key=lambda name: among[name] / (given[name] + 1))
        given[behind] += 1
    return given
