"""Break-glass on the screen: asked, approved, opened, given back, looked at (REGISTER 17.4).

Everybody who has a part in it sees all of it: who, why, until when, how often. The call itself is
named by its id and opened from here by who asked, on its own page.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from talteen.desk.entry import entering
from talteen.desk.page import failures, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.ids import parse
from talteen.notice.emergencies import Stage, Verdict
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import emergencies
from talteen.oversight.emergencies import APPROVERS, ASKERS, LOOKERS, REVIEWERS, Told
from talteen.register.models import Staff

SAID = "emergencies"
"""Session key: what was done last, and when by the machine's clock."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RowShown:
    """One of them, and what the reader may do about it."""

    told: Told
    why: str
    approves: bool
    opens: bool
    reviews: bool

    @property
    def stage(self) -> str:
        return self.told.stage.value


@dataclass(frozen=True, slots=True)
class PageShown:
    """The page."""

    rows: tuple[RowShown, ...]
    asks: bool
    running: int
    waiting: int
    """Those that nobody has looked at yet."""
    purpose: Purpose
    typed_call: str
    typed_why: str
    call_fault: str
    why_fault: str
    said: str
    fault: str


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: VisitRequest) -> HttpResponseBase:
    """The list; and a wish, by who may have one."""
    role = Role(reader(request).role)
    if role not in LOOKERS or (request.method == "POST" and role not in ASKERS):
        return failures.forbidden(request)
    return _asked(request) if request.method == "POST" else _drawn(request)


@entering.stepped_up
def _asked(request: VisitRequest) -> HttpResponse:
    call, why = request.POST.get("call", "").strip(), request.POST.get("why", "")
    vault, now = request.visit.house.vault, request.visit.now
    try:
        row = emergencies.ask(vault, reader(request), parse(call), why, now)
    except Missing:
        return _drawn(request, call_fault=_("Tällaista puhelua ei ole."), status=422)
    except InputError:
        no_why = not why.strip() or len(why) > emergencies.LONGEST
        fault = _("Kerro yhdellä lauseella, mikä on vialla.") if no_why else ""
        of_call = "" if no_why else _("Kirjoita puhelun koko tunnus.")
        return _drawn(request, call_fault=of_call, why_fault=fault, status=422)
    log.warning("emergency.asked", staff=row.asked_by_id, reference=row.pk)
    said.keep(request, SAID, what="asked")
    return redirect("emergencies")


@staff_only
@require_POST
@entering.stepped_up
def approve(request: VisitRequest, emergency: UUID) -> HttpResponse:
    """The second person's yes."""
    file = request.visit.house.register
    return _done(
        request, "approved", lambda who, now: emergencies.approve(file, emergency, who, now)
    )


@staff_only
@require_POST
def end(request: VisitRequest, emergency: UUID) -> HttpResponse:
    """Give it back. One may always close."""
    return _done(request, "ended", lambda who, now: emergencies.end(emergency, who, now))


@staff_only
@require_POST
def review(request: VisitRequest, emergency: UUID) -> HttpResponse:
    """A third person has looked at it."""
    needed = request.POST.get("verdict") == Verdict.NEEDED.value
    verdict = Verdict.NEEDED if needed else Verdict.NOT_NEEDED
    return _done(
        request, verdict.value, lambda who, now: emergencies.review(emergency, who, verdict, now)
    )


def _done(
    request: VisitRequest, what: str, act: Callable[[Staff, datetime], object]
) -> HttpResponse:
    who = reader(request)
    if Role(who.role) not in LOOKERS:
        return failures.forbidden(request)
    try:
        act(who, request.visit.now)
    except NotAllowed:
        fault = _("Tähän tarvitaan toinen henkilö kuin pyytäjä ja hyväksyjä.")
        return _drawn(request, fault=fault, status=409)
    except (Conflict, Missing):
        fault = _("Tilanne on jo muuttunut. Mitään ei tehty.")
        return _drawn(request, fault=fault, status=409)
    said.keep(request, SAID, what=what)
    return redirect("emergencies")


def _drawn(
    request: VisitRequest,
    *,
    fault: str = "",
    call_fault: str = "",
    why_fault: str = "",
    status: int = 200,
) -> HttpResponse:
    who, told = reader(request), emergencies.standing(request.visit.now)
    stages = [one.stage for one in told]
    shown = PageShown(
        rows=tuple(_row(request, one, who) for one in told),
        asks=Role(who.role) in ASKERS,
        running=stages.count(Stage.RUNS),
        waiting=stages.count(Stage.TO_REVIEW) + stages.count(Stage.LATE),
        purpose=Purpose.BREACH_INVESTIGATION,
        typed_call=request.POST.get("call", ""),
        typed_why=request.POST.get("why", ""),
        call_fault=call_fault,
        why_fault=why_fault,
        said=_said(request, told),
        fault=fault,
    )
    return render(request, "emergencies/page.html", {"shown": shown}, status=status)


def _row(request: VisitRequest, told: Told, who: Staff) -> RowShown:
    row, role = told.row, Role(who.role)
    others = who.pk not in (row.asked_by_id, row.approved_by_id)
    over = told.stage in (Stage.TO_REVIEW, Stage.LATE)
    return RowShown(
        told=told,
        why=emergencies.reason(request.visit.house.vault, row),
        approves=told.stage is Stage.ASKED and role in APPROVERS and others,
        opens=told.stage is Stage.RUNS and row.asked_by_id == who.pk and bool(row.recording),
        reviews=over and role in REVIEWERS and others,
    )


def _said(request: VisitRequest, told: Iterable[Told]) -> str:
    last, who = said.last(request, SAID), reader(request)
    waits = (one.stage is Stage.ASKED and one.row.asked_by_id == who.pk for one in told)
    match last["what"] if last else "":
        case "asked" if any(waits):  # only until the second person has answered
            return _("Pyyntö odottaa toista henkilöä tunnin.")
        case "approved":
            return _("Tunti alkoi. Tietosuojavastaavalle lähti viesti.")
        case "ended":
            return _("Hätäavaus on päättynyt.")
        case "needed":
            return _("Katsottu: avaus oli tarpeen.")
        case "not_needed":
            return _("Katsottu: avaus ei ollut tarpeen. Ilmoita siitä loukkauksena.")
        case _:
            return ""
