"""One dispute and the calls that it holds (REGISTER 13.7, 13.12).

The register contact names more calls of it, of some days and one line, or from the number of the
case; another one confirms them all. Beyond fifty calls the data protection officer speaks first,
here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.entry import entering
from talteen.desk.page import failures, opinion_words, said, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.typed import chosen, needed_day
from talteen.desk.page.visit import VisitRequest, reader, sign_in
from talteen.errors import InputError, TalteenError, Unavailable
from talteen.life.answer import calls as answered
from talteen.life.hold import many, related, rules
from talteen.life.hold.many import Word
from talteen.life.hold.related import Candidate, Looking
from talteen.life.hold.rules import REVIEW_WITHIN
from talteen.life.use import listed
from talteen.life.use.rows import LineName
from talteen.notice.opinions import Opinion
from talteen.notice.purposes import Role
from talteen.oversight import personnel_openings
from talteen.register.models import Case, Line, Staff

SAID = "hold_case"
LOOKERS = frozenset({Role.REGISTER_CONTACT, Role.COMPLAINT_HANDLER, Role.DPO})
LONGEST = 2000
_LOOKED = ("first", "last", "line", "number")
FAULTS: Mapping[str, words.Text] = {
    "input": _(
        "Mitään ei tehty. Tarkista päivät (enintään 31), linja, numero tai tunnukset, ja että "
        "ainakin yksi puhelu on merkitty."
    ),
    "conflict": _("Tilanne on muuttunut. Mitään ei tehty: katso sivu uudelleen."),
    "case-closed": _("Tapaus on päättynyt. Jos riita jatkuu, merkitse puhelu reklamaatioksi."),
    "nothing-waits": _(
        "Yksikään pito ei odota vahvistusta: ne on vahvistettu tai ne ovat päättyneet. Lisää "
        "päättyneiden puhelut uudelleen, jos riita jatkuu."
    ),
    "same-person": _("Teit odottavat pidot itse. Pyydä toista yhteyshenkilöä."),
    "not-allowed": _("Tämä teko kuuluu toiselle henkilölle. Mikään ei muuttunut."),
    "denied": _("Sinulla ei ole lupaa hakea puheluita. Tarkista koulutus ja sitoumus."),
    "missing": _("Tapausta ei ole, tai se pitää vain muutamaa puhelua."),
    "no-longer-opens": _("Jokin puhelu ei enää avaudu."),
    "against-opinion": opinion_words.UNANSWERED,
    "waits-for-opinion": _(
        "Tapaus pitää yli 50 puhelua: tietosuojavastaavan lausunto puuttuu. Siihen asti pidot "
        "päättyvät itsestään."
    ),
}


@dataclass(frozen=True, slots=True)
class CountShown:
    """How many calls the case holds on one line."""

    line: LineName
    calls: int


@dataclass(frozen=True, slots=True)
class CandidateShown:
    """A call that may belong to the dispute."""

    call: Candidate
    line: LineName | None


@dataclass(frozen=True, slots=True)
class Personnel:
    """One of the personnel."""

    id: UUID
    name: str
    named: bool
    """In this case, so that they may ask for its calls."""


@dataclass(frozen=True, slots=True)
class CaseShown:
    """The page."""

    case: Case
    calls: int
    many: int
    """Beyond so many calls the officer speaks first."""
    counts: tuple[CountShown, ...]
    waiting: int
    """Holds that wait for a second person."""
    own: bool
    """All of these are the reader's own."""
    words: tuple[Word, ...]
    waits_for_opinion: bool
    stand: str
    """The officer's newest word; empty where none counts."""
    decides: bool
    """Whether the reader names calls, and confirms what others named."""
    advises: bool
    personnel: tuple[Personnel, ...]
    """Whom the reader can name in the case, and who is; nobody where they may not."""
    lines: tuple[LineName, ...]
    candidates: tuple[CandidateShown, ...] | None
    """What was looked for and found; None where nobody has looked."""
    typed: Mapping[str, str]
    suggested: date
    first: date
    last: date
    fault: str
    said: bool

    @property
    def looked(self) -> Mapping[str, str]:
        """Where the reader looked for calls: typed once, though the next act be refused."""
        return {name: self.typed[name] for name in _LOOKED}


@staff_only
@require_safe
def page(request: VisitRequest, case: UUID) -> HttpResponse:
    """The case as it stands."""
    return _drawn(request, case)


@sensitive_post_parameters()
@staff_only
@require_POST
def act(request: VisitRequest, case: UUID, what: str) -> HttpResponse:
    """One act. A failure draws the page again, with what was typed."""
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    if what not in ACTS:
        raise Http404
    if what == "confirm" and (
        first := entering.confirm_first(request, reverse("hold-case", args=[case]))
    ):
        return first
    _visible(request, case)
    try:
        found = ACTS[what](request, case)
    except Unavailable:
        raise
    except TalteenError as error:
        fault = str(FAULTS.get(error.slug, FAULTS["input"]))
        return _drawn(request, case, fault=fault, status=error.http_status)
    if found is not None:
        return _drawn(request, case, candidates=found)
    said.keep(request, SAID, what=what)
    return redirect("hold-case", case)


def _find(request: VisitRequest, case: UUID) -> list[Candidate]:
    number = request.POST.get("number", "").strip()
    looking = Looking(
        first=needed_day(request.POST.get("first", "")),
        last=needed_day(request.POST.get("last", "")),
        line=request.POST.get("line", ""),
        spellings=answered.spellings(number) if number else frozenset(),
    )
    visit = request.visit
    return related.find(
        visit.house.vault, case, looking,
        by=reader(request), sign_in=sign_in(request), now=visit.now,
    )  # fmt: skip


def _hold(request: VisitRequest, case: UUID) -> None:
    try:
        by_id = request.POST.get("ids", "").split()
        named = [UUID(one) for one in (*request.POST.getlist("call"), *by_id)]
    except ValueError:
        raise InputError("this is no call", remedy="choose from the list") from None
    visit = request.visit
    days = timedelta(days=visit.house.register.hold.provisional_days)
    related.hold(visit.house.vault, case, named, by=reader(request), now=visit.now, held_for=days)


def _opinion(request: VisitRequest, case: UUID) -> None:
    visit, stand = request.visit, chosen(Opinion, request.POST.get("stand", ""))
    text = _typed(request, "text")
    many.opine(visit.house.vault, case, stand, text, by=reader(request), now=visit.now)


def _confirm(request: VisitRequest, case: UUID) -> None:
    visit, by = request.visit, reader(request)
    related.confirm(
        visit.house.vault, case, needed_day(request.POST.get("review_on", "")),
        by=by, now=visit.now, against=_typed(request, "against"),
    )  # fmt: skip


def _personnel(request: VisitRequest, case: UUID) -> None:
    try:
        person = UUID(request.POST.get("person", ""))
    except ValueError:
        raise InputError("this is nobody of the personnel", remedy="choose one") from None
    personnel_openings.name(case, person, by=reader(request))


ACTS: Mapping[str, Callable[[VisitRequest, UUID], list[Candidate] | None]] = {
    "find": _find,
    "hold": _hold,
    "opinion": _opinion,
    "confirm": _confirm,
    "personnel": _personnel,
}
"""By the last part of the address."""


def _typed(request: VisitRequest, name: str) -> str:
    written = request.POST.get(name, "").strip()
    if len(written) > LONGEST:
        raise InputError("this is too long", remedy=f"write at most {LONGEST} signs")
    return written


def _visible(request: VisitRequest, case: UUID) -> Case:
    """The case, for those who may know of it; 404 for others."""
    who = reader(request)
    rows = Case.objects.filter(pk=case, kind="complaint")
    if Role(who.role) is Role.COMPLAINT_HANDLER:
        rows = rows.filter(people=who)
    row = rows.first()
    if row is None:
        raise Http404
    return row


def _drawn(
    request: VisitRequest,
    case: UUID,
    *,
    candidates: list[Candidate] | None = None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    if Role(reader(request).role) not in LOOKERS:
        return failures.forbidden(request)
    shown = _shown(request, _visible(request, case), candidates, fault)
    return render(request, "holds/case.html", {"shown": shown}, status=status)


def _shown(
    request: VisitRequest, row: Case, candidates: list[Candidate] | None, fault: str
) -> CaseShown:
    who, now, today = reader(request), request.visit.now, request.visit.today
    lines = {one.slug: listed.line_name(one) for one in Line.objects.filter(recorded=True)}
    waiting = related.waiting_of(row, now)
    calls, newest = many.calls_of(row, now), many.newest(row)
    lacks = rules.waits_for_opinion(calls, newest.calls if newest else None)
    role = Role(who.role)
    decides = role is Role.REGISTER_CONTACT and row.closed_at is None
    return CaseShown(
        case=row,
        calls=calls,
        many=rules.MANY_CALLS,
        counts=tuple(_counts(row, request, lines)),
        waiting=waiting.count(),
        own=not waiting.exclude(opened_by=who).exists(),
        words=tuple(many.words(request.visit.house.vault, row)),
        waits_for_opinion=lacks,
        stand=newest.stand if newest and calls > rules.MANY_CALLS and not lacks else "",
        decides=decides,
        advises=role is Role.DPO and calls > rules.MANY_CALLS,
        personnel=_of_personnel(row) if decides else (),
        lines=tuple(lines.values()),
        candidates=None
        if candidates is None
        else tuple(CandidateShown(one, lines.get(one.line)) for one in candidates),
        typed={name: request.POST.get(name, "") for name in (*_LOOKED, "ids")}
        | dict(opinion_words.typed(request)),
        suggested=today + timedelta(days=request.visit.house.register.hold.review_days),
        first=today + timedelta(days=1),
        last=today + REVIEW_WITHIN,
        fault=fault,
        said=not fault and candidates is None and said.last(request, SAID) is not None,
    )


def _of_personnel(row: Case) -> tuple[Personnel, ...]:
    named = set(row.people.values_list("pk", flat=True))
    people = Staff.objects.filter(role=Role.HR.value, is_active=True).order_by("name")
    return tuple(Personnel(one.pk, one.name, one.pk in named) for one in people)


def _counts(row: Case, request: VisitRequest, lines: Mapping[str, LineName]) -> list[CountShown]:
    held = many.held(row, request.visit.now).values_list("recording", "recording__line").distinct()
    counted: dict[str, int] = {}
    for _recording, line in held:
        counted[line] = counted.get(line, 0) + 1
    return [
        CountShown(lines[line], calls)
        for line, calls in sorted(counted.items(), key=lambda one: -one[1])
        if line in lines
    ]
