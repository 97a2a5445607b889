"""A balance adds up, whatever the day was like."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.oversight.balance import rules
from talteen.oversight.balance.running import Running
from talteen.oversight.balance.values import (
    Balance,
    LostWhy,
    Outcome,
    Promised,
    Recorded,
    Register,
    Verdict,
)
from talteen.oversight.records import reading
from talteen.oversight.records.values import (
    CallRecord,
    Direction,
    Ending,
    Stretch,
    Talk,
)
from tests.oversight import day

NOON = datetime(2026, 11, 16, 10, 40, tzinfo=UTC)
"""An hour ends a third of the way into the days below."""
ROUND_THE_HOUR = st.integers(1195, 1205)
AGENTS = ["7101", "7102", "7103"]
CALLERS = ["+358505550101", "+358505550102", None]


def at(second: int) -> datetime:
    return NOON + timedelta(seconds=second)


def talk(begin: int, end: int, agent: str = "7101", *, told: bool = True) -> Talk:
    return Talk(Stretch(at(begin), at(end)), agent, begin_told=told)


def call(key: str = "1", *talks: Talk, ending: Ending = Ending.CONVERSATION) -> CallRecord:
    """A call from noon on, over all its talks."""
    return CallRecord(
        key=key,
        began_at=NOON,
        ended_at=max((one.span.ends_at for one in talks), default=at(20)),
        direction=Direction.IN,
        ending=ending,
        outside="+358505550101",
        line="myynti",
        queue=None,
        extensions=frozenset(one.agent for one in talks if one.agent),
        talks=talks,
        call_ids=frozenset(),
        seams_told=True,
        excluded=False,
    )


def recorded(begin: int, end: int, *, id: str = "R1", agent: str = "7101") -> Recorded:
    return Recorded(id=id, kept=(Stretch(at(begin), at(end)),), agent=agent)


def balance(one: CallRecord, *, longest_wait: timedelta | None = None, **register) -> Balance:  # type: ignore[no-untyped-def]
    return rules.balance(
        [one], Register(**register), tells_refusals=False, longest_wait=longest_wait
    )


@st.composite
def days(draw: st.DrawFn) -> tuple[list[CallRecord], Register]:
    """Any day: calls and recordings that may fit each other, or not."""
    calls = []
    for n in range(draw(st.integers(0, 8))):
        begin = draw(st.integers(0, 3000) | ROUND_THE_HOUR)
        length = draw(st.integers(1, 900))
        wait = draw(st.integers(0, length))
        agent = draw(st.sampled_from(AGENTS))
        ending = draw(st.sampled_from(list(Ending)))
        talks = (talk(begin + wait, begin + length, agent, told=draw(st.booleans())),)
        heard = ending in (Ending.CONVERSATION, Ending.UNTOLD)
        calls.append(
            replace(
                call(str(n), *(talks if heard else ()), ending=ending),
                began_at=at(begin),
                ended_at=at(begin + length),
                direction=draw(st.sampled_from(list(Direction))),
                outside=draw(st.sampled_from(CALLERS)),
                call_ids=frozenset(draw(st.sets(st.sampled_from("abc"), max_size=1))),
                excluded=draw(st.booleans()),
                seams_told=draw(st.booleans()),
            )
        )
    kept = []
    for n in range(draw(st.integers(0, 8))):
        begin = draw(st.integers(0, 3500) | ROUND_THE_HOUR)
        kept.append(
            replace(
                recorded(begin, begin + draw(st.integers(1, 900)), id=f"R{n}"),
                agent=draw(st.sampled_from([*AGENTS, None])),
                outside=draw(st.sampled_from(CALLERS)),
                call_ids=frozenset(draw(st.sets(st.sampled_from("abc"), max_size=1))),
            )
        )
    promised = [
        Promised(
            str(n),
            at(draw(st.integers(0, 3500) | ROUND_THE_HOUR)),
            None,
            draw(st.sampled_from(list(Outcome))),
        )
        for n in range(draw(st.integers(0, 4)))
    ]
    return calls, Register(recorded=tuple(kept), promised=tuple(promised))


@given(days(), st.none() | st.integers(1, 200).map(lambda s: timedelta(seconds=s)))
def test_every_call_has_one_verdict_and_every_recording_one_place(
    one_day: tuple[list[CallRecord], Register], longest_wait: timedelta | None
) -> None:
    calls, register = one_day

    found = rules.balance(calls, register, tells_refusals=True, longest_wait=longest_wait)

    assert sum(found.sums.counts.values()) == len(calls)
    assert {one.key for one in found.calls} == {one.key for one in calls}
    used = [id for one in found.calls for id in one.recordings]
    assert sorted([*used, *found.sums.orphans]) == sorted(one.id for one in register.recorded)


@given(days(), st.none() | st.integers(1, 200).map(lambda s: timedelta(seconds=s)))
def test_a_day_hour_by_hour_gives_the_same_account_as_all_of_it_at_once(
    one_day: tuple[list[CallRecord], Register], longest_wait: timedelta | None
) -> None:
    calls, register = one_day
    running = Running()
    over = running.hour(None, calls, register.recorded, register.promised)
    at_once = {one.call.key: rules.account(one, (), longest_wait) for one in over}

    found = rules.balance(calls, register, tells_refusals=True, longest_wait=longest_wait)

    assert {one.key: one for one in found.calls} == at_once
    assert found.sums.orphans == sorted(running.orphans)


@given(
    begin=st.integers(1190, 1205),
    length=st.integers(1, 3),
    later=st.integers(-3, 6),
    kept_for=st.integers(1, 3),
)
def test_what_is_its_calls_own_by_seconds_is_found_over_the_hour(
    begin: int, length: int, later: int, kept_for: int
) -> None:
    """As the three seconds say, and not as the hour does: ten seconds on either side of it."""
    brief = call("1", talk(begin, begin + length))
    one = replace(brief, began_at=at(begin))
    kept = recorded(begin + later, begin + later + kept_for)

    found = balance(one, recorded=(kept,))

    inside = later >= -3 and later + kept_for <= length + 3
    assert found.sums.orphans == ([] if inside else ["R1"])


@given(days(), st.randoms(use_true_random=False))
def test_the_order_of_calls_and_recordings_means_nothing(
    one_day: tuple[list[CallRecord], Register], random: Random
) -> None:
    calls, register = one_day
    kept, promised = list(register.recorded), list(register.promised)
    mixed = list(calls)
    for sequence in (mixed, kept, promised):
        random.shuffle(sequence)

    found = rules.balance(calls, register, tells_refusals=True)

    again = Register(recorded=tuple(kept), promised=tuple(promised))
    assert rules.balance(mixed, again, tells_refusals=True) == found


@pytest.mark.parametrize("shape", day.FILES)
@settings(max_examples=25)
@given(random=st.randoms(use_true_random=False))
def test_the_order_of_rows_in_a_file_means_nothing(shape: str, random: Random) -> None:
    lines = day.raw(shape).decode("utf-8-sig").splitlines()
    head = {"freepbx-cdr": 1, "cucm-cdr": 2, "broadworks-cdr": 1}.get(shape, 0)
    head = {"audiocodes-cdr": 1, "genesys-interactions": 1}.get(shape, head)
    body = lines[head:]
    random.shuffle(body)

    mixed = reading.read(["\n".join([*lines[:head], *body]).encode()], shaped(shape))

    assert mixed.calls == day.read(shape).calls


def shaped(shape: str):  # type: ignore[no-untyped-def]
    """The mapping of the day, for a file whose first line may be any of its rows."""
    here = day.house()
    return replace(here, file=replace(here.file, shape=shape))


def test_a_pause_is_no_missing_stretch_and_a_loss_is() -> None:
    one = call("1", talk(10, 300))
    paused = Recorded(id="R1", kept=(Stretch(at(10), at(300)),), agent="7101")
    broken = Recorded(
        id="R1", kept=(Stretch(at(10), at(100)), Stretch(at(160), at(300))), agent="7101"
    )

    assert balance(one, recorded=(paused,)).calls[0].verdict is Verdict.RECORDED
    [lossy] = balance(one, recorded=(broken,)).calls
    assert (lossy.verdict, lossy.missing) == (Verdict.PARTIAL, (Stretch(at(100), at(160)),))


def test_what_came_before_the_end_of_the_announcement_is_not_missing() -> None:
    one = call("1", talk(10, 300))
    announced_late = replace(recorded(24, 300), announced_until=at(24))

    assert balance(one, recorded=(announced_late,)).calls[0].verdict is Verdict.RECORDED


def test_a_recording_of_a_call_that_may_not_be_kept_is_named() -> None:
    excluded = replace(call("1", talk(10, 300)), excluded=True)

    [one] = balance(excluded, recorded=(recorded(10, 300),)).calls

    assert (one.verdict, one.unlawful) == (Verdict.EXCLUDED_LINE, True)


@pytest.mark.parametrize(
    ("outcome", "verdict", "why"),
    [
        (Outcome.NOT_ANNOUNCED, Verdict.NO_EVIDENCE, None),
        (Outcome.REFUSED, Verdict.REFUSAL, None),
        (Outcome.PRIVATE, Verdict.PRIVATE, None),
        (Outcome.NO_CONVERSATION, Verdict.NO_CONVERSATION, None),
        (Outcome.PARKED, Verdict.REFUSAL, None),
        (Outcome.RECORDED, Verdict.RECORDED, None),
        (Outcome.QUARANTINED, Verdict.RECORDED, None),
        (Outcome.LATE, Verdict.LOST, LostWhy.LATE),
        (Outcome.UNKNOWN, Verdict.LOST, LostWhy.ARRIVED_UNKEPT),
        (None, Verdict.LOST, LostWhy.NEVER_ARRIVED),
    ],
)
def test_a_promise_row_says_why_there_is_no_recording(
    outcome: Outcome | None, verdict: Verdict, why: LostWhy | None
) -> None:
    promised = (Promised("p", at(1), "myynti", outcome),) if outcome else ()

    [one] = balance(call("1", talk(10, 300)), promised=promised).calls

    assert (one.verdict, one.why) == (verdict, why)


def test_the_excuse_of_another_call_covers_no_loss() -> None:
    lost = call("1", talk(10, 300))
    elsewhere = Promised("p", at(1), "ryhmat", Outcome.REFUSED)
    later = Promised("q", at(120), "myynti", Outcome.REFUSED)

    [one] = balance(lost, promised=(elsewhere, later)).calls

    assert one.verdict is Verdict.LOST
