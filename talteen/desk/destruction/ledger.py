"""The log: its newest heads, who witnesses them, how it grew, and how anybody checks it.

It shows sizes, hashes and times, so those who answer for the register and its auditors see all of
it. The newest checkpoint is a file of its own, for whoever keeps it and compares later.
"""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from talteen import wiring
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import overseers_only
from talteen.desk.page.visit import VisitRequest
from talteen.register.log import ledger, ledger_growth
from talteen.register.log.ledger_growth import Grown, LogShown

_STEP, _WIDE, _HIGH = 20, 14, 96

_EXPORT = "talteen ledger export log"
"""What an operator types to give the whole log away."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the drawing, in units of its view box."""

    x: int
    y: int
    height: int
    grown: Grown


@dataclass(frozen=True, slots=True)
class LedgerShown:
    """The page."""

    log: LogShown
    bars: tuple[Bar, ...]
    wide: int = _WIDE
    width: int = _STEP * ledger_growth.DAYS
    high: int = _HIGH

    @property
    def last(self) -> Bar:
        """Today."""
        return self.bars[-1]


@staff_only
@require_safe
@overseers_only
def page(request: VisitRequest) -> HttpResponse:
    """How the log stands."""
    return render(request, "ledger/page.html", {"shown": _shown(request), "export": _EXPORT})


@staff_only
@require_safe
@overseers_only
def table(request: VisitRequest) -> HttpResponse:
    """The drawing as a table."""
    return render(request, "ledger/table.html", {"shown": _shown(request)})


@staff_only
@require_safe
@overseers_only
def checkpoint(request: VisitRequest) -> HttpResponse:
    """The newest head as it is signed, witnesses included."""
    newest = ledger.head(request.visit.house.log)
    if newest is None:
        raise Http404("nothing was published yet")
    answer = HttpResponse(newest[1].to_bytes(), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{newest[0].size}.txt"'
    return answer


def _shown(request: VisitRequest) -> LedgerShown:
    house = request.visit.house
    witnesses = wiring.witnesses_of(house.config)
    stamping = wiring.stamping_of(house.config)
    log = ledger_growth.shown(house.log, witnesses, stamping, request.visit.now)
    most = max((one.added for one in log.days), default=0) or 1
    bars = []
    for at, one in enumerate(log.days):
        height = max(round(_HIGH * one.added / most), 1 if one.added else 0)
        bars.append(Bar(at * _STEP, _HIGH - height, height, one))
    return LedgerShown(log, tuple(bars))
