"""What outlives a call, for everybody who works here: the table of ``life.destroy.outliving``."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest
from talteen.desk.page.words import Text
from talteen.desk.promise.survives_words import ABOUTS, TRACES, UNTILS
from talteen.life.destroy import outliving
from talteen.life.destroy.outliving import Fate, Until


@dataclass(frozen=True, slots=True)
class RowShown:
    """One kind of thing."""

    name: Text
    holds: Text
    fate: Fate
    about: Text
    until: Text
    months: int | None
    """How long in months, where the register says it."""


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The table."""
    terms = request.visit.house.register.retention
    months = {
        Until.EVALUATION_TERM: terms.evaluation_months,
        Until.LOG_TERM: terms.log_months,
        Until.REQUEST_TERM: terms.request_months,
    }
    rows = [
        RowShown(
            *TRACES[kind.trace],
            fate=kind.fate,
            about=ABOUTS[kind.about],
            until=UNTILS[kind.until],
            months=months.get(kind.until),
        )
        for kind in outliving.KINDS.values()
    ]
    return render(request, "survives/page.html", {"rows": rows})
