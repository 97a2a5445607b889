"""The writers of holds: place and release (REGISTER 13.6-13.9, J11).

A hold is in force only when its page stands in a roll file (keys-review rule 11): ``place`` writes
the row as ``placing``, rolls, and the transaction that applies the roll makes it ``active``.
Whoever asks in between is told what is true: it is not in force yet, and nothing has been narrowed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from talteen import ids
from talteen.clock import helsinki_date
from talteen.engine.vault.changes import Changes, Draft
from talteen.engine.vault.rollfile import HoldChange, Leaf
from talteen.errors import Conflict
from talteen.ids import HoldId, RecordingId
from talteen.life.hold import many, rules
from talteen.life.hold.rules import PURPOSES, Ground, Proposal
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault
from talteen.register.database.among import among
from talteen.register.log import ledger, ledger_kinds
from talteen.register.models import Case, CaseRecording, Hold, Recording, Staff
from talteen.register.states import OPENABLE, Progress

BROKEN_OFF = timedelta(minutes=10)
"""After so long nobody is placing a hold any more: its process was killed before its roll."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Everything that a person decides when they place a hold."""

    case: Case
    ground: Ground
    people: Sequence[Staff]
    review_on: date
    opened_by: Staff
    approved_by: Staff


def place(
    vault: Vault,
    recording: RecordingId,
    placing: Placing,
    now: datetime,
    *,
    progress: rolling.Progress = rolling.silent,
) -> Hold:
    """Place a hold and roll; returns it active. NoLongerOpens after the cutoff, Conflict by one
    person. Broken off before its roll, it is placed by the sweep (``provisional.place_waiting``).
    """
    hold = _propose(recording, placing, now)
    progress("placing committed")
    pair = (HoldId(hold.pk), recording)
    changes = Changes(place_holds=frozenset({pair}), leaves=lambda draft: leaves(draft, now))
    rolling.roll(vault, changes, now, progress)
    hold.refresh_from_db()
    if hold.state != "active":
        raise Conflict(
            "the hold did not come into force", remedy="read the recording's state again"
        )
    return hold


def keeping(now: datetime) -> QuerySet[Hold]:
    """The holds in force, and those that somebody is placing at this moment.

    One that was broken off keeps nothing until it is placed: the end of a whole day would wait for
    it.
    """
    placing = Q(state="placing", opened_at__gt=now - BROKEN_OFF)
    return Hold.objects.filter(Q(state="active") | placing)


@transaction.atomic
def _propose(recording: RecordingId, placing: Placing, now: datetime) -> Hold:
    # One row lock decides between a hold and the end (13.6): first in the ledger wins.
    row = Recording.objects.select_for_update().get(pk=recording)
    if Progress(row.progress) not in OPENABLE:
        raise Conflict("only a sealed recording can be held", remedy="read its state again")
    proposal = Proposal(
        ground=placing.ground,
        review_on=placing.review_on,
        opened_by=placing.opened_by.pk,
        approved_by=placing.approved_by.pk,
        case_open=placing.case.closed_at is None,
    )
    rules.check_placing(proposal, row.cutoff_at, now=now, today=helsinki_date(now))
    if placing.ground is not Ground.SUBJECT_RESTRICTION:  # the person's own wish (18(1)(b), (c))
        many.check(placing.case, now, more=1)
    CaseRecording.objects.get_or_create(case=placing.case, recording=row)
    hold = Hold.objects.create(
        id=ids.new(),
        recording=row,
        case=placing.case,
        ground=placing.ground.value,
        purposes=sorted(purpose.value for purpose in PURPOSES[placing.ground]),
        state="placing",
        opened_at=now,
        opened_by=placing.opened_by,
        approved_by=placing.approved_by,
        review_on=placing.review_on,
    )
    hold.people.set(placing.people)
    return hold


def leaves(draft: Draft, at: datetime) -> Iterable[Leaf]:
    """The ledger entries of the holds that a roll brings into force or ends."""
    for change in draft.holds_placed:
        hold = Hold.objects.get(pk=change.hold)
        yield _leaf(
            ledger_kinds.HoldPlaced(
                hold=change.hold,
                recording=change.recording,
                ground=ledger_kinds.Ground(hold.ground),
                provisional=hold.provisional_until is not None,
                review_on=hold.review_on,
            ),
            at,
        )
    for change in draft.holds_released:
        ended = Hold.objects.filter(pk=change.hold, provisional_until__isnull=False)
        lapsed = ended.exclude(ground=Ground.REQUEST_PENDING.value).exists()
        end = ledger_kinds.HoldEnd.LAPSED if lapsed else ledger_kinds.HoldEnd.RELEASED
        entry = ledger_kinds.HoldReleased(hold=change.hold, recording=change.recording, end=end)
        yield _leaf(entry, at)


def _leaf(entry: ledger_kinds.Entry, at: datetime) -> Leaf:
    return Leaf(entry.tag, ledger.entry_bytes(entry, at))


def applied(placed: Iterable[HoldChange], released: Iterable[HoldChange], at: datetime) -> None:
    """Bring the rows to what a roll file decided. Called inside the transaction that applies it."""
    Hold.objects.filter(pk__in=[change.hold for change in placed]).exclude(state="released").update(
        state="active"
    )
    Hold.objects.filter(pk__in=[change.hold for change in released]).update(
        state="released", released_at=at
    )


def forget(recordings: Collection[UUID]) -> None:
    """Let go of every row that names these recordings. The ledger keeps that they were held."""
    for hold in Hold.objects.filter(recording__in=among(recordings)):
        hold.people.clear()
        hold.delete()
    CaseRecording.objects.filter(recording__in=among(recordings)).delete()
