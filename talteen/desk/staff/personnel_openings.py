"""Personnel ask for a call of a dispute, the register contact says yes or no, and both see what is
open and until when (REGISTER D). The call itself opens from here, on its own page.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from talteen.desk.entry import entering
from talteen.desk.page import failures, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.page.words import Text
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.life.use.listed import line_name
from talteen.life.use.rows import LineName
from talteen.notice.openings import OpeningState
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import personnel_openings
from talteen.oversight.personnel_openings import ASKERS, LONGEST, LOOKERS, CaseCall, Told, TooOften

SAID = "personnel-openings"
"""Session key: what was done last."""
STATES: Mapping[OpeningState, Text] = {
    OpeningState.ASKED: gettext_lazy("Odottaa toista henkilöä"),
    OpeningState.LAPSED: gettext_lazy("Kukaan ei hyväksynyt ajoissa"),
    OpeningState.REFUSED: gettext_lazy("Ei avata"),
    OpeningState.RUNS: gettext_lazy("Avautuu nyt"),
    OpeningState.OVER: gettext_lazy("Päättyi"),
}
_SAYS: Mapping[str, Text] = {
    "asked": gettext_lazy("Pyyntö odottaa yhteyshenkilöä enintään viikon."),
    "approve": gettext_lazy("Puhelu on avoinna 24 tuntia. Asiakaspalvelija saa tiedon heti."),
    "refuse": gettext_lazy("Puhelua ei avata. Perustelusi näkyy pyytäjälle."),
    "end": gettext_lazy("Puhelu ei enää avaudu."),
}


@dataclass(frozen=True, slots=True)
class RowShown:
    """One opening, and what the reader may do about it."""

    told: Told
    line: LineName | None
    """None once the call is gone."""
    state: Text
    why: str
    why_not: str
    decides: bool
    opens: bool
    ends: bool
    no_reason: str
    """What was wrong with the reason of a no that was sent back; empty elsewhere."""


@dataclass(frozen=True, slots=True)
class CallOption:
    """A call that can be asked for."""

    key: str
    """Case and call, as the form sends them back."""
    reference: str
    started_at: datetime
    line: LineName


@dataclass(frozen=True, slots=True)
class PageShown:
    """The page."""

    rows: tuple[RowShown, ...]
    asks: bool
    calls: tuple[CallOption, ...]
    named: bool
    """Whether a case with a call names the reader, whether or not it was asked for."""
    running: int
    waiting: int
    purpose: Purpose
    typed: Mapping[str, str]
    faults: Mapping[str, str]
    """By the field: ``call`` and ``why``."""
    fault: str
    said: str


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: VisitRequest) -> HttpResponse:
    """The list; a POST asks for a call."""
    role = Role(reader(request).role)
    if role not in LOOKERS or (request.method == "POST" and role not in ASKERS):
        return failures.forbidden(request)
    return _asked(request) if request.method == "POST" else _drawn(request)


def _asked(request: VisitRequest) -> HttpResponse:
    case, _colon, call = request.POST.get("call", "").partition(":")
    house, why = request.visit.house, request.POST.get("why", "")
    if not 0 < len(why.strip()) <= LONGEST:
        fault = _("Kirjoita, mitä puhelusta on kuultava ja miksi, enintään 1 000 merkkiä.")
        return _drawn(request, faults={"why": fault}, status=422)
    try:
        personnel_openings.ask(
            house.vault, house.register, UUID(case), UUID(call), why,
            by=reader(request), now=request.visit.now,
        )  # fmt: skip
    except (Missing, ValueError):
        return _drawn(request, faults={"call": _("Valitse puhelu luettelosta.")}, status=422)
    except TooOften:
        fault = _("Tätä puhelua on jo pyydetty, tai se on avoinna.")
        return _drawn(request, faults={"call": fault}, status=409)
    said.keep(request, SAID, what="asked")
    return redirect("personnel-openings")


@staff_only
@require_POST
def act(request: VisitRequest, opening: UUID, what: str) -> HttpResponse:
    """A yes, a no, an end, or an agent's word that they have read of it."""
    if what not in _ACTS:
        raise Http404
    if what == "approve" and (
        first := entering.confirm_first(request, reverse("personnel-openings"))
    ):
        return first
    agent = Role(reader(request).role) is Role.AGENT
    try:
        _ACTS[what](request, opening)
    except InputError:
        return _drawn(request, refused=opening, status=422)
    except (NotAllowed, Conflict, Missing) as error:
        if agent:
            return failures.forbidden(request)
        same = isinstance(error, NotAllowed)
        fault = _("Tämä kuuluu toiselle: ei pyytäjälle eikä puhelun asiakaspalvelijalle.")
        changed = _("Tilanne on jo muuttunut. Mitään ei tehty.")
        return _drawn(request, fault=fault if same else changed, status=error.http_status)
    said.keep(request, SAID, what=what)
    return redirect(f"{reverse('quality')}#henkilosto" if agent else reverse("personnel-openings"))


def _approve(request: VisitRequest, opening: UUID) -> None:
    personnel_openings.approve(opening, by=reader(request), now=request.visit.now)


def _refuse(request: VisitRequest, opening: UUID) -> None:
    vault, why = request.visit.house.vault, request.POST.get("why", "")
    personnel_openings.refuse(vault, opening, why, by=reader(request), now=request.visit.now)


def _end(request: VisitRequest, opening: UUID) -> None:
    personnel_openings.end(opening, by=reader(request), now=request.visit.now)


def _read(request: VisitRequest, opening: UUID) -> None:
    personnel_openings.read(opening, by=reader(request), now=request.visit.now)


_ACTS: Mapping[str, Callable[[VisitRequest, UUID], None]] = {
    "approve": _approve,
    "refuse": _refuse,
    "end": _end,
    "read": _read,
}
"""By the last part of the address."""


def _drawn(
    request: VisitRequest,
    *,
    faults: Mapping[str, str] | None = None,
    fault: str = "",
    refused: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    who, now = reader(request), request.visit.now
    if Role(who.role) not in LOOKERS:
        return failures.forbidden(request)
    told = personnel_openings.of(who, now)
    asks = Role(who.role) in ASKERS
    own = personnel_openings.askable(who) if asks else []
    open_now = [one for one in told if one.state.stands]
    taken = {(one.row.case_id, one.row.recording) for one in open_now}
    shown = PageShown(
        rows=tuple(_row(request, one, refused) for one in told),
        asks=asks,
        calls=tuple(_option(one) for one in own if (one.case.pk, one.call.pk) not in taken),
        named=bool(own),
        running=sum(one.state is OpeningState.RUNS for one in told),
        waiting=sum(one.state is OpeningState.ASKED for one in told),
        purpose=Purpose.RIGHTS_OF_PARTIES,
        typed={name: request.POST.get(name, "") for name in ("call", "why")},
        faults=faults or {},
        fault=fault,
        said=_said(request, told) if status == 200 else "",
    )
    return render(request, "people/openings.html", {"shown": shown}, status=status)


def _said(request: VisitRequest, told: Iterable[Told]) -> str:
    """What the last press came to; that a wish waits, only until somebody has answered it."""
    last, who = said.last(request, SAID), reader(request)
    what = last["what"] if last else ""
    waits = (one.state is OpeningState.ASKED and one.row.asked_by_id == who.pk for one in told)
    return "" if what == "asked" and not any(waits) else str(_SAYS.get(what, ""))


def _option(one: CaseCall) -> CallOption:
    key = f"{one.case.pk}:{one.call.pk}"
    return CallOption(key, one.case.reference, one.call.started_at, line_name(one.call.line))


def _row(request: VisitRequest, told: Told, refused: UUID | None) -> RowShown:
    who, runs = reader(request), told.state is OpeningState.RUNS
    why, why_not = personnel_openings.reasons(request.visit.house.vault, told.row)
    own = told.row.asked_by_id == who.pk
    return RowShown(
        told=told,
        line=line_name(told.call.line) if told.call else None,
        state=STATES[told.state],
        why=why,
        why_not=why_not,
        decides=personnel_openings.decides(who, told),
        opens=runs and own and told.call is not None,
        ends=runs,
        no_reason=_("Kirjoita, miksi puhelua ei avata, enintään 1 000 merkkiä.")
        if refused == told.row.pk
        else "",
    )
