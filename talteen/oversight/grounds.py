"""What the register rests on today: each balancing test with its purpose and its days, and the
impact assessment (REGISTER 6.1, 17.7). Read from the register folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from talteen.config import Config
from talteen.notice import months
from talteen.notice.assessments import BalancingTest, ImpactAssessment
from talteen.notice.language import Localised
from talteen.notice.particulars import Assessment
from talteen.notice.purposes import Purpose
from talteen.notice.register_folder import RegisterFolder
from talteen.register import shelf


@dataclass(frozen=True, slots=True)
class Balanced:
    """The balancing test of one purpose."""

    purpose: Purpose
    interest: Localised
    terms: Assessment
    test: BalancingTest
    ends_on: date
    """From this day on it carries nothing, and the purpose is closed, unless it was reviewed."""
    stale: bool


@dataclass(frozen=True, slots=True)
class Grounds:
    """All of it."""

    balanced: tuple[Balanced, ...]
    impact: ImpactAssessment
    impact_ends_on: date
    impact_stale: bool
    review_months: int
    """Of the balancing tests."""

    @property
    def stale(self) -> int:
        """How many papers are past their review."""
        return sum(one.stale for one in self.balanced) + self.impact_stale


def grounds(config: Config, today: date) -> Grounds:
    """The grounds of this house's register on the Helsinki date ``today``."""
    return of(shelf.read(config.paths.register).register, today)


def of(register: RegisterFolder, today: date) -> Grounds:
    """The same of a register that was read."""
    impact = register.assessments.impact
    return Grounds(
        balanced=tuple(_balanced(register, today)),
        impact=impact,
        impact_ends_on=months.later(impact.reviewed_on, impact.review_months),
        impact_stale=impact.stale_on(today),
        review_months=register.file.assessments.review_months,
    )


def _balanced(register: RegisterFolder, today: date) -> Iterator[Balanced]:
    for purpose in register.file.purposes:
        terms = purpose.assessment
        test = register.assessments.test(terms.id) if terms else None
        if terms and test and purpose.interest:
            ends = months.later(terms.reviewed_on, register.file.assessments.review_months)
            stale = today >= ends
            yield Balanced(purpose.key, purpose.interest, terms, test, ends, stale)
