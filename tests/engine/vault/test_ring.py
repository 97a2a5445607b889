"""Backup keys are dead before the promise is due, whatever the calendar and the job do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.clock import start_of_day
from talteen.engine.vault import ring
from talteen.notice import retention
from talteen.notice.retention import RetentionPolicy

RING = timedelta(days=6)
POLICY = RetentionPolicy(months=3, margin_days=retention.least_margin_days([RING]))
DAYS = [date(2026, 1, 1) + timedelta(days=i) for i in range(7 * 365 + 2)]


def death(day: date, *, late: timedelta) -> tuple[datetime, datetime, datetime]:
    """(backup death, cutoff, due) of the calls of ``day``, whose key lived to its cutoff."""
    due = retention.due(start_of_day(day), POLICY)
    cutoff = retention.cutoff(due, POLICY.margin_days)
    return ring.backup_death(cutoff + late, ring=RING, dues=[due]), cutoff, due


def test_ring_dead_before_due_every_day_2026_2032() -> None:
    for day in DAYS:
        dead, cutoff, due = death(day, late=timedelta(hours=1))

        assert dead <= due - ring.BEFORE_DUE
        # A backup of the last day before the cutoff can still be opened for more than four days.
        assert dead - cutoff >= timedelta(days=5)


def test_roll_20h_late_still_before_due() -> None:
    for day in DAYS:
        dead, _, due = death(day, late=timedelta(hours=20))

        assert dead <= due - ring.BEFORE_DUE


def test_the_plain_rule_alone_would_be_too_late() -> None:
    """Why half a day before the first due is part of the rule: a late roll, a week of 167 hours."""
    late = [
        day
        for day in DAYS
        if death(day, late=timedelta(hours=20))[1] + timedelta(hours=20) + RING
        > death(day, late=timedelta(hours=20))[2] - ring.BEFORE_DUE
    ]

    assert len(late) == len(DAYS)


def test_a_death_that_should_have_been_means_now() -> None:
    superseded = start_of_day(date(2026, 11, 24))

    dead = ring.backup_death(superseded, ring=RING, dues=[superseded - timedelta(days=1)])

    assert dead < superseded


@pytest.mark.parametrize(
    ("lives", "least"),
    [([RING], 7), ([RING, timedelta(days=7)], 8), ([RING, timedelta(days=30)], 31)],
)
def test_k_is_computed_from_the_longest_life_of_a_copy(lives: list[timedelta], least: int) -> None:
    assert retention.least_margin_days(lives) == least


# --- whatever the year, the ring and the lateness ------------------------------------------------

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2044, 12, 31), timezones=st.just(UTC))
"""Twenty years: five leap days, forty changes of clocks, every end of a month."""


@given(INSTANTS, st.integers(1, 30), st.floats(0, 20))
def test_no_backup_key_outlives_the_promise(start: datetime, days: int, late_h: float) -> None:
    """For every call, every ring and a roll of up to 20 hours late: dead half a day before due."""
    kept = timedelta(days=days)
    policy = RetentionPolicy(margin_days=retention.least_margin_days([kept]))
    life = retention.lifetime(start, policy)

    dead = ring.backup_death(
        life.cutoff_at + timedelta(hours=late_h), ring=kept, dues=[life.due_at]
    )

    assert dead <= life.due_at - ring.BEFORE_DUE
    # ... and k leaves a backup nearly its whole ring, so that a restore stays possible.
    assert dead - life.cutoff_at >= kept - timedelta(hours=13)


@given(INSTANTS, st.lists(INSTANTS, max_size=5), INSTANTS)
def test_another_call_on_the_pages_never_makes_a_backup_live_longer(
    superseded: datetime, dues: list[datetime], another: datetime
) -> None:
    alone = ring.backup_death(superseded, ring=RING, dues=dues)
    together = ring.backup_death(superseded, ring=RING, dues=[*dues, another])

    assert together <= alone <= superseded + RING
    assert together <= another - ring.BEFORE_DUE
