"""The sample: what the week's lot drew for quality, and how anybody it concerns can check that.

Those who evaluate find the calls that they may open for service quality, and no others. An agent
finds the draw of their own calls, computed anew before their eyes and in a file to compute it
themselves, and who has listened to their calls, when and for what (REGISTER J14, D, E.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from talteen.desk.page import failures, said
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.life.use.listed import line_name
from talteen.life.use.quality import averages, evaluated, fairness, lot, shown
from talteen.life.use.quality.averages import Average
from talteen.life.use.quality.evaluated import OwnEvaluation
from talteen.life.use.quality.evaluating import State
from talteen.life.use.quality.fairness import Matrix
from talteen.life.use.quality.form import Text
from talteen.life.use.quality.leaning import Leaning, Trait
from talteen.life.use.quality.shown import EVALUATORS, Heard, OwnWeek, Sample
from talteen.life.use.rows import LineName
from talteen.notice.openings import OpeningState
from talteen.notice.purposes import Role
from talteen.oversight import personnel_openings
from talteen.oversight.personnel_openings import Told

SAID = "evaluation"
"""Session key: what an agent's last press about an evaluation came to."""
READERS = frozenset({*EVALUATORS, Role.AGENT})
"""Whose page it is."""


@dataclass(frozen=True, slots=True)
class AverageShown:
    """What the evaluations by one form come to, in percent."""

    title: Text
    calls: int
    agents: int
    share: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class SampleShown:
    """The page of those who evaluate."""

    samples: tuple[Sample, ...]
    percent: int
    found: Mapping[UUID, str]
    """What the reader finds on each call that somebody has evaluated (``evaluated.waiting``)."""
    leanings: tuple[str, ...]
    """What the evaluated calls are more than chance explains."""
    matrix: Matrix
    averages: tuple[AverageShown, ...]
    leads: bool
    """Whether they are of the reader's team; else of the unit."""
    least: int
    """The fewest calls of a week of which one can be drawn."""

    @property
    def waiting(self) -> int:
        """How many calls the reader can evaluate."""
        rows = [row for sample in self.samples for row in sample.rows]
        return sum(self.found.get(row.recording, "second") == "second" for row in rows)


@dataclass(frozen=True, slots=True)
class OpenedShown:
    """An own call that was opened to personnel by the word of two (D)."""

    told: Told
    line: LineName
    runs: bool


@dataclass(frozen=True, slots=True)
class OwnShown:
    """The page of an agent."""

    weeks: tuple[OwnWeek, ...]
    heard: tuple[Heard, ...]
    opened: tuple[OpenedShown, ...]
    percent: int
    evaluations: tuple[OwnEvaluation, ...]
    said: str
    done: bool

    @property
    def untold(self) -> bool:
        """Whether the agent has not said yet that they have read of an opening."""
        return any(one.told.row.read_at is None for one in self.opened)

    @property
    def unread(self) -> int:
        """Evaluations that wait for the agent's answer."""
        return sum(one.state is State.GIVEN for one in self.evaluations)


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The sample, or one's own part in it."""
    who = reader(request)
    percent = request.visit.house.register.pool.percent
    match Role(who.role):
        case Role.AGENT:
            return render(request, "quality/own.html", {"shown": _own(request, percent)})
        case role if role in EVALUATORS:
            return render(
                request,
                "quality/page.html",
                {"shown": _sample(request, percent), "now": request.visit.now},
            )
        case _:
            return failures.forbidden(request)


def _own(request: VisitRequest, percent: int) -> OwnShown:
    who = reader(request)
    told, done = _last_said(request)
    return OwnShown(
        weeks=tuple(shown.own_weeks(who)),
        heard=tuple(shown.heard(who, request.visit.now)),
        opened=tuple(
            OpenedShown(one, line_name(one.call.line), one.state is OpeningState.RUNS)
            for one in personnel_openings.to_agent(who, request.visit.now)
            if one.call
        ),
        percent=percent,
        evaluations=tuple(evaluated.own(request.visit.house.vault, who, request.visit.now)),
        said=told,
        done=done,
    )


def _sample(request: VisitRequest, percent: int) -> SampleShown:
    who = reader(request)
    samples = tuple(shown.samples(who, request.visit.now))
    recordings = [row.recording for sample in samples for row in sample.rows]
    return SampleShown(
        samples,
        percent,
        evaluated.waiting(who, recordings),
        tuple(_leans(trait, one) for trait, one in shown.leanings(who).items()),
        fairness.matrix(who),
        tuple(_average(one) for one in averages.of(who)),
        Role(who.role) is Role.TEAM_LEADER,
        lot.least(percent),
    )


def _average(one: Average) -> AverageShown:
    share, low, high = (round(p * 100) for p in (one.found.share, one.found.low, one.found.high))
    return AverageShown(one.title, one.calls, one.agents, share, low, high)


def _leans(trait: Trait, one: Leaning) -> str:
    above = one.mean > 0.5
    match trait:
        case Trait.LENGTH if above:
            return _("Arvioidut puhelut ovat pidempiä kuin sattuma selittää.")
        case Trait.LENGTH:
            return _("Arvioidut puhelut ovat lyhyempiä kuin sattuma selittää.")
        case Trait.HOUR if above:
            return _("Arvioidut puhelut tulivat myöhempään päivällä kuin sattuma selittää.")
        case Trait.HOUR:
            return _("Arvioidut puhelut tulivat aikaisemmin päivällä kuin sattuma selittää.")
        case Trait.DAY if above:
            return _("Arvioidut puhelut painottuvat loppuviikkoon enemmän kuin sattuma selittää.")
        case Trait.DAY:
            return _("Arvioidut puhelut painottuvat alkuviikkoon enemmän kuin sattuma selittää.")


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


def _last_said(request: VisitRequest) -> tuple[str, bool]:
    """What the agent's last press came to, and whether anything was done."""
    told = said.last(request, SAID)
    texts = {
        "acknowledged": _("Merkitty luetuksi."),
        "disputed": _("Toinen henkilö arvioi puhelun näkemättä ensimmäisiä vastauksia."),
        "unsaid": _("Valitse kysymys ja kirjoita, miksi olet eri mieltä."),
        "late": _("Kymmenen työpäivää on kulunut. Puhu lähiesihenkilösi kanssa."),
        "unchanged": _("Arviointi on jo vastattu tai puhelu on hävinnyt. Mikään ei muuttunut."),
    }
    what = told["what"] if told else ""
    return texts.get(what, ""), what in ("acknowledged", "disputed")
