"""Whoever works here asks for their own calls (15, TYL 3 §): found by their name, the days and the
line, in a request that is open, by the register contact alone (REGISTER 5.3, 14.7).

No key and no number is opened for it: whose call it was stands in its row. It is no list of what
somebody has done either: it answers inside the request of that very person, and the access log says
that it was asked.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from talteen.errors import InputError
from talteen.life.answer.calls import Clue, DaySearched, Search, days_of, destroyed_on, found_as
from talteen.life.answer.models import SubjectRequest
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.models import Recording, Staff
from talteen.register.staff.people import SignIn

MOST = 200
"""So many calls are shown at once: more takes fewer days."""


@dataclass(frozen=True, slots=True)
class OwnClue:
    """Whose calls, and of when."""

    agent: str
    """Staff code."""
    first: date
    last: date
    line: str = ""
    """Slug; empty for every line."""


def search(
    request: SubjectRequest, clue: OwnClue, *, by: Staff, sign_in: SignIn, now: datetime
) -> Search:
    """The calls of one agent on these days. Written into the access log before it answers.

    Denied where ``by`` may not search; InputError for nobody who takes calls, for days out of order
    and for more than ``MOST`` calls.
    """
    reference, purpose = request.case.reference, Purpose.DATA_SUBJECT_REQUEST
    access.permit_search(by, purpose, case=reference, sign_in=sign_in, at=now)
    agent = Staff.objects.filter(code=clue.agent).first()
    if agent is None:
        raise InputError("nobody here has this code", remedy="choose from the list")
    days = days_of(clue.first, clue.last)
    kept = Recording.objects.filter(day__in=days)
    looked = Counter(kept.values_list("day", flat=True))
    own = kept.filter(agent=agent).order_by("started_at")
    rows = list((own.filter(line=clue.line) if clue.line else own)[: MOST + 1])
    access.log_search(by, purpose, case=reference, hits=len(rows), at=now)
    if len(rows) > MOST:
        raise InputError("these are more calls than can be shown", remedy="give fewer days")
    SubjectRequest.objects.filter(pk=request.pk).update(searched_at=now)
    matched, gone = Counter(row.day for row in rows), destroyed_on(days)
    fits = Clue("", clue.first, clue.last, line=clue.line)
    return Search(
        now,
        tuple(DaySearched(day, looked[day], matched[day], gone.get(day, 0)) for day in days),
        tuple(found_as(row, fits) for row in rows),
        of_agent=True,
    )


def agents() -> list[Staff]:
    """Everybody who takes calls, and who has taken some that are here still."""
    takers = Staff.objects.filter(role=Role.AGENT.value, is_active=True)
    gone = Staff.objects.filter(pk__in=Recording.objects.values("agent"))
    return list((takers | gone).distinct().order_by("name"))
