"""Breaches: the report that anybody may make, and the register of all of them (GDPR 33(5)).

One press is enough for a report. What is typed is sealed before the page answers; what happened to
it afterwards only those see who work on it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from talteen.clock import HELSINKI
from talteen.desk.incidents import breach_words
from talteen.desk.page import failures, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import InputError
from talteen.notice import breaches as law
from talteen.notice.breaches import BreachKind, BreachStage
from talteen.notice.purposes import Role
from talteen.oversight.breaches import report as reporting
from talteen.oversight.breaches.letter_state import OWED, LetterState, states
from talteen.oversight.breaches.models import Breach, BreachLetter
from talteen.oversight.breaches.report import WORKERS, Reported, Seen

LOOKERS = WORKERS | {Role.AUDITOR}
"""Who sees the register: codes and days. The file of each opens for those who work on it."""
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class RowShown:
    """One breach in the register."""

    id: UUID
    reference: str
    kind: BreachKind
    stage: BreachStage
    reported_at: datetime
    by_house: bool
    limit_at: datetime
    hours_left: int
    """Whole hours; negative once 72 have passed."""
    runs: bool
    """The clock runs: the authority was not told, and nobody has decided that it need not be."""
    notified_at: datetime | None
    risk: str
    people: str
    letters: int
    unreached: int
    """Letters of which nobody can say yet that the person was told."""
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListShown:
    """The register."""

    open: tuple[RowShown, ...]
    ended: tuple[RowShown, ...]
    opens: bool
    """The reader may open a file."""


@dataclass(frozen=True, slots=True)
class ReportShown:
    """The form of a report."""

    kinds: Mapping[BreachKind, words.Text]
    typed: Mapping[str, str]
    call: str
    fault: str


@dataclass(frozen=True, slots=True)
class ReportedShown:
    """What became of it."""

    id: UUID
    reference: str
    kept_words: bool
    words: str
    """Those that could not be sealed: shown back, so that they are not lost."""
    opens: bool
    officer: str


def row_of(row: Breach, now: datetime, letters: Sequence[LetterState] = ()) -> RowShown:
    """One breach as the register shows it, with what became of its ``letters``."""
    stage = BreachStage(row.stage)
    limit_at = law.limit(row.reported_at, row.aware_at)
    return RowShown(
        id=row.pk,
        reference=row.case.reference,
        kind=BreachKind(row.kind),
        stage=stage,
        reported_at=row.reported_at,
        by_house=row.reported_by_id is None,
        limit_at=limit_at,
        hours_left=int((limit_at - now).total_seconds() // 3600),
        runs=stage in (BreachStage.REPORTED, BreachStage.ASSESSING, BreachStage.TO_NOTIFY),
        notified_at=row.notified_at,
        risk=row.risk,
        people=row.people,
        letters=len(letters),
        unreached=sum(one in OWED for one in letters),
        closed_at=row.closed_at,
    )


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The register: what is due first stands first."""
    role, now = Role(reader(request).role), request.visit.now
    if role not in LOOKERS:
        return failures.forbidden(request)
    rows = Breach.objects.select_related("case").order_by("reported_at", "pk")
    written = _letters()
    shown = [row_of(row, now, written[row.pk]) for row in rows.filter(closed_at=None)]
    shown.sort(key=lambda one: (not one.runs, one.limit_at))
    ended = rows.exclude(closed_at=None).order_by("-closed_at", "pk")
    context = ListShown(
        open=tuple(shown),
        ended=tuple(row_of(row, now, written[row.pk]) for row in ended),
        opens=role in WORKERS,
    )
    return render(request, "breaches/list.html", {"shown": context})


def _letters() -> Mapping[UUID, list[LetterState]]:
    """What became of all letters, by the breach."""
    rows, found = list(BreachLetter.objects.all()), defaultdict[UUID, list[LetterState]](list)
    known = states(rows)
    for row in rows:
        found[row.breach_id].append(known[row.pk])
    return found


@sensitive_post_parameters()
@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: VisitRequest) -> HttpResponse:
    """The form, and what comes of it. Anybody who works here may."""
    if request.method != "POST":
        return _form(request)
    try:
        seen = _seen(request)
        house = request.visit.house
        made = reporting.report(house.vault, house.register, seen, reader(request))
    except InputError:
        fault = _("Aika on tulevaisuudessa tai väärin kirjoitettu. Tyhjäkin käy.")
        return _form(request, fault=fault, status=422)
    return render(request, "breaches/reported.html", {"shown": _reported(request, made, seen)})


def _seen(request: VisitRequest) -> Seen:
    told = request.POST.get("words", "")
    if len(told) > LONGEST:
        raise InputError("this is too long", remedy="write at most 4,000 signs")
    kinds = {kind.value: kind for kind in breach_words.SAID}
    call = _call(request)
    return Seen(
        # A report without a kind is a report: whoever looks at it first will know better.
        kind=kinds.get(request.POST.get("kind", ""), BreachKind.OTHER),
        at=request.visit.now,
        occurred_at=moment_in(request.POST.get("occurred_at", "")),
        calls=[call] if call else [],
        words=told,
    )


def moment_in(written: str) -> datetime | None:
    """A time as a form writes it, in Helsinki; None for an empty place, InputError for no time."""
    if not written.strip():
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=HELSINKI)
    except ValueError:
        raise InputError("this is no time", remedy="write day and time") from None


def _call(request: VisitRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("call", "") or request.GET.get("call", ""))
    except ValueError:
        return None


def _form(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    call = _call(request)
    shown = ReportShown(
        kinds={kind: breach_words.KINDS[kind] for kind in breach_words.SAID},
        typed={name: request.POST.get(name, "") for name in ("kind", "occurred_at", "words")},
        call=str(call) if call else "",
        fault=fault,
    )
    return render(request, "breaches/report.html", {"shown": shown}, status=status)


def _reported(request: VisitRequest, made: Reported, seen: Seen) -> ReportedShown:
    return ReportedShown(
        id=made.breach.pk,
        reference=made.breach.case.reference,
        kept_words=made.kept_words,
        words="" if made.kept_words else seen.words,
        opens=Role(reader(request).role) in WORKERS,
        officer=request.visit.house.register.dpo.phone,
    )
