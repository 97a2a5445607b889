"""Versions of the notice through time (REGISTER 4.1-4.6, 13.14; J6; invariant I20)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.clock import start_of_day
from talteen.errors import InputError, NotAllowed, TalteenError
from talteen.notice import retention, versions
from talteen.notice.purposes import STATUTORY, Purpose
from talteen.notice.retention import RetentionPolicy
from talteen.notice.versions import Approval, Finding, History, State, Version, Weight

TODAY = date(2026, 11, 24)
APPROVAL = Approval("r01", "o01", dpo_opinion_on=TODAY)
EVERYTHING = frozenset(Purpose)
NARROW = STATUTORY | {Purpose.RIGHTS_OF_PARTIES}
ONE_SECOND = timedelta(seconds=1)


def a_version(number: str, valid_from: date, *, months: int = 3, margin_days: int = 7) -> Version:
    return Version(number, valid_from, RetentionPolicy(months, margin_days), EVERYTHING)


LEGACY = replace(a_version("2022-01-21", date(2022, 1, 21)), legacy=True)
SECOND = a_version("2", date(2026, 11, 25))
THIRD = a_version("3", date(2027, 1, 1), months=2)


def published(*drafts: Version, history: History = (), today: date = TODAY) -> History:
    for draft in drafts:
        history = versions.publish(history, draft, approval=APPROVAL, findings=(), today=today)
    return history


def noon(day: date) -> datetime:
    return start_of_day(day) + timedelta(hours=12)


@st.composite
def histories(draw: st.DrawFn) -> History:
    gaps = draw(st.lists(st.integers(1, 400), min_size=1, max_size=6))
    months = sorted(draw(st.lists(st.integers(1, 3), min_size=len(gaps), max_size=len(gaps))))
    history: History = (LEGACY,) if draw(st.booleans()) else ()
    day = TODAY
    for number, (gap, kept) in enumerate(zip(gaps, reversed(months), strict=True)):
        day += timedelta(days=gap)
        history = published(a_version(str(number), day, months=kept), history=history)
    return history


@given(histories(), st.integers(0, 3000))
def test_exactly_one_version_is_in_force_after_the_first(history: History, days_on: int) -> None:
    first = next(version for version in history if not version.legacy)
    at = noon(first.valid_from + timedelta(days=days_on))

    in_force = [v for v in history if versions.state_on(v, at.date()) is State.IN_FORCE]

    assert len(in_force) == 1
    assert versions.in_force(history, at) == in_force[0]


@given(histories())
def test_versions_follow_each_other_without_gap_or_overlap(history: History) -> None:
    assert all(earlier.valid_to == later.valid_from for earlier, later in pairwise(history))
    assert history[-1].valid_to is None


def test_nothing_is_recorded_before_the_first_version() -> None:
    history = published(SECOND)
    begins = start_of_day(SECOND.valid_from)

    assert versions.in_force(history, begins - ONE_SECOND) is None
    assert versions.in_force(history, begins) == history[0]


def test_a_call_over_midnight_keeps_the_version_of_its_start() -> None:
    history = published(SECOND, THIRD)
    begins = start_of_day(THIRD.valid_from)

    before = versions.in_force(history, begins - ONE_SECOND)

    assert before is not None
    assert before.number == "2"


@pytest.mark.parametrize("valid_from", [TODAY, TODAY - timedelta(days=1), date(2020, 1, 1)])
def test_nothing_is_published_backwards_or_for_today(valid_from: date) -> None:
    with pytest.raises(InputError, match="not after today"):
        published(a_version("2", valid_from))


def test_a_version_cannot_begin_before_the_one_before_it() -> None:
    with pytest.raises(InputError, match="is there already"):
        published(THIRD, SECOND)


def test_a_number_is_used_once() -> None:
    with pytest.raises(InputError, match="is there already"):
        published(SECOND, a_version("2", date(2027, 1, 1)))


def test_a_version_that_keeps_longer_is_refused() -> None:
    with pytest.raises(InputError, match=r"keeps 6 months where version 2 promised 3"):
        published(SECOND, a_version("3", date(2027, 1, 1), months=6))


def test_a_version_cannot_keep_longer_than_the_notice_before_this_house() -> None:
    history = versions.adopt_legacy((), LEGACY)

    with pytest.raises(InputError, match=r"version 2022-01-21 promised 3"):
        published(a_version("2", date(2026, 11, 25), months=4), history=history)


def test_one_person_cannot_approve_twice() -> None:
    with pytest.raises(NotAllowed, match="one approver"):
        versions.publish((), SECOND, approval=Approval("r01", "r01"), findings=(), today=TODAY)


def test_a_change_of_retention_takes_the_officers_opinion() -> None:
    history = published(SECOND)

    with pytest.raises(NotAllowed, match="changes the retention"):
        versions.publish(history, THIRD, approval=Approval("r01", "o01"), findings=(), today=TODAY)


def test_an_error_blocks_and_a_warning_takes_a_reason() -> None:
    error = Finding("missing.complaint", "13(2)(d)", "does not say: complaint")
    warning = Finding("no_accessible_line", "13(2)(e)", "served nowhere", Weight.WARNING)

    def publish(findings: tuple[Finding, ...], reasons: dict[str, str]) -> History:
        return versions.publish(
            (), SECOND, approval=APPROVAL, findings=findings, reasons=reasons, today=TODAY
        )

    with pytest.raises(InputError, match=r"missing\.complaint"):
        publish((error,), {"missing.complaint": "we do not want to"})
    with pytest.raises(InputError, match="no_accessible_line"):
        publish((warning,), {"no_accessible_line": "  "})
    assert publish((warning,), {"no_accessible_line": "the web form is accessible"}) == (SECOND,)


def test_a_legacy_notice_binds_imports_of_its_time_and_no_new_call() -> None:
    history = published(SECOND, history=versions.adopt_legacy((), LEGACY))
    at = noon(date(2026, 9, 1))

    assert versions.in_force(history, at) is None
    bound = versions.bound_for_import(history, at)
    assert bound is not None
    assert bound.number == "2022-01-21"
    assert versions.bound_for_import(history, noon(date(2021, 1, 1))) is None


def test_a_legacy_notice_adopted_late_ends_where_the_first_version_began() -> None:
    history = versions.adopt_legacy(published(SECOND), LEGACY)

    assert history[0].valid_to == SECOND.valid_from
    assert versions.state_on(history[0], date(2023, 1, 1)) is State.LEGACY


def test_a_legacy_notice_never_comes_into_force_again() -> None:
    with pytest.raises(InputError, match="is legacy"):
        published(replace(LEGACY, valid_from=date(2027, 1, 1)))
    with pytest.raises(InputError, match="not marked legacy"):
        versions.adopt_legacy((), SECOND)
    with pytest.raises(InputError, match="begins after version 2"):
        versions.adopt_legacy(published(SECOND), replace(LEGACY, valid_from=date(2027, 1, 1)))


def test_a_shorter_retention_reaches_back_at_once_and_not_before() -> None:
    history = published(SECOND, THIRD)
    started_at = noon(date(2026, 12, 20))
    begins = start_of_day(THIRD.valid_from)

    before = versions.lifetime(history, history[0], started_at=started_at, now=begins - ONE_SECOND)
    after = versions.lifetime(history, history[0], started_at=started_at, now=begins)

    assert before == retention.lifetime(started_at, SECOND.policy)
    assert after == retention.lifetime(started_at, THIRD.policy)


@given(histories(), st.data())
def test_no_later_version_lengthens_a_life(history: History, data: st.DataObject) -> None:
    bound = data.draw(st.sampled_from(history))
    started_at = noon(bound.valid_from + timedelta(days=data.draw(st.integers(0, 300))))
    moments = sorted(data.draw(st.lists(st.integers(0, 3000), min_size=2, max_size=5)))

    dues = [
        versions.lifetime(
            history, bound, started_at=started_at, now=started_at + timedelta(days=days)
        ).due_at
        for days in moments
    ]

    assert dues == sorted(dues, reverse=True)
    assert dues[0] <= retention.due(started_at, bound.policy)


def test_a_new_purpose_never_reaches_back() -> None:
    narrow = replace(SECOND, purposes=NARROW)
    history = published(narrow, replace(THIRD, policy=narrow.policy))

    open_for_old = versions.purposes_open(history, history[0], noon(date(2027, 2, 1)))
    open_for_new = versions.purposes_open(history, history[1], noon(date(2027, 2, 1)))

    assert Purpose.TRAINING not in open_for_old
    assert Purpose.TRAINING in open_for_new


def test_a_withdrawn_purpose_closes_earlier_calls_too_but_never_a_duty_of_law() -> None:
    history = published(SECOND, replace(THIRD, purposes=frozenset({Purpose.RIGHTS_OF_PARTIES})))

    now_open = versions.purposes_open(history, history[0], noon(date(2027, 2, 1)))

    assert now_open == NARROW


def test_every_refusal_says_what_to_do() -> None:
    with pytest.raises(TalteenError) as refusal:
        published(a_version("2", TODAY))

    assert refusal.value.remedy == "nothing is published backwards: begin tomorrow at the earliest"
