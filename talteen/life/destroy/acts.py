"""The writers of destruction: expire, erase, release, finish, certify (DESIGN 4-6, REGISTER 13).

The order is always the same. First ``destroying`` is committed: from that moment nothing opens.
Then a roll leaves the recordings out of the pages and kills the generation that knew their keys;
what its roll file does to the rows is ``applied``. Then bytes, index and caches go, and when the
last backup key is dead too, the certificate is entered: ``finish``. Every act may be killed
anywhere and called again.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from talteen.engine.vault.changes import Changes
from talteen.engine.vault.clocks import Ruling
from talteen.errors import Conflict
from talteen.ids import HoldId, RecordingId
from talteen.life.capture.rules import PARKING_TIME
from talteen.life.destroy import applied, rules
from talteen.life.destroy.rules import Destroy, DestroyFacts, Reason
from talteen.life.hold import acts as hold
from talteen.life.hold import rules as hold_rules
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault
from talteen.register.models import Hold, Recording, Staff
from talteen.register.states import Event, Progress, after

log = structlog.get_logger()

Progressed = Callable[[str], None]
Ruled = Callable[[int], Ruling]
"""May the calls of so many different days die of their age in one roll?"""


def _silent(_: str) -> None:
    return


def always(_: int) -> Ruling:
    """The clocks are not in doubt, or two persons have said so."""
    return Ruling.DESTROY


def expire(
    vault: Vault, now: datetime, *, ruled: Ruled = always, progress: Progressed = _silent
) -> int:
    """Destroy everything whose time has come; returns how many recordings died (13.4).

    Where ``ruled`` doubts the clocks, nobody dies of age; what was refused, erased or parked still
    does. Nothing past its cutoff opens meanwhile: reading believes the latest clock (13.5).
    """
    over = _days_over(vault, now)
    if over:
        rolling.make_room(vault)
    ruling = ruled(len(over | _days_past_cutoff(now)))
    if ruling is not Ruling.DESTROY:
        log.error("destruction.waits", reason=ruling.value, count=len(over))
    aged = ruling is Ruling.DESTROY
    held = frozenset(ref.recording for ref in vault.root().holds)
    doomed = _begin(now, over=over if aged else set(), aged=aged, held=held)
    progress("destroying committed")
    days = over if aged else set()
    if not doomed and not days:
        return 0
    changes = Changes(
        drop={recording: reason.value for recording, reason in doomed.items()},
        expire_days=frozenset(days),
        leaves=lambda draft: applied.leaves(draft, now),
    )
    rolling.roll(vault, changes, now, progress)
    return len(doomed)


def erase(
    vault: Vault,
    recording: RecordingId,
    reason: Reason,
    *,
    decided_by: Staff,
    approved_by: Staff,
    now: datetime,
    progress: Progressed = _silent,
) -> None:
    """Destroy one recording because somebody asked and two persons decided (14.12, decision 9).

    Conflict when one person does both, or while it is held (13.12: refuse, restrict, tell when it
    ends).
    """
    hold_rules.check_releasing(decided_by.pk, approved_by.pk)
    rolling.make_room(vault)
    with transaction.atomic():
        row = Recording.objects.select_for_update().get(pk=recording)
        if row.holds.filter(state__in=("placing", "active")).exists():
            raise Conflict("a held recording is not erased", remedy="decide on the hold first")
        _doom(row, reason)
    progress("destroying committed")
    changes = Changes(
        drop={recording: reason.value}, leaves=lambda draft: applied.leaves(draft, now)
    )
    rolling.roll(vault, changes, now, progress)


def release(
    vault: Vault, held: Hold, *, proposed_by: Staff, approved_by: Staff, now: datetime
) -> None:
    """End a hold (13.9). The last one past the cutoff takes the recording with it in the same
    roll."""
    hold_rules.check_releasing(proposed_by.pk, approved_by.pk)
    recording = RecordingId(held.recording_id)
    with transaction.atomic():
        row = Recording.objects.select_for_update().get(pk=recording)
        others = row.holds.filter(state="active").exclude(pk=held.pk).exists()
        dies = now >= row.cutoff_at and not others
        if dies:
            # 13.9: past its cutoff it is unplayable in the same transaction.
            _doom(row, Reason.HOLD_RELEASED)
    changes = Changes(
        drop={recording: Reason.HOLD_RELEASED.value} if dies else {},
        release_holds=frozenset({(HoldId(held.pk), recording)}),
        leaves=lambda draft: [*applied.leaves(draft, now), *hold.leaves(draft, now)],
    )
    rolling.roll(vault, changes, now)


def _days_past_cutoff(now: datetime) -> set[date]:
    waiting = Recording.objects.filter(cutoff_at__lte=now)
    return set(waiting.exclude(holds__state="active").values_list("day", flat=True).distinct())


def _begin(
    now: datetime, *, over: Collection[date], aged: bool, held: Collection[RecordingId]
) -> dict[RecordingId, Reason]:
    """Commit ``destroying`` for all that must die, and tell why.

    ``held``: what hold pages keep, also where an older dump has lost the row of the hold.
    """
    doomed: dict[RecordingId, Reason] = {}
    with transaction.atomic():
        rows = (
            Recording.objects.select_for_update()
            .exclude(progress__in=(Progress.CAPTURING.value,))
            .filter(_due_filter(over, now, aged=aged))
            .order_by("pk")
        )
        for row in rows:
            facts = _facts(row, day_is_over=row.day in over, held=row.pk in held)
            match rules.verdict(facts, now):
                case Destroy(reason):
                    _doom(row, reason)
                    doomed[RecordingId(row.pk)] = reason
    return doomed


def _due_filter(over: Collection[date], now: datetime, *, aged: bool) -> Q:
    dying = (Progress.DESTROYING.value, Progress.REFUSED.value)
    parked = Q(progress=Progress.PARKED.value, started_at__lte=now - PARKING_TIME)
    asked = Q(progress__in=dying) | parked
    # The column may have been edited: a day whose sealed page says that it is over dies all the
    # same.
    return asked | Q(cutoff_at__lte=now) | Q(day__in=over) if aged else asked


def _facts(row: Recording, *, day_is_over: bool, held: bool) -> DestroyFacts:
    progress = Progress(row.progress)
    ended_at = row.announced_until + timedelta(milliseconds=row.length_ms)
    return DestroyFacts(
        progress=progress,
        cutoff_at=row.arrived_at if day_is_over else row.cutoff_at,
        holds=max(row.holds.filter(state__in=("placing", "active")).count(), int(held)),
        parked_until=ended_at + PARKING_TIME if progress is Progress.PARKED else None,
        already=Reason(row.destroy_reason) if row.destroy_reason else None,
    )


def _doom(row: Recording, reason: Reason) -> None:
    progress = Progress(row.progress)
    if progress is not Progress.DESTROYING:
        row.progress = after(progress, Event.DESTRUCTION_BEGAN).value
        row.destroy_reason = reason.value
        row.save(update_fields=["progress", "destroy_reason"])


def _days_over(vault: Vault, now: datetime) -> set[date]:
    """Days whose sealed pages say that their cutoff has passed, whatever any column says."""
    root = vault.book().root
    at = vault.time(now)
    latest: dict[date, bool] = {}
    for ref in root.days:
        latest[ref.day] = latest.get(ref.day, True) and vault.is_over(ref.earliest_due, at)
    return {day for day, over in latest.items() if over}
