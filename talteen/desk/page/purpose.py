"""The purpose that a person works for: chosen first, always on screen, never guessed (REGISTER 5.1,
look 5.2).

The session remembers the purpose and the case of the list, and for each opened call the number of
its row in the access log: ids only. What is searched, heard or read is never in a session.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from talteen.clock import helsinki_date
from talteen.desk.page import ground_words
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.preferences import back
from talteen.desk.page.visit import VisitRequest, reader, sign_in
from talteen.errors import TalteenError
from talteen.ids import RecordingId
from talteen.life.use import reach
from talteen.life.use.reach import Reader
from talteen.life.use.rows import CaseShown
from talteen.notice import purposes
from talteen.notice.purposes import Purpose, Reach, Role
from talteen.register import access, balanced, refusals
from talteen.register.access import Grant

_CHOSEN, _GRANTS = "purpose", "grants"
_REMEMBERED = 50
"""How many opened calls a session remembers; older grants have run out long before."""


@dataclass(frozen=True, slots=True)
class Working:
    """A purpose, and the case that makes it concrete."""

    purpose: Purpose
    case: str | None

    @property
    def lacks_case(self) -> bool:
        """Whether the purpose asks for a case and has none."""
        return self.case is None and purposes.needs_case(self.purpose)


@dataclass(frozen=True, slots=True)
class Option:
    """One purpose in the form."""

    purpose: Purpose
    needs_case: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """The form that asks for a purpose."""

    open: tuple[Option, ...]
    closed: tuple[Purpose, ...]
    """Purposes of the role whose doors do not exist yet."""
    shut: tuple[str, ...]
    """Why purposes of the role are closed for now: their balancing tests lapsed (6.1)."""
    cases: tuple[CaseShown, ...]
    case: str

    @property
    def asks_case(self) -> bool:
        return any(option.needs_case for option in self.open)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: VisitRequest) -> HttpResponse:
    """Choose the purpose of the list, or put it away."""
    working = posted(request) if request.method == "POST" else working_for(request)
    lacking = request.method == "POST" and working is not None and working.lacks_case
    if request.method == "POST" and not lacking:
        _remember(request, working)
        return back(request, otherwise="calls")
    context = {
        "question": question(reader(request), working, request.visit.now),
        "lacking": lacking,
    }
    return render(request, "calls/purpose.html", context, status=422 if lacking else 200)


def question(who: Reader, working: Working | None, now: datetime) -> Question:
    """The form for ``who``, with ``working`` already chosen."""
    role, today = Role(who.role), helsinki_date(now)
    own = purposes.purposes_of(role)
    doors = [balanced.of(one, today) for one in own if has_door(role, one)]
    case = working.case if working and working.case else ""
    return Question(
        open=tuple(
            Option(
                door.purpose,
                purposes.needs_case(door.purpose),
                chosen=working is not None and working.purpose is door.purpose,
            )
            for door in doors
            if door.stands(today)
        ),
        closed=tuple(purpose for purpose in own if not has_door(role, purpose)),
        shut=tuple(ground_words.shut(door) for door in doors if not door.stands(today)),
        cases=tuple(reach.cases_of(who, now)),
        case=case,
    )


def has_door(role: Role, purpose: Purpose) -> bool:
    """Whether this release opens anything to ``role`` for ``purpose`` (DESIGN 16).

    Correctness of a call that is not one's own of today needs a booking reference, which nothing
    asks yet.
    """
    if purpose is Purpose.CORRECTNESS:
        return purposes.reach(role, purpose) is Reach.OWN_CALL_OF_TODAY
    return purpose in purposes.OPEN


def posted(request: HttpRequest) -> Working | None:
    """The purpose and the case that a form sends; None when it puts the purpose away."""
    chosen = request.POST.get("purpose", "")
    if not chosen:
        return None
    purpose = purposes.named(chosen)
    case = request.POST.get("case", "").strip()
    return Working(purpose, case if case and purposes.needs_case(purpose) else None)


def working_for(request: HttpRequest) -> Working | None:
    """The purpose that this session works for."""
    chosen = request.session.get(_CHOSEN)
    if not chosen:
        return None
    return Working(Purpose(chosen["purpose"]), chosen["case"])


def obtain(request: VisitRequest, recording: RecordingId, working: Working) -> Grant:
    """Ask for a grant on ``recording``, and remember it. Raises as ``access.grant`` does."""
    grant = access.grant(
        reader(request),
        working.purpose,
        recording,
        case=working.case,
        sign_in=sign_in(request),
        at=request.visit.now,
    )
    grants = request.session.get(_GRANTS, {})
    kept = dict(list(grants.items())[-(_REMEMBERED - 1) :])
    request.session[_GRANTS] = {**kept, str(recording): grant.entry}
    _remember(request, working)
    return grant


def held_grant(request: VisitRequest, recording: RecordingId) -> Grant | None:
    """The grant that this session still holds on ``recording``; None when it has none, or it ran
    out.
    """
    entry = request.session.get(_GRANTS, {}).get(str(recording))
    if entry is None:
        return None
    try:
        grant = access.grant_of_entry(entry, reader(request), sign_in(request))
    except TalteenError:
        return None
    return grant if request.visit.now < grant.until else None


def needed_grant(request: VisitRequest, recording: UUID) -> Grant:
    """The same where nothing can be done without one: raises GrantOver."""
    grant = held_grant(request, RecordingId(recording))
    if grant is None:
        raise refusals.GrantOver
    return grant


def let_go(request: HttpRequest, recording: UUID) -> None:
    """Forget the grant on ``recording``, so that the page asks for a purpose again."""
    grants = dict(request.session.get(_GRANTS, {}))
    grants.pop(str(recording), None)
    request.session[_GRANTS] = grants


def minutes_left(grant: Grant, now: datetime) -> int:
    """Whole minutes until the grant ends, rounded up."""
    return max(0, -int(-(grant.until - now).total_seconds() // 60))


def _remember(request: HttpRequest, working: Working | None) -> None:
    request.session[_CHOSEN] = (
        {"purpose": working.purpose.value, "case": working.case} if working else None
    )
