"""A notice that keeps shorter ends earlier calls by it, from its first day on (4.4, 13.14)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talteen.clock import start_of_day
from talteen.life.destroy.shortening import Shortening, shorten
from talteen.register.models import NoticeVersion, Recording
from tests.kit import builders

pytestmark = pytest.mark.django_db
FIRST_DAY = date(2027, 1, 15)
BEGINS = start_of_day(FIRST_DAY)
NOVEMBER = datetime(2026, 11, 4, 10, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def two_months() -> NoticeVersion:
    """It begins on FIRST_DAY, after three months."""
    builders.notice()
    NoticeVersion.objects.update(valid_to=FIRST_DAY)
    made = NoticeVersion.objects.get()
    made.pk, made.retention_months = "2027-1", 2
    made.valid_from, made.valid_to = FIRST_DAY, None
    made.save(force_insert=True)
    return made


def ends(call: Recording) -> tuple[datetime, datetime]:
    call.refresh_from_db()
    return call.cutoff_at, call.due_at


@pytest.mark.usefixtures("two_months")
def test_a_call_ends_by_the_shorter_notice_from_its_first_day_on_and_not_before() -> None:
    call = builders.recording(started_at=DECEMBER)
    before = ends(call)

    assert shorten(BEGINS - timedelta(seconds=1)) == 0
    assert ends(call) == before
    assert shorten(BEGINS) == 1
    assert ends(call) == (start_of_day(date(2027, 2, 13)), start_of_day(date(2027, 2, 20)))
    assert shorten(BEGINS) == 0


@pytest.mark.usefixtures("two_months")
def test_a_call_that_is_too_old_for_it_ends_with_its_first_day_and_is_not_late() -> None:
    call = builders.recording(started_at=NOVEMBER)

    assert shorten(BEGINS) == 1
    assert ends(call) == (BEGINS, start_of_day(FIRST_DAY + timedelta(days=7)))


def test_calls_of_the_shorter_notice_and_of_one_policy_alone_stay_as_they_are(
    two_months: NoticeVersion,
) -> None:
    call = builders.recording(started_at=BEGINS + timedelta(hours=10))
    ended = start_of_day(date(2027, 3, 8)), start_of_day(date(2027, 3, 15))
    Recording.objects.update(notice=two_months, cutoff_at=ended[0], due_at=ended[1])

    assert shorten(BEGINS + timedelta(days=1)) == 0
    assert ends(call) == ended


@pytest.mark.usefixtures("two_months")
def test_it_is_looked_at_once_a_day() -> None:
    looked = Shortening()
    assert looked.tend(BEGINS) == 0
    builders.recording(started_at=DECEMBER)

    assert looked.tend(BEGINS + timedelta(hours=1)) == 0
    assert looked.tend(BEGINS + timedelta(days=1)) == 1
