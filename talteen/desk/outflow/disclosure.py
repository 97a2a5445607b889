"""One disclosure: who asks, on which ground, what is cut to, who decides, what left and came back
(REGISTER 11.3).

The heading says where it stands. The page shows the forms of that stage to those who may take the
step; whoever sends another gets the answer of a machine that has no such edge.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.entry import entering
from talteen.desk.outflow import disclosure_acts, disclosure_words
from talteen.desk.outflow.disclosures import WORKERS, RowShown, row_of
from talteen.desk.page import failures, said, typed, wording, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader, sign_in
from talteen.desk.rights.requests import grouped
from talteen.errors import Missing, TalteenError
from talteen.life.answer import packages
from talteen.life.answer.disclose import finding, papers, scans
from talteen.life.answer.disclose.models import Disclosure
from talteen.life.answer.disclose.steps import DECIDERS, OFFICER, PREPARERS
from talteen.life.answer.models import Package
from talteen.life.use import listed
from talteen.life.use.rows import LineName
from talteen.notice.disclosures import ENDED, UNDECIDED, DisclosureStage, Door, Refusal
from talteen.notice.purposes import Role
from talteen.register.models import Recording

SAID = "disclosure"


@dataclass(frozen=True, slots=True)
class EdgeShown:
    """One step that was taken."""

    at: datetime
    by: str
    """Empty where the receiver or the house itself did it."""
    step: str


@dataclass(frozen=True, slots=True)
class PaperShown:
    """One paper of the file."""

    kind: str
    text: str
    more: tuple[str, ...]
    at: datetime
    by: str
    opinion: str
    refusal: str
    scan: UUID | None
    """Of a scan: by what it is fetched."""
    media: str


@dataclass(frozen=True, slots=True)
class CallShown:
    """One call that is named, or may be."""

    id: UUID
    started_at: datetime | None
    """None where the call is dead."""
    line: LineName | None
    start: str
    end: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class RoomShown:
    """The page."""

    disclosure: RowShown
    row: Disclosure
    edges: tuple[EdgeShown, ...]
    papers: tuple[PaperShown, ...]
    calls: tuple[CallShown, ...]
    candidates: tuple[CallShown, ...]
    package: Package | None
    may: frozenset[str]
    refusals: Mapping[Refusal, words.Text]
    layers: Mapping[str, words.Text]
    typed: Mapping[str, str]
    ended: bool
    kept: bool
    """Its file still opens."""
    follow_code: str
    """By which the receiver finds it; empty for who does not hand it on."""
    package_code: str
    """Shown once, when the package is sealed."""
    today: date
    fault: str
    said: bool


@never_cache
@staff_only
@require_safe
def page(request: VisitRequest, disclosure: UUID) -> HttpResponse:
    """The room as it stands."""
    return _drawn(request, disclosure)


@never_cache
@sensitive_post_parameters()
@staff_only
@require_POST
def act(request: VisitRequest, disclosure: UUID, what: str) -> HttpResponseBase:
    """One step. A failure draws the page again, with what was typed."""
    if Role(reader(request).role) not in WORKERS:
        return failures.forbidden(request)
    if what not in disclosure_acts.ACTS:
        raise Http404
    if what in disclosure_acts.TWO and (first := entering.confirm_first(request)):
        return first
    try:
        code = disclosure_acts.ACTS[what](request, disclosure)
    except TalteenError as error:
        fault = str(disclosure_words.FAULTS.get(error.slug, disclosure_words.FAULTS["input"]))
        return _drawn(request, disclosure, fault=fault, status=error.http_status)
    if code:
        return _drawn(request, disclosure, code=code)
    said.keep(request, SAID, what=what)
    return redirect("disclosure", disclosure)


@never_cache
@sensitive_post_parameters()
@staff_only
@require_POST
def find(request: VisitRequest, disclosure: UUID) -> HttpResponse:
    """Calls that it may be about: of these days, by a number where one is named."""
    if Role(reader(request).role) not in PREPARERS:
        return failures.forbidden(request)
    row, house, now = disclosure_acts.found(disclosure), request.visit.house, request.visit.now
    try:
        first = typed.needed_day(request.POST.get("first", ""))
        last = typed.day(request.POST.get("last", "")) or first
        found = finding.candidates(
            house.vault,
            row,
            first,
            last,
            request.POST.get("number", ""),
            by=reader(request),
            sign_in=sign_in(request),
            now=now,
        )
    except TalteenError as error:
        fault = str(disclosure_words.FAULTS.get(error.slug, disclosure_words.FAULTS["input"]))
        return _drawn(request, disclosure, fault=fault, status=error.http_status)
    shown = tuple(_call(one.pk, one, 0, one.length_ms, chosen=False) for one in found)
    return _drawn(request, disclosure, candidates=shown)


@never_cache
@staff_only
@require_safe
def scan(request: VisitRequest, disclosure: UUID, paper: UUID) -> HttpResponse:
    """A paper as it was scanned, as a file: no browser opens it among our pages."""
    if Role(reader(request).role) not in WORKERS:
        return failures.forbidden(request)
    row = disclosure_acts.found(disclosure)
    try:
        kept = scans.read(request.visit.house.vault, disclosure, paper, by=reader(request))
    except Missing:
        raise Http404 from None
    answer = HttpResponse(kept.content, content_type="application/octet-stream")
    name = f"{row.case.reference}.{kept.media.value}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


# --- the page -------------------------------------------------------------------------------------


def _drawn(
    request: VisitRequest,
    disclosure: UUID,
    *,
    fault: str = "",
    status: int = 200,
    code: str = "",
    candidates: tuple[CallShown, ...] = (),
) -> HttpResponse:
    role = Role(reader(request).role)
    if role not in WORKERS:
        return failures.forbidden(request)
    row, visit = disclosure_acts.found(disclosure), request.visit
    kept, stage = row.forgotten_at is None, DisclosureStage(row.stage)
    named = tuple(_named(row))
    known = {one.id for one in named}
    shown = RoomShown(
        disclosure=row_of(row, visit.today),
        row=row,
        edges=tuple(_edges(row)),
        papers=tuple(_papers(request, row)) if kept else (),
        calls=named,
        candidates=tuple(one for one in candidates if one.id not in known),
        package=packages.open_now(row, visit.now),
        may=_may(role, stage, row, own=row.proposed_by_id == reader(request).pk)
        if kept
        else frozenset(),
        refusals=disclosure_words.REFUSALS,
        layers=disclosure_words.LAYERS,
        typed=request.POST.dict(),
        ended=stage in ENDED,
        kept=kept,
        follow_code=_follow_code(request, row) if kept and role in PREPARERS else "",
        package_code=grouped(code) if code else "",
        today=visit.today,
        fault=fault,
        said=not fault and said.last(request, SAID) is not None,
    )
    return render(request, "disclosures/page.html", {"shown": shown}, status=status)


def _follow_code(request: VisitRequest, row: Disclosure) -> str:
    if row.stage != DisclosureStage.SEALED.value:
        return ""
    return grouped(papers.newest(request.visit.house.vault, row, "asked").get("code", ""))


_S = DisclosureStage
_PREPARES: Mapping[DisclosureStage, frozenset[str]] = {
    _S.RECEIVED: frozenset({"verify"}),
    _S.VERIFIED: frozenset({"ground"}),
    _S.GROUNDED: frozenset({"scope"}),
    _S.SCOPED: frozenset({"scope", "propose"}),
    _S.APPROVED: frozenset({"seal"}),
    _S.SEALED: frozenset({"seal"}),
    _S.HANDED_OVER: frozenset({"receipt"}),
    _S.RECEIPTED: frozenset({"close"}),
}


def _may(role: Role, stage: DisclosureStage, row: Disclosure, *, own: bool) -> frozenset[str]:
    found = set[str]()
    if role in PREPARERS:
        found |= {"scan"} | _PREPARES.get(stage, frozenset())
        found |= {"propose-refusal"} if stage in UNDECIDED else set()
        found |= {"withdraw"} if stage in (*UNDECIDED, _S.REFUSAL, _S.APPROVED) else set()
    if role in DECIDERS and not own:
        found |= {"approve", "send-back"} if stage is _S.PROPOSED else set()
        found |= {"refuse", "send-back"} if stage is _S.REFUSAL else set()
    if role in DECIDERS and row.scoped_by_id and stage in (_S.SCOPED, _S.PROPOSED):
        order = Door(row.door) is Door.AUTHORITY
        found |= {"preserve"} if order else set()
    if role in OFFICER:
        found |= {"opinion"} if stage in (*UNDECIDED, _S.REFUSAL) else set()
        ended = stage in ENDED
        found |= set() if ended else {"resume"} if row.stopped_by_id else {"stop"}
    return frozenset(found)


def _edges(row: Disclosure) -> Iterator[EdgeShown]:
    for edge in row.edges.select_related("by").order_by("at", "pk"):
        yield EdgeShown(edge.at, edge.by.name if edge.by else "", edge.step)


def _papers(request: VisitRequest, row: Disclosure) -> Iterator[PaperShown]:
    vault = request.visit.house.vault
    rows = row.papers.select_related("by").exclude(name="article19").exclude(kind=scans.CONTENT)
    for paper in rows.order_by("at", "pk"):
        told = papers.read(vault, paper)
        digest = f"SHA-256 {told['sha256']}" if paper.kind == scans.KIND else ""
        more = (*(told.get(one, "") for one in ("reference", "treaty", "secrecy")), digest)
        yield PaperShown(
            kind=paper.kind,
            text=told.get("text", ""),
            more=tuple(filter(None, more)),
            at=paper.at,
            by=paper.by.name if paper.by else "",
            opinion=paper.name if paper.kind == "opinion" else "",
            refusal=paper.name if paper.kind == "refusal" else "",
            scan=paper.pk if paper.kind == scans.KIND else None,
            media=paper.name.upper(),
        )


def _named(row: Disclosure) -> Iterator[CallShown]:
    named = list(row.calls.order_by("pk"))
    living = Recording.objects.select_related("line").in_bulk([one.recording for one in named])
    for one in named:
        recording = living.get(one.recording)
        yield _call(one.recording, recording, one.start_ms, one.end_ms, chosen=True)


def _call(
    call: UUID, recording: Recording | None, start_ms: int, end_ms: int, *, chosen: bool
) -> CallShown:
    return CallShown(
        id=call,
        started_at=recording.started_at if recording else None,
        line=listed.line_name(recording.line) if recording else None,
        start=wording.place(start_ms),
        end=wording.place(-(-end_ms // 1000) * 1000),
        chosen=chosen,
    )
