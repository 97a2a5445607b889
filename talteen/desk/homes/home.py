"""Where a person begins: the page of their role (look 5.15, 7), or the door.

One answer on top, one deed, three jobs of the day, and what soon cannot be heard any more.
"""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from talteen.desk.homes import home_house, home_oversight, home_people, home_quality, home_teach
from talteen.desk.homes.home_tour import tour
from talteen.desk.page.home_shown import Home
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.notice.purposes import Role

HOMES: Mapping[Role, Callable[[VisitRequest], Home]] = {
    Role.AGENT: home_quality.agent,
    Role.TEAM_LEADER: home_quality.leader,
    Role.QUALITY_ANALYST: home_quality.analyst,
    Role.REGISTER_CONTACT: home_house.contact,
    Role.COMPLAINT_HANDLER: home_house.handler,
    Role.TRAINER: home_teach.trainer,
    Role.DPO: home_oversight.dpo,
    Role.OWNER: home_oversight.owner,
    Role.ADMIN: home_oversight.admin,
    Role.AUDITOR: home_oversight.auditor,
    Role.HR: home_people.personnel,
}


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The first page of the role."""
    if not request.user.is_authenticated:
        return redirect("sign-in")
    return _page(request)


@staff_only
def _page(request: VisitRequest) -> HttpResponse:
    shown = HOMES[Role(reader(request).role)](request)
    return render(request, "home/page.html", {"shown": shown, "tour": tour(request)})
