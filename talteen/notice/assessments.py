"""Why the register may be at all: the balancing test of each purpose, and the impact assessment.

Two texts of the register folder, written before anything is recorded (REGISTER 6.1, 6.2). A
balancing test answers, in its order, whether the interest is lawful, whether it needs this
processing or milder means would do, and whether it outweighs the persons' own (GDPR 6(1)(f); EDPB
Guidelines 1/2024). The impact assessment weighs what could go wrong before and after the measures
(35(7)); where a high risk is left, the authority is asked first (36(1)).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter, with_config

from talteen.errors import ConfigError
from talteen.notice import months, toml_text
from talteen.notice.clauses import SentenceId
from talteen.notice.language import Localised
from talteen.notice.purposes import Role
from talteen.notice.toml_text import CLOSED, Day, Law, Text
from talteen.notice.written import Slug, whole

BALANCING = "assessments/balancing.toml"
IMPACT = "assessments/impact.toml"
HIGHEST = 4
"""Of likelihood and of severity, from 1."""
HIGH, MIDDLE = 9, 4
"""From these products of both on a risk is high, or middling."""
Grade = Annotated[int, whole(1, HIGHEST)]
LAWS = {
    "tests": Law("GDPR 6(1)(f), REGISTER 6.1", "write a balancing test for each purpose"),
    "tests.milder": Law("GDPR 5(1)(c), 6(1)(f)", "write which milder means were considered"),
    "tests.safeguards": Law("GDPR 6(1)(f)", "name a sentence of the notice that promises it"),
    "risks": Law("GDPR 35(7)(c)-(d)", "weigh what could go wrong, before and after the measures"),
    "risks.measures": Law("GDPR 35(7)(d)", "name a sentence of the notice that promises it"),
    "advice": Law("GDPR 35(2)", "ask the data protection officer, and write the answer"),
    "approver": Law("REGISTER D", "let another role approve it"),
    "review_months": Law("GDPR 35(11), REGISTER 17.7", "review it at least every 12 months"),
    "prior_consultation_on": Law("GDPR 36(1)", "ask the authority first, or lessen the risk"),
}


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Milder:
    """A milder means, and why it is not enough by itself."""

    way: Localised
    why_not: Localised


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Measure:
    """What protects the persons, and the sentence of the notice that promises it to them."""

    what: Localised
    sentence: Text


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class BalancingTest:
    """Tasapainotesti: the words of one. Interest, roles and dates stand in ``register.toml``."""

    id: Text
    necessity: Localised
    milder: Annotated[tuple[Milder, ...], Field(min_length=1)]
    impact: Localised
    """On the persons whose calls they are."""
    expectations: Localised
    """What these may reasonably expect (recital 47)."""
    safeguards: Annotated[tuple[Measure, ...], Field(min_length=1)]
    opt_out: Localised
    conclusion: Localised


class Level(Enum):
    """How much a risk weighs."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Risk:
    """What could go wrong for the persons, and what is done about it."""

    key: Slug
    threat: Localised
    likelihood: Grade
    severity: Grade
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]
    left_likelihood: Grade
    left_severity: Grade

    @property
    def before(self) -> Level:
        """Without the measures."""
        return level(self.likelihood, self.severity)

    @property
    def left(self) -> Level:
        """With them."""
        return level(self.left_likelihood, self.left_severity)


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class Advice:
    """What the data protection officer advised, and when."""

    on: Day
    says: Localised


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class ImpactAssessment:
    """Vaikutustenarviointi, by two roles and with the officer's advice (GDPR 35)."""

    id: Text
    author: Role
    approver: Role
    reviewed_on: Day
    review_months: Annotated[int, whole(1, 12)]
    needed: Localised
    """Why one is made (35(1), (3))."""
    description: Localised
    necessity: Localised
    views: Localised
    """Of the persons or their representatives (35(9))."""
    advice: Advice
    risks: Annotated[tuple[Risk, ...], Field(min_length=1)]
    prior_consultation_on: Day | None = None

    def stale_on(self, day: date) -> bool:
        """Whether its review is past on ``day``."""
        return day >= months.later(self.reviewed_on, self.review_months)


@dataclass(frozen=True, slots=True)
class Assessed:
    """Both texts of a register folder."""

    tests: tuple[BalancingTest, ...]
    impact: ImpactAssessment

    def test(self, id: str) -> BalancingTest | None:
        """The balancing test called ``id``."""
        return next((test for test in self.tests if test.id == id), None)


@with_config(CLOSED)
@dataclass(frozen=True, slots=True)
class _Balancing:
    tests: Annotated[tuple[BalancingTest, ...], Field(min_length=1)]


def level(likelihood: int, severity: int) -> Level:
    """How much both weigh together."""
    product = likelihood * severity
    return Level.HIGH if product >= HIGH else Level.MIDDLE if product >= MIDDLE else Level.LOW


def read(balancing: str, impact: str, *, sentences: Iterable[SentenceId]) -> Assessed:
    """What the two texts state; ``sentences`` are those of the notice.

    Raises ConfigError naming file, key, value and article.
    """
    tests = toml_text.shaped(toml_text.parse(balancing, named=BALANCING), _balancing(), LAWS).tests
    assessed = toml_text.shaped(toml_text.parse(impact, named=IMPACT), _impact(), LAWS)
    found = Assessed(tests, assessed)
    for problem in _problems(found, frozenset(sentences)):
        raise problem
    return found


def _problems(found: Assessed, sentences: frozenset[SentenceId]) -> Iterator[ConfigError]:
    yield from _twice("tests", (test.id for test in found.tests))
    yield from _twice("risks", (risk.key for risk in found.impact.risks))
    for index, test in enumerate(found.tests):
        yield from _promised(f"tests.{index}.safeguards", test.safeguards, sentences)
    for index, risk in enumerate(found.impact.risks):
        yield from _promised(f"risks.{index}.measures", risk.measures, sentences)
        if risk.left_likelihood * risk.left_severity > risk.likelihood * risk.severity:
            yield _wrong(f"risks.{index}", "weighs more after the measures than before")
    if found.impact.author is found.impact.approver:
        yield _wrong("approver", f"{found.impact.approver.value} is the author too")
    left = [risk.key for risk in found.impact.risks if risk.left is Level.HIGH]
    if left and found.impact.prior_consultation_on is None:
        yield _wrong("prior_consultation_on", f"is missing, and {left[0]} is still a high risk")


def _promised(
    key: str, measures: Iterable[Measure], sentences: frozenset[SentenceId]
) -> Iterator[ConfigError]:
    for index, measure in enumerate(measures):
        if measure.sentence not in sentences:
            yield _wrong(f"{key}.{index}.sentence", f"{measure.sentence} is not in the notice")


def _twice(key: str, names: Iterable[str]) -> Iterator[ConfigError]:
    return toml_text.twice(key, names, LAWS)


def _wrong(key: str, says: str) -> ConfigError:
    return toml_text.wrong(key, says, LAWS)


@cache
def _balancing() -> TypeAdapter[_Balancing]:
    return TypeAdapter(_Balancing)


@cache
def _impact() -> TypeAdapter[ImpactAssessment]:
    return TypeAdapter(ImpactAssessment)
