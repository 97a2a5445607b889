"""Somebody is away: a duty is handed to a colleague for some days, seen by both (REGISTER D)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from talteen.desk.page import said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.typed import needed_day
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.notice import delegations as law
from talteen.notice.delegations import Duty
from talteen.notice.purposes import Role
from talteen.register.models import Staff
from talteen.register.staff import delegations
from talteen.register.staff.delegation_models import Delegation

SAID = "delegations"
"""Session key: what was done last, and when by the machine's clock."""
DUTIES: Mapping[Duty, Promise] = {
    Duty.CASES: gettext_lazy("Asiat ja pidot"),
    Duty.RIGHTS_REVIEW: gettext_lazy("Oikeuksien katselmus"),
}


@dataclass(frozen=True, slots=True)
class RowShown:
    """One of the reader's, given or taken."""

    row: Delegation
    duty: Promise
    given: bool
    runs: bool


@dataclass(frozen=True, slots=True)
class DelegationsShown:
    """The page."""

    rows: tuple[RowShown, ...]
    duties: tuple[tuple[Duty, Promise], ...]
    colleagues: tuple[Staff, ...]
    """Who can stand in today."""
    today: date
    typed: QueryDict
    said: str
    fault: str


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: VisitRequest) -> HttpResponse:
    """What is handed over and taken on; a duty is handed over here."""
    if request.method != "POST":
        return _drawn(request)
    try:
        _give(request)
    except NotAllowed:
        fault = _("Valitse samassa roolissa ja yksikössä oleva, jolla on kaikki voimassa.")
    except InputError:
        fault = _("Valitse päivät tästä päivästä alkaen, enintään 60.")
    except Conflict:
        fault = _("Tehtävä on jo annettu sijaiselle osaksi näistä päivistä.")
    else:
        said.keep(request, SAID, what="given")
        return redirect("delegations")
    return _drawn(request, fault=fault, status=422)


@staff_only
@require_POST
def end(request: VisitRequest, which: UUID) -> HttpResponse:
    """One of the two ends it."""
    try:
        delegations.end(which, reader(request), request.visit.now)
    except Missing:
        return _drawn(request, fault=_("Tilanne on jo muuttunut. Mitään ei tehty."), status=409)
    said.keep(request, SAID, what="ended")
    return redirect("delegations")


def _give(request: VisitRequest) -> None:
    form, who = request.POST, reader(request)
    duty = next((one for one in Duty if one.value == form.get("duty")), None)
    among = {str(one.pk): one.pk for one in _colleagues(who, request.visit.today)}
    taker = among.get(form.get("taker", ""))
    if duty is None or taker is None:
        raise NotAllowed("nobody or nothing was chosen", remedy="choose both")
    days = (needed_day(form.get("begins", "")), needed_day(form.get("last", "")))
    delegations.give(who, taker, duty, *days, request.visit.now)


def _colleagues(who: Staff, today: date) -> tuple[Staff, ...]:
    first = law.duties_of(Role(who.role))[0]
    among = delegations.colleagues(who, first)
    return tuple(one for one in among if delegations.ready(one, today))


def _drawn(request: VisitRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    who, today = reader(request), request.visit.today
    duties = law.duties_of(Role(who.role))
    shown = DelegationsShown(
        rows=tuple(_row(one, who, today) for one in delegations.of(who, request.visit.now)),
        duties=tuple((one, DUTIES[one]) for one in duties),
        colleagues=_colleagues(who, today),
        today=today,
        typed=request.POST,
        said=_said(request),
        fault=fault,
    )
    return render(request, "delegations/page.html", {"shown": shown}, status=status)


def _row(row: Delegation, who: Staff, today: date) -> RowShown:
    return RowShown(
        row=row,
        duty=DUTIES[Duty(row.duty)],
        given=row.giver_id == who.pk,
        runs=row.begins_on <= today,
    )


def _said(request: VisitRequest) -> str:
    last = said.last(request, SAID)
    match last["what"] if last else "":
        case "given":
            return _("Sijainen on kirjattu. Sijaisuus päättyy itsestään.")
        case "ended":
            return _("Sijaisuus on päättynyt.")
        case _:
            return ""
