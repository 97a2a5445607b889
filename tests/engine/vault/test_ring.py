"""Backup keys are dead before the promise is due, whatever the calendar and the job do."""

from datetime import date, datetime, timedelta

import pytest

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
