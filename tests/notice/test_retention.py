"""Until when a recording lives (REGISTER 13.1, 13.2; invariants I2 and I3)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from importlib import resources
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.clock import HELSINKI, helsinki_date, start_of_day
from talteen.notice import retention
from talteen.notice.retention import Doubt, RetentionPolicy

POLICY = RetentionPolicy()
FIRST, LAST = datetime(2024, 1, 1), datetime(2032, 12, 31, 23, 59, 59)
instants = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
policies = st.builds(RetentionPolicy, months=st.integers(1, 3), margin_days=st.integers(1, 28))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def noon(day: date) -> datetime:
    return start_of_day(day) + timedelta(hours=12)


def every_day() -> list[date]:
    return [FIRST.date() + timedelta(days=n) for n in range((LAST.date() - FIRST.date()).days + 1)]


def three_months_on(local: datetime) -> datetime:
    """The same wall clock three calendar months later, or the last day of that month."""
    months = local.month + 3
    for day in range(local.day, local.day - 4, -1):
        try:
            return local.replace(
                year=local.year + (months - 1) // 12, month=(months - 1) % 12 + 1, day=day
            )
        except ValueError:
            continue
    raise AssertionError("no month is three days shorter than another")


def test_due_and_cutoff_are_those_of_the_published_vectors(
    vectors: Callable[[str], list[list[str]]],
) -> None:
    rows = vectors("due-dates.json")

    derived = [retention.lifetime(instant(start), POLICY) for start, _, _ in rows]

    assert [(life.due_at, life.cutoff_at) for life in derived] == [
        (instant(due), instant(cutoff)) for _, due, cutoff in rows
    ]


@pytest.mark.parametrize(
    ("began_on", "gone_on"),
    [
        (date(2026, 8, 31), date(2026, 11, 30)),
        (date(2026, 11, 28), date(2027, 2, 28)),
        (date(2026, 11, 29), date(2027, 2, 28)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 29), date(2028, 2, 29)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 3, 1)),
        (date(2026, 12, 31), date(2027, 3, 31)),
        (date(2026, 11, 24), date(2027, 2, 24)),
    ],
)
def test_a_month_that_is_too_short_ends_the_promise_on_its_last_day(
    began_on: date, gone_on: date
) -> None:
    due_at = retention.due(noon(began_on), POLICY)

    assert due_at.astimezone(HELSINKI) == datetime(
        gone_on.year, gone_on.month, gone_on.day, tzinfo=HELSINKI
    )


def test_a_call_after_midnight_in_helsinki_counts_from_its_own_day() -> None:
    start = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)  # 1.12. 0.30 in Helsinki

    due_at = retention.due(start, POLICY)

    assert helsinki_date(due_at) == date(2027, 3, 1)


def test_midnight_is_an_hour_earlier_in_utc_once_the_clocks_have_changed() -> None:
    due_at = retention.due(noon(date(2026, 12, 31)), POLICY)

    assert due_at == datetime(2027, 3, 30, 21, 0, tzinfo=UTC)


def test_every_day_of_nine_years_lives_89_to_92_days() -> None:
    spans = {(helsinki_date(retention.due(noon(day), POLICY)) - day).days for day in every_day()}

    assert spans == {89, 90, 91, 92}


def test_no_weekend_and_no_holiday_moves_a_due_date() -> None:
    moved = [
        day
        for day in every_day()
        if helsinki_date(retention.due(noon(day), POLICY))
        != three_months_on(datetime(day.year, day.month, day.day)).date()
    ]

    assert moved == []


@given(instants, instants)
def test_a_later_call_never_dies_earlier(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))

    assert retention.due(first, POLICY) <= retention.due(second, POLICY)
    assert (
        retention.lifetime(first, POLICY).cutoff_at <= retention.lifetime(second, POLICY).cutoff_at
    )


@given(instants)
def test_due_is_within_three_months_in_every_reading(start: datetime) -> None:
    began = start.astimezone(HELSINKI).replace(tzinfo=None)

    gone = retention.due(start, POLICY).astimezone(HELSINKI).replace(tzinfo=None)

    assert gone <= three_months_on(began)
    assert gone <= began + timedelta(days=92)
    assert gone.date() <= three_months_on(began).date()
    assert gone.time() == datetime.min.time()


@given(instants, policies)
def test_nothing_opens_for_exactly_the_margin_at_the_end(
    start: datetime, policy: RetentionPolicy
) -> None:
    life = retention.lifetime(start, policy)

    cutoff_local, due_local = (at.astimezone(HELSINKI) for at in (life.cutoff_at, life.due_at))

    assert (due_local.date() - cutoff_local.date()).days == policy.margin_days
    assert cutoff_local.hour == cutoff_local.minute == 0


def test_the_last_day_of_listening_is_the_day_before_cutoff() -> None:
    due_at = retention.due(noon(date(2026, 11, 24)), POLICY)

    assert retention.last_day_of_listening(due_at, POLICY.margin_days) == date(2027, 2, 16)


@given(instants, policies, policies)
def test_a_new_policy_never_moves_a_date_later(
    start: datetime, old: RetentionPolicy, new: RetentionPolicy
) -> None:
    known = retention.lifetime(start, old)

    changed = retention.rederived(known, start, new)

    assert changed.due_at == min(known.due_at, retention.due(start, new))
    assert changed.cutoff_at <= known.cutoff_at


@given(instants, st.integers(-12, 14))
def test_new_zone_data_never_moves_a_date_later(start: datetime, offset_hours: int) -> None:
    known = retention.lifetime(start, POLICY)
    zone = timezone(timedelta(hours=offset_hours))

    rederived = retention.rederived(known, start, POLICY, zone=zone)

    assert rederived.due_at == min(known.due_at, retention.due(start, POLICY, zone=zone))
    assert rederived.cutoff_at <= known.cutoff_at


def test_the_end_of_summer_time_would_bring_winter_dates_an_hour_forward() -> None:
    # If clocks stood still at summer time, midnight of a winter day would come at 21:00 UTC.
    start = noon(date(2026, 10, 1))
    known = retention.lifetime(start, POLICY)

    rederived = retention.rederived(known, start, POLICY, zone=timezone(timedelta(hours=3)))

    assert known.due_at - rederived.due_at == timedelta(hours=1)


def test_the_zone_rules_that_are_named_are_the_ones_that_count() -> None:
    # A machine may carry other zone data than the package whose version is stored with each date.
    packaged = resources.files("tzdata.zoneinfo.Europe").joinpath("Helsinki")
    with packaged.open("rb") as file:
        named = ZoneInfo.from_file(file)

    differing = [
        day
        for day in every_day()
        if datetime(day.year, day.month, day.day, tzinfo=HELSINKI).utcoffset()
        != datetime(day.year, day.month, day.day, tzinfo=named).utcoffset()
    ]

    assert retention.lifetime(noon(date(2026, 11, 24)), POLICY).zone_rules == retention.ZONE_RULES
    assert differing == []


def test_a_naive_time_has_no_legal_date() -> None:
    with pytest.raises(ValueError, match="aware"):
        retention.due(datetime(2026, 11, 24, 9, 0), POLICY)


def test_a_late_arrival_keeps_its_true_start() -> None:
    start = noon(date(2026, 11, 20))

    arrival = retention.received(start, arrived_at=start + timedelta(days=3), policy=POLICY)

    assert arrival.doubt is None
    assert arrival.counted_from == start


@pytest.mark.parametrize(
    ("ahead", "doubt"),
    [
        (timedelta(minutes=5), None),
        (timedelta(minutes=5, seconds=1), Doubt.FUTURE_START),
        (timedelta(days=400), Doubt.FUTURE_START),
    ],
)
def test_a_start_in_the_future_is_doubtful_after_five_minutes(
    ahead: timedelta, doubt: Doubt | None
) -> None:
    arrived_at = noon(date(2026, 11, 24))

    arrival = retention.received(arrived_at + ahead, arrived_at=arrived_at, policy=POLICY)

    assert arrival.doubt is doubt
    assert arrival.counted_from == arrived_at


def test_an_unknown_start_counts_from_the_earliest_plausible_one() -> None:
    arrived_at = noon(date(2026, 11, 24))
    earliest_at = arrived_at - timedelta(days=2)

    arrival = retention.received(
        None, arrived_at=arrived_at, policy=POLICY, earliest_at=earliest_at
    )

    assert arrival.doubt is Doubt.UNKNOWN_START
    assert arrival.lifetime == retention.lifetime(earliest_at, POLICY)


@given(st.none() | instants, instants, st.none() | instants, policies)
def test_doubt_never_lengthens_a_life(
    start: datetime | None,
    arrived_at: datetime,
    earliest_at: datetime | None,
    policy: RetentionPolicy,
) -> None:
    arrival = retention.received(
        start, arrived_at=arrived_at, policy=policy, earliest_at=earliest_at
    )

    assert arrival.lifetime.due_at <= retention.due(arrived_at, policy)
    if start is not None:
        assert arrival.lifetime.due_at <= retention.due(start, policy)


@pytest.mark.parametrize(
    ("lives", "least"),
    [
        ([timedelta(days=6)], 7),
        ([timedelta(days=6), timedelta(days=7)], 8),
        ([timedelta(days=6, seconds=1)], 8),
        ([timedelta(0)], 1),
    ],
)
def test_the_margin_is_the_longest_life_of_a_key_copy_and_a_day(
    lives: list[timedelta], least: int
) -> None:
    assert retention.least_margin_days(lives) == least
