"""The balance of calls: each day's calls of the exchange, recorded, lawfully not, or lost.

A drawing and a table of the same days. The figure in front counts only what had to be recorded, and
says so.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from talteen.desk.page import wording
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import overseers_only
from talteen.desk.page.visit import VisitRequest
from talteen.oversight import days
from talteen.oversight.days import Month


@dataclass(frozen=True, slots=True)
class BalanceShown:
    """The page."""

    month: Month
    share: str
    """Such as "98,4"; empty where no call had to be recorded."""
    widths: tuple[int, ...]
    """Every count that is drawn, for the page's one style block."""


@staff_only
@require_safe
@overseers_only
def page(request: VisitRequest) -> HttpResponse:
    """The days as a drawing."""
    return render(request, "balance/page.html", {"shown": _shown(request)})


@staff_only
@require_safe
@overseers_only
def table(request: VisitRequest) -> HttpResponse:
    """The same days as a table, every export of each."""
    return render(request, "balance/table.html", {"shown": _shown(request)})


def _shown(request: VisitRequest) -> BalanceShown:
    month = days.month(request.visit.now)
    counts = {n for day in month.days for n in (day.recorded, day.partial, day.lost, day.lawful)}
    return BalanceShown(month, _share(month), tuple(sorted(counts)))


def _share(month: Month) -> str:
    if month.tenths is None:
        return ""
    point = "." if wording.language() == "en" else ","
    return f"{month.tenths // 10}{point}{month.tenths % 10}"
