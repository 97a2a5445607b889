"""Step 1 of every destruction: ``destroying`` is committed, and from then on no door opens.

Who is to die is asked of the rules, row by row; the day of a sealed page stands above any column.
Some thousand rows at a time, whatever is due: a day at least.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from talteen.ids import RecordingId
from talteen.life.capture.rules import PARKING_TIME
from talteen.life.destroy import rules
from talteen.life.destroy.rules import Destroy, DestroyFacts, Reason
from talteen.life.hold import acts as hold
from talteen.register.models import Recording
from talteen.register.states import UNSEALED_VALUES, Event, Progress, after

STRAYS_AT_ONCE = 4096
"""Rows of no day that is over: refusals, erasures that were begun, columns that say earlier."""
_FIELDS = (
    "progress",
    "day",
    "cutoff_at",
    "arrived_at",
    "announced_until",
    "length_ms",
    "destroy_reason",
)


def begin(
    now: datetime,
    *,
    days: Collection[date],
    later: Collection[date],
    aged: bool,
    held: Collection[RecordingId],
) -> dict[RecordingId, Reason]:
    """Commit ``destroying`` for all that must die in the next roll, and tell why.

    ``days`` end whole in that roll, ``later`` in one after it. ``aged``: whether anybody dies of
    age at all. ``held``: what hold pages keep, also where an older dump has lost the row of the
    hold.
    """
    doomed: dict[RecordingId, Reason] = {}
    with transaction.atomic():
        kept = {*held, *map(RecordingId, hold.keeping(now).values_list("recording", flat=True))}
        for row in _due(now, days=days, later=later, aged=aged, kept=kept):
            facts = _facts(row, day_is_over=row.day in days, held=row.pk in kept)
            match rules.verdict(facts, now):
                case Destroy(reason):
                    _check(row)
                    doomed[RecordingId(row.pk)] = reason
        _commit(doomed)
    return doomed


def one(row: Recording, reason: Reason) -> None:
    """Mark one locked row as dying of ``reason``; one that is dying keeps its own."""
    _check(row)
    _commit({RecordingId(row.pk): reason})


def days_past_cutoff(now: datetime) -> set[date]:
    """The days that columns say to be over, without those that holds keep."""
    waiting = Recording.objects.filter(cutoff_at__lte=now).exclude(progress__in=UNSEALED_VALUES)
    return set(waiting.exclude(holds__state="active").values_list("day", flat=True).distinct())


def _due(
    now: datetime,
    *,
    days: Collection[date],
    later: Collection[date],
    aged: bool,
    kept: Collection[RecordingId],
) -> QuerySet[Recording]:
    dying = (Progress.DESTROYING.value, Progress.REFUSED.value)
    parked = Q(progress=Progress.PARKED.value, started_at__lte=now - PARKING_TIME)
    stray = Q(progress__in=dying) | parked
    if aged:
        stray |= Q(cutoff_at__lte=now) & ~Q(day__in=later) & ~Q(pk__in=kept)
    # What is unsealed has no key that a roll could drop; capture ends it (``capture.begun``).
    rows = Recording.objects.exclude(progress__in=UNSEALED_VALUES)
    strays = rows.filter(stray).exclude(day__in=days).order_by("pk")
    # The column may have been edited: a day whose sealed page says that it is over dies all the
    # same.
    due = Q(pk__in=list(strays.values_list("pk", flat=True)[:STRAYS_AT_ONCE]))
    if aged:
        due |= Q(day__in=days)
    return rows.select_for_update().filter(due).only(*_FIELDS).order_by("pk")


def _facts(row: Recording, *, day_is_over: bool, held: bool) -> DestroyFacts:
    progress = Progress(row.progress)
    ended_at = row.ended_at
    return DestroyFacts(
        progress=progress,
        cutoff_at=row.arrived_at if day_is_over else row.cutoff_at,
        holds=int(held),
        parked_until=ended_at + PARKING_TIME if progress is Progress.PARKED else None,
        already=Reason(row.destroy_reason) if row.destroy_reason else None,
    )


def _check(row: Recording) -> None:
    """Raise where the table of states knows no way from here to ``destroying``."""
    progress = Progress(row.progress)
    if progress is not Progress.DESTROYING:
        after(progress, Event.DESTRUCTION_BEGAN)


def _commit(doomed: dict[RecordingId, Reason]) -> None:
    for reason in set(doomed.values()):
        these = [recording for recording, why in doomed.items() if why is reason]
        living = Recording.objects.filter(pk__in=these).exclude(progress=Progress.DESTROYING.value)
        living.update(progress=Progress.DESTROYING.value, destroy_reason=reason.value)
