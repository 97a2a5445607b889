"""Calls that went out to numbers that are not called to sell: what each was, said by somebody
(REGISTER 6.9; GDPR 21(3)).

No number is shown, for none is kept: a call is known by its line, its time and the agent, whom one
can ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.page import said, wording, words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import InputError, TalteenError
from talteen.life.use import listed
from talteen.notice import sales_calls as law
from talteen.notice.sales_calls import Verdict
from talteen.register.spared import sales_calls
from talteen.register.spared.sales_call_models import SalesCall

SAID = "sales_calls"
SHOWN = 50
VERDICTS: Mapping[Verdict, words.Text] = {
    Verdict.SERVICE: _("Hoidettiin henkilön omaa asiaa, kuten varausta tai reklamaatiota"),
    Verdict.ASKED_FOR: _("Henkilö oli pyytänyt soittoa"),
    Verdict.SALE: _("Se oli myyntisoitto"),
}
SETTLED: Mapping[Verdict, words.Text] = {
    Verdict.SERVICE: _("oma asia"),
    Verdict.ASKED_FOR: _("pyydetty soitto"),
    Verdict.SALE: _("myyntisoitto"),
}
FAULTS: Mapping[str, words.Text] = {
    "input": _("Valitse, mikä soitto oli. Myyntisoitosta on ensin kerrottava sille, joka soittaa."),
    "conflict": _("Tämä on jo selvitetty, tai sitä ei ole. Mikään ei muuttunut."),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call of which nobody has said what it was."""

    id: UUID
    began_at: datetime | None
    day: date
    line: str
    agent: str
    due_on: date
    late: bool
    fault: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Settled:
    """One of which somebody has."""

    day: date
    line: str
    verdict: words.Text
    sale: bool
    by: str


@dataclass(frozen=True, slots=True)
class SalesShown:
    """The page."""

    waiting: tuple[Waiting, ...]
    settled: tuple[Settled, ...]
    verdicts: Mapping[Verdict, words.Text]
    done: bool
    fault: str


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """Those that wait, and the newest that do not."""
    return _drawn(request)


@staff_only
@require_POST
def settle(request: VisitRequest, call: UUID) -> HttpResponse:
    """Somebody says what a call was."""
    try:
        verdict = law.verdict_in(request.POST.get("verdict", ""), told="told" in request.POST)
        sales_calls.settle(call, verdict, by=reader(request), now=request.visit.now)
    except TalteenError as error:
        return _drawn(request, error, call)
    said.keep(request, SAID, what=verdict.value)
    return redirect("sales-calls")


def _drawn(
    request: VisitRequest, error: TalteenError | None = None, at: UUID | None = None
) -> HttpResponse:
    fault = str(FAULTS[error.slug]) if error else ""
    in_form = isinstance(error, InputError)
    shown = SalesShown(
        waiting=tuple(
            _waiting(one, request, fault if in_form and one.pk == at else "")
            for one in sales_calls.standing()
        ),
        settled=tuple(map(_settled, sales_calls.settled(SHOWN))),
        verdicts=VERDICTS,
        done=said.last(request, SAID) is not None,
        fault="" if in_form else fault,
    )
    status = error.http_status if error else 200
    return render(request, "do_not_record/sales_calls.html", {"shown": shown}, status=status)


def _waiting(row: SalesCall, request: VisitRequest, fault: str) -> Waiting:
    due_on = law.due_on(row.noticed_on)
    return Waiting(
        id=row.pk,
        began_at=row.began_at,
        day=row.day,
        line=wording.named(listed.line_name(row.line)),
        agent=row.agent.name,
        due_on=due_on,
        late=due_on < request.visit.today,
        fault=fault,
        chosen=request.POST.get("verdict", "") if fault else "",
    )


def _settled(row: SalesCall) -> Settled:
    verdict = Verdict(row.verdict)
    return Settled(
        day=row.day,
        line=wording.named(listed.line_name(row.line)),
        verdict=SETTLED[verdict],
        sale=verdict is Verdict.SALE,
        by=row.settled_by.name if row.settled_by else "",
    )
