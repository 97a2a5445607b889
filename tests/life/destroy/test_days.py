"""The register's calendar: which day dies when, and what is left of it (13.1, 13.15)."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen import ids
from talteen.clock import start_of_day
from talteen.ids import RecordingId
from talteen.life.destroy import days, remains
from talteen.life.destroy.days import Day, Stage
from talteen.life.destroy.models import Destruction
from talteen.notice import retention
from talteen.register.models import Hold, Recording, Tally
from talteen.register.states import Progress
from tests.kit import builders

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 26, tzinfo=UTC)


def call_of(day: date, *, progress: Progress = Progress.SEALED) -> Recording:
    return builders.recording(started_at=builders.midday(day), progress=progress)


def destroyed(day: date, *, everywhere: bool) -> Destruction:
    due_at = retention.due(builders.midday(day), builders.POLICY)
    cutoff_at = retention.cutoff(due_at, builders.POLICY.margin_days)
    return Destruction.objects.create(
        recording=uuid4(),
        day=day,
        line=builders.line(),
        reason="expired",
        cutoff_at=cutoff_at,
        due_at=due_at,
        generation_before=1,
        generation_after=2,
        blobs=[],
        source_fate="deleted",
        live_dead_at=cutoff_at + timedelta(seconds=9),
        backup_dead_at=due_at - timedelta(hours=12) if everywhere else None,
    )


def hold_on(recording: Recording) -> Hold:
    eila = builders.staff("Eila")
    return Hold.objects.create(
        id=ids.new(),
        recording=recording,
        case=builders.case(eila, calls=(recording,)),
        ground="complaint",
        purposes=["rights_of_parties"],
        state="active",
        opened_at=NOW,
        opened_by=eila,
        approved_by=eila,
        review_on=date(2026, 12, 15),
    )


def day_of(day: date, now: datetime = NOW) -> Day:
    return next(one for one in days.calendar(now).days if one.day == day)


# --- the days ---


def test_the_calendar_is_whole_weeks_round_the_last_92_days() -> None:
    calendar = days.calendar(NOW)

    assert (calendar.days[0].day, calendar.days[-1].day) == (date(2026, 8, 24), date(2026, 11, 29))
    assert all(len(week) == 7 and week[0].day.weekday() == 0 for week in calendar.weeks)
    assert len(calendar.window) == 92
    assert calendar.window[-1].day == date(2026, 11, 24)


def test_a_day_goes_from_today_to_gone() -> None:
    fresh, tonight = date(2026, 11, 24), date(2026, 9, 2)
    keyless, gone = date(2026, 9, 1), date(2026, 8, 24)
    call_of(fresh)
    call_of(tonight)
    call_of(date(2026, 10, 1))
    destroyed(keyless, everywhere=False)
    destroyed(gone, everywhere=True)

    stages = {one.day: one.stage for one in days.calendar(NOW).days}

    assert stages[fresh] is Stage.TODAY
    assert stages[date(2026, 10, 1)] is Stage.LIVING
    assert stages[tonight] is Stage.TONIGHT
    assert stages[keyless] is Stage.KEYLESS
    assert stages[gone] is Stage.GONE
    assert stages[date(2026, 10, 2)] is Stage.EMPTY
    assert stages[date(2026, 11, 25)] is Stage.COMING


def test_a_day_tells_its_end_and_how_much_of_its_colour_is_left() -> None:
    call_of(date(2026, 11, 10))
    call_of(date(2026, 9, 5))

    fresh, fading = day_of(date(2026, 11, 10)), day_of(date(2026, 9, 5))

    assert (fresh.ends_on, fading.ends_on) == (date(2027, 2, 10), date(2026, 12, 5))
    assert (fresh.calls, fading.calls) == (1, 1)
    assert fading.left_percent < 10 < 80 < fresh.left_percent


def test_a_day_past_its_cutoff_has_no_colour_even_before_the_job_ran() -> None:
    recording = call_of(date(2026, 9, 1))
    assert recording.cutoff_at < NOW

    shown = day_of(date(2026, 9, 1))

    assert (shown.stage, shown.left_percent, shown.calls) == (Stage.KEYLESS, 0, 1)


def test_a_day_counts_its_dying_calls_and_not_those_that_were_refused() -> None:
    day, refused = date(2026, 10, 20), date(2026, 10, 21)
    for progress in (Progress.SEALED, Progress.DESTROYING, Progress.REFUSED):
        call_of(day, progress=progress)
    call_of(refused, progress=Progress.REFUSED)

    calendar = days.calendar(NOW)

    assert (day_of(day).calls, day_of(day).stage, calendar.alive) == (2, Stage.LIVING, 1)
    assert (day_of(refused).stage, day_of(refused).ends_on) == (Stage.EMPTY, None)


def test_a_held_call_is_pinned_on_its_day_and_older_ones_are_named_beside_it() -> None:
    hold_on(call_of(date(2026, 10, 20)))
    old = hold_on(call_of(date(2026, 7, 12)))

    calendar = days.calendar(NOW)

    assert day_of(date(2026, 10, 20)).holds == 1
    assert [(one.reference, one.day) for one in calendar.held_beyond] == [
        (old.case.reference, date(2026, 7, 12))
    ]


@given(st.dates(min_value=date(2024, 1, 1), max_value=date(2032, 12, 31)))
def test_every_day_whose_promise_is_not_over_is_on_the_calendar(today: date) -> None:
    now = start_of_day(today) + timedelta(hours=13)
    first = today - days.WINDOW

    due_of_first = retention.due(start_of_day(first), builders.POLICY)

    assert due_of_first <= now, "a call older than the window is due already"


# --- the next night ---


def test_the_next_night_takes_what_reaches_its_cutoff_at_midnight_and_nothing_else() -> None:
    call_of(date(2026, 9, 2))
    call_of(date(2026, 9, 2))
    hold_on(call_of(date(2026, 9, 2)))
    call_of(date(2026, 9, 3))
    call_of(date(2026, 9, 2), progress=Progress.DESTROYING)

    night = days.calendar(NOW).night

    assert (night.at, night.calls) == (start_of_day(date(2026, 11, 25)), 2)
    assert (night.days, night.kept_by_hold) == ((date(2026, 9, 2),), 1)
    assert night.last_copy_dies == start_of_day(date(2026, 12, 2))


def test_after_a_short_month_one_night_takes_several_days() -> None:
    now = datetime(2027, 2, 20, 12, 0, tzinfo=UTC)
    for day in (28, 29, 30):
        call_of(date(2026, 11, day))

    night = days.calendar(now).night

    # All three are due on 28 February (13.1), so all three close on the 21st.
    assert night.days == (date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30))
    assert night.calls == 3


def test_the_day_line_sums_yesterday_also_when_its_calls_are_gone() -> None:
    call_of(date(2026, 11, 23))
    destroyed(date(2026, 11, 23), everywhere=False)
    Tally.objects.create(day=date(2026, 11, 23), line=builders.line(), kind="refused", count=2)
    Tally.objects.create(day=date(2026, 11, 22), line=builders.line(), kind="refused", count=9)
    call_of(date(2026, 9, 2))

    line = days.day_line(NOW)

    assert (line.recorded, line.not_recorded, line.tonight) == (2, 2, 1)


# --- what is left ---


def test_what_is_left_of_a_call_is_a_bare_row() -> None:
    row = destroyed(date(2026, 8, 24), everywhere=True)

    left = remains.of_call(RecordingId(row.recording))

    assert left is not None
    assert (left.day, left.reason, left.backup_dead_at) == (row.day, "expired", row.backup_dead_at)
    assert remains.of_call(RecordingId(uuid4())) is None
    assert [one.recording for one in remains.of_day(row.day)] == [row.recording]


def test_the_newest_end_is_the_latest_day_of_which_no_key_is_left() -> None:
    destroyed(date(2026, 8, 23), everywhere=True)
    destroyed(date(2026, 8, 24), everywhere=True)
    destroyed(date(2026, 8, 25), everywhere=True)
    destroyed(date(2026, 8, 25), everywhere=False)

    newest = days.newest_end(NOW)

    assert newest is not None
    assert (newest.date, newest.calls) == (date(2026, 8, 24), 1)


def test_the_clock_of_a_demo_is_offered_the_next_cutoff_and_the_next_due() -> None:
    living = call_of(date(2026, 9, 20))
    waiting = destroyed(date(2026, 8, 28), everywhere=False)

    assert days.next_cutoff(NOW) == living.cutoff_at
    assert days.next_due(NOW) == waiting.due_at


def test_an_empty_house_has_a_calendar_too() -> None:
    calendar = days.calendar(NOW)

    assert (calendar.night.calls, calendar.alive, days.newest_end(NOW)) == (0, 0, None)
    assert days.filling().busy


def test_the_calendar_costs_the_same_queries_whatever_the_size_of_the_register(
    django_assert_max_num_queries: object,
) -> None:
    for day in range(30):
        call_of(date(2026, 10, 1) + timedelta(days=day))

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        days.calendar(NOW)
