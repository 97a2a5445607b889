"""Destruction, backup keys, certificates, and the holds that put an end off."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, F, Max, Min, OuterRef, Q

from talteen.life.destroy.models import Destruction
from talteen.life.hold.rules import Ground
from talteen.life.seal.models import RollRecord
from talteen.notice.particulars import RegisterFile
from talteen.oversight import key_alarms
from talteen.oversight.keys import Kind
from talteen.oversight.prove.facts import EndFacts, HoldFacts
from talteen.oversight.prove.gather_calls import HELD, LIVES
from talteen.register import house
from talteen.register.log.ledger_kinds import HoldReleased
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.models import Hold, Recording

GRACE = timedelta(hours=1)
"""Within which the next run comes (13.4)."""
_OF_PENDING = Ground.REQUEST_PENDING.value
_GROUNDS = [ground.value for ground in Ground]


def ends(now: datetime, machine_at: datetime) -> EndFacts:
    """What has died, and what should have. ``machine_at``: by the machine's clock, as sweeps
    are."""
    living = Recording.objects.filter(progress__in=LIVES)
    free = living.exclude(HELD)
    past = free.filter(cutoff_at__lte=now - GRACE)
    ended = Q(holds__state="released", holds__released_at__lte=now - GRACE)
    dead = Destruction.objects.exclude(backup_dead_at=None)
    swept = house.last_sweep()
    return EndFacts(
        past_due=free.filter(due_at__lte=now).count(),
        past_cutoff=past.count(),
        gone=dead.count(),
        gone_late=dead.filter(backup_dead_at__gt=F("due_at"), held=0).count(),
        uncertified=_uncertified(now),
        waiting=Destruction.objects.filter(live_dead_at__isnull=False, backup_dead_at=None).count(),
        unproved=_unproved(now),
        last=Destruction.objects.aggregate(at=Max("live_dead_at"))["at"],
        backup_late=_backup_late(now),
        backup_alive=RollRecord.objects.exclude(backup_name="").filter(backup_dead_at=None).count(),
        swept_ago=machine_at - swept if swept else None,
        released_living=past.filter(ended).distinct().count(),
        released=LedgerEntry.objects.filter(kind=HoldReleased.tag).count(),
    )


def holds(file: RegisterFile, today: date) -> HoldFacts:
    """The holds in force."""
    active = Hold.objects.filter(state="active")
    alone = Q(approved_by=None, provisional_until=None) & ~Q(ground=_OF_PENDING)
    far = timedelta(days=file.hold.review_days + 1)
    late = Q(review_on__lt=today) | Q(review_on__gt=F("opened_at__date") + far)
    return HoldFacts(
        active=active.count(),
        groundless=active.filter(alone | ~Q(ground__in=_GROUNDS)).count(),
        overdue=active.filter(late).count(),
        next_review=active.aggregate(day=Min("review_on"))["day"],
    )


def _uncertified(now: datetime) -> int:
    """Dead everywhere for an hour and more, and no entry of the ledger says so."""
    entry = LedgerEntry.objects.filter(leaf_hash=OuterRef("certificate_leaf"))
    dead = Destruction.objects.filter(backup_dead_at__lte=now - GRACE, forgotten_at__lte=now)
    return dead.exclude(Exists(entry)).count()


def _unproved(now: datetime) -> int:
    """Left out of the keys an hour ago and more, and the old key was not proved dead."""
    roll = RollRecord.objects.filter(n=OuterRef("generation_after"), at__lte=now - GRACE)
    return Destruction.objects.filter(Exists(roll), live_dead_at=None).count()


def _backup_late(now: datetime) -> int:
    kept = RollRecord.objects.exclude(backup_name="").filter(backup_dead_at=None)
    late = kept.filter(backup_dies_at__lte=now - GRACE).count()
    back = sum(one.kind is Kind.KEY_REVIVED for one in key_alarms.standing())
    return late + back
