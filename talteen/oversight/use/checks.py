"""One opening out of a hundred is asked why (REGISTER D, 17.1): by the house, of the person, and
read by another one.

The draw is by chance alone, so nobody can tell beforehand which opening it will be, and nobody is
picked. What the person writes is sealed; who reads it says whether it belongs to the purpose.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from talteen import ids
from talteen.clock import helsinki_date, start_of_day
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.life.seal import personal
from talteen.life.seal.vault import Vault
from talteen.notice.purposes import Role
from talteen.oversight.use.looking import READERS
from talteen.oversight.use.models import PurposeCheck, UseState
from talteen.register.models import AccessEntry, Staff
from talteen.register.staff import two_persons

WEEK = timedelta(days=7)
ANSWER_WITHIN = timedelta(days=7)
LONGEST = 280
_OF = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """One check with the opening that it is about."""

    id: UUID
    staff: UUID
    at: datetime
    purpose: str
    case: str
    recording: UUID | None
    due_on: date
    why: str
    answered: bool
    follows: bool | None


def how_many(openings: int) -> int:
    """A hundredth, rounded up: a small house is asked too."""
    return -(-openings // _OF)


@transaction.atomic
def draw(now: datetime) -> int:
    """Draw from the week that has ended, once; returns how many openings are asked about."""
    today = helsinki_date(now)
    monday = today - timedelta(days=today.weekday()) - WEEK
    UseState.objects.get_or_create(pk=1)
    state = UseState.objects.select_for_update().get(pk=1)
    if state.drawn_week is not None and state.drawn_week >= monday:
        return 0
    week = (start_of_day(monday), start_of_day(monday + WEEK))
    rows = AccessEntry.objects.filter(action="grant", at__gte=week[0], at__lt=week[1])
    openings = list(rows.order_by("pk").values_list("pk", "staff"))
    due_on = today + ANSWER_WITHIN
    drawn = secrets.SystemRandom().sample(openings, how_many(len(openings)))
    PurposeCheck.objects.bulk_create(
        PurposeCheck(id=ids.new(), entry=entry, staff=staff, week=monday, due_on=due_on)
        for entry, staff in drawn
    )
    state.drawn_week = monday
    state.save(update_fields=["drawn_week"])
    return len(drawn)


def of_person(vault: Vault, person: Staff) -> list[Asked]:
    """What a person is asked, unanswered first, and what they have answered."""
    rows = PurposeCheck.objects.filter(staff=person.pk).order_by("-week", "entry")
    return sorted(_asked(vault, list(rows)), key=lambda one: one.answered)


def waiting(vault: Vault, reader: Staff) -> list[Asked]:
    """What another one has to read: answers, and questions that were not answered in time."""
    if Role(reader.role) not in READERS:
        return []
    rows = PurposeCheck.objects.filter(seen_at=None).exclude(staff=reader.pk)
    return _asked(vault, list(rows.order_by("due_on", "entry")))


def answer(vault: Vault, check: UUID, by: Staff, why: str, now: datetime) -> None:
    """The person says why. InputError for nothing or too much, Missing for somebody else's."""
    text = why.strip()
    if not text or len(text) > LONGEST:
        raise InputError("an answer has 1 to 280 characters", remedy="say it in a sentence")
    sealed = personal.seal(vault, personal.Kind.WHY, check, by.pk, text.encode())
    rows = PurposeCheck.objects.filter(pk=check, staff=by.pk, seen_at=None)
    if not rows.update(why=sealed, answered_at=now):
        raise Missing("nobody asks you this", remedy="open the page again")


@transaction.atomic
def judge(check: UUID, by: Staff, *, follows: bool, now: datetime) -> None:
    """Another person has read it. NotAllowed for another role, SamePerson for the one who was
    asked, Conflict where it was read already."""
    if Role(by.role) not in READERS:
        raise NotAllowed("this role reads no answers", remedy="ask the data protection officer")
    row = PurposeCheck.objects.select_for_update().filter(pk=check, seen_at=None).first()
    if row is None:
        raise Conflict("somebody has read this", remedy="open the page again")
    two_persons.check(row.staff, by.pk)
    row.seen_by, row.seen_at, row.follows = by, now, follows
    row.save(update_fields=["seen_by", "seen_at", "follows"])


def _asked(vault: Vault, rows: list[PurposeCheck]) -> list[Asked]:
    entries = AccessEntry.objects.in_bulk([row.entry for row in rows])
    told = []
    for row in rows:
        entry = entries.get(row.entry)
        if entry is None:
            continue
        why = ""
        if row.why is not None:
            sealed = bytes(row.why)
            why = personal.unseal(vault, personal.Kind.WHY, row.pk, row.staff, sealed).decode()
        told.append(
            Asked(
                id=row.pk,
                staff=row.staff,
                at=entry.at,
                purpose=entry.purpose,
                case=entry.case,
                recording=entry.recording,
                due_on=row.due_on,
                why=why,
                answered=row.answered_at is not None,
                follows=row.follows,
            )
        )
    return told
