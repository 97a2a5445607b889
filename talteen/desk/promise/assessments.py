"""Why the register may be: the balancing tests and the impact assessment, as people read them.

``/assessments`` is for those who answer for the register; the summary of the balancing tests is
public, for the notice promises it (7.s5, REGISTER J4). Both show the words that two persons have
adopted; the register folder's stand beside them as a draft, to be proposed, advised on and adopted
(``oversight.adopting``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.entry import entering
from talteen.desk.page import documents, failures, opinion_words, wording, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import OVERSEERS, WITH_THE_OWNER
from talteen.desk.page.typed import chosen
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.promise.adoption_shown import AdoptionShown, adoptions
from talteen.desk.promise.group_text import BookingShown, booking_shown
from talteen.errors import TalteenError
from talteen.notice.adoption import Balancing
from talteen.notice.assessments import HIGHEST, ImpactAssessment, Level, Measure, Risk, level
from talteen.notice.language import Language
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Role
from talteen.oversight import adopting, grounds
from talteen.oversight.grounds import Grounds

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
FAULTS: Mapping[str, words.Text] = {
    "input": _("Valitse kantasi ja kirjoita lausunto, enintään 2 000 merkkiä."),
    "against-opinion": opinion_words.UNANSWERED,
    "conflict": _("Tilanne on muuttunut: sanat tai ehdotus eivät ole enää samat. Lue uudelleen."),
    "same-person": _("Tämän tekee toinen ihminen: omaa ehdotustaan ei hyväksy kukaan."),
    "not-allowed": _("Tämä ei käy vielä, tai sen tekee toinen ihminen."),
    "config": _("Rekisterikansiossa on virhe. Pyydä ylläpitäjää korjaamaan se."),
}
"""What is said where an act was refused."""


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


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A balancing test: the words that count, the draft where it says something else."""

    test: TestShown
    draft: TestShown | None
    adoption: AdoptionShown


@dataclass(frozen=True, slots=True)
class BookedShown:
    """A type of booking: the words that count, the draft where it says something else."""

    booking: BookingShown
    draft: BookingShown | None
    adoption: AdoptionShown


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
    tests: tuple[PaperShown, ...]
    bookings: tuple[BookedShown, ...]
    """Why the guests of each type of booking are not told one by one (14(5)(b))."""
    impact: ImpactShown
    impact_draft: ImpactShown | None
    adoption: AdoptionShown
    """Of the impact assessment."""
    reviews: tuple[ReviewShown, ...]
    height: int
    today_at: int | None
    """Where today stands in the picture; None where it lies outside."""
    proves: bool
    pdf: bool
    """Whether this installation draws PDF."""
    fault: str
    at: str
    """The paper at which an act was refused."""
    typed: Mapping[str, str]
    """What was written there of an opinion or against it."""


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """Everything, with its pictures."""
    return _drawn(request)


@staff_only
@require_POST
def act(request: VisitRequest, paper: str, what: str) -> HttpResponse:
    """Propose, adopt, withdraw, or say what the officer thinks of one paper."""
    if what == "adopt" and (first := entering.confirm_first(request, reverse("assessments"))):
        return first
    by, config, now = reader(request), request.visit.house.config, request.visit.now
    seen = request.POST.get("sha256", "")
    try:
        match what:
            case "propose":
                adopting.propose(config, paper, seen, by=by, now=now)
            case "adopt":
                why = request.POST.get("against", "")
                adopting.adopt(config, paper, seen, by=by, now=now, against=why)
            case "withdraw":
                adopting.withdraw(paper, seen, by=by, now=now)
            case _:
                stand, told = request.POST.get("stand", ""), request.POST.get("opinion", "")
                adopting.opine(paper, seen, chosen(Opinion, stand), told, by=by, now=now)
    except TalteenError as error:
        return _drawn(request, fault=str(FAULTS[error.slug]), at=paper, status=error.http_status)
    return redirect("assessments")


def _drawn(
    request: VisitRequest, *, fault: str = "", at: str = "", status: int = 200
) -> HttpResponse:
    by = reader(request)
    if Role(by.role) not in LOOKERS:
        return failures.forbidden(request)
    today, language = request.visit.today, Language(wording.language())
    found = grounds.grounds(request.visit.house.config, today)
    kept, own = adoptions(found, by), found.impact_kept
    shown = PageShown(
        found,
        tuple(_paper(one, kept[one.kept.paper.id], language) for one in found.balanced),
        tuple(_booked(one, kept[one.kept.paper.id], language) for one in found.bookings),
        impact_shown(found.impact, language),
        impact_shown(found.impact_draft, language) if own.changed else None,
        kept[own.paper.id],
        *_reviews(found, today),
        proves=Role(by.role) in OVERSEERS,
        pdf=documents.draws_pdf(),
        fault=fault,
        at=at,
        typed=opinion_words.typed(request),
    )
    return render(request, "assessments/page.html", {"shown": shown}, status=status)


@require_safe
def summary(request: VisitRequest) -> HttpResponse:
    """The balancing tests in brief, for everybody: the adopted words, and no draft beside them."""
    found = grounds.grounds(request.visit.house.config, request.visit.today)
    language = Language(wording.language())
    tests = [(test_shown(one.test, language), one.kept) for one in found.balanced]
    return render(
        request,
        "assessments/summary.html",
        {"tests": tests, "grounds": found, "pdf": documents.draws_pdf()},
    )


# --- texts ----------------------------------------------------------------------------------


def _paper(one: grounds.Balanced, kept: AdoptionShown, language: Language) -> PaperShown:
    draft = test_shown(one.draft, language) if kept.changed else None
    return PaperShown(test_shown(one.test, language), draft, kept)


def _booked(one: grounds.Booked, kept: AdoptionShown, language: Language) -> BookedShown:
    draft = booking_shown(one.draft, one.kept, language) if kept.changed else None
    return BookedShown(booking_shown(one.booking, one.kept, language), draft, kept)


def test_shown(one: Balancing, language: Language) -> TestShown:
    """A balancing test in ``language``."""
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
    )


def _measures(measures: Iterable[Measure], language: Language) -> tuple[MeasureShown, ...]:
    return tuple(
        MeasureShown(one.what[language], one.sentence, one.sentence.partition(".")[0])
        for one in measures
    )


def impact_shown(one: ImpactAssessment, language: Language) -> ImpactShown:
    """The impact assessment in ``language``."""
    risks = tuple(_risk(n, risk, language) for n, risk in enumerate(one.risks, 1))
    return ImpactShown(
        id=one.id,
        needed=one.needed[language],
        description=one.description[language],
        necessity=one.necessity[language],
        views=one.views[language],
        advice=one.advice.says[language],
        advised_on=one.advice.on,
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
    language = Language(wording.language())
    names: list[words.Text] = [words.PURPOSES[one.test.purpose] for one in found.balanced]
    names += [capfirst(one.booking.name[language]) for one in found.bookings]
    spans = [
        (name, kept.reviewed_on, kept.ends_on, kept.stale)
        for name, kept in zip([*names, _("Vaikutustenarviointi")], found.kept, strict=True)
        if kept.ends_on
    ]
    if not spans:
        return (), 0, None
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
