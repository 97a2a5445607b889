"""What people who have rated the same calls may say with a question: the figures, and the rule.

Below 0.667 a question counts in nobody's score (Krippendorff 2004, 241): it is marked and left out
of the total until its anchors are rewritten and tried. The rule asks for enough calls, and looks at
alpha; where nearly all ratings are one and the same point, alpha falls to nothing though everybody
agrees, and Gwet's coefficient decides in its place: AC1 of yes and no, AC2 of a scale. First comes
whether people agree that the question applies, then how they answer it; the worse of the two
decides. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from talteen.life.use.quality import agreement
from talteen.life.use.quality.agreement import NA, Agreement, Level, Ratings, Trust
from talteen.life.use.quality.form import POINTS, Answer, Question, Scale

LEAST_CALLS = 5
"""Rated by two or more; with fewer nothing is decided (as no average is shown, REGISTER 16.3)."""
SKEWED_FROM = 0.9
"""From this share of one point on Gwet's coefficient decides."""
_ORDER = (Trust.REWRITE, Trust.TENTATIVE, Trust.RELY)


class Decides(Enum):
    """By which coefficient a question was judged."""

    ALPHA = "alpha"
    GWET = "gwet"


@dataclass(frozen=True, slots=True)
class Judged:
    """One side of a question: whether it applies, or how it is answered."""

    calls: int
    figures: Agreement
    decides: Decides
    level: Level

    @property
    def trust(self) -> Trust:
        """What the coefficient that decides allows."""
        if self.calls < LEAST_CALLS:
            return Trust.UNKNOWN
        by_alpha = self.decides is Decides.ALPHA
        return agreement.trust((self.figures.alpha if by_alpha else self.figures.gwet).value)


@dataclass(frozen=True, slots=True)
class Standing:
    """A question over all calls that were rated."""

    applies: Judged
    answers: Judged

    @property
    def calls(self) -> int:
        """Rated by two or more, whatever they said."""
        return self.applies.calls

    @property
    def trust(self) -> Trust:
        """The worse of the two; unknown where neither can be judged."""
        both = {self.applies.trust, self.answers.trust}
        return next((one for one in _ORDER if one in both), Trust.UNKNOWN)


def level(question: Question) -> Level:
    """What the points of its scale mean to each other."""
    return Level.NOMINAL if question.scale is Scale.YES_NO else Level.ORDINAL


def standing(question: Question, ratings: Ratings) -> Standing:
    """What ``ratings`` say of ``question``; one mapping a call, NA where it does not apply."""
    return Standing(
        _judged(agreement.applicable(ratings), Level.NOMINAL),
        _judged(agreement.applied(ratings), level(question)),
    )


def _judged(ratings: Ratings, scale: Level) -> Judged:
    paired = [one for one in ratings if len(one) >= 2]
    skewed = agreement.prevailing(paired) >= SKEWED_FROM
    # The whole scale: that nobody said 1 does not make 4 and 5 its two ends.
    points = () if scale is Level.NOMINAL else range(1, POINTS + 1)
    return Judged(
        calls=len(paired),
        figures=agreement.agreement(ratings, scale, points=points),
        decides=Decides.GWET if skewed else Decides.ALPHA,
        level=scale,
    )


def ratings_of(question: str, calls: Sequence[Mapping[str, Mapping[str, Answer]]]) -> Ratings:
    """The ratings of one question out of whole answers: a call is {rater: {question: answer}}.
    Whoever was not asked it (a condition was not met) has not rated."""
    return [
        {
            rater: answer if isinstance(answer, int) else NA
            for rater, answers in call.items()
            if (answer := answers.get(question)) is not None
        }
        for call in calls
    ]
