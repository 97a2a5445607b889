"""The hold of a request: its calls stay until the person has had an answer (REGISTER 14.5).

It is placed by whoever takes the request, at once and alone: a recording must not be outlived by
the question about it. It narrows as every hold does (J11), keeps for answering only, and ends by
itself some days after the answer was handed out.
"""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from talteen import ids
from talteen.clock import helsinki_date
from talteen.engine.vault.changes import Changes
from talteen.ids import HoldId, RecordingId
from talteen.life.hold import acts, rules
from talteen.life.hold.rules import PURPOSES, Ground
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault
from talteen.register.models import Case, CaseRecording, Hold, Recording, Staff
from talteen.register.states import OPENABLE, Progress

GROUND = Ground.REQUEST_PENDING.value
_IN_FORCE = ("placing", "active")


def hold_calls(
    vault: Vault, case: Case, recordings: Collection[UUID], *, by: Staff, limit: date, now: datetime
) -> int:
    """Have ``recordings`` belong to the request ``case`` and be held for it; how many are new.

    A call that is not sealed yet is noted and held once it is (``hold_linked``); one past its
    cutoff is left alone: nothing revives it (J2). Not inside a transaction.
    """
    held = propose(case, recordings, by=by, limit=limit, now=now)
    place(vault, now)
    return held


def propose(
    case: Case,
    recordings: Collection[UUID],
    *,
    by: Staff,
    limit: date,
    now: datetime,
    asked_at: datetime | None = None,
) -> int:
    """The same, without bringing the holds into force: ``place`` follows. ``asked_at`` where it was
    asked before ``now``: whoever asked before the cutoff asked in time (decision 230)."""
    at = asked_at or now
    return sum(_propose(case, one, by=by, limit=limit, now=now, asked_at=at) for one in recordings)


def hold_linked(case: Case, *, by: Staff, limit: date, now: datetime) -> None:
    """Propose holds for the calls of ``case`` that have been sealed since; ``place`` follows."""
    for recording in case.recordings.exclude(holds__case=case).values_list("pk", flat=True):
        _propose(case, recording, by=by, limit=limit, now=now, asked_at=now)


@transaction.atomic
def _propose(
    case: Case, recording: UUID, *, by: Staff, limit: date, now: datetime, asked_at: datetime
) -> bool:
    row = Recording.objects.select_for_update().filter(pk=recording).first()
    if row is None or asked_at >= row.cutoff_at:
        return False
    CaseRecording.objects.get_or_create(case=case, recording=row)
    known = row.holds.filter(case=case, ground=GROUND, state__in=_IN_FORCE)
    known.filter(provisional_until__lte=now).update(provisional_until=None)  # it was let go of
    if Progress(row.progress) not in OPENABLE or known.exists():
        return False
    hold = Hold.objects.create(
        id=ids.new(),
        recording=row,
        case=case,
        ground=GROUND,
        purposes=sorted(purpose.value for purpose in PURPOSES[Ground.REQUEST_PENDING]),
        state="placing",
        opened_at=now,
        opened_by=by,
        approved_by=None,
        review_on=min(limit, helsinki_date(now) + rules.REVIEW_WITHIN),
    )
    hold.people.set(case.people.all())
    return True


def place(vault: Vault, now: datetime) -> int:
    """Bring what was proposed into force, in one roll; how many. May be called again."""
    waiting = Hold.objects.filter(state="placing", ground=GROUND)
    pairs = frozenset(
        (HoldId(hold), RecordingId(recording))
        for hold, recording in waiting.values_list("pk", "recording")
    )
    if pairs:
        rolling.make_room(vault)
        changes = Changes(place_holds=pairs, leaves=lambda draft: acts.leaves(draft, now))
        rolling.roll(vault, changes, now)
    return len(pairs)


def end(case: Case, at: datetime) -> None:
    """Let the holds of a request end at ``at``, by the next sweep after it. Inside the caller's
    transaction; nothing else moves such an end later."""
    Hold.objects.filter(case=case, ground=GROUND, state__in=_IN_FORCE).update(provisional_until=at)


def let_go(case: Case, recording: UUID, now: datetime) -> None:
    """A call turns out to be somebody else's: it is the request's no more. Before its cutoff its
    hold ends with the next sweep. Past it the hold ends with the request, as it would have: its end
    destroys the call, and a mistaken press could not bring that back. Inside a transaction."""
    CaseRecording.objects.filter(case=case, recording=recording).delete()
    held = Hold.objects.filter(case=case, recording=recording, ground=GROUND)
    held.filter(state__in=_IN_FORCE, recording__cutoff_at__gt=now).update(provisional_until=now)


def keep(case: Case, *, by: Staff, limit: date, now: datetime) -> None:
    """A request that was opened again keeps the calls that its holds still hold, and holds again
    those that it has let go of and that still open; ``place`` follows."""
    Hold.objects.filter(case=case, ground=GROUND, state__in=_IN_FORCE).update(
        provisional_until=None
    )
    propose(case, list(case.recordings.values_list("pk", flat=True)), by=by, limit=limit, now=now)


def all_held(case: Case, now: datetime) -> bool:
    """Whether every call of the request is held for it."""
    held = Hold.objects.filter(case=case, ground=GROUND, state="active")
    standing = held.exclude(provisional_until__lte=now).values("recording")
    return not case.recordings.filter(cutoff_at__gt=now).exclude(pk__in=standing).exists()
