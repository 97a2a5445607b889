"""The writers of destruction: expire, erase, release, finish, certify (DESIGN 4-6, REGISTER 13).

The order is always the same. First ``destroying`` is committed: from that moment nothing opens.
Then a roll leaves the recordings out of the pages and kills the generation that knew their keys;
what its roll file does to the rows is ``applied``. Then bytes, index and caches go, and when the
last backup key is dead too, the certificate is entered: ``finish``. Every act may be killed
anywhere and called again.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

import structlog
from django.db import transaction

from talteen.engine.vault.changes import Changes
from talteen.engine.vault.clocks import Ruling
from talteen.errors import Conflict
from talteen.ids import HoldId, RecordingId
from talteen.life.destroy import applied, doom
from talteen.life.destroy.rules import Reason
from talteen.life.hold import acts as hold
from talteen.life.hold import provisional
from talteen.life.hold import rules as hold_rules
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault
from talteen.register.models import Hold, Recording, Staff

log = structlog.get_logger()

Progressed = Callable[[str], None]
Ruled = Callable[[int], Ruling]
"""May the calls of so many different days die of their age in one roll?"""
AT_ONCE = 4096
"""Recordings that die in one roll, where no single day has more: memory does not grow with how many
are due, and a roll file stays a file of a few megabytes."""


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
    ruling = ruled(len(over | doom.days_past_cutoff(now)))
    if ruling is not Ruling.DESTROY:
        log.error("destruction.waits", reason=ruling.value, count=len(over))
    aged, died = ruling is Ruling.DESTROY, 0
    while some := _expire_some(vault, now, aged=aged, progress=progress):
        died += some
    return died


def _expire_some(vault: Vault, now: datetime, *, aged: bool, progress: Progressed) -> int:
    """One roll of the dying, of at most ``AT_ONCE`` recordings where no single day has more; 0 when
    nothing is left to die.
    """
    over = _days_over(vault, now) if aged else set()
    batch = _next_days(vault, over)
    held = frozenset(ref.recording for ref in vault.root().holds)
    doomed = doom.begin(now, days=batch, later=over - batch, aged=aged, held=held)
    progress("destroying committed")
    if not doomed and not batch:
        return 0
    changes = Changes(
        drop={recording: reason.value for recording, reason in doomed.items()},
        expire_days=frozenset(batch),
        leaves=lambda draft: applied.leaves(draft, now),
    )
    rolling.roll(vault, changes, now, progress)
    # A day that only holds keep goes to hold pages without a death: go on while days are left.
    return len(doomed) or _expire_some(vault, now, aged=aged, progress=progress)


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
        doom.one(row, reason)
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
    _end_hold(vault, held, now)


def lapse(vault: Vault, now: datetime, *, ruled: Ruled = always) -> int:
    """End the provisional holds that nobody confirmed in time, or that were not confirmed (13.6);
    how many. While the clocks are in doubt none ends: nothing opens past its cutoff meanwhile."""
    over = provisional.over(now)
    if not over or ruled(1) is not Ruling.DESTROY:
        return 0
    for held in over:
        _end_hold(vault, held, now)
    log.info("holds.lapsed", count=len(over))
    return len(over)


def _end_hold(vault: Vault, held: Hold, now: datetime) -> None:
    recording = RecordingId(held.recording_id)
    with transaction.atomic():
        row = Recording.objects.select_for_update().get(pk=recording)
        others = row.holds.filter(state="active").exclude(pk=held.pk).exists()
        dies = now >= row.cutoff_at and not others
        if dies:
            # 13.9: past its cutoff it is unplayable in the same transaction.
            doom.one(row, Reason.HOLD_RELEASED)
    changes = Changes(
        drop={recording: Reason.HOLD_RELEASED.value} if dies else {},
        release_holds=frozenset({(HoldId(held.pk), recording)}),
        leaves=lambda draft: [*applied.leaves(draft, now), *hold.leaves(draft, now)],
    )
    rolling.roll(vault, changes, now)


def _next_days(vault: Vault, over: set[date]) -> set[date]:
    """The oldest days of ``over`` that fit into one roll: one at least, if there is any."""
    sizes = Counter[date]()
    for ref in vault.root().days:
        sizes[ref.day] += ref.count if ref.day in over else 0
    taken, sum_of = set[date](), 0
    for day in sorted(over):
        sum_of += sizes[day]
        if taken and sum_of > AT_ONCE:
            break
        taken.add(day)
    return taken


def _days_over(vault: Vault, now: datetime) -> set[date]:
    """Days whose sealed pages say that their cutoff has passed, whatever any column says."""
    root = vault.book().root
    at = vault.time(now)
    latest: dict[date, bool] = {}
    for ref in root.days:
        latest[ref.day] = latest.get(ref.day, True) and vault.is_over(ref.earliest_due, at)
    return {day for day, over in latest.items() if over}
