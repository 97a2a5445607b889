"""A study's findings: intervals that hold what they promise, and no group that is a person."""

import random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.use.study import report
from talteen.life.use.study.report import SHOWN_AGENTS, SHOWN_CALLS, Answer, Stratum

AGENTS = [UUID(int=number) for number in range(1, 8)]
A, B, C, D = (("rooms", "fi"), ("rooms", "sv"), ("tables", "fi"), ("tables", "sv"))


def answers(stratum: Stratum, calls: int, yes: int, *, agents: int = 6) -> list[Answer]:
    return [Answer(stratum, 1.0, place < yes, AGENTS[place % agents]) for place in range(calls)]


def test_a_stratum_of_too_few_calls_or_agents_is_told_with_another() -> None:
    said = [
        *answers(A, 40, 30),
        *answers(B, 12, 6),
        *answers(C, 9, 9),
        *answers(D, 20, 5, agents=2),
    ]
    found = report.made({A: 900, B: 100, C: 80, D: 200}, said)

    assert [one.strata for one in found.cells] == [(A,), (B,)]
    assert found.together is not None
    assert found.together.strata == (C, D)
    assert found.together.calls == 29
    assert found.whole is not None
    assert found.whole.calls == 81


def test_one_hidden_stratum_takes_the_smallest_shown_one_with_it() -> None:
    said = [*answers(A, 40, 30), *answers(B, 12, 6), *answers(C, 30, 9), *answers(D, 3, 0)]
    found = report.made({A: 900, B: 100, C: 80, D: 20}, said)

    assert [one.strata for one in found.cells] == [(A,), (C,)]
    assert found.together is not None
    assert found.together.strata == (B, D)


def test_a_sample_that_is_too_small_tells_nothing() -> None:
    assert report.made({A: 100}, answers(A, SHOWN_CALLS - 1, 5)) == report.Report(None, (), None)
    few = answers(A, 30, 5, agents=SHOWN_AGENTS - 1)
    assert report.made({A: 100}, few) == report.Report(None, (), None)


@given(
    groups=st.dictionaries(
        st.sampled_from([A, B, C, D]),
        st.tuples(st.integers(0, 25), st.integers(1, 6)),
        min_size=1,
    )
)
@settings(max_examples=150)
def test_no_difference_of_what_is_told_is_a_small_group(
    groups: dict[Stratum, tuple[int, int]],
) -> None:
    said = {key: answers(key, calls, calls // 2, agents=n) for key, (calls, n) in groups.items()}
    everything = [one for some in said.values() for one in some]
    found = report.made(dict.fromkeys(groups, 500), everything)
    if found.whole is None:
        return

    told = [*found.cells, *([found.together] if found.together else [])]
    for cell in [found.whole, *told]:
        assert report.is_large([one for key in cell.strata for one in said[key]])
    # What the whole has beyond all that is told apart is one of the told groups, or nothing.
    rest = set(found.whole.strata) - {key for cell in found.cells for key in cell.strata}
    if found.cells:
        assert rest == (set(found.together.strata) if found.together else set())


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
                weight = 1 / (0.05 + 0.05 * (index % 3))  # chances that have nothing to do with it
                said.append(Answer(stratum, weight, index < hits, AGENTS[index % 7]))
        found = report.made({key: size for key, (size, _) in truth.items()}, said).whole
        assert found is not None
        held += found.found.low <= whole <= found.found.high

    assert 0.93 <= held / 400 <= 0.99


def test_what_does_not_apply_leaves_the_share_and_the_number_of_calls() -> None:
    said = [*answers(A, 20, 20), *(Answer(A, 1.0, None, AGENTS[0]) for _ in range(30))]
    found = report.made({A: 1000}, said)

    assert found.whole is not None
    assert found.whole.calls == 20
    assert found.whole.found.share == 1.0
    assert found.whole.found.low < 0.9
