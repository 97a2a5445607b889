"""Service-level studies: the list, a plan that says how many calls it takes, one study, its answer.

An analyst plans; whoever may evaluate answers, on the page of the call; findings are shown when the
report is frozen, never before (palvelutasotutkimus, clause 5 of the notice).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from talteen.desk import (
    documents,
    failures,
    gate_words,
    ground_words,
    purpose,
    study_report,
    study_words,
    wording,
)
from talteen.desk.gate_words import Told
from talteen.desk.middleware import staff_only
from talteen.desk.study_report import ReportShown
from talteen.desk.visit import VisitRequest, reader
from talteen.desk.words import Text
from talteen.errors import InputError, Missing
from talteen.life.use.gate import passing
from talteen.life.use.quality import lot
from talteen.life.use.study import answering, planning
from talteen.life.use.study import shown as studies
from talteen.life.use.study.answering import Said
from talteen.life.use.study.planning import Lack, NotAPlan, Plan, Prospect, Strata
from talteen.life.use.study.shown import PLANNERS, READERS, Summary, Whole
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.register.refusals import NotBalanced

BACK, AHEAD = 10, 4
"""Weeks of the plan's lists."""
USUAL = {"expected": "80", "margin": "10", "strata": Strata.LINE.value}


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
class WeekShown:
    """One week that can be chosen."""

    monday: date
    name: str


@dataclass(frozen=True, slots=True)
class PlanShown:
    """The form of a plan, and what it would meet."""

    typed: QueryDict
    weeks: tuple[WeekShown, ...]
    strata: tuple[tuple[str, Text], ...]
    prospect: Prospect | None = None
    percent: int = 0
    """Half of the width that the pool leads to, in percentage points."""
    lack: str = ""
    fault: Text = ""
    gate: tuple[Told, ...] = ()


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
    typed = request.POST if request.method == "POST" else _usual()
    shown = PlanShown(typed, _weeks(request), tuple((s.value, t) for s, t in _STRATA))
    if request.method != "POST":
        return render(request, "study/new.html", {"shown": shown})
    policy = request.visit.house.register.retention.policy
    now, seeds = request.visit.now, request.visit.house.vault.lot_seed
    try:
        plan = _plan(typed)
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
    shown = replace(shown, prospect=found, percent=round(found.reach * 100))
    return render(request, "study/new.html", {"shown": shown})


def _pass(request: VisitRequest, plan: Plan) -> None:
    """Question and anchor outlive the calls too."""
    text = f"{plan.question}\n{plan.means_yes}"
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
        review_on = date.fromisoformat(request.POST.get("review_on", ""))
    except ValueError:
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
    """Answer a study's question about a call that is open for quality."""
    grant = purpose.needed_grant(request, recording)
    try:
        chosen = Said(request.POST.get("said", ""))
    except ValueError:
        raise InputError("nothing was chosen", remedy="choose one of the form's") from None
    answering.give(grant, study, chosen, request.visit.now)
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


_STRATA = tuple(study_words.STRATA.items())


def _usual() -> QueryDict:
    typed = QueryDict(mutable=True)
    typed.update(USUAL)
    return typed


def _weeks(request: VisitRequest) -> tuple[WeekShown, ...]:
    this = lot.monday_of(request.visit.today)
    mondays = [this + timedelta(days=7 * number) for number in range(-BACK, AHEAD + 1)]
    return tuple(WeekShown(monday, lot.week_of(monday)) for monday in mondays)


def _plan(typed: QueryDict) -> Plan:
    """What was typed, as a plan; NotAPlan where it is none."""
    goal = typed.get("goal", "").strip()
    return Plan(
        question=" ".join(typed.get("question", "").split()),
        means_yes=" ".join(typed.get("means_yes", "").split()),
        strata=_strata(typed.get("strata", "")),
        first=_monday(typed.get("first", "")),
        last=_monday(typed.get("last", "")),
        expected=_number(typed.get("expected", "")),
        margin=_number(typed.get("margin", "")),
        goal=_number(goal) if goal else None,
    )


def _strata(text: str) -> Strata:
    try:
        return Strata(text)
    except ValueError:
        return Strata.NONE


def _monday(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAPlan(Lack.WEEKS) from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise NotAPlan(Lack.SHARE)
    return int(text)
