"""Why was this call recorded, or not? Asked by time and line, and by agent where one is known.

Nothing opens here, and nothing can be asked by number: the register knows none. An address carries
a time, a line and a staff code.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from talteen.clock import HELSINKI
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import overseers_only
from talteen.desk.page.visit import VisitRequest
from talteen.desk.reception import reasons
from talteen.life.use import listed
from talteen.life.use.rows import LineName
from talteen.oversight import why as asked
from talteen.register.models import Line, Staff


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer: a sentence, and what it rests on."""

    sentence: str
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WhyShown:
    """The page: the question as it stands, and its answers."""

    at: str
    line: str
    agent: str
    lines: tuple[LineName, ...]
    agents: tuple[str, ...]
    fault: str
    answers: tuple[AnswerShown, ...]


@staff_only
@require_safe
@overseers_only
def page(request: VisitRequest) -> HttpResponse:
    """The question and its answers."""
    at, line, agent = (request.GET.get(name, "").strip() for name in ("at", "line", "agent"))
    lines = tuple(listed.line_name(one) for one in Line.objects.order_by("slug"))
    moment = _moment(at)
    known = line in {one.slug for one in lines}
    fault = _fault(asked=bool(at or line), at=moment, line=known)
    answers: tuple[AnswerShown, ...] = ()
    if moment is not None and known:
        answers = tuple(_answer(one) for one in asked.why(moment, line, agent=agent))
    agents = Staff.objects.filter(role="agent").order_by("code").values_list("code", flat=True)
    shown = WhyShown(at, line, agent, lines, tuple(agents), fault, answers)
    return render(request, "why/page.html", {"shown": shown}, status=422 if fault else 200)


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=HELSINKI)
    except ValueError:
        return None


def _fault(*, asked: bool, at: datetime | None, line: bool) -> str:
    if not asked:
        return ""
    if at is None:
        return _("Anna päivä ja kellonaika.")
    return "" if line else _("Valitse linja.")


def _answer(answer: asked.Answer) -> AnswerShown:
    told = reasons.evidence(answer)
    return AnswerShown(
        reasons.sentence(answer), tuple((name, value) for name, value in told.items() if value)
    )
