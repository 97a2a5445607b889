"""How far people who evaluate the same calls agree, beyond what chance would bring about. Pure.

Krippendorff's alpha for any number of raters, with ratings missing and scales that are nominal
(yes/no), ordinal (1 to 5) or interval (Hayes & Krippendorff, Communication Methods and Measures
1(1), 2007; Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011). Beside it Gwet's AC1,
because alpha falls to nothing where nearly everybody answers alike (Gwet, Br J Math Stat Psychol
61, 2008); on a scale it is AC2, for which a 4 beside a 5 is nearly the same (Gwet, Handbook of
Inter-Rater Reliability, 4th ed. 2014, ch. 3 and 5, ordinal weights). Both with an interval by
bootstrap over the calls: a calibration has few of them, and a figure without its interval would
claim too much.

*Does not apply* is an answer of its own: first comes whether raters agree that a question applies,
then how, among those who said that it does. ``applicable`` and ``applied`` split the ratings so.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

NA = 0
"""The rating *does not apply*; the points of every scale are 1 and above."""
RELY_FROM, TENTATIVE_FROM = 0.80, 0.667
RESAMPLES = 1_000

Ratings = Sequence[Mapping[str, int]]
"""One mapping a call: who rated it, and how. Whoever is missing has not rated."""
Floats: TypeAlias = npt.NDArray[np.float64]


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
    gwet: Figure
    """AC1 of points that only differ; AC2 of those that lie nearer or farther."""

    @property
    def trust(self) -> Trust:
        """What may be done with answers to the question. The value decides, not its interval."""
        return trust(self.alpha.value)


def trust(value: float | None) -> Trust:
    """What a coefficient of this value allows."""
    match value:
        case None:
            return Trust.UNKNOWN
        case _ if value >= RELY_FROM:
            return Trust.RELY
        case _ if value >= TENTATIVE_FROM:
            return Trust.TENTATIVE
        case _:
            return Trust.REWRITE


def agreement(
    ratings: Ratings, level: Level, *, points: Sequence[int] = (), seed: int = 0
) -> Agreement:
    """All of it for one question whose scale has these ``points`` (none: those that were given);
    the same ``seed`` gives the same intervals."""
    tally = _tally(ratings, points)
    return Agreement(
        percent=percent(ratings),
        alpha=_figure(tally, lambda told, draws: _alpha(told, level, draws), seed),
        gwet=_figure(tally, lambda told, draws: _gwet(told, level, draws), seed),
    )


def applicable(ratings: Ratings) -> list[dict[str, int]]:
    """Only whether each rater said that the question applies: 1 or 2."""
    return [{who: 1 if rating == NA else 2 for who, rating in one.items()} for one in ratings]


def applied(ratings: Ratings) -> list[dict[str, int]]:
    """The ratings of those who said that it does."""
    return [{who: rating for who, rating in one.items() if rating != NA} for one in ratings]


def percent(ratings: Ratings) -> float | None:
    """The share of pairs that agree, each call weighing the same; None without a pair."""
    return _first(_tally(ratings), _percent)


def alpha(ratings: Ratings, level: Level) -> float | None:
    """Krippendorff's alpha: 1 less observed over expected disagreement. None where nothing could
    differ: fewer than two ratings of any call, or one and the same point throughout."""
    return _first(_tally(ratings), lambda tally, draws: _alpha(tally, level, draws))


def gwet(ratings: Ratings, level: Level, points: Sequence[int] = ()) -> float | None:
    """Gwet's coefficient, any number of raters, ratings missing: AC1 of nominal ratings, else AC2
    with the weights of ``level`` over the ``points`` of the scale. None without a call that two
    have rated, or with one point only."""
    return _first(_tally(ratings, points), lambda tally, draws: _gwet(tally, level, draws))


def prevailing(ratings: Ratings) -> float:
    """The share of the most common point among all ratings; 0 without any."""
    found = Counter(chain.from_iterable(one.values() for one in ratings))
    return max(found.values(), default=0) / max(found.total(), 1)


@dataclass(frozen=True, slots=True)
class _Tally:
    """Ratings as counts: a row a call, a column a point, the points in their order."""

    counts: Floats
    points: tuple[int, ...]

    @property
    def raters(self) -> Floats:
        """How many have rated each call."""
        found: Floats = self.counts.sum(axis=1)
        return found

    @property
    def paired(self) -> Floats:
        """1 for each call that at least two have rated, else 0."""
        return (self.raters >= 2).astype(float)


def _tally(ratings: Ratings, scale: Sequence[int] = ()) -> _Tally:
    points = sorted({point for one in ratings for point in one.values()} | set(scale))
    rows = [[list(one.values()).count(point) for point in points] for one in ratings]
    return _Tally(np.array(rows, dtype=float).reshape(len(ratings), len(points)), tuple(points))


Coefficient = Callable[[_Tally, Floats], Floats]
"""Of a tally and of draws (a row a draw: how often it took each call) a figure a draw; nan where
there is none."""


def _first(tally: _Tally, of: Coefficient) -> float | None:
    """The figure of the ratings as they are: each call once."""
    found = float(of(tally, np.ones((1, len(tally.counts))))[0])
    return None if np.isnan(found) else found


def _percent(tally: _Tally, draws: Floats) -> Floats:
    return _alike(tally, np.eye(len(tally.points)), draws)


def _alike(tally: _Tally, weights: Floats, draws: Floats) -> Floats:
    """How alike pairs of raters are, each call weighing the same: ``weights`` says of two points
    how near they are, 1 for one and the same."""
    n, paired = tally.raters, tally.paired
    pairs = np.where(paired > 0, n * (n - 1), 1.0)
    near = tally.counts @ weights - 1
    alike = (tally.counts * near).sum(axis=1) / pairs * paired
    return _ratio(draws @ alike, draws @ paired)


def _alpha(tally: _Tally, level: Level, draws: Floats) -> Floats:
    counts = tally.counts * tally.paired[:, None]
    totals = draws @ counts
    difference = _difference(level, tally, totals)
    within = counts / np.maximum(tally.raters - 1, 1)[:, None]
    pairs = np.einsum("dc,ci,cj->dij", draws, within, counts)
    observed = (pairs * difference).sum(axis=(1, 2))
    expected = np.einsum("di,dj,dij->d", totals, totals, difference)
    return 1 - _ratio((totals.sum(axis=1) - 1) * observed, expected)


def _gwet(tally: _Tally, level: Level, draws: Floats) -> Floats:
    rated = (tally.raters > 0).astype(float)
    shares = tally.counts / np.maximum(tally.raters, 1)[:, None]
    common = _ratio(draws @ shares, (draws @ rated)[:, None])
    met = (draws @ tally.counts > 0).sum(axis=1)
    weights = _nearness(level, tally.points)
    # Of nominal ratings only points that were met count: what nobody said was no way to differ.
    points = met if level is Level.NOMINAL else np.full(len(met), len(tally.points))
    total = points if level is Level.NOMINAL else np.full(len(met), weights.sum())
    spread = (common * (1 - common)).sum(axis=1)
    chance = _ratio(total * spread, np.where(met > 1, points * (points - 1.0), 0.0))
    return _ratio(_alike(tally, weights, draws) - chance, 1 - chance)


def _nearness(level: Level, points: Sequence[int]) -> Floats:
    """How near two points are, from 0 to 1 (Gwet 2014, 3.4): by how many steps lie between them on
    an ordinal scale, by the square of their distance on an interval one."""
    places = np.array(points, dtype=float)
    steps = np.abs(np.subtract.outer(np.arange(len(points)), np.arange(len(points)))).astype(float)
    match level:
        case Level.NOMINAL:
            return np.eye(len(points))
        case Level.ORDINAL:
            apart = steps * (steps + 1) / 2
        case Level.INTERVAL:
            apart = np.subtract.outer(places, places) ** 2
    near: Floats = 1 - apart / max(apart.max(initial=0.0), 1.0)
    return near


def _ratio(above: Floats, below: Floats) -> Floats:
    """nan where nothing stands below: there is no figure then."""
    there = below > 0
    found: Floats = np.where(there, above / np.where(there, below, 1.0), np.nan)
    return found


def _difference(level: Level, tally: _Tally, totals: Floats) -> Floats:
    """The squared difference of two points, a table a draw (Krippendorff 2011, metric
    differences)."""
    places: Floats
    draws, points = totals.shape
    match level:
        case Level.NOMINAL:
            return np.broadcast_to(1 - np.eye(points), (draws, points, points))
        case Level.INTERVAL:
            places = np.broadcast_to(np.array(tally.points, dtype=float), totals.shape)
        case Level.ORDINAL:
            # How many ratings lie between the two, half of each of their own points.
            places = np.cumsum(totals, axis=1) - totals / 2
    apart: Floats = places[:, :, None] - places[:, None, :]
    return apart * apart


def _figure(tally: _Tally, of: Coefficient, seed: int) -> Figure:
    value = _first(tally, of)
    if value is None:
        return Figure(None, None, None)
    calls, chance = len(tally.counts), np.random.default_rng(seed)
    taken = chance.integers(calls, size=(RESAMPLES, calls))
    draws = np.stack([np.bincount(row, minlength=calls) for row in taken]).astype(float)
    found = of(tally, draws)
    # A resample in which nothing differs is full agreement as far as it can be seen.
    low, high = np.quantile(np.where(np.isnan(found), 1.0, found), [0.025, 0.975])
    return Figure(value, float(low), float(high))
