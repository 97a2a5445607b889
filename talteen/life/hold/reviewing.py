"""A hold in force is looked at again: it goes on for a reason, or its release is proposed
(REGISTER 13.8-13.11).

What one person proposes here comes about by a second one (``destroy.releasing``). The consequence
is told before anybody decides, from the other holds of the call and from its cutoff.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Conflict, Missing, NotAllowed
from talteen.ids import HoldId, RecordingId
from talteen.life.hold import rules
from talteen.notice.hold_reviews import Renewal
from talteen.notice.purposes import Role
from talteen.register.log import ledger
from talteen.register.log.ledger_holds import HoldReviewed
from talteen.register.models import Hold, Staff

PROPOSERS = frozenset({Role.REGISTER_CONTACT, Role.COMPLAINT_HANDLER})
"""Who may say that a hold has done its work: the case handler, or the register contact (13.9)."""


class After(Enum):
    """What becomes of a call when one of its holds ends."""

    STAYS_HELD = "stays_held"
    """Another hold keeps it: it ends with the last (13.8)."""
    BACK_TO_NORMAL = "back_to_normal"
    """Its time has not come yet: it dies with the others of its day."""
    CLOSES_AT_ONCE = "closes_at_once"
    """It lives by this hold alone."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a release would bring about."""

    what: After
    opens_until: datetime | None
    """For everybody, whatever holds; null while another hold keeps it."""
    dead_by: date | None
    """The day on which the last copy of its key has died, backups included."""


def consequence(
    now: datetime, cutoff_at: datetime, due_at: datetime, *, others: int, margin_days: int
) -> Consequence:
    """What becomes of a call when one of its holds is released ``now``. Pure."""
    if others:
        return Consequence(After.STAYS_HELD, None, None)
    if now < cutoff_at:
        return Consequence(After.BACK_TO_NORMAL, cutoff_at, helsinki_date(due_at))
    dead = helsinki_date(now) + timedelta(days=margin_days)
    return Consequence(After.CLOSES_AT_ONCE, now, dead)


@transaction.atomic
def propose(hold: UUID, by: Staff, now: datetime) -> Hold:
    """One person says that the hold has done its work. Conflict where one did already."""
    row = standing(hold)
    _must_be_of(row, by)
    if row.release_proposed_by_id is not None:
        raise Conflict("its release is proposed already", remedy="ask a second person")
    row.release_proposed_by, row.release_proposed_at = by, now
    row.save(update_fields=["release_proposed_by", "release_proposed_at"])
    return row


@transaction.atomic
def keep(hold: UUID, by: Staff, renewal: Renewal, review_on: date, now: datetime) -> Hold:
    """The register contact looks at it again: it goes on, for a reason, until ``review_on``. A
    proposal to release it is over with that. InputError for a review day past or too far."""
    row = standing(hold)
    if Role(by.role) is not Role.REGISTER_CONTACT:
        raise NotAllowed("the register contact reviews holds", remedy="ask them")
    rules.check_review(review_on, helsinki_date(now))
    row.review_on, row.release_proposed_by, row.release_proposed_at = review_on, None, None
    row.save(update_fields=["review_on", "release_proposed_by", "release_proposed_at"])
    ledger.enter(
        HoldReviewed(
            hold=HoldId(row.pk),
            recording=RecordingId(row.recording_id),
            renewal=renewal,
            review_on=review_on,
        ),
        now,
    )
    return row


@transaction.atomic
def close_case(hold: UUID, by: Staff, now: datetime) -> int:
    """The case is over: it is closed, and the release of all its holds is proposed the same day
    (13.11); how many. A closed case is not opened again: a new complaint is a new one."""
    row = standing(hold)
    _must_be_of(row, by)
    if row.case.kind != "complaint":
        raise Conflict("this case ends by its own steps", remedy="close it where it is worked on")
    row.case.closed_at = row.case.closed_at or now
    row.case.save(update_fields=["closed_at"])
    waiting = Hold.objects.filter(
        case=row.case, state="active", provisional_until=None, release_proposed_by=None
    )
    return waiting.update(release_proposed_by=by, release_proposed_at=now)


def standing(hold: UUID) -> Hold:
    """The hold of two persons, its row locked. Missing where it has ended, or is of one person."""
    rows = Hold.objects.select_for_update(of=("self",)).select_related("case")
    row = rows.filter(pk=hold, state="active", provisional_until=None).first()
    if row is None:
        raise Missing("there is no such hold", remedy="look at the list of holds again")
    return row


def _must_be_of(row: Hold, by: Staff) -> None:
    role = Role(by.role)
    own = role is Role.REGISTER_CONTACT or row.people.filter(pk=by.pk).exists()
    if role not in PROPOSERS or not own:
        raise NotAllowed("whoever handles the case proposes it", remedy="ask the case handler")
