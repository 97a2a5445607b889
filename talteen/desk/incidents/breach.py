"""The breach room: one breach, its 72 hours, its scope, and what leaves about it (REGISTER 17.5).

The heading is the answer: what could be read. The page shows the forms of the stage in which the
breach is, to those who may take the step; whoever sends another gets the answer of a machine that
has no such edge. Nobody listens here: the scope is told from the log and the keys.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.entry import entering
from talteen.desk.incidents import breach_acts, breach_letters, breach_openings, breach_words
from talteen.desk.incidents.breach_letters import LettersShown
from talteen.desk.incidents.breach_openings import OpeningsShown
from talteen.desk.incidents.breaches import RowShown, row_of
from talteen.desk.page import drawing, failures, opinion_words, said, words
from talteen.desk.page.drawing import Ring, Tick
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import TalteenError, Unavailable
from talteen.life.seal.case_files import Texts
from talteen.life.use import listed
from talteen.life.use.rows import LineName
from talteen.notice.breaches import ENDED, BreachStage, BreachStep, Lack, NotTold, Risk
from talteen.notice.language import Language
from talteen.notice.purposes import Role
from talteen.oversight.breaches import acts, advice, papers, scope, writing
from talteen.oversight.breaches.letter_state import states
from talteen.oversight.breaches.models import Breach, BreachPaper
from talteen.oversight.breaches.report import WORKERS
from talteen.oversight.breaches.scope import CallReached, Scope
from talteen.oversight.breaches.writing import Drafted
from talteen.register.models import Line, Staff

SAID = "breach"
HOURS = 72
_TEXTS = frozenset(breach_words.PAPERS)
"""Papers that are read on the page; drafts are in their forms."""


@dataclass(frozen=True, slots=True)
class EdgeShown:
    """One step that was taken."""

    at: datetime
    by: str
    """Empty where the house itself did it."""
    step: str


@dataclass(frozen=True, slots=True)
class PaperShown:
    """One paper of the file."""

    kind: str
    text: str
    at: datetime
    by: str
    risk: str
    """Of a judgement, and of an opinion on it: which."""
    stand: str
    """Of an opinion on a proposal: for, against, or on conditions."""
    number: str
    """Of a notification: the authority's number for it."""


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One place of a form or letter that people write."""

    name: str
    label: words.Text
    text: str
    suggested: bool


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A form or a letter, and the fields in which it is written."""

    paper: str
    drafted: Drafted
    fields: tuple[FieldShown, ...]


@dataclass(frozen=True, slots=True)
class CallShown:
    """One call of the scope, by what may be said of it."""

    call: CallReached
    line: LineName | None


@dataclass(frozen=True, slots=True)
class ReachShown:
    """Where the scope is looked for."""

    row: Breach
    accounts: tuple[Staff, ...]
    suspect: str
    """Staff code."""


@dataclass(frozen=True, slots=True)
class RoomShown:
    """The page."""

    breach: RowShown
    row: Breach
    ring: Ring | None
    """One tick an hour; none once nobody waits for it any more."""
    scope: Scope
    calls: tuple[CallShown, ...]
    edges: tuple[EdgeShown, ...]
    papers: tuple[PaperShown, ...]
    form: DraftShown | None
    form_url: str
    """Where the authority takes it."""
    letters: tuple[DraftShown, ...]
    reach: ReachShown
    told: LettersShown
    """The letters that left, and those that can."""
    openings: OpeningsShown
    """Calls that were opened for it, and the wish to open one."""
    lacks: tuple[Lack, ...]
    ended: bool
    proposed: str
    proposed_by: str
    own_proposal: bool
    seen: str
    """The risk that the officer sees; empty where they named none."""
    stand: str
    """The officer's word on how it is proposed to end."""
    typed: Mapping[str, str]
    """What was typed of an opinion or against it, where it could not be taken."""
    may: frozenset[str]
    """Which acts the reader may take now, by their names."""
    risks: Mapping[Risk, words.Text]
    risk_help: Mapping[Risk, words.Text]
    reasons_not_told: Mapping[NotTold, words.Text]
    kept: bool
    """Its file still opens."""
    fault: str
    said: bool


@staff_only
@require_safe
def page(request: VisitRequest, breach: UUID) -> HttpResponse:
    """The room as it stands."""
    return _drawn(request, breach)


@staff_only
@require_safe
def dossier(request: VisitRequest, breach: UUID) -> HttpResponse:
    """All of it on paper: for the authority, or for the binder."""
    return _drawn(request, breach, template="breaches/dossier.html")


@sensitive_post_parameters()
@staff_only
@require_POST
def act(request: VisitRequest, breach: UUID, what: str) -> HttpResponse:
    """One step. A failure draws the page again, with what was typed."""
    if Role(reader(request).role) not in WORKERS:
        return failures.forbidden(request)
    if what not in breach_acts.ACTS:
        raise Http404
    if what in breach_acts.OF_TWO and (
        first := entering.confirm_first(request, reverse("breach", args=[breach]))
    ):
        return first
    try:
        breach_acts.ACTS[what](request, breach)
    except Unavailable as error:
        fault = str(breach_words.FAULTS["unavailable"])
        return _drawn(request, breach, fault=fault, status=error.http_status)
    except TalteenError as error:
        fault = str(breach_words.FAULTS.get(error.slug, breach_words.FAULTS["input"]))
        return _drawn(request, breach, fault=fault, status=error.http_status)
    said.keep(request, SAID, what=what)
    return redirect("breach", breach)


# --- the page -------------------------------------------------------------------------------------


def _drawn(
    request: VisitRequest,
    breach: UUID,
    *,
    template: str = "breaches/page.html",
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    if Role(reader(request).role) not in WORKERS:
        return failures.forbidden(request)
    row = breach_acts.found(breach)
    paper = template.endswith("dossier.html")
    shown = _shown(request, row, fault, paper=paper)
    if paper:
        shown = replace(shown, may=frozenset())  # paper has no forms
    context = {"shown": shown, "stages": {stage.name: stage for stage in BreachStage}}
    return render(request, template, context, status=status)


def _shown(request: VisitRequest, row: Breach, fault: str, *, paper: bool) -> RoomShown:
    now, who = request.visit.now, reader(request)
    desk, kept = breach_acts.desk_of(request, row), row.forgotten_at is None
    written = states(row.letters.all())
    breach, reached = row_of(row, now, list(written.values())), desk.scope
    languages = tuple(Language) if kept else ()
    return RoomShown(
        breach=breach,
        row=row,
        ring=_ring(breach) if breach.runs else None,
        scope=reached,
        calls=_calls(reached),
        edges=tuple(_edges(row)),
        papers=tuple(_papers(request, row)) if kept else (),
        form=_draft(writing.AUTHORITY, desk.authority()) if kept else None,
        form_url=request.visit.house.register.authority.breach_url,
        letters=tuple(_draft(writing.PEOPLE, desk.people(one)) for one in languages),
        reach=ReachShown(row, tuple(scope.accounts(now)), row.suspect.code if row.suspect else ""),
        told=breach_letters.shown(request, row, reached, written, kept=kept),
        openings=breach_openings.shown(
            request, row, reached, works=breach.stage not in ENDED and not paper, kept=kept
        ),
        lacks=acts.record_of(row).lacks(),
        ended=breach.stage in ENDED,
        proposed=row.proposed,
        proposed_by=row.proposed_by.name if row.proposed_by else "",
        own_proposal=row.proposed_by_id == who.pk,
        seen=one.value if (one := advice.risk_seen(row)) else "",
        stand=word.value if (word := advice.stand_on_end(row)) else "",
        typed=opinion_words.typed(request),
        may=_may(Role(who.role), breach.stage, row),
        risks=breach_words.RISKS,
        risk_help=breach_words.RISK_HELP,
        reasons_not_told=breach_words.NOT_TOLD,
        kept=kept,
        fault=fault,
        said=not fault and said.last(request, SAID) is not None,
    )


def _ring(breach: RowShown) -> Ring:
    """72 hours clockwise: what has passed, the hour that runs, what is left; all of it late once
    they are over."""
    left = min(max(breach.hours_left, -1), HOURS - 1)
    if left < 0:
        return drawing.ring([Tick.LATE] * HOURS)
    used = HOURS - 1 - left
    return drawing.ring([Tick.USED] * used + [Tick.NEXT] + [Tick.SOON] * left)


def _may(role: Role, stage: BreachStage, row: Breach) -> frozenset[str]:
    handles, decides = role in acts.HANDLERS, role in acts.DECIDERS
    if stage in ENDED:
        return frozenset({"correct"} if handles and row.forgotten_at is None else ())
    found = set[str]()
    if handles:
        found |= {"triage"} if stage in (BreachStage.REPORTED, BreachStage.ASSESSING) else set()
        found |= {"reach", "draft", "contained", "police"}
        found |= {"notified"} if stage in (BreachStage.TO_NOTIFY, BreachStage.NOTIFIED) else set()
        found |= {"numbered"} if stage is BreachStage.NOTIFIED else set()
    judged = stage in (BreachStage.TO_NOTIFY, BreachStage.NOTIFIED, BreachStage.NOT_NOTIFIED)
    found |= {"lessons"} if handles and judged else set()
    found |= {"opinion"} if role is Role.DPO else set()
    found |= {"judge"} if decides and stage is not BreachStage.REPORTED else set()
    told = stage in (BreachStage.TO_NOTIFY, BreachStage.NOTIFIED)
    if decides and told and row.risk == Risk.HIGH.value:
        found |= {"people", "not-people", "tell"}
    found |= {"posted"} if row.people == "told" else set()
    found |= _ends(stage, row, decides=decides)
    return frozenset(found)


def _ends(stage: BreachStage, row: Breach, *, decides: bool) -> set[str]:
    """How it may end now: one person proposes, a second one ends it or sends it back."""
    if row.proposed:
        closing = row.proposed == BreachStep.CLOSING_PROPOSED.value
        return {"close" if closing else "dismiss", "back"} if decides else set()
    if stage in (BreachStage.REPORTED, BreachStage.ASSESSING):
        return {"propose-dismissal"}
    done = stage in (BreachStage.NOTIFIED, BreachStage.NOT_NOTIFIED)
    return {"propose-closing"} if done else set()


def _edges(row: Breach) -> Iterator[EdgeShown]:
    for edge in row.edges.select_related("by").order_by("at", "pk"):
        yield EdgeShown(edge.at, edge.by.name if edge.by else "", edge.step)


def _papers(request: VisitRequest, row: Breach) -> Iterator[PaperShown]:
    vault = request.visit.house.vault
    for paper in row.papers.select_related("by").filter(kind__in=_TEXTS).order_by("at", "pk"):
        yield _paper(paper, papers.read(vault, paper))


def _paper(paper: BreachPaper, told: Texts) -> PaperShown:
    return PaperShown(
        kind=paper.kind,
        text="\n\n".join(filter(None, (told.get("how", ""), told["text"]))),
        at=paper.at,
        by=paper.by.name if paper.by else "",
        risk=paper.name if paper.name in breach_acts.RISKS else "",
        stand=paper.name if paper.kind == "opinion" and paper.name not in breach_acts.RISKS else "",
        number=told.get("number", ""),
    )


def _draft(paper: str, drafted: Drafted) -> DraftShown:
    fields = tuple(
        FieldShown(
            breach_acts.field_of(one.name),
            breach_words.PLACES[one.name],
            one.text,
            one.suggested,
        )
        for one in drafted.places
    )
    return DraftShown(paper, drafted, fields)


def _calls(reached: Scope) -> tuple[CallShown, ...]:
    lines = {one.slug: listed.line_name(one) for one in Line.objects.all()}
    return tuple(CallShown(one, lines.get(one.line)) for one in reached.calls)
