"""Coaching: goals of agent and team leader, scenes that teach, and who is trained until when.

What is here needs no call. Passages and lists, which do, have pages of their own (``passages``).
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from talteen.desk.entry import entering
from talteen.desk.page import failures, gate_words, wording
from talteen.desk.page.gate_words import Told
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.typed import needed_day
from talteen.desk.page.visit import VisitRequest, reader
from talteen.errors import InputError
from talteen.life.use.coach import goals, scripts, trained
from talteen.life.use.coach.goals import Draft, GoalShown, State
from talteen.life.use.coach.scripts import ScriptShown
from talteen.life.use.coach.trained import Trained
from talteen.life.use.gate import passing
from talteen.notice.purposes import Role
from talteen.register.models import Staff

READERS = scripts.READERS


@dataclass(frozen=True, slots=True)
class CoachingShown:
    """The page."""

    goals: tuple[GoalShown, ...]
    team: tuple[Staff, ...]
    """Whom the reader can set a goal with; empty for all but team leaders."""
    scripts: tuple[ScriptShown, ...]
    people: tuple[Trained, ...]
    leads: bool
    agent: bool
    writes: bool
    keeps: bool
    today: date
    gate: tuple[Told, ...] = ()
    refused: str = ""
    """Which form it was: goal or script."""
    text: str = ""
    title: str = ""
    fault: bool = False

    @property
    def due(self) -> int:
        """Goals whose review day has come."""
        return sum(one.due for one in self.goals)

    @property
    def closed(self) -> int:
        """People whose doors are shut for want of training."""
        return sum(not one.opens for one in self.people)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: VisitRequest) -> HttpResponse:
    """Goals, scenes and training records; a goal or a scene is written here."""
    if Role(reader(request).role) not in READERS:
        return failures.forbidden(request)
    if request.method != "POST":
        return render(request, "coaching/page.html", {"shown": _shown(request)})
    form = request.POST
    what, text, title = (form.get(name, "") for name in ("what", "text", "title"))
    try:
        _write(request, what, title, text)
    except passing.Refused as error:
        told = replace(_shown(request), gate=gate_words.told(error))
    except InputError:
        told = replace(_shown(request), fault=True)
    else:
        return redirect("coaching")
    told = replace(told, refused=what, text=text, title=title)
    return render(request, "coaching/page.html", {"shown": told}, status=422)


def _write(request: VisitRequest, what: str, title: str, text: str) -> None:
    who, house, now = reader(request), request.visit.house, request.visit.now
    language = wording.language()
    if what == "script":
        scripts.write(house, who, title, text, language=language, now=now)
        return
    draft = Draft(
        request.POST.get("agent", ""), text, needed_day(request.POST.get("review_on", "")), language
    )
    ends_after = house.register.retention.evaluation_months
    goals.propose(house, who, draft, ends_after=ends_after, now=now)


@staff_only
@require_POST
def goal(request: VisitRequest, goal: UUID) -> HttpResponse:
    """Agree to a goal, or say that it is met or let go."""
    try:
        to = State(request.POST.get("to", ""))
    except ValueError:
        raise InputError("nothing was chosen", remedy="choose one of the page's") from None
    goals.answer(reader(request), goal, to, request.visit.today)
    return redirect("coaching")


@staff_only
@require_POST
@entering.stepped_up
def approve(request: VisitRequest, script: UUID) -> HttpResponse:
    """A second person approves a scene, which stays for good."""
    scripts.approve(reader(request), script, request.visit.now)
    return redirect("coaching")


@staff_only
@require_POST
def train(request: VisitRequest) -> HttpResponse:
    """Enter that somebody has passed data protection training."""
    code, today = request.POST.get("code", ""), request.visit.today
    trained.enter(reader(request), code, needed_day(request.POST.get("on", "")), today)
    return redirect("coaching")


def _shown(request: VisitRequest) -> CoachingShown:
    who, today = reader(request), request.visit.today
    role = Role(who.role)
    leads = role is Role.TEAM_LEADER
    return CoachingShown(
        goals=tuple(goals.of(who, today)),
        team=tuple(goals.team(who)) if leads else (),
        scripts=tuple(scripts.of(who)),
        people=tuple(trained.of(who, request.visit.now)),
        leads=leads,
        agent=role is Role.AGENT,
        writes=role in scripts.WRITERS,
        keeps=role in trained.KEEPERS,
        today=today,
    )
