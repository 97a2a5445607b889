"""More calls of one dispute: named one by one, and held for its case (REGISTER 13.7, 13.12).

A dispute is often about several calls: the booking, its change, the call afterwards. Whoever
answers for the register looks among the calls of some days, of one line or from the number that the
case is about, and names those that belong to it. A line, a queue or a customer as such is never
held: there is no such act. What one person names is held for some days, until a second one confirms
it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from talteen.clock import days_through
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.ids import RecordingId
from talteen.life.hold import many, provisional, rules
from talteen.life.seal import numbers
from talteen.life.seal.vault import Vault
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import Case, CaseRecording, Hold, Recording, Staff
from talteen.register.staff.people import SignIn
from talteen.register.staff.two_persons import SamePerson
from talteen.register.states import OPENABLE

LONGEST = timedelta(days=31)
"""A search names days; whoever needs more looks again."""
_OPENABLE = [progress.value for progress in OPENABLE]


@dataclass(frozen=True, slots=True)
class Looking:
    """Where somebody looks: days, and one line or the number of the case."""

    first: date
    last: date
    line: str = ""
    """Slug."""
    spellings: frozenset[str] = field(default=frozenset(), repr=False)
    """Of the number from which the calls came."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that may belong to the dispute."""

    recording: RecordingId
    started_at: datetime
    line: str
    length_ms: int
    held: bool
    """For this case already."""


class CaseClosed(Conflict):
    """The dispute is over: nothing more is held for it."""

    slug = "case-closed"


class NothingWaits(Conflict):
    """No hold of the case waits for a second person: it was confirmed, or has fallen away."""

    slug = "nothing-waits"


def case_of(case: UUID) -> Case:
    """The open complaint of this id. Missing where there is none, CaseClosed where it is over."""
    row = Case.objects.filter(pk=case, kind="complaint").first()
    if row is None:
        raise Missing("there is no such case", remedy="look at the list of holds again")
    if row.closed_at is not None:
        raise CaseClosed("the case is closed", remedy="open a new complaint about the call")
    return row


def find(
    vault: Vault, case: UUID, looking: Looking, *, by: Staff, sign_in: SignIn, now: datetime
) -> list[Candidate]:
    """The calls of ``looking``, the latest first. A search by number is permitted and written into
    the access log as any (5.3). InputError for days out of order, or without line and number."""
    row = case_of(case)
    _decides(by)
    if not timedelta(0) <= looking.last - looking.first <= LONGEST:
        raise InputError("the days are not in order, or too many", remedy="give at most 31 days")
    if not looking.line and not looking.spellings:
        raise InputError("neither line nor number is given", remedy="choose one of them")
    calls = Recording.objects.filter(
        day__range=(looking.first, looking.last), progress__in=_OPENABLE, cutoff_at__gt=now
    )
    if looking.line:
        calls = calls.filter(line=looking.line)
    if looking.spellings:
        found = numbers.search(
            vault,
            looking.spellings,
            days_through(looking.first, looking.last),
            by=by,
            purpose=Purpose.RIGHTS_OF_PARTIES,
            case=row.reference,
            sign_in=sign_in,
            now=now,
        )
        calls = calls.filter(pk__in=found)
    held = set(many.held(row, now).values_list("recording", flat=True))
    return [
        Candidate(RecordingId(one.pk), one.started_at, one.line_id, one.length_ms, one.pk in held)
        for one in calls.order_by("-started_at")[: rules.MOST_NAMED]
    ]


def hold(
    vault: Vault,
    case: UUID,
    calls: Collection[UUID],
    *,
    by: Staff,
    now: datetime,
    held_for: timedelta,
) -> int:
    """Hold the named ``calls`` for the dispute, for ``held_for`` until a second person confirms it;
    how many are new. All or none: InputError where one is not here, or opens no more. Not inside a
    transaction."""
    _decides(by)
    named = sorted(set(calls))
    rules.check_named(len(named))
    placed = _propose(case_of(case), named, by, now, now + held_for)
    provisional.place_waiting(vault, now)
    return placed


@transaction.atomic
def _propose(case: Case, named: Iterable[UUID], by: Staff, now: datetime, until: datetime) -> int:
    people, held = list(case.people.all()), set(many.held(case, now).values_list("recording"))
    placed = 0
    for call in named:
        row = Recording.objects.select_for_update().filter(pk=call).first()
        if row is None or row.progress not in _OPENABLE or now >= row.cutoff_at:
            raise InputError(
                "a call that is named is not here, or opens no more", remedy="leave it out"
            )
        if (call,) in held:
            continue
        CaseRecording.objects.get_or_create(case=case, recording=row)
        provisional.propose(row, case, by=by, people=people, at=now, until=until)
        placed += 1
    return placed


@transaction.atomic
def confirm(
    vault: Vault, case: UUID, review_on: date, *, by: Staff, now: datetime, against: str = ""
) -> int:
    """Confirm the holds of the case that others opened and that wait for a second person, all or
    none; how many. What ``by`` opened goes on waiting. ``against`` says why they are held although
    the officer advises otherwise, or how their conditions are met.

    NotAllowed for another role, NothingWaits where none waits, SamePerson where all that wait are
    ``by``'s own; else as ``provisional.confirm``.
    """
    _decides(by)
    waiting = waiting_of(case_of(case), now)
    if not waiting.exists():
        raise NothingWaits(
            "no hold of this case waits for a second person",
            remedy="they were confirmed or have fallen away: name the calls anew where they have",
        )
    found = list(waiting.exclude(opened_by=by).values_list("pk", flat=True))
    if not found:
        raise SamePerson
    if against:
        many.answer(vault, case, against, by=by, now=now)
    for one in found:
        provisional.confirm(one, by, review_on, now)
    return len(found)


def waiting_of(case: Case, now: datetime) -> QuerySet[Hold]:
    """The holds of the case that wait for a second person."""
    return many.held(case, now).filter(state="active", provisional_until__isnull=False)


def _decides(by: Staff) -> None:
    if Role(by.role) is not Role.REGISTER_CONTACT:
        raise NotAllowed("the register contact names the calls of a case", remedy="ask them")
