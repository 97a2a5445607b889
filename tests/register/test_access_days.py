"""The access log is fixed day by day, and goes when the months that were promised are over."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from talteen.clock import HELSINKI, helsinki_date, start_of_day
from talteen.ids import new
from talteen.notice import months
from talteen.register import access_days
from talteen.register.log import ledger, ledger_kinds
from talteen.register.models import AccessDay, AccessEntry, House
from tests.kit import database
from tests.register.ledger_surgery import operate

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAY = timedelta(days=1)
MONTHS = 24


def opened(at: datetime) -> AccessEntry:
    return AccessEntry.objects.create(
        at=at, staff=uuid4(), role="agent", purpose="training", action="play", recording=uuid4()
    )


def set_clock(at: datetime) -> None:
    """The demo house's clock stands at ``at`` now: the database itself goes by it."""
    House.objects.all().delete()
    House.objects.create(
        id=new(), born_as="demo", born_at=NOON, clock_at=at, clock_set_at=datetime.now(UTC)
    )


def entered(day: date) -> list[ledger_kinds.Entry]:
    return [found.entered.entry for found in ledger.find(ledger_kinds.AccessDay, day=day)]


def test_a_day_is_committed_once_when_it_is_over() -> None:
    opened(NOON)
    opened(NOON + DAY)
    midnight = start_of_day(helsinki_date(NOON) + DAY)

    access_days.tend(midnight, log_months=MONTHS)
    assert not AccessDay.objects.exists()
    for _ in range(2):
        access_days.tend(midnight + access_days.SETTLED_AFTER, log_months=MONTHS)

    day = AccessDay.objects.get()
    assert (day.day, day.count) == (helsinki_date(NOON), 1)
    assert entered(day.day) == [
        ledger_kinds.AccessDay(
            day=day.day, count=1, commitment=ledger_kinds.Sha256(bytes(day.commitment))
        )
    ]


def test_a_day_on_which_nothing_was_opened_leaves_no_entry() -> None:
    opened(NOON)
    opened(NOON + 5 * DAY)

    access_days.tend(NOON + 9 * DAY, log_months=MONTHS)

    days = [helsinki_date(NOON), helsinki_date(NOON + 5 * DAY)]
    assert list(AccessDay.objects.order_by("day").values_list("day", flat=True)) == days


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: operate("UPDATE access_entry SET purpose = 'correctness'"),
        lambda: operate("DELETE FROM access_entry WHERE id = (SELECT max(id) FROM access_entry)"),
        lambda: opened(NOON + timedelta(minutes=1)),
    ],
)
def test_a_line_that_was_changed_taken_away_or_added_later_is_seen(
    tamper: Callable[[], object],
) -> None:
    for _ in range(3):
        opened(NOON)
    access_days.tend(NOON + 2 * DAY, log_months=MONTHS)
    assert access_days.holds(AccessDay.objects.get())

    tamper()

    assert not access_days.holds(AccessDay.objects.get())


def test_lines_go_with_their_salt_when_their_months_are_over_and_not_before() -> None:
    opened(NOON)
    younger = opened(NOON + DAY)
    access_days.tend(NOON + 3 * DAY, log_months=MONTHS)
    end = start_of_day(months.later(helsinki_date(NOON), MONTHS) + DAY)

    set_clock(end - timedelta(minutes=1))
    access_days.tend(end - timedelta(minutes=1), log_months=MONTHS)
    assert AccessEntry.objects.count() == 2
    set_clock(end)
    with database.as_the_worker():
        access_days.tend(end, log_months=MONTHS)

    assert AccessEntry.objects.get() == younger
    gone, kept = AccessDay.objects.order_by("day")
    assert (gone.salt, gone.count) == (None, 1)
    assert kept.salt is not None
    assert all(access_days.holds(day) for day in (gone, kept))
    assert len(entered(gone.day)) == 1


def test_a_shorter_promise_later_does_not_reach_back() -> None:
    opened(NOON)
    access_days.tend(NOON + 2 * DAY, log_months=60)
    later = start_of_day(months.later(helsinki_date(NOON), 24)) + DAY

    set_clock(later)
    access_days.tend(later, log_months=12)

    assert AccessEntry.objects.count() == 1


@pytest.mark.parametrize("clock", [NOON + 3 * DAY, NOON + 364 * DAY])
def test_no_hand_takes_a_line_away_within_a_year_whatever_a_row_says(clock: datetime) -> None:
    opened(NOON)
    set_clock(clock)
    AccessDay.objects.create(
        day=helsinki_date(NOON), count=1, salt=bytes(32), commitment=bytes(32), ends_at=NOON
    )

    with pytest.raises(IntegrityError, match="never changed or removed"):
        AccessEntry.objects.all().delete()


def test_an_old_line_whose_day_was_never_committed_stays() -> None:
    opened(NOON)
    set_clock(NOON + 9999 * DAY)

    with pytest.raises(IntegrityError, match="never changed or removed"):
        AccessEntry.objects.all().delete()


def test_only_the_database_says_that_the_time_has_come() -> None:
    """A process whose clock is ahead asks in vain: nothing goes, and nothing fails."""
    today = datetime.now(UTC)
    opened(today - 3 * DAY)
    access_days.tend(today, log_months=12)

    access_days.tend(today + 9999 * DAY, log_months=12)

    assert AccessEntry.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: AccessDay.objects.update(ends_at=NOON),
        lambda: AccessDay.objects.update(commitment=bytes(32)),
        lambda: AccessDay.objects.update(salt=None),
        lambda: AccessDay.objects.all().delete(),
    ],
)
def test_the_row_of_a_day_is_never_changed(change: Callable[[], object]) -> None:
    opened(NOON)
    access_days.tend(NOON + 2 * DAY, log_months=MONTHS)

    with pytest.raises(IntegrityError, match="never changed or removed"):
        change()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1)), st.integers(12, 60))
def test_the_triggers_floor_is_never_beyond_the_promise(local: datetime, kept: int) -> None:
    """Else a day that is over by the promise could not go, and every sweep would fail."""
    at = local.replace(tzinfo=HELSINKI).astimezone(UTC)
    end = start_of_day(months.later(helsinki_date(at), kept) + DAY)

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s + interval '12 months' <= %s", [at, end])
        assert cursor.fetchone() == (True,)
