"""The vault: which keys live, which die next, and until when a backup of each day can be restored.

For those who answer for the keys (REGISTER D): the operator, the data protection officer, and an
auditor, who only looks. It has no button: keys die by themselves. The same as ``talteen keys
status``; no caller data, only days, counts and numbers of generations.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from talteen.clock import helsinki_date, start_of_day
from talteen.desk.destruction import drilled
from talteen.desk.destruction.drilled import DrillsShown
from talteen.desk.page import drawing, failures
from talteen.desk.page.drawing import Ring, Tick
from talteen.desk.page.middleware import staff_only
from talteen.desk.page.overseen import KEEPERS
from talteen.desk.page.visit import VisitRequest, reader
from talteen.engine.vault.holders import pulse
from talteen.life.seal.ring import Generation
from talteen.notice.purposes import Role
from talteen.oversight import key_state
from talteen.oversight.key_alarms import WORDS
from talteen.oversight.key_state import BackupDay, KeyState

TICKS = 92
"""The ring draws a tick a key; of more keys than that, a tick stands for several."""
ROWS = 120
"""The table's newest generations; the rest are in ``talteen keys status --json``."""
DAY = timedelta(days=1)
PERCENTS = range(101)


@dataclass(frozen=True, slots=True)
class AlarmShown:
    """What is wrong, and what to do."""

    what: Promise
    remedy: Promise
    generation: str
    since: datetime


@dataclass(frozen=True, slots=True)
class LifeShown:
    """One generation as a bar on the axis of the page: read, then only in backups."""

    one: Generation
    start: int
    live: int
    """How long it was read, in hundredths of the axis."""
    kept: int
    """How long a backup of it still opens after that; 0 without a backup key."""


@dataclass(frozen=True, slots=True)
class DayShown:
    """One day of backups."""

    day: BackupDay
    opens: bool
    today: bool


@dataclass(frozen=True, slots=True)
class VaultShown:
    """The page."""

    state: KeyState
    alarms: tuple[AlarmShown, ...]
    days: tuple[DayShown, ...]
    lives: tuple[LifeShown, ...]
    axis: tuple[datetime, ...]
    now_at: int
    ring: Ring
    steps: tuple[int, ...]
    drills: DrillsShown

    @property
    def rows(self) -> tuple[Generation, ...]:
        return self.state.generations[:ROWS]

    @property
    def left_out(self) -> int:
        return max(0, len(self.state.generations) - ROWS)


@staff_only
@require_safe
def page(request: VisitRequest) -> HttpResponse:
    """The keys as drawings."""
    return _answer(request, "vault/page.html")


@staff_only
@require_safe
def table(request: VisitRequest) -> HttpResponse:
    """The same generations as a table."""
    return _answer(request, "vault/table.html")


def _answer(request: VisitRequest, template: str) -> HttpResponse:
    if Role(reader(request).role) not in KEEPERS:
        return failures.forbidden(request)
    return render(request, template, {"shown": _shown(request)})


def _shown(request: VisitRequest) -> VaultShown:
    house, now = request.visit.house, request.visit.now
    reaper_at = pulse.last(house.config.paths.keys_ring)
    state = key_state.state(house.vault, now, reaper_at=reaper_at)
    axis = _Axis.of(state)
    days = tuple(
        DayShown(one, one.opens(now), one.day == request.visit.today) for one in state.days
    )
    return VaultShown(
        state=state,
        alarms=tuple(
            AlarmShown(WORDS[one.kind].what, WORDS[one.kind].remedy, one.subject, one.since)
            for one in state.alarms
        ),
        days=days,
        lives=tuple(_life(one, axis, now) for one in _one_a_day(state)),
        axis=axis.days,
        now_at=axis.at(now),
        ring=drawing.ring(_ticks(state)),
        steps=tuple(sorted({one.left_percent for one in state.days})),
        drills=drilled.shown(now),
    )


# --- the ring: a tick a key -------------------------------------------------------------------


def _ticks(state: KeyState) -> list[Tick]:
    """Oldest first: keys that are dead, the one that dies next, those that live."""
    backed = [one for one in reversed(state.generations) if one.backed and not one.failed]
    each = -(-len(backed) // TICKS) or 1
    groups = (backed[n : n + each] for n in range(0, len(backed), each))
    return [_tick(group, state.next_death) for group in groups]


def _tick(keys: list[Generation], next_death: datetime | None) -> Tick:
    living = [one for one in keys if one.backup_dead_at is None]
    if not living:
        return Tick.KEYLESS
    dies_next = next_death is not None and any(one.backup_dies_at == next_death for one in living)
    return Tick.NEXT if dies_next else Tick.ON


# --- lives on an axis -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Axis:
    """From the oldest day of the ring to the last day on which a key of today can live."""

    begin: datetime
    end: datetime

    @classmethod
    def of(cls, state: KeyState) -> "_Axis":
        today = helsinki_date(state.now)
        reach = timedelta(days=state.ring_days + 1)
        return cls(start_of_day(today - reach), start_of_day(today + reach))

    def at(self, moment: datetime) -> int:
        """Its place, 0 to 100."""
        share = (moment - self.begin) / (self.end - self.begin)
        return max(0, min(100, round(100 * share)))

    @property
    def days(self) -> tuple[datetime, ...]:
        """Where the axis is labelled: whole days, evenly, both ends among them."""
        first, last = helsinki_date(self.begin), helsinki_date(self.end)
        span = (last - first).days
        parts = next(n for n in (7, 6, 5, 4, 3, 2) if span % n == 0)
        return tuple(start_of_day(first + n * span // parts * DAY) for n in range(parts + 1))


def _one_a_day(state: KeyState) -> list[Generation]:
    """The living generation, and the last one of each day before: two dozen look alike."""
    newest = state.newest
    if newest is None:
        return []
    shown, seen = [newest], set()
    for one in state.generations:
        day = helsinki_date(one.at)
        if not one.failed and one.n < newest.n and day not in seen:
            seen.add(day)
            shown.append(one)
    return shown


def _life(one: Generation, axis: _Axis, now: datetime) -> LifeShown:
    read_until = one.live_dead_at or now
    start, until = axis.at(one.at), axis.at(read_until)
    ends = one.backup_dead_at or one.backup_dies_at if one.backed else None
    kept = axis.at(ends) - until if ends is not None else 0
    return LifeShown(one, start, max(1, until - start), max(0, kept))
