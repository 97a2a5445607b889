"""The sample: what the week's lot drew for quality, and how anybody it concerns can check that.

Those who evaluate find the calls that they may open for service quality, and no others. An agent
finds the draw of their own calls, computed anew before their eyes and in a file to compute it
themselves, and who has listened to their calls, when and for what (REGISTER J14, D, E.2).
"""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from talteen.desk import failures
from talteen.desk.middleware import staff_only
from talteen.desk.visit import VisitRequest, reader
from talteen.life.use.quality import shown
from talteen.life.use.quality.shown import EVALUATORS, Heard, OwnWeek, Sample
from talteen.notice.purposes import Role

READERS = frozenset({*EVALUATORS, Role.AGENT})
"""Whose page it is."""


@dataclass(frozen=True, slots=True)
class SampleShown:
    """The page of those who evaluate."""

    samples: tuple[Sample, ...]
    percent: int

    @property
    def waiting(self) -> int:
        """How many calls can be evaluated."""
        return sum(len(sample.rows) for sample in self.samples)


@dataclass(frozen=True, slots=True)
class OwnShown:
    """The page of an agent."""

    weeks: tuple[OwnWeek, ...]
    heard: tuple[Heard, ...]
    percent: int


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The sample, or one's own part in it."""
    who = reader(request)
    percent = request.visit.house.register.pool.percent
    match Role(who.role):
        case Role.AGENT:
            own = OwnShown(tuple(shown.own_weeks(who)), tuple(shown.heard(who)), percent)
            return render(request, "quality/own.html", {"shown": own})
        case role if role in EVALUATORS:
            samples = tuple(shown.samples(who, request.visit.now))
            context = {"shown": SampleShown(samples, percent), "now": request.visit.now}
            return render(request, "quality/page.html", context)
        case _:
            return failures.forbidden(request)


@staff_only
@require_safe
def own_file(request: VisitRequest, monday: date) -> HttpResponse:
    """One's own week as a file: the seed, and the calls that were in the lot."""
    who = reader(request)
    if Role(who.role) is not Role.AGENT:
        return failures.forbidden(request)
    week = next((one for one in shown.own_weeks(who) if one.sealed.monday == monday), None)
    if week is None:
        raise Http404("no such week for this reader")
    told = {
        "week": week.sealed.name,
        "seed": week.sealed.seed,
        "commitment": week.sealed.commitment,
        "ledger_entry": week.sealed.place,
        "calls_of_the_house": week.sealed.calls,
        "quota": week.quota,
        "calls": [
            {"id": str(one.recording), "ticket": one.ticket, "side": one.side.value}
            for one in week.calls
        ],
    }
    return JsonResponse(told, json_dumps_params={"indent": 1})
