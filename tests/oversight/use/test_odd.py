"""What is odd, and what is only work (REGISTER D)."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from talteen.clock import start_of_day
from talteen.notice.purposes import Purpose
from talteen.oversight.use import odd
from talteen.oversight.use.odd import LIMITS, Line, Rule

DAY = date(2026, 11, 24)
EILA, AINO = uuid4(), uuid4()
CASE, REQUEST = Purpose.RIGHTS_OF_PARTIES.value, Purpose.DATA_SUBJECT_REQUEST.value


def at(hour: float, ago: int = 0) -> datetime:
    return start_of_day(DAY - timedelta(days=ago)) + timedelta(hours=hour)


def opened(
    count: int,
    *,
    hour: float = 10,
    ago: int = 0,
    purpose: str = CASE,
    agent: UUID | None = None,
    caller: bytes | None = None,
) -> list[Line]:
    """So many different calls, opened by Eila."""
    return [Line(at(hour, ago), EILA, False, purpose, uuid4(), agent, caller) for _ in range(count)]


def rules(lines: list[Line], day: date = DAY) -> dict[Rule, int]:
    return {one.rule: one.count for one in odd.found(lines, day)}


def test_twenty_calls_a_day_are_work_and_one_more_is_asked_about() -> None:
    assert rules(opened(20)) == {}
    assert rules(opened(21)) == {Rule.MANY: 21}
    assert rules(opened(15) + opened(15, ago=1)) == {}


def test_the_same_call_opened_again_is_one_call() -> None:
    assert rules(opened(1) * 40) == {}


def test_a_call_at_night_is_asked_about_save_ones_own_of_the_day() -> None:
    assert rules(opened(1, hour=22)) == {Rule.NIGHT: 1}
    assert rules(opened(2, hour=5.9)) == {Rule.NIGHT: 2}
    assert rules(opened(1, hour=6)) == {}
    assert rules(opened(1, hour=23, purpose=Purpose.CORRECTNESS.value)) == {}


def test_eight_calls_of_one_colleague_within_a_week() -> None:
    assert rules(opened(7, agent=AINO)) == {}
    assert rules(opened(1, agent=AINO) + opened(7, ago=6, agent=AINO)) == {Rule.ONE_COLLEAGUE: 8}
    assert rules(opened(1, agent=AINO) + opened(7, ago=7, agent=AINO)) == {}
    assert rules(opened(12, agent=EILA)) == {}  # one's own
    assert rules(opened(8, ago=1, agent=AINO)) == {}  # told yesterday


def test_four_calls_of_one_caller_without_a_request_of_theirs() -> None:
    assert rules(opened(4, caller=b"a")) == {Rule.ONE_CALLER: 4}
    assert rules(opened(3, caller=b"a") + opened(3, caller=b"b")) == {}
    assert rules(opened(9, caller=b"a", purpose=REQUEST)) == {}


def test_five_shut_doors_within_an_hour() -> None:
    def shut(minutes: list[int]) -> list[Line]:
        return [Line(at(10 + one / 60), EILA, True, CASE, uuid4()) for one in minutes]

    assert rules(shut([0, 10, 20, 30, 59])) == {Rule.DENIED: 5}
    assert rules(shut([0, 15, 30, 45, 60])) == {}


@given(st.integers(0, 30), st.integers(0, 23))
def test_what_others_do_is_never_told_of_one(count: int, hour: int) -> None:
    ilkka = uuid4()
    lines = opened(count, hour=hour)

    alone = odd.found(lines, DAY)
    beside = odd.found([*lines, Line(at(10), ilkka, False, CASE, uuid4())], DAY)

    assert [one for one in beside if one.staff == EILA] == alone
    assert not [one for one in beside if one.staff == ilkka]


def test_the_limits_are_those_of_the_register() -> None:
    assert LIMITS.many == 20 + 1
