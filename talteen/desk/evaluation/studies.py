"""Service-level studies: the list, a plan that says how many calls it takes, one study, its answer.

An analyst plans; whoever may evaluate answers, on the page of the call; findings are shown when the
report is frozen, never before (palvelutasotutkimus, clause 5 of the notice).
"""

from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from talteen.desk.evaluation import study_report, study_typed, study_words
from talteen.desk.evaluation.study_report import PartShown, ReportShown
from talteen.desk.evaluation.study_typed import AskTyped, TraitTyped, WeekTyped
from talteen.desk.page import documents, failures, gate_words, ground_words, purpose, wording
from talteen.desk.page.gate_words import Told
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.typed import needed_day
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.page.words import Text
from talteen.errors import InputError, Missing
from talteen.life.use.gate import passing
from talteen.life.use.study import answering, planning
from talteen.life.use.study import shown as studies
from talteen.life.use.study.plan import Plan
from talteen.life.use.study.planning import NotAPlan, Prospect
from talteen.life.use.study.shown import PLANNERS, READERS, Summary, Whole
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.register.refusals import NotBalanced


@dataclass(frozen=True, slots=True)
class ListShown:
    """The list."""

    studies: tuple[Summary, ...]
    plans: bool

    @property
    def running(self) -> int:
        """How many have calls that wait for answers."""
        return sum(one.stage is studies.Stage.RUNNING for one in self.studies)


@dataclass(frozen=True, slots=True)
class PlanShown:
    """The form of a plan, and what it would meet."""

    typed: QueryDict
    weeks: tuple[WeekTyped, ...]
    asks: tuple[AskTyped, ...]
    traits: tuple[TraitTyped, ...]
    prospect: Prospect | None = None
    percent: int = 0
    """Half of the width that the pool leads to, in percentage points."""
    parts: tuple[PartShown, ...] = ()
    lack: str = ""
    fault: Text = ""
    gate: tuple[Told, ...] = ()

    @property
    def others(self) -> bool:
        """Whether a further question was begun."""
        return any(one.touched for one in self.asks[1:])


@dataclass(frozen=True, slots=True)
class PageShown:
    """The page of one study."""

    study: Whole
    report: ReportShown | None
    pdf: bool
    soon: bool
    """Whether its calls close within the time that is warned of."""
    gate: tuple[Told, ...] = ()
    typed: str = ""
    fault: bool = False

    @property
    def left(self) -> int:
        """Calls that have no answer yet."""
        return self.study.summary.drawn - self.study.summary.answered


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The studies of one's unit."""
    who = reader(request)
    if Role(who.role) not in READERS:
        return failures.forbidden(request)
    shown = ListShown(tuple(studies.of(who)), Role(who.role) in PLANNERS)
    return render(request, "study/list.html", {"shown": shown, "now": request.visit.now})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: VisitRequest) -> HttpResponse:
    """Plan a study: looked at as often as one likes, begun once."""
    who = reader(request)
    if Role(who.role) not in PLANNERS:
        return failures.forbidden(request)
    typed = request.POST if request.method == "POST" else study_typed.usual()
    shown = PlanShown(
        typed,
        study_typed.weeks(request.visit.today),
        study_typed.asks(typed),
        study_typed.traits(typed),
    )
    if request.method != "POST":
        return render(request, "study/new.html", {"shown": shown})
    policy = request.visit.house.register.retention.policy
    now, seeds = request.visit.now, request.visit.house.vault.lot_seed
    try:
        plan = study_typed.plan(typed)
        found = planning.prospect(who, plan, policy, now)
        _pass(request, plan)
        if typed.get("what") == "begin":
            return redirect("study", planning.begin(seeds, who, plan, policy, now))
    except NotAPlan as error:
        fault = study_words.LACKS[error.lack]
        shown = replace(shown, lack=error.lack.value, fault=fault)
        return render(request, "study/new.html", {"shown": shown}, status=422)
    except NotBalanced as error:
        shown = replace(shown, fault=ground_words.shut(error.ground))
        return render(request, "study/new.html", {"shown": shown}, status=403)
    except passing.Refused as error:
        shown = replace(shown, gate=gate_words.told(error))
        return render(request, "study/new.html", {"shown": shown}, status=422)
    names = studies.names(who, plan)
    shown = replace(
        shown,
        prospect=found,
        percent=round(found.reach * 100),
        parts=tuple(study_report.part(one, names) for one in found.parts),
    )
    return render(request, "study/new.html", {"shown": shown})


def _pass(request: VisitRequest, plan: Plan) -> None:
    """Questions and anchors outlive the calls too."""
    text = "\n".join(text for one in plan.asks for text in planning.anchored(one))
    passing.check(
        request.visit.house,
        text,
        language=wording.language(),
        longest=len(text),
        now=request.visit.now,
    )


@staff_only
@require_safe
def one(request: VisitRequest, study: UUID) -> HttpResponse:
    """One study."""
    return render(request, "study/page.html", _context(request, _page(request, study)))


@staff_only
@require_safe
def file(request: VisitRequest, study: UUID, form: str) -> HttpResponse:
    """The frozen report as a file: csv or pdf."""
    shown = _page(request, study)
    if shown.report is None or form not in ("csv", "pdf"):
        raise Missing("there is no such report", remedy="wait until the study is frozen")
    name = f"study-{shown.study.summary.number}.{form}"
    if form == "csv":
        answer = HttpResponse(study_report.as_csv(shown.report), "text/csv; charset=utf-8")
    else:
        language = Language(wording.language())
        issuer = request.visit.house.register.controller.name
        made = study_report.as_pdf(
            shown.study, shown.report, issuer=issuer, language=language.value
        )
        answer = HttpResponse(made, "application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@staff_only
@require_POST
def decide(request: VisitRequest, study: UUID) -> HttpResponse:
    """Keep what is changed because of the findings."""
    shown, text = _page(request, study), request.POST.get("decision", "")
    try:
        review_on = needed_day(request.POST.get("review_on", ""))
    except InputError:
        shown = replace(shown, fault=True, typed=text)
        return render(request, "study/page.html", _context(request, shown), status=422)
    try:
        studies.decide(
            request.visit.house,
            reader(request),
            study,
            text,
            review_on=review_on,
            language=wording.language(),
            now=request.visit.now,
        )
    except passing.Refused as error:
        shown = replace(shown, gate=gate_words.told(error), typed=text)
        return render(request, "study/page.html", _context(request, shown), status=422)
    return redirect("study", study)


@staff_only
@require_POST
def answer(request: VisitRequest, recording: UUID, study: UUID) -> HttpResponse:
    """Answer a study's questions about a call that is open for quality."""
    grant = purpose.needed_grant(request, recording)
    answering.give(grant, study, study_typed.said(request.POST), request.visit.now)
    return redirect(f"{request.path.rsplit('/study/', 1)[0]}#tutkimus")


def _page(request: VisitRequest, study: UUID) -> PageShown:
    seeds = request.visit.house.vault.lot_seed
    whole = studies.whole(seeds, reader(request), study, request.visit.now)
    return PageShown(
        study=whole,
        report=study_report.shown(whole),
        pdf=documents.draws_pdf(),
        soon=whole.summary.soon(request.visit.now),
    )


def _context(request: VisitRequest, shown: PageShown) -> dict[str, object]:
    return {"shown": shown, "now": request.visit.now, "today": request.visit.today}
