"""Until when a backup can be restored, told from the generations alone; and what a person sees."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen import course
from talteen.clock import helsinki_date
from talteen.engine.vault import ring as dates
from talteen.life.seal.ring import Generation
from talteen.oversight import key_state
from talteen.oversight.key_state import backup_days
from talteen.register.models import Recording
from tests.kit import houses

RING = timedelta(days=6)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 11, 14, 10, tzinfo=UTC)
NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)


def chain(rolls: list[datetime], *, unbacked: frozenset[int] = frozenset()) -> list[Generation]:
    """Generations that were made at ``rolls``, each dated by the next one."""
    made = []
    for n, at in enumerate(rolls, start=1):
        after = rolls[n] if n < len(rolls) else None
        dies = dates.backup_death(after, ring=RING, dues=[]) if after else None
        name = "" if n in unbacked else f"ring-{n}"
        made.append(Generation(n, at, name, after, dies if name else None, None))
    return made[::-1]


def test_a_backup_of_a_day_opens_until_the_first_of_its_generations_is_dead() -> None:
    """Rolled at noon of the 14th and of the 15th: a copy of the 14th may be of either."""
    rolls = [NOON - 2 * DAY, NOON, NOON + DAY]

    shown = {one.day: one for one in backup_days(chain(rolls), NOW, ring_kept=RING)}

    assert shown[date(2026, 11, 14)].until == NOON + RING
    assert shown[date(2026, 11, 15)].until == NOON + DAY + RING
    assert shown[date(2026, 11, 16)].until is None
    assert shown[date(2026, 11, 14)].generations == 2


def test_a_day_whose_every_roll_was_unbacked_opens_nothing() -> None:
    rolls = [NOON - 3 * DAY, NOON - 2 * DAY, NOON]

    shown = {
        one.day: one
        for one in backup_days(chain(rolls, unbacked=frozenset({2})), NOW, ring_kept=RING)
    }

    assert not shown[date(2026, 11, 13)].opens(NOW)
    assert shown[date(2026, 11, 13)].gaps == 1
    # On the day of the change some copies open: those from before it.
    assert shown[date(2026, 11, 12)].opens(NOW - 2 * DAY)


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=40),
    st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 60),
)
def test_what_is_promised_of_a_day_holds_for_every_copy_of_it(
    gaps_h: list[int], first: datetime, after_h: int
) -> None:
    """Whenever on that day a copy was made, the generation that it names opens until then."""
    rolls = [first]
    for gap in gaps_h:
        rolls.append(rolls[-1] + gap * HOUR)
    now = rolls[-1] + after_h * HOUR
    generations = chain(rolls)

    for one in backup_days(generations, now, ring_kept=RING):
        at = max(rolls[0], _start(one.day))
        while helsinki_date(at) == one.day and at <= now:
            named = next(made for made in generations if made.at <= at)
            if one.until is not None and named.backup_dies_at is not None:
                assert named.backup_dies_at >= one.until
            at += timedelta(minutes=30)


def _start(day: date) -> datetime:
    from talteen.clock import start_of_day

    return start_of_day(day)


@pytest.mark.django_db(transaction=True)
def test_the_state_of_a_house_says_what_dies_tonight_and_what_is_late(home: Path) -> None:
    built = houses.build(home, born_at=datetime(2026, 8, 24, 6, tzinfo=UTC))
    built.take_in(houses.spoken("001", datetime(2026, 11, 24, 12, tzinfo=UTC)))
    course.roll(built.house, built.clock.now())
    call = Recording.objects.get()
    vault = built.house.vault

    built.clock.at = call.cutoff_at - HOUR
    tonight = key_state.state(vault, built.clock.now(), reaper_at=None)
    built.clock.at = call.cutoff_at + 3 * HOUR
    missed = key_state.state(vault, built.clock.now(), reaper_at=None)
    course.sweep(built.house, built.clock.now())
    done = key_state.state(vault, built.clock.now(), reaper_at=None)

    assert tonight.tonight == {call.day: 1}
    assert (tonight.lateness.overdue, missed.lateness.overdue) == (0, 1)
    assert (done.lateness.overdue, done.lateness.late) == (0, 1)
    assert done.lateness.longest_s == 3 * 3600
    assert [one.n for one in done.generations[:2]] == [3, 2]
    assert done.newest is not None
    assert done.newest.live_dead_at is None
    assert [node.node for node in done.intake] == ["import"]
    assert done.margin.because == "ring.days"
