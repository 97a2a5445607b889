"""Until when we must have acted (REGISTER 14.3, 17.5, table C; invariant I14)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.clock import HELSINKI
from talteen.errors import InputError
from talteen.notice import holidays, law, limits
from talteen.notice.law import Parameter, Setting

days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=HELSINKI)  # type: ignore[arg-type,misc]


def test_every_day_of_nine_years_has_the_published_limits(
    vectors: Callable[[str], list[list[str]]],
) -> None:
    rows = vectors("answer-limits.json")

    derived = [
        [
            text,
            limits.answer_target(day).isoformat(),
            limits.answer_limit(day).isoformat(),
            limits.extension_target(day).isoformat(),
            limits.extension_limit(day).isoformat(),
        ]
        for text in (row[0] for row in rows)
        for day in (date.fromisoformat(text),)
    ]

    assert len(rows) == 3288
    assert derived == rows


@pytest.mark.parametrize(
    ("received", "target", "last_day"),
    [
        (date(2026, 11, 24), date(2026, 12, 24), date(2026, 12, 24)),  # Christmas Eve: worked
        (date(2026, 11, 25), date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 11, 6), date(2026, 12, 6), date(2026, 12, 7)),
        (date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 1)),
        (date(2027, 2, 26), date(2027, 3, 26), date(2027, 3, 30)),  # Good Friday
        (date(2027, 4, 1), date(2027, 5, 1), date(2027, 5, 3)),
        (date(2027, 4, 6), date(2027, 5, 6), date(2027, 5, 7)),  # Ascension Day
        (date(2027, 5, 25), date(2027, 6, 25), date(2027, 6, 25)),  # Midsummer Eve: worked
    ],
)
def test_an_answer_is_due_in_a_month_and_lawful_until_the_next_working_day(
    received: date, target: date, last_day: date
) -> None:
    assert limits.answer_target(received) == target
    assert limits.answer_limit(received) == last_day


def test_an_extension_counts_from_receipt() -> None:
    received = date(2026, 11, 30)

    assert limits.extension_target(received) == date(2027, 2, 28)
    assert limits.extension_limit(received) == date(2027, 3, 1)


@given(days)
def test_a_limit_is_a_working_day_and_never_before_its_target(received: date) -> None:
    target, last_day = limits.answer_target(received), limits.answer_limit(received)

    assert 28 <= (target - received).days <= 31
    assert holidays.is_working_day(last_day)
    assert all(
        not holidays.is_working_day(target + timedelta(days=n))
        for n in range((last_day - target).days)
    )


def test_a_limit_is_kept_until_its_last_hour_in_helsinki() -> None:
    too_late = limits.too_late_from(date(2027, 3, 30))

    assert too_late == local(2027, 3, 31)
    assert too_late.tzinfo is UTC


@pytest.mark.parametrize(
    ("aware", "limit"),
    [
        (local(2026, 12, 23, 16), local(2026, 12, 26, 16)),
        (local(2027, 3, 26, 12), local(2027, 3, 29, 13)),  # clocks went forward
        (local(2026, 10, 23, 12), local(2026, 10, 26, 11)),  # clocks went back
    ],
)
def test_seventy_two_hours_run_through_holidays_and_changes_of_the_clocks(
    aware: datetime, limit: datetime
) -> None:
    assert limits.breach_limit(aware) == limit


def test_breach_limits_are_those_of_the_published_vectors(
    vectors: Callable[[str], list[list[str]]],
) -> None:
    for aware, limit in vectors("breach-limits.json"):
        assert limits.breach_limit(datetime.fromisoformat(aware)) == datetime.fromisoformat(limit)


def test_a_breach_known_before_a_new_law_keeps_the_old_hours() -> None:
    omnibus = Parameter(
        "hours to notify a breach",
        (*law.BREACH_HOURS.settings, Setting(96, date(2028, 1, 1), "a future act")),
    )
    before, after = local(2027, 12, 31, 23), local(2028, 1, 1, 0)

    assert limits.breach_limit(before, hours=omnibus) - before == timedelta(hours=72)
    assert limits.breach_limit(after, hours=omnibus) - after == timedelta(hours=96)


def test_no_number_of_law_is_told_for_a_day_before_the_law() -> None:
    with pytest.raises(InputError, match="2018-05-25"):
        law.ANSWER_MONTHS.on(date(2018, 5, 24))
