"""An agent says that the employees' notice was read, and permits recording or takes that back; the
others see who has (REGISTER E.0).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from talteen.desk.page import said, wording
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.visit import VisitRequest, reader
from talteen.desk.promise import employees_notice
from talteen.desk.promise.employees_notice import SAID
from talteen.errors import Conflict
from talteen.notice.acknowledgements import EmployeeWord, Standing
from talteen.notice.purposes import Role
from talteen.register import shelf
from talteen.register.staff import acknowledgements
from talteen.register.staff.acknowledgements import Answered

_ANSWERS = {
    "read": (EmployeeWord.READ,),
    "yes": (EmployeeWord.READ, EmployeeWord.PERMITTED),
    "no": (EmployeeWord.READ, EmployeeWord.WITHDRAWN),
}
"""What a form says -> the words that are entered."""


@dataclass(frozen=True, slots=True)
class AnswersShown:
    """The page of who has acknowledged."""

    people: Sequence[Answered]
    version: str
    """Of the newest wording; empty before the first."""
    since: date | None
    unlike: bool
    """The register folder says something else than what was put before the staff."""

    @property
    def unrecorded(self) -> int:
        """How many are not recorded."""
        return sum(not one.standing.recorded for one in self.people)

    @property
    def late(self) -> int:
        """How many have read an earlier version only."""
        return sum(one.standing is Standing.EARLIER for one in self.people)


@staff_only
@require_POST
def say(request: VisitRequest) -> HttpResponse:
    """Enter what the reader says of the wording that the page showed."""
    answer, who, now = request.POST.get("answer", ""), reader(request), request.visit.now
    if answer == "withdraw":
        acknowledgements.withdraw(who, now, language=wording.language())
        said.keep(request, SAID, what=EmployeeWord.WITHDRAWN.value)
        return redirect("employees-notice")
    words = _ANSWERS.get(answer)
    if words is None:
        fault = _("Valitse, annatko luvan. Kumpikin vastaus kelpaa.")
        return employees_notice.drawn(request, fault=fault, status=422)
    try:
        digest = bytes.fromhex(request.POST.get("sha256", ""))
        acknowledgements.say(who, words, digest, now, language=wording.language())
    except (ValueError, Conflict):
        fault = _("Seloste on vaihtunut. Lue uusi ja vastaa siihen.")
        return employees_notice.drawn(request, fault=fault, status=409)
    said.keep(request, SAID, what=words[-1].value)
    return redirect("employees-notice")


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """Who has acknowledged which version; a team leader sees the own team."""
    who, now = reader(request), request.visit.now
    leads, row = Role(who.role) is Role.TEAM_LEADER, acknowledgements.newest()
    folder = shelf.read(request.visit.house.config.paths.register).register
    shown = AnswersShown(
        people=acknowledgements.agents(now, team_of=who if leads else None),
        version=row.version if row else "",
        since=row.since if row else None,
        unlike=row is None or bytes(row.sha256) != acknowledgements.of_folder(folder),
    )
    return render(request, "notice/answers.html", {"shown": shown, "leads": leads})
