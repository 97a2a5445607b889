"""How far people who evaluate the same calls agree, beyond what chance would bring about. Pure.

Krippendorff's alpha for any number of raters, with ratings missing and scales that are nominal
(yes/no), ordinal (1 to 5) or interval (Hayes & Krippendorff, Communication Methods and Measures
1(1), 2007; Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011). Beside it Gwet's AC1,
because alpha falls to nothing where nearly everybody answers alike (Gwet, Br J Math Stat Psychol
61, 2008). Both with an interval by bootstrap over the calls: a calibration has few of them, and a
figure without its interval would claim too much.

*Does not apply* is an answer of its own: first comes whether raters agree that a question applies,
then how, among those who said that it does. ``applicable`` and ``applied`` split the ratings so.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

import numpy as np

NA = 0
"""The rating *does not apply*; the points of every scale are 1 and above."""
RELY_FROM, TENTATIVE_FROM = 0.80, 0.667
RESAMPLES = 1_000

Ratings = Sequence[Mapping[str, int]]
"""One mapping a call: who rated it, and how. Whoever is missing has not rated."""
Difference = Callable[[int, int], float]


class Level(Enum):
    """What the points of a scale mean to each other."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


class Trust(Enum):
    """What an alpha allows (Krippendorff 2004, 241)."""

    RELY = "rely"
    TENTATIVE = "tentative"
    REWRITE = "rewrite"
    """The question is rewritten and counts in no score until it has been tried again."""
    UNKNOWN = "unknown"
    """Too few calls were rated by two, or all ratings are one and the same."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A coefficient with its 95 % interval; None where it cannot be computed."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything that is said of one question."""

    percent: float | None
    """Of the pairs of raters on a call, the share that said the same."""
    alpha: Figure
    ac1: Figure

    @property
    def trust(self) -> Trust:
        """What may be done with answers to the question. The value decides, not its interval."""
        match self.alpha.value:
            case None:
                return Trust.UNKNOWN
            case value if value >= RELY_FROM:
                return Trust.RELY
            case value if value >= TENTATIVE_FROM:
                return Trust.TENTATIVE
            case _:
                return Trust.REWRITE


def agreement(ratings: Ratings, level: Level, *, seed: int = 0) -> Agreement:
    """All of it for one question; the same ``seed`` gives the same intervals."""
    return Agreement(
        percent=percent(ratings),
        alpha=_figure(ratings, lambda some: alpha(some, level), seed),
        ac1=_figure(ratings, ac1, seed),
    )


def applicable(ratings: Ratings) -> list[dict[str, int]]:
    """Only whether each rater said that the question applies: 1 or 2."""
    return [{who: 1 if rating == NA else 2 for who, rating in one.items()} for one in ratings]


def applied(ratings: Ratings) -> list[dict[str, int]]:
    """The ratings of those who said that it does."""
    return [{who: rating for who, rating in one.items() if rating != NA} for one in ratings]


def percent(ratings: Ratings) -> float | None:
    """The share of pairs that agree, each call weighing the same; None without a pair."""
    shares = [_pairs_alike(Counter(one.values())) for one in _paired(ratings)]
    return math.fsum(shares) / len(shares) if shares else None


def alpha(ratings: Ratings, level: Level) -> float | None:
    """Krippendorff's alpha: 1 less observed over expected disagreement. None where nothing could
    differ: fewer than two ratings of any call, or one and the same point throughout."""
    paired = [Counter(one.values()) for one in _paired(ratings)]
    totals = Counter[int]()
    for counts in paired:
        totals.update(counts)
    difference = _difference(level, totals)
    n = totals.total()
    observed = math.fsum(
        _disagreement(counts, difference) / (counts.total() - 1) for counts in paired
    )
    expected = _disagreement(totals, difference)
    if n < 2 or not expected:
        return None
    return 1 - (n - 1) * observed / expected


def ac1(ratings: Ratings) -> float | None:
    """Gwet's first-order coefficient for nominal ratings, any number of raters, ratings missing.
    None without a call that two have rated, or with one point only."""
    rated = [Counter(one.values()) for one in ratings if one]
    points = {point for counts in rated for point in counts}
    observed = percent(ratings)
    if observed is None or len(points) < 2:
        return None
    shares = [
        math.fsum(counts[point] / counts.total() for counts in rated) / len(rated)
        for point in sorted(points)
    ]
    chance = math.fsum(share * (1 - share) for share in shares) / (len(points) - 1)
    return (observed - chance) / (1 - chance)


def _paired(ratings: Ratings) -> list[Mapping[str, int]]:
    return [one for one in ratings if len(one) >= 2]


def _pairs_alike(counts: Counter[int]) -> float:
    n = counts.total()
    return sum(count * (count - 1) for count in counts.values()) / (n * (n - 1))


def _disagreement(counts: Counter[int], difference: Difference) -> float:
    """The sum over all ordered pairs of ratings of how much they differ."""
    return math.fsum(
        counts[one] * counts[other] * difference(one, other) for one in counts for other in counts
    )


def _difference(level: Level, totals: Counter[int]) -> Difference:
    """The squared difference of two points (Krippendorff 2011, metric differences)."""
    match level:
        case Level.NOMINAL:
            return lambda one, other: float(one != other)
        case Level.INTERVAL:
            return lambda one, other: float((one - other) ** 2)
        case Level.ORDINAL:
            # How many ratings lie between the two, half of each of their own points.
            points = sorted(totals)
            ends = accumulate(totals[point] for point in points)
            middle = {p: end - totals[p] / 2 for p, end in zip(points, ends, strict=True)}
            return lambda one, other: (middle[one] - middle[other]) ** 2


def _figure(ratings: Ratings, of: Callable[[Ratings], float | None], seed: int) -> Figure:
    value = of(ratings)
    if value is None:
        return Figure(None, None, None)
    chance = np.random.default_rng(seed)
    draws = chance.integers(len(ratings), size=(RESAMPLES, len(ratings)))
    found = [of([ratings[place] for place in draw]) for draw in draws]
    # A resample in which nothing differs is full agreement as far as it can be seen.
    low, high = np.quantile([1.0 if one is None else one for one in found], [0.025, 0.975])
    return Figure(value, float(low), float(high))
