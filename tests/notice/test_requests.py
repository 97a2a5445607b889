"""The machine of a request: its edges, its order, its clock (REGISTER C, 14.1-14.16)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, NotAllowed
from talteen.notice import limits, requests
from talteen.notice.requests import EDGES, Outcome, Stage, Step, Stop
from talteen.notice.rights import Right

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def test_the_ordinary_way_of_a_request_passes_a_second_check_and_ends() -> None:
    way = [
        Step.IDENTITY_ASKED,
        Step.IDENTIFIED,
        Step.SCOPED,
        Step.PREPARED,
        Step.DECIDED,
        Step.HANDED_OUT,
        Step.DELIVERED,
        Step.CLOSED,
    ]
    stage = Stage.RECEIVED
    for step in way:
        stage = requests.after(stage, step)
    assert stage is Stage.CLOSED


@given(st.sampled_from(Stage), st.sampled_from(Step))
def test_no_other_edge_exists(stage: Stage, step: Step) -> None:
    if (stage, step) not in EDGES:
        with pytest.raises(Conflict, match="cannot take"):
            requests.after(stage, step)
    if stage is Stage.CLOSED:
        again = (Step.REOPENED, Step.COMPLAINED, Step.MISDELIVERED)
        assert (stage, step) in EDGES or step not in again
    if step is Step.COMPLAINED:
        assert EDGES[stage, step] is stage
        return
    # Nothing is handed out that was not decided, and nothing decided without a second check.
    if requests.EDGES.get((stage, step)) is Stage.DELIVERING:
        assert stage in (Stage.DECIDED, Stage.MISDELIVERED)
    if requests.EDGES.get((stage, step)) is Stage.DECIDED:
        assert stage is Stage.SECOND_CHECK


def test_access_is_answered_before_erasure_in_whatever_order_they_were_asked() -> None:
    asked = [Right.ERASURE, Right.OBJECTION, Right.ACCESS]
    order, settled = [], []
    while (right := requests.next_right(asked, settled)) is not None:
        order.append(right)
        settled.append(right)
    assert order == [Right.ACCESS, Right.OBJECTION, Right.ERASURE]


@pytest.mark.parametrize("right", Right)
def test_each_kind_has_an_answer_and_every_refusal_a_ground(right: Right) -> None:
    found = requests.answers(right, Stage.PREPARING)
    assert found
    for answer in found:
        if answer.outcome in (Outcome.REFUSED, Outcome.NOT_IDENTIFIED):
            assert answer.ground is not None


def test_who_is_not_identified_is_told_nothing_of_any_call() -> None:
    for stage in (Stage.RECEIVED, Stage.IDENTIFYING):
        for right in (Right.ACCESS, Right.ERASURE, Right.OBJECTION, Right.RESTRICTION):
            letters = {answer.letter for answer in requests.answers(right, stage)}
            assert letters == {"not_identified", "proxy_no_mandate", "not_a_subject"}
    with pytest.raises(Conflict):
        requests.answer_named(Right.ACCESS, Stage.RECEIVED, "nothing_found.nothing_found")


@given(DAYS, st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_the_clock_stands_only_while_identity_is_asked(
    received: date, after: int, length: int, extended: bool
) -> None:
    asked = received + timedelta(days=after)
    replied = asked + timedelta(days=length)
    today = replied + timedelta(days=3)
    plain = requests.deadline(received, today=today, extended=extended)
    stopped = requests.deadline(
        received, today=today, stops=[Stop(asked, replied)], extended=extended
    )
    assert stopped.target == plain.target + timedelta(days=length)
    assert stopped.limit >= stopped.target
    # A question that nobody has answered yet moves the end with every day.
    still = requests.deadline(received, today=today, stops=[Stop(asked)], extended=extended)
    assert still.target == plain.target + (today - asked)


@given(DAYS)
def test_without_stops_it_is_the_month_of_the_law(received: date) -> None:
    owed = requests.deadline(received, today=received)
    assert owed.limit == limits.answer_limit(received)
    assert timedelta(28) <= owed.limit - received
    longer = requests.deadline(received, today=received, extended=True)
    assert longer.limit == limits.extension_limit(received)


def test_the_house_answers_before_the_first_call_stops_opening() -> None:
    owed = requests.deadline(date(2026, 11, 24), today=date(2026, 11, 24))
    cutoff = datetime(2026, 12, 5, 22, 0, tzinfo=UTC)
    assert requests.effective(owed, [cutoff]) == helsinki_date(cutoff) - timedelta(days=3)
    assert requests.effective(owed, []) == owed.limit
    assert requests.effective(owed, [cutoff + timedelta(days=60)]) == owed.limit


def test_time_is_extended_once_in_time_and_never_past_a_call_that_nothing_keeps() -> None:
    owed = requests.deadline(date(2026, 11, 24), today=date(2026, 11, 24))
    good = {"extended": False, "lawful": owed, "today": date(2026, 12, 20), "held": True}
    requests.check_extending(**good)  # type: ignore[arg-type]
    for change in ({"extended": True}, {"today": date(2026, 12, 29)}, {"held": False}):
        with pytest.raises(Conflict):
            requests.check_extending(**{**good, **change})  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["", " ", "\n\t \u00a0"])
def test_an_empty_reason_is_no_reason(written: str) -> None:
    with pytest.raises(InputError, match="reasons"):
        requests.check_reasons(written)


def test_two_persons_decide_and_the_officer_speaks_first() -> None:
    requests.check_deciding(1, 1, two=False, opinion=True)
    requests.check_deciding(1, 2, two=True, opinion=True)
    with pytest.raises(NotAllowed):
        requests.check_deciding(1, 1, two=True, opinion=True)
    with pytest.raises(Conflict, match="opinion"):
        requests.check_deciding(1, 2, two=True, opinion=False)


def test_an_address_that_went_wrong_once_is_checked_by_another_person() -> None:
    requests.check_recipient(1, 2)
    with pytest.raises(NotAllowed):
        requests.check_recipient(1, 1)
    # And only what had left can go wrong: nothing comes there that was never decided.
    before = {stage for stage, step in EDGES if step is Step.MISDELIVERED}
    assert not before & {Stage.RECEIVED, Stage.IDENTIFYING, Stage.SCOPING, Stage.DECIDED}


def test_a_closed_request_is_taken_up_again_within_six_months() -> None:
    requests.check_reopening(date(2026, 8, 31), date(2027, 2, 28))
    with pytest.raises(Conflict):
        requests.check_reopening(date(2026, 8, 31), date(2027, 3, 1))
