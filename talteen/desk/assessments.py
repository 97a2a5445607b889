"""Why the register may be: the balancing tests and the impact assessment, as people read them.

``/assessments`` is for those who answer for the register; the summary of the balancing tests is
public, for the notice promises it (7.s5, REGISTER J4). Both are drawn from the register folder.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from talteen.desk import failures, wording, words
from talteen.desk.middleware import staff_only
from talteen.desk.overseen import OVERSEERS, WITH_THE_OWNER
from talteen.desk.visit import VisitRequest, reader
from talteen.notice.assessments import HIGHEST, Level, Measure, Risk, level
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.oversight import grounds
from talteen.oversight.grounds import Balanced, Grounds

LOOKERS = WITH_THE_OWNER
_WIDTH, _NAMES, _ROW = 720, 250, 34
"""Of the picture of reviews, in its own units."""
LEVELS: dict[Level, words.Text] = {
    Level.LOW: _("pieni"),
    Level.MIDDLE: _("kohtalainen"),
    Level.HIGH: _("suuri"),
}
LIKELIHOODS: tuple[words.Text, ...] = (
    _("epätodennäköinen"), _("mahdollinen"), _("todennäköinen"), _("lähes varma"),
)  # fmt: skip
SEVERITIES: tuple[words.Text, ...] = (
    _("vähäinen"), _("kohtalainen"), _("vakava"), _("erittäin vakava"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """What protects, and the sentence that promises it."""

    what: str
    sentence: str
    clause: str


@dataclass(frozen=True, slots=True)
class TestShown:
    """One balancing test in the reader's language."""

    id: str
    purpose: words.Text
    interest: str
    necessity: str
    milder: tuple[tuple[str, str], ...]
    impact: str
    expectations: str
    safeguards: tuple[MeasureShown, ...]
    opt_out: str
    conclusion: str
    author: words.Text
    approver: words.Text
    reviewed_on: date
    ends_on: date
    stale: bool


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """One bar of the picture: from a review to the day on which it ends."""

    name: words.Text
    y: int
    start: int
    end: int
    stale: bool


@dataclass(frozen=True, slots=True)
class RiskShown:
    """One risk, with its number in the picture."""

    number: int
    threat: str
    likelihood: words.Text
    severity: words.Text
    before: Level
    before_word: words.Text
    left_likelihood: words.Text
    left_severity: words.Text
    left: Level
    left_word: words.Text
    measures: tuple[MeasureShown, ...]


@dataclass(frozen=True, slots=True)
class CellShown:
    """One place of the picture of risks."""

    level: str
    before: tuple[int, ...]
    left: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ImpactShown:
    """The impact assessment in the reader's language."""

    id: str
    needed: str
    description: str
    necessity: str
    views: str
    advice: str
    advised_on: date
    author: words.Text
    approver: words.Text
    reviewed_on: date
    ends_on: date
    stale: bool
    asked_on: date | None
    """When the authority was asked first (36(1))."""
    risks: tuple[RiskShown, ...]
    columns: tuple[words.Text, ...]
    rows: tuple[tuple[words.Text, tuple[CellShown, ...]], ...]
    """Likelihood, the highest first, and its cells by severity."""


@dataclass(frozen=True, slots=True)
class PageShown:
    """The page."""

    grounds: Grounds
    tests: tuple[TestShown, ...]
    impact: ImpactShown
    reviews: tuple[ReviewShown, ...]
    height: int
    today_at: int | None
    """Where today stands in the picture; None where it lies outside."""
    proves: bool


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """Everything, with its pictures."""
    role = Role(reader(request).role)
    if role not in LOOKERS:
        return failures.forbidden(request)
    today, language = request.visit.today, Language(wording.language())
    found = grounds.grounds(request.visit.house.config, today)
    shown = PageShown(
        found,
        tuple(_test(one, language) for one in found.balanced),
        _impact(found, language),
        *_reviews(found, today),
        proves=role in OVERSEERS,
    )
    return render(request, "assessments/page.html", {"shown": shown})


@require_safe
def summary(request: VisitRequest) -> HttpResponse:
    """The balancing tests in brief, for everybody."""
    found = grounds.grounds(request.visit.house.config, request.visit.today)
    tests = [_test(one, Language(wording.language())) for one in found.balanced]
    return render(request, "assessments/summary.html", {"tests": tests, "grounds": found})


# --- texts ----------------------------------------------------------------------------------


def _test(one: Balanced, language: Language) -> TestShown:
    test = one.test
    return TestShown(
        id=test.id,
        purpose=words.PURPOSES[one.purpose],
        interest=one.interest[language],
        necessity=test.necessity[language],
        milder=tuple((each.way[language], each.why_not[language]) for each in test.milder),
        impact=test.impact[language],
        expectations=test.expectations[language],
        safeguards=_measures(test.safeguards, language),
        opt_out=test.opt_out[language],
        conclusion=test.conclusion[language],
        author=words.ROLES[one.terms.author],
        approver=words.ROLES[one.terms.approver],
        reviewed_on=one.terms.reviewed_on,
        ends_on=one.ends_on,
        stale=one.stale,
    )


def _measures(measures: Iterable[Measure], language: Language) -> tuple[MeasureShown, ...]:
    return tuple(
        MeasureShown(one.what[language], one.sentence, one.sentence.partition(".")[0])
        for one in measures
    )


def _impact(found: Grounds, language: Language) -> ImpactShown:
    one = found.impact
    risks = tuple(_risk(n, risk, language) for n, risk in enumerate(one.risks, 1))
    return ImpactShown(
        id=one.id,
        needed=one.needed[language],
        description=one.description[language],
        necessity=one.necessity[language],
        views=one.views[language],
        advice=one.advice.says[language],
        advised_on=one.advice.on,
        author=words.ROLES[one.author],
        approver=words.ROLES[one.approver],
        reviewed_on=one.reviewed_on,
        ends_on=found.impact_ends_on,
        stale=found.impact_stale,
        asked_on=one.prior_consultation_on,
        risks=risks,
        columns=SEVERITIES,
        rows=tuple(_rows(one.risks)),
    )


def _risk(number: int, risk: Risk, language: Language) -> RiskShown:
    return RiskShown(
        number=number,
        threat=risk.threat[language],
        likelihood=LIKELIHOODS[risk.likelihood - 1],
        severity=SEVERITIES[risk.severity - 1],
        before=risk.before,
        before_word=LEVELS[risk.before],
        left_likelihood=LIKELIHOODS[risk.left_likelihood - 1],
        left_severity=SEVERITIES[risk.left_severity - 1],
        left=risk.left,
        left_word=LEVELS[risk.left],
        measures=_measures(risk.measures, language),
    )


# --- pictures -------------------------------------------------------------------------------


def _rows(risks: Iterable[Risk]) -> Iterator[tuple[words.Text, tuple[CellShown, ...]]]:
    numbered = list(enumerate(risks, 1))

    def cell(likelihood: int, severity: int) -> CellShown:
        here = (likelihood, severity)
        return CellShown(
            level(likelihood, severity).value,
            tuple(n for n, one in numbered if (one.likelihood, one.severity) == here),
            tuple(n for n, one in numbered if (one.left_likelihood, one.left_severity) == here),
        )

    grades = range(1, HIGHEST + 1)
    for likelihood in reversed(grades):
        cells = tuple(cell(likelihood, severity) for severity in grades)
        yield LIKELIHOODS[likelihood - 1], cells


def _reviews(found: Grounds, today: date) -> tuple[tuple[ReviewShown, ...], int, int | None]:
    """The bars, the height of the picture, and where today stands in it."""
    spans: list[tuple[words.Text, date, date, bool]] = [
        (words.PURPOSES[one.purpose], one.terms.reviewed_on, one.ends_on, one.stale)
        for one in found.balanced
    ]
    impact = found.impact
    name = _("Vaikutustenarviointi")
    spans.append((name, impact.reviewed_on, found.impact_ends_on, found.impact_stale))
    first, last = min(one[1] for one in spans), max(one[2] for one in spans)

    def at(day: date) -> int:
        whole = max(1, (last - first).days)
        return _NAMES + (_WIDTH - _NAMES - 10) * (day - first).days // whole

    bars = tuple(
        ReviewShown(name, 16 + _ROW * n, at(start), at(end), stale)
        for n, (name, start, end, stale) in enumerate(spans)
    )
    inside = first <= today <= last
    return bars, _ROW * len(spans) + 22, at(today) if inside else None
