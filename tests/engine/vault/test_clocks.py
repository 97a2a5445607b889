"""A wrong clock neither plays the dead nor empties a register."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.vault.clocks import AGREEMENT, Readings, Ruling, reading_time, ruling

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
shifts = st.timedeltas(timedelta(days=-400), timedelta(days=400))


@given(st.lists(shifts, min_size=1, max_size=4))
def test_clock_back_never_plays(others: list[timedelta]) -> None:
    clocks = [NOW, *(NOW + shift for shift in others)]

    assert reading_time(clocks) >= NOW


@given(shifts.filter(lambda shift: shift > AGREEMENT))
def test_clock_forward_never_destroys(forward: timedelta) -> None:
    alone = Readings(own=NOW + forward, second=NOW, last_roll=NOW - timedelta(hours=1))

    assert ruling(alone, days_at_once=1) is Ruling.CLOCKS_DISAGREE


@given(st.integers(3, 100))
def test_a_single_clock_that_jumped_months_ahead_needs_two_persons(days: int) -> None:
    """Without a second clock only the amount gives it away: months of calls would die at once."""
    alone = Readings(
        own=NOW + timedelta(days=days), second=None, last_roll=NOW - timedelta(hours=1)
    )

    assert ruling(alone, days_at_once=days) is Ruling.TWO_PERSONS


def test_the_calls_of_a_night_die_by_one_clock() -> None:
    ordinary = Readings(own=NOW, second=None, last_roll=NOW - timedelta(hours=1))

    assert ruling(ordinary, days_at_once=1) is Ruling.DESTROY


@given(st.integers(0, 60))
def test_a_downtime_explains_as_many_days_as_it_lasted(days: int) -> None:
    off = timedelta(days=days)
    back = Readings(own=NOW, second=NOW, last_roll=NOW - off, off_for=off)

    assert ruling(back, days_at_once=days + 2) is Ruling.DESTROY
    assert ruling(back, days_at_once=days + 3) is Ruling.TWO_PERSONS


def test_a_clock_before_the_last_roll_destroys_nothing() -> None:
    back = Readings(own=NOW, second=NOW, last_roll=NOW + timedelta(hours=1))

    assert ruling(back, days_at_once=1) is Ruling.CLOCK_WENT_BACK
