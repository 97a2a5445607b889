"""What calls that were drawn with unequal chances say of all those they were drawn from.

The weekly lot takes the same number from every agent, so that a call of a busy agent is drawn with
a smaller chance than one of a colleague who had few. A mean that forgets that is a mean of agents,
not of calls. Each call is therefore weighed by one over its chance: Horvitz and Thompson (1952) for
a total, Hajek (1971) for a share or a mean, Kish (1965, 11.7) for what unequal weights cost, and
Wilson's interval (1927) with that size. Shares and values are 0 to 1. Pure.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.959963984540054
"""95 % of a normal distribution lies within so many standard deviations."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One call of a sample."""

    value: float
    """0 to 1: what is measured of it."""
    chance: float
    """With which it came into the sample, above 0 and at most 1."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with the interval in which the truth lies in 95 of 100 such samples."""

    share: float
    low: float
    high: float


def horvitz_thompson(seen: Sequence[Seen]) -> float:
    """The total of the values over all calls, as the sample estimates it without leaning."""
    return math.fsum(one.value / one.chance for one in seen)


def calls(seen: Sequence[Seen]) -> float:
    """The number of all calls, as the sample estimates it."""
    return math.fsum(1 / one.chance for one in seen)


def hajek(seen: Sequence[Seen]) -> float:
    """The mean of the values over all calls: the total by the number, both estimated, so that it
    stays within the values. Of an empty sample there is none: ValueError."""
    if not seen:
        raise ValueError("nothing was seen")
    return horvitz_thompson(seen) / calls(seen)


def kish(seen: Sequence[Seen]) -> float:
    """How many calls drawn with equal chances tell as much; 0 where nothing was seen."""
    if not seen:
        return 0.0
    return calls(seen) ** 2 / math.fsum(1 / one.chance**2 for one in seen)


def estimate(seen: Sequence[Seen]) -> Interval:
    """The mean with its interval. Values between 0 and 1 spread at most as far as a yes and a no
    of the same mean, so Wilson's interval is never too narrow for them."""
    return wilson(hajek(seen), kish(seen))


def evenness(seen: Sequence[Seen]) -> float:
    """How many times as much each call tells of the mean as a yes or a no would: their variance at
    this mean over that of the values. The latter is drawn towards the former as far as the sample
    is small (as Wilson draws a share to a half), so that values that are all alike tell no more
    than they can."""
    mean, size = hajek(seen), kish(seen)
    near = centre(mean, size)
    widest = near * (1 - near)
    apart = hajek([Seen((one.value - mean) ** 2, one.chance) for one in seen])
    spread = apart * size / (size - 1) if size > 1 else widest
    return widest * (size + Z**2) / (spread * size + widest * Z**2)


def wilson(share: float, size: float) -> Interval:
    """Wilson's interval round ``share`` of a sample of ``size`` (which may be a fraction)."""
    if math.isinf(size):
        return Interval(share, share, share)
    if size <= 0:
        return Interval(share, 0.0, 1.0)
    z2 = Z**2
    middle = centre(share, size)
    half = Z * math.sqrt(share * (1 - share) / size + z2 / (4 * size**2)) / (1 + z2 / size)
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def centre(share: float, size: float) -> float:
    """The middle of Wilson's interval: the share, drawn to a half as far as the sample is small."""
    return (share * size + Z**2 / 2) / (size + Z**2)
