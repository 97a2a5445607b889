"""Which calls a request is about: looked for by number and about-when, held at once (14.5, 14.6).

Only the pages of the days in question are opened, and nobody is shown a number: what comes back is
how many calls each day had and which of them fit. What was searched is written down and signed, so
that "nothing found" says what it rests on (J16).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from talteen.clock import HELSINKI, days_through
from talteen.errors import Conflict, InputError, KeyGone, Tampered
from talteen.ids import CaseId, RecordingId
from talteen.life.answer import papers, steps
from talteen.life.answer.models import SubjectRequest
from talteen.life.destroy.models import Destruction
from talteen.life.hold import pending
from talteen.life.seal import numbers
from talteen.life.seal.case_files import Texts
from talteen.life.seal.vault import Vault
from talteen.notice.purposes import Purpose
from talteen.notice.requests import Stage
from talteen.register import access
from talteen.register.models import Recording, Staff
from talteen.register.spared.do_not_record_hashes import COUNTRY, full_number
from talteen.register.staff.people import SignIn

log = structlog.get_logger()

LONGEST = timedelta(days=93)
"""No search is longer than the register is deep."""
_NEAR = timedelta(days=1)
"""People are often a day off."""
_AROUND = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Clue:
    """What a person remembers of their call."""

    number: str
    first: date
    last: date
    around: time | None = None
    line: str = ""
    """Slug; empty where they did not say."""


@dataclass(frozen=True, slots=True)
class Found:
    """One call that came from the number, and whether the facts fit it too."""

    recording: RecordingId
    started_at: datetime
    line: str
    """Slug."""
    length_ms: int
    cutoff_at: datetime
    time_fits: bool
    line_fits: bool


@dataclass(frozen=True, slots=True)
class DaySearched:
    """One day that was looked through."""

    day: date
    opened: int
    """Calls whose number was compared."""
    matched: int
    destroyed: int
    """Calls of that day that had been destroyed before."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search came to."""

    at: datetime
    days: tuple[DaySearched, ...]
    found: tuple[Found, ...]
    of_agent: bool = False
    """Looked for by who answered the call (``own_calls``), and not by who called."""


def spellings(number: str) -> frozenset[str]:
    """The ways in which exchanges write one number; InputError where it is no full number."""
    full = full_number(number)
    if full is None:
        raise InputError("this is no full number", remedy="write it with its area or country code")
    national = {"0" + full.removeprefix(COUNTRY)} if full.startswith(COUNTRY) else set()
    return frozenset({full, full[1:], "00" + full[1:], *national})


def search(
    vault: Vault, request: SubjectRequest, clue: Clue, *, by: Staff, sign_in: SignIn, now: datetime
) -> Search:
    """Look for the calls of ``clue``, for a person. Written into the access log before it answers:
    how many fitted, never what was searched. Raises Denied where ``by`` may not search."""
    reference, purpose = request.case.reference, Purpose.DATA_SUBJECT_REQUEST
    access.permit_search(by, purpose, case=reference, sign_in=sign_in, at=now)
    made = _search(vault, clue, now)
    access.log_search(by, purpose, case=reference, hits=len(made.found), at=now)
    SubjectRequest.objects.filter(pk=request.pk).update(searched_at=now)
    return made


def _search(vault: Vault, clue: Clue, now: datetime, asked_at: datetime | None = None) -> Search:
    days = days_of(clue.first, clue.last)
    searched = numbers.find_on(vault, spellings(clue.number), days, now, asked_at=asked_at)
    ids = [recording for one in searched for recording in one.found]
    rows = Recording.objects.filter(pk__in=ids).order_by("started_at")
    gone = destroyed_on(days)
    return Search(
        now,
        tuple(
            DaySearched(one.day, one.calls, len(one.found), gone.get(one.day, 0))
            for one in searched
        ),
        tuple(found_as(row, clue) for row in rows),
    )


def days_of(first: date, last: date) -> Sequence[date]:
    """The days from first to last; InputError where they are out of order, or too many."""
    length = last - first
    if not timedelta(0) <= length <= LONGEST:
        raise InputError(
            "the days are not in order, or too many", remedy="give at most 93 days, first to last"
        )
    return days_through(first, last)


def destroyed_on(days: Iterable[date]) -> dict[date, int]:
    """How many calls of these days have been destroyed, by the day."""
    counted: dict[date, int] = {}
    for day in Destruction.objects.filter(day__in=list(days)).values_list("day", flat=True):
        counted[day] = counted.get(day, 0) + 1
    return counted


def found_as(row: Recording, clue: Clue) -> Found:
    """One call, and how the facts of ``clue`` fit it."""
    local = row.started_at.astimezone(HELSINKI)
    told = datetime.combine(local.date(), clue.around, tzinfo=HELSINKI) if clue.around else local
    return Found(
        recording=RecordingId(row.pk),
        started_at=row.started_at,
        line=row.line_id,
        length_ms=row.length_ms,
        cutoff_at=row.cutoff_at,
        time_fits=abs(local - told) <= _AROUND,
        line_fits=not clue.line or clue.line == row.line_id,
    )


def take(
    vault: Vault,
    request: SubjectRequest,
    recordings: Iterable[UUID],
    *,
    by: Staff,
    now: datetime,
) -> int:
    """These calls are the request's: they belong to its case and are held for it from now on.

    How many holds are new; calls past their cutoff are left alone (J2). Not inside a transaction.
    """
    return pending.hold_calls(
        vault, request.case, list(recordings), by=by, limit=request.limit_on, now=now
    )


@transaction.atomic
def leave_out(request: UUID, recording: UUID, *, by: Staff, now: datetime) -> None:
    """This call is not the person's: a number may be an office's, and the house takes by itself
    whatever came from it. Conflict once it was said which calls the request is about."""
    row = steps.locked(request, by)
    if Stage(row.stage) is not Stage.SCOPING:
        raise Conflict("its calls are decided on", remedy="look at the request again")
    pending.let_go(row.case, recording, now)


# --- what the house does by itself ----------------------------------------------------------------


def settle(vault: Vault, now: datetime) -> int:
    """Look for the calls of requests that nobody has searched yet, and hold what is found; hold
    calls that were named while they ran, once they are sealed. How many holds came into force.

    A sweep's work, so that the public page answers the same, and as soon, whoever asks (I18), and
    the first of it: who asked in the last moment before a cutoff asked in time (decision 230). A
    request whose file does not open is told of and stops no other.
    """
    for request in SubjectRequest.objects.exclude(stage=Stage.CLOSED.value).select_related("case"):
        if request.searched_at is None:
            try:
                _settle_one(vault, request, now)
            except (KeyGone, Tampered) as error:
                log.error("request.unsearched", request=CaseId(request.pk), reason=error.slug)
        pending.hold_linked(request.case, by=request.owner, limit=request.limit_on, now=now)
    return pending.place(vault, now)


def _settle_one(vault: Vault, request: SubjectRequest, now: datetime) -> None:
    asked = asked_of(vault, request)
    SubjectRequest.objects.filter(pk=request.pk).update(searched_at=now)
    clue = clue_of(asked)
    if clue is None:
        return
    asked_at = steps.asked_at(request)
    made = _search(vault, clue, now, asked_at)
    found = [one.recording for one in made.found]
    limit = request.limit_on
    pending.propose(request.case, found, by=request.owner, limit=limit, now=now, asked_at=asked_at)
    log.info("request.searched", request=CaseId(request.pk), n=len(made.found))


def asked_of(vault: Vault, request: SubjectRequest) -> Texts:
    """What the person told, as it was understood last, opened. KeyGone once the file was closed."""
    paper = request.papers.filter(kind="asked").order_by("-at", "-name").first()
    if paper is None:
        raise KeyGone("this file has no papers any more", remedy="there is nothing to read")
    return papers.read(vault, paper)


def clue_of(asked: Texts) -> Clue | None:
    """What of it can be searched by itself; None without a number and a day."""
    day = told_day(asked)
    if day is None or full_number(asked.get("number", "")) is None:
        return None
    return Clue(asked["number"], day - _NEAR, day + _NEAR, clock(asked.get("around", "")))


def told_day(asked: Texts) -> date | None:
    """About when the person called; None where they did not say, or not so that it is a day."""
    try:
        return date.fromisoformat(asked.get("day", ""))
    except ValueError:
        return None


def clock(written: str) -> time | None:
    """A time of day as a form sends it; None for anything else."""
    try:
        return time.fromisoformat(written)
    except ValueError:
        return None
