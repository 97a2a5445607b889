"""What the register rests on today: each balancing test with its purpose and its days, the
assessment of each type of booking, and the impact assessment (REGISTER 6.1, 10.2, 17.7). What two
persons adopted counts; what stands in the register folder beside it is a draft."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from talteen.config import Config
from talteen.notice import adoption
from talteen.notice.adoption import Balancing, Kind, Paper
from talteen.notice.assessments import ImpactAssessment
from talteen.notice.bookings import GroupBooking
from talteen.notice.register_folder import RegisterFolder
from talteen.register import adoptions, balanced, shelf
from talteen.register.adoptions import NOWHERE, Standing


@dataclass(frozen=True, slots=True)
class Kept:
    """One paper: what the folder says, and how far two persons have come with it."""

    paper: Paper
    standing: Standing
    ends_on: date | None
    """From this day on it carries nothing, unless it was reviewed; None before any adoption."""
    stale: bool
    """Whether it carries nothing today."""

    @property
    def changed(self) -> bool:
        """Whether the folder's words are others than those that were adopted."""
        stands = self.standing.adopted
        return stands is not None and stands.sha256 != self.paper.sha256

    @property
    def words(self) -> str:
        """Those that count: adopted ones, or before any the draft."""
        return self.standing.adopted.words if self.standing.adopted else self.paper.words

    @property
    def reviewed_on(self) -> date:
        """The day from which its review runs; by the folder where nobody adopted it."""
        return (self.standing.adopted or self.paper).reviewed_on


@dataclass(frozen=True, slots=True)
class Balanced:
    """The balancing test of one purpose."""

    kept: Kept
    test: Balancing
    draft: Balancing


@dataclass(frozen=True, slots=True)
class Booked:
    """Why the guests of one type of booking are not told one by one (14(5)(b))."""

    kept: Kept
    booking: GroupBooking
    draft: GroupBooking


@dataclass(frozen=True, slots=True)
class Grounds:
    """All of it."""

    balanced: tuple[Balanced, ...]
    bookings: tuple[Booked, ...]
    impact: ImpactAssessment
    impact_draft: ImpactAssessment
    impact_kept: Kept
    review_months: int
    """Of the balancing tests."""

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Every paper."""
        tests, bookings = (one.kept for one in self.balanced), (one.kept for one in self.bookings)
        return (*tests, *bookings, self.impact_kept)

    @property
    def stale(self) -> int:
        """How many papers carry nothing."""
        return sum(one.stale for one in self.kept)

    @property
    def missing(self) -> tuple[Kept, ...]:
        """What stands between the folder and its next version (6.2): papers whose words nobody
        adopted, or whose review is past."""
        return tuple(one for one in self.kept if one.stale or one.changed)


def grounds(config: Config, today: date) -> Grounds:
    """The grounds of this house's register on the Helsinki date ``today``."""
    stood = shelf.read(config.paths.register).register
    return of(stood, adoptions.standings(), today, balanced.review_months(today))


def of(
    register: RegisterFolder, standings: Mapping[str, Standing], today: date, months: int
) -> Grounds:
    """The same of a register that was read. ``months``: how long a balancing test carries by the
    notice in force; how long the impact assessment does stands in its words."""
    kept = [
        _kept(paper, standings, today, _months(paper, months))
        for paper in adoption.papers(register)
    ]
    draft, own = register.assessments.impact, kept[-1]
    adopted = own.standing.adopted
    impact = adoption.impact(adopted.words, adopted.reviewed_on) if adopted else draft
    return Grounds(
        balanced=tuple(_balanced(kept)),
        bookings=tuple(_booked(kept)),
        impact=impact,
        impact_draft=replace(draft, reviewed_on=impact.reviewed_on),
        impact_kept=own,
        review_months=months,
    )


def _months(paper: Paper, of_tests: int) -> int:
    return of_tests if paper.kind is Kind.BALANCING else paper.review_months


def _kept(paper: Paper, standings: Mapping[str, Standing], today: date, months: int) -> Kept:
    standing = standings.get(paper.id, NOWHERE)
    ends = standing.adopted.ends_on(months) if standing.adopted else None
    return Kept(paper, standing, ends, stale=ends is None or today >= ends)


def _balanced(kept: list[Kept]) -> Iterator[Balanced]:
    for one in kept:
        if one.paper.kind is Kind.BALANCING:
            draft = adoption.balancing(one.paper.words)
            yield Balanced(one, adoption.balancing(one.words), draft)


def _booked(kept: list[Kept]) -> Iterator[Booked]:
    for one in kept:
        if one.paper.kind is Kind.BOOKING:
            draft = adoption.booking(one.paper.words, one.paper.reviewed_on)
            yield Booked(one, adoption.booking(one.words, one.reviewed_on), draft)
