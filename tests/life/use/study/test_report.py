"""A study's findings: intervals that hold what they promise, and no group that is a person."""

import random
from itertools import permutations
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.use.study import report
from talteen.life.use.study.report import SHOWN_AGENTS, SHOWN_CALLS, Answer, Stratum, Table

AGENTS = [UUID(int=number) for number in range(1, 8)]
A, B, C, D = (("rooms", "fi"), ("rooms", "sv"), ("tables", "fi"), ("tables", "sv"))


def answers(stratum: Stratum, calls: int, yes: int, *, agents: int = 6) -> list[Answer]:
    return [Answer(stratum, 1.0, (place < yes,), AGENTS[place % agents]) for place in range(calls)]


def table(populations: dict[Stratum, int], said: list[Answer]) -> Table:
    (found,) = report.made(populations, said, 1).tables
    assert found is not None
    return found


def test_a_stratum_of_too_few_calls_or_agents_is_told_with_another() -> None:
    said = [
        *answers(A, 40, 30),
        *answers(B, 12, 6),
        *answers(C, 9, 9),
        *answers(D, 20, 5, agents=2),
    ]
    found = table({A: 900, B: 100, C: 80, D: 200}, said)

    assert [one.strata for one in found.cells] == [(A,), (B,), (C, D)]
    assert [one.calls for one in found.cells] == [40, 12, 29]
    assert found.whole.calls == 81


def test_one_hidden_stratum_takes_the_smallest_shown_one_with_it() -> None:
    said = [*answers(A, 40, 30), *answers(B, 12, 6), *answers(C, 30, 9), *answers(D, 3, 0)]
    found = table({A: 900, B: 100, C: 80, D: 20}, said)

    assert [one.strata for one in found.cells] == [(A,), (C,), (B, D)]


def test_a_sample_that_is_too_small_tells_nothing() -> None:
    assert not report.made({A: 100}, answers(A, SHOWN_CALLS - 1, 5), 1).tells
    few = answers(A, 30, 5, agents=SHOWN_AGENTS - 1)
    assert report.made({A: 100}, few, 1).tables == (None,)
    assert report.made({A: 100}, [], 2).tables == (None, None)


def test_a_question_that_applies_to_few_is_told_of_larger_groups_or_not_at_all() -> None:
    # Of B the second question concerns four calls, the third one three calls in all.
    said = [
        Answer(key, 1.0, (True, place < of_second, place < 1 or None), AGENTS[place % 6])
        for key, calls, of_second in ((A, 40, 30), (B, 20, 4), (C, 20, 15))
        for place in range(calls)
    ]
    said = [
        Answer(one.stratum, 1.0, (one.said[0], one.said[1] or None, one.said[2]), one.agent)
        for one in said
    ]
    first, second, third = report.made({A: 900, B: 100, C: 100}, said, 3).tables

    assert first is not None
    assert second is not None
    assert [one.strata for one in first.cells] == [(A,), (B,), (C,)]
    assert [one.strata for one in second.cells] == [(A,), (B, C)]
    assert [one.calls for one in second.cells] == [40, 40], "what was answered about, not applied"
    assert second.tenths == 6
    assert third is None


@given(
    groups=st.dictionaries(
        st.sampled_from([A, B, C, D]),
        st.tuples(st.integers(0, 25), st.integers(1, 6), st.integers(0, 25), st.integers(0, 25)),
        min_size=1,
    )
)
@settings(max_examples=150)
def test_no_difference_of_what_any_tables_tell_is_a_small_group(
    groups: dict[Stratum, tuple[int, int, int, int]],
) -> None:
    said = {
        key: [
            Answer(
                key, 1.0, tuple(True if place < n else None for n in applies), AGENTS[place % of]
            )
            for place in range(calls)
        ]
        for key, (calls, of, *applies) in groups.items()
    }
    everything = [one for some in said.values() for one in some]
    found = report.made(dict.fromkeys(groups, 500), everything, 2, scales={1: 5})

    told = [table for table in found.tables if table is not None]
    for place, one in enumerate(found.tables):
        if one is None:
            continue
        for cell in (one.whole, *one.cells):
            of_cell = [answer for key in cell.strata for answer in said[key]]
            assert report.is_large([a for a in of_cell if a.said[place] is not None])
            assert cell.calls == len(of_cell)
        apart = [key for cell in one.cells for key in cell.strata]
        assert sorted(apart) == sorted(one.whole.strata if one.cells else ())
    # Whatever can be subtracted from whatever: what is left is large, or nothing is.
    sets = {frozenset(cell.strata) for one in told for cell in (one.whole, *one.cells)}
    for more, less in permutations(sets, 2):
        if less < more:
            assert report.is_large([answer for key in more - less for answer in said[key]])
        if inner := more & less:
            assert report.is_large([answer for key in inner for answer in said[key]])


def test_the_intervals_hold_the_truth_as_often_as_they_say() -> None:
    dice = random.Random(20261129)
    truth = {A: (1200, 0.85), B: (300, 0.55), C: (500, 0.7)}
    whole = sum(size * share for size, share in truth.values()) / 2000
    held = 0
    for _ in range(400):
        said = []
        for stratum, (size, share) in truth.items():
            calls = max(20, size // 12)
            hits = round(size * share)
            for index in dice.sample(range(size), calls):
                chance = 0.05 + 0.05 * (index % 3)  # that has nothing to do with it
                said.append(Answer(stratum, chance, (index < hits,), AGENTS[index % 7]))
        found = table({key: size for key, (size, _) in truth.items()}, said).whole.found
        held += found.low <= whole <= found.high

    assert 0.93 <= held / 400 <= 0.99


def test_the_interval_of_a_mean_holds_the_truth_and_is_narrower_than_of_a_yes() -> None:
    dice = random.Random(20261130)
    of_scale = {A: [3, 4, 4, 4, 5], B: [1, 2, 4, 5, 5], C: [3, 3, 3, 3, 4]}
    size = {A: 1200, B: 300, C: 500}
    whole = sum(size[key] * sum(some) / 5 for key, some in of_scale.items()) / 2000
    held, width = 0, 0.0
    for _ in range(400):
        said = []
        for key, some in of_scale.items():
            for index in dice.sample(range(size[key]), size[key] // 12):
                chance = 0.05 + 0.05 * (index % 3)
                value = (some[index % 5] - 1) / 4
                said.append(Answer(key, chance, (value,), AGENTS[index % 7]))
        (found,) = report.made(size, said, 1, scales={0: 5}).tables
        assert found is not None
        mean = sum((step + 1) * one.share for step, one in enumerate(found.steps))
        assert abs(mean - (1 + 4 * found.whole.found.share)) < 1e-9
        held += found.whole.found.low <= (whole - 1) / 4 <= found.whole.found.high
        width += found.whole.found.high - found.whole.found.low

    assert 0.93 <= held / 400 <= 0.99
    share = (whole - 1) / 4
    assert width / 400 < 0.75 * 2 * 1.96 * (share * (1 - share) / 166) ** 0.5


def test_what_does_not_apply_leaves_the_share_but_not_the_number_of_calls() -> None:
    said = [*answers(A, 20, 20), *(Answer(A, 1.0, (None,), AGENTS[0]) for _ in range(30))]
    found = table({A: 1000}, said)

    assert found.whole.calls == 50
    assert found.tenths == 4
    assert found.whole.found.share == 1.0
    assert found.whole.found.low < 0.9
