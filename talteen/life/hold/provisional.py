"""A hold of one person: it stands for some days, and falls away unless somebody else confirms it
(REGISTER 13.6).

An agent or a team leader says that a call was a complaint. That must keep the call at once, and
must not keep it for ever: the register contact confirms it, or ends it, and where they do neither
it ends by itself. It narrows from the beginning, as every hold does (J11): the call of a complaint
is nobody's training material while it waits for a second person.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from talteen import ids
from talteen.clock import helsinki_date
from talteen.engine.vault.changes import Changes
from talteen.errors import Conflict, Missing
from talteen.ids import HoldId, RecordingId
from talteen.life.hold import acts, many, rules
from talteen.life.hold.rules import PURPOSES, Ground
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault
from talteen.notice.purposes import Role
from talteen.register.log import ledger, ledger_kinds
from talteen.register.models import Case, Hold, Recording, Staff
from talteen.register.states import OPENABLE

_OPENABLE = [progress.value for progress in OPENABLE]
_IN_FORCE = ("placing", "active")


def propose(
    row: Recording, case: Case, *, by: Staff, people: Sequence[Staff], at: datetime, until: datetime
) -> Hold:
    """Write down a hold that ``by`` alone wants; it comes into force with ``place_waiting``.

    Inside the caller's transaction, the recording's row locked. Raises as ``check_proposing``.
    """
    rules.check_proposing(Role(by.role), row.cutoff_at, now=at)
    hold = Hold.objects.create(
        id=ids.new(),
        recording=row,
        case=case,
        ground=Ground.COMPLAINT.value,
        purposes=sorted(purpose.value for purpose in PURPOSES[Ground.COMPLAINT]),
        state="placing",
        opened_at=at,
        opened_by=by,
        approved_by=None,
        review_on=helsinki_date(until),
        provisional_until=until,
    )
    hold.people.set(people)
    return hold


def place_waiting(vault: Vault, now: datetime) -> int:
    """Bring what was proposed into force, in one roll; how many. May be called again at any time.

    That is what one person proposed, and what two decided before their process was killed. What
    cannot be held any more is let go of: destruction was first (13.6).
    """
    decided = Q(provisional_until=None)
    proposed = ~decided | Q(opened_at__lte=now - acts.BROKEN_OFF)
    waiting = Hold.objects.filter(proposed, state="placing")
    in_time = Q(provisional_until__gt=now) | decided & Q(recording__cutoff_at__gt=now)
    good = Q(recording__progress__in=_OPENABLE) & in_time
    for hold in waiting.exclude(good):
        hold.people.clear()
        hold.delete()
    pairs = frozenset(
        (HoldId(hold), RecordingId(recording))
        for hold, recording in waiting.values_list("pk", "recording")
    )
    if pairs:
        changes = Changes(place_holds=pairs, leaves=lambda draft: acts.leaves(draft, now))
        rolling.roll(vault, changes, now)
    return len(pairs)


@transaction.atomic
def confirm(hold: UUID, by: Staff, review_on: date, now: datetime) -> Hold:
    """The register contact makes it a hold like any other, to be looked at again on ``review_on``.

    Conflict for whoever proposed it (I15), for another role, and once it has fallen away;
    InputError for a review day that is past or too far; of a case with many calls as
    ``many.check``.
    """
    row = _waiting(hold, now)
    rules.check_confirming(Role(by.role), row.opened_by_id, by.pk)
    rules.check_review(review_on, helsinki_date(now))
    many.check(row.case, now)
    row.approved_by, row.review_on, row.provisional_until = by, review_on, None
    row.save(update_fields=["approved_by", "review_on", "provisional_until"])
    ledger.enter(
        ledger_kinds.HoldPlaced(
            hold=HoldId(row.pk),
            recording=RecordingId(row.recording_id),
            ground=ledger_kinds.Ground(row.ground),
            provisional=False,
            review_on=review_on,
        ),
        now,
    )
    return row


@transaction.atomic
def let_go(hold: UUID, by: Staff, now: datetime) -> None:
    """The register contact does not confirm it: its time is over now, and the next sweep takes it
    away. Past its cutoff the call opens for nobody from this transaction on."""
    row = _waiting(hold, now)
    rules.check_confirming(Role(by.role), row.opened_by_id, by.pk)
    row.provisional_until = now
    row.save(update_fields=["provisional_until"])


def over(now: datetime) -> list[Hold]:
    """The holds whose time has passed: of one person, and of requests that were answered."""
    return list(Hold.objects.filter(state="active", provisional_until__lte=now).order_by("pk"))


def _waiting(hold: UUID, now: datetime) -> Hold:
    row = Hold.objects.select_for_update().filter(pk=hold, state="active").first()
    if row is None:
        raise Missing("there is no such hold", remedy="look at the list of holds again")
    until = None if _of_request(row) else row.provisional_until
    if until is None or until <= now:
        raise Conflict(
            "this hold does not wait for anybody", remedy="look at the list of holds again"
        )
    return row


@dataclass(frozen=True, slots=True)
class Standing:
    """One hold in force, as the list of holds shows it."""

    hold: HoldId
    recording: RecordingId
    reference: str
    case: UUID
    complaint: bool
    """Its case is a complaint: it has a page of its own."""
    ground: str
    day: date
    line: str
    """Slug."""
    opened_at: datetime
    opened_by: str
    """Staff code."""
    provisional_until: datetime | None
    review_on: date
    past_cutoff: bool
    """The call lives by this hold alone."""
    own: bool
    """The reader opened it."""
    cutoff_at: datetime
    due_at: datetime
    others: int
    """Other holds in force on the same call: it ends with the last (13.8)."""
    case_open: bool
    proposed_by: str
    """Name of whoever proposed its release; empty where nobody did."""
    own_proposal: bool

    def left(self, now: datetime) -> timedelta:
        """How long it stands without a second person."""
        return max((self.provisional_until or now) - now, timedelta(0))


def standing(reader: Staff, now: datetime) -> list[Standing]:
    """The holds that ``reader`` may know of: all for the register contact, of their own cases for
    others. Those that wait for a second person first, by their end; then by review day."""
    rows = _visible(reader).select_related("recording", "case", "opened_by", "release_proposed_by")
    in_force = Hold.objects.filter(state="active").exclude(provisional_until__lte=now)
    together = Counter(in_force.values_list("recording", flat=True))
    found = [
        Standing(
            hold=HoldId(row.pk),
            recording=RecordingId(row.recording_id),
            reference=row.case.reference,
            case=row.case_id,
            complaint=row.case.kind == "complaint",
            ground=row.ground,
            day=row.recording.day,
            line=row.recording.line_id,
            opened_at=row.opened_at,
            opened_by=row.opened_by.code,
            provisional_until=None if _of_request(row) else row.provisional_until,
            review_on=row.review_on,
            past_cutoff=now >= row.recording.cutoff_at,
            own=row.opened_by_id == reader.pk,
            cutoff_at=row.recording.cutoff_at,
            due_at=row.recording.due_at,
            others=max(0, together[row.recording_id] - (row.state == "active")),
            case_open=row.case.closed_at is None,
            proposed_by=row.release_proposed_by.name if row.release_proposed_by else "",
            own_proposal=row.release_proposed_by_id == reader.pk,
        )
        for row in rows.exclude(provisional_until__lte=now)
    ]
    return sorted(found, key=lambda one: (not one.provisional_until, one.review_on, one.reference))


def _of_request(row: Hold) -> bool:
    """It waits for nobody: it ends some days after the answer."""
    return row.ground == Ground.REQUEST_PENDING.value


def _visible(reader: Staff) -> QuerySet[Hold]:
    holds = Hold.objects.filter(state__in=_IN_FORCE)
    if Role(reader.role) is Role.REGISTER_CONTACT:
        return holds
    return holds.filter(people=reader) if Role(reader.role) in LOOKERS else holds.none()


LOOKERS = frozenset({Role.REGISTER_CONTACT, Role.COMPLAINT_HANDLER})
"""Who sees the list of holds."""
