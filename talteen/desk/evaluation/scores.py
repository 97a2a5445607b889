"""Blind answers of several people to one question, drawn: a dot for each on the scale of five.

One's own is hollow; what does not apply stands beside the scale. Pure: places on a field of
235 by 46, and the sentence that says the same (look 4, ``scores``).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from talteen.life.use.quality.calibrated import Given
from talteen.life.use.quality.form import NO, POINTS, YES, Special

NA_X, GROUND, STEP = 222, 26, 9


@dataclass(frozen=True, slots=True)
class Dot:
    """One answer."""

    x: int
    y: int
    css: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One point of the scale."""

    x: int
    point: int


TICKS = tuple(Tick(x=20 + 40 * (point - 1), point=point) for point in range(1, POINTS + 1))


def dots(given: Sequence[Given]) -> tuple[Dot, ...]:
    """The reader's own dot stands lowest, so that it is found at once."""
    heights: dict[int, int] = defaultdict(int)
    found = []
    for one in sorted(given, key=lambda one: not one.own):
        if one.answer is None:
            continue
        na = isinstance(one.answer, Special)
        x = NA_X if isinstance(one.answer, Special) else TICKS[one.answer - 1].x
        css = "own" if one.own else "na" if na else ""
        found.append(Dot(x, GROUND - STEP * heights[x], css))
        heights[x] += 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Votes:
    """Answers to a yes/no question."""

    yes: int
    no: int
    na: int


def votes(given: Sequence[Given]) -> Votes:
    """How many said what."""
    said = [one.answer for one in given]
    return Votes(said.count(YES), said.count(NO), said.count(Special.NA))
