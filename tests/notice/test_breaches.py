"""A breach: its edges, its 72 hours, and what it must have before two persons close it (17.5)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice import breaches as law
from talteen.notice.breaches import (
    EDGES,
    ENDED,
    BreachStage,
    BreachStep,
    Lack,
    NotTold,
    Record,
    Risk,
)

MOMENTS = st.datetimes(
    datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC)
)  # over 18 changes of the clocks
LIMIT = datetime(2026, 11, 26, 19, 5, tzinfo=UTC)
ENDS = {
    BreachStep.DISMISSED: BreachStep.DISMISSAL_PROPOSED,
    BreachStep.CLOSED: BreachStep.CLOSING_PROPOSED,
}


@given(st.lists(st.tuples(st.sampled_from(list(BreachStep)), st.sampled_from("abc")), max_size=40))
def test_whatever_people_press_it_ends_by_two_and_is_never_taken_up_again(
    presses: list[tuple[BreachStep, str]],
) -> None:
    stage, proposed, proposer = BreachStage.REPORTED, None, ""
    taken: list[tuple[BreachStep, str]] = []
    for step, who in presses:
        try:
            if step in ENDS:
                law.check_ending(step, proposed, proposed_by=proposer, ended_by=who)
            stage_after = law.after(stage, step)
        except (Conflict, NotAllowed):
            continue
        assert stage not in ENDED or step is BreachStep.CORRECTED
        stage, standing = stage_after, proposed
        proposed = law.proposal_after(step, standing)
        proposer = who if proposed is step else proposer if proposed else ""
        taken.append((step, who))
    for (before, first), (step, second) in pairwise(
        [one for one in taken if one[0] is not BreachStep.OPINION]
    ):
        if step in ENDS:
            assert before is ENDS[step]
            assert first != second


def test_from_every_stage_there_is_a_way_to_the_end() -> None:
    reach = set(ENDED)
    while more := {at for (at, _), to in EDGES.items() if to in reach} - reach:
        reach |= more
    assert reach == set(BreachStage)
    assert {step for _, step in EDGES} == set(BreachStep) - {BreachStep.REPORTED}
    assert {step for at, step in EDGES if at in ENDED} == {BreachStep.CORRECTED}


@given(MOMENTS, st.none() | MOMENTS, st.integers(0, 100))
def test_the_clock_is_72_elapsed_hours_from_awareness_and_from_the_report_until_then(
    reported: datetime, aware: datetime | None, hours: int
) -> None:
    limit = law.limit(reported, aware)
    assert limit - (aware or reported) == timedelta(hours=72)
    told = law.alarm_due(limit, (aware or reported) + timedelta(hours=hours))
    assert told == max([0, *(hour for hour in (24, 48, 60, 72) if hour <= hours)])
    assert law.is_late(limit + timedelta(seconds=1), limit)
    assert not law.is_late(limit, limit)


def test_nobody_knows_of_it_in_the_future_and_may_have_known_before_the_report() -> None:
    law.check_aware(LIMIT - timedelta(days=9), LIMIT)
    with pytest.raises(InputError):
        law.check_aware(LIMIT + timedelta(minutes=1), LIMIT)


RECORDS = st.builds(
    Record,
    stage=st.sampled_from(BreachStage),
    limit_at=st.just(LIMIT),
    risk=st.none() | st.sampled_from(Risk),
    notified_at=st.none()
    | st.integers(-100, 100).map(lambda hours: LIMIT + timedelta(hours=hours)),
    complete=st.booleans(),
    late_reasons=st.booleans(),
    people_settled=st.booleans(),
    contained=st.booleans(),
    lessons=st.booleans(),
)


@given(RECORDS)
def test_it_is_closed_only_with_all_that_articles_33_and_34_ask_for(record: Record) -> None:
    lacks = record.lacks()
    late = record.notified_at is not None and record.notified_at > LIMIT
    assert (Lack.PEOPLE in lacks) == (record.risk is Risk.HIGH and not record.people_settled)
    assert (Lack.LATE_REASONS in lacks) == (late and not record.late_reasons)
    assert (Lack.LAST_PHASE in lacks) == (record.notified_at is not None and not record.complete)
    if lacks:
        with pytest.raises(Conflict):
            law.check_closing(record)
    else:
        law.check_closing(record)
        assert record.contained
        assert record.lessons


@settings(max_examples=30)
@given(st.integers(-100, 100))
def test_the_opinion_is_waited_for_until_twelve_hours_are_left(hours: int) -> None:
    now = LIMIT - timedelta(hours=hours)
    law.check_judging(opinion=True, limit_at=LIMIT, now=now)
    if hours <= 12:
        law.check_judging(opinion=False, limit_at=LIMIT, now=now)
    else:
        with pytest.raises(Conflict):
            law.check_judging(opinion=False, limit_at=LIMIT, now=now)


def test_encryption_is_no_reason_where_words_were_readable() -> None:
    law.check_not_telling(NotTold.ENCRYPTED, readable=0)
    law.check_not_telling(NotTold.PUBLIC_NOTICE, readable=3)
    with pytest.raises(Conflict):
        law.check_not_telling(NotTold.ENCRYPTED, readable=1)
