"""Balancing tests and the impact assessment for the file, as PDF: the words that count, who adopted
them, until when they carry (GDPR 5(2), 35). The summary of the tests is anybody's."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from talteen.desk.page import failures, papers, wording, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.promise.adoption_shown import AdoptionShown, adoptions
from talteen.desk.promise.assessments import (
    LOOKERS,
    ImpactShown,
    TestShown,
    impact_shown,
    test_shown,
)
from talteen.desk.promise.group_text import BookingShown, booking_shown
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.oversight import grounds
from talteen.oversight.grounds import Kept


@dataclass(frozen=True, slots=True)
class FileShown:
    """One paper as it goes into the file."""

    id: str
    name: words.Text
    issuer: str
    register: str
    test: TestShown | None
    booking: BookingShown | None
    impact: ImpactShown | None
    adoption: AdoptionShown
    sha256: str
    made_on: date


@dataclass(frozen=True, slots=True)
class SummaryShown:
    """The public summary on paper."""

    issuer: str
    tests: tuple[tuple[TestShown, Kept], ...]


@staff_only
@require_safe
def paper(request: VisitRequest, paper: str) -> HttpResponse:
    """One paper for the file, as a PDF: the words that count, who adopted them, until when."""
    by, today = reader(request), request.visit.today
    if Role(by.role) not in LOOKERS:
        return failures.forbidden(request)
    language = Language(wording.language())
    found = grounds.grounds(request.visit.house.config, today)
    named = {one.kept.paper.id: one for one in found.balanced}
    if paper not in {one.paper.id for one in found.kept}:
        raise Http404("there is no such paper")
    booked = {one.kept.paper.id: one for one in found.bookings}.get(paper)
    kept, test = next(one for one in found.kept if one.paper.id == paper), named.get(paper)
    file = request.visit.house.register
    adopted = kept.standing.adopted
    shown = FileShown(
        id=paper,
        name=words.PURPOSES[test.test.purpose]
        if test
        else booked.booking.name[language]
        if booked
        else _("Vaikutustenarviointi"),
        issuer=file.controller.name,
        register=file.register.name[language],
        test=test_shown(test.test, language) if test else None,
        booking=booking_shown(booked.booking, booked.kept, language) if booked else None,
        impact=None if test or booked else impact_shown(found.impact, language),
        adoption=adoptions(found, by)[paper],
        sha256=(adopted.sha256 if adopted else kept.paper.sha256).hex(),
        made_on=today,
    )
    return papers.answer("assessments/paper.html", f"{paper}-{language.value}", shown)


@require_safe
def summary(request: VisitRequest) -> HttpResponse:
    """The public summary as a PDF."""
    found = grounds.grounds(request.visit.house.config, request.visit.today)
    language = Language(wording.language())
    shown = SummaryShown(
        request.visit.house.register.controller.name,
        tuple((test_shown(one.test, language), one.kept) for one in found.balanced),
    )
    name = f"balancing-tests-{language.value}"
    return papers.public("assessments/summary_paper.html", name, shown, language.value)
