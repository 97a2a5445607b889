"""How many calls a study needs, held against published figures."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.use.study import sizing
from talteen.life.use.study.sizing import Aim


@pytest.mark.parametrize(
    ("population", "expected", "margin", "calls"),
    [
        (5212, 0.8, 0.05, 235),
        (10**9, 0.5, 0.05, 385),  # the figure of every textbook
        (1000, 0.5, 0.05, 278),
        (200, 0.5, 0.05, 132),
        (10, 0.5, 0.05, 10),
        (0, 0.5, 0.05, 0),
    ],
)
def test_the_calls_that_a_question_needs(
    population: int, expected: float, margin: float, calls: int
) -> None:
    assert sizing.needed(population, Aim(expected, margin)) == calls


@given(
    population=st.integers(1, 20_000),
    expected=st.floats(0.05, 0.95),
    margin=st.floats(0.01, 0.2),
)
@settings(max_examples=60)
def test_what_is_needed_reaches_its_aim_and_one_less_does_not(
    population: int, expected: float, margin: float
) -> None:
    calls = sizing.needed(population, Aim(expected, margin))

    assert sizing.reachable(population, calls, expected) <= margin + 1e-9
    if 1 < calls < population:
        assert sizing.reachable(population, calls - 2, expected) > margin - 1e-9


@given(
    there=st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 40), min_size=1),
    calls=st.integers(0, 200),
    floor=st.integers(0, 12),
)
@settings(max_examples=80)
def test_an_allocation_gives_what_is_there_and_no_more(
    there: dict[str, int], calls: int, floor: int
) -> None:
    among = {name: own * 20 + 1 for name, own in there.items()}
    given_to = sizing.allocated(among, there, calls, floor)

    assert all(min(floor, there[name]) <= given_to[name] <= there[name] for name in there)
    least = sum(min(floor, own) for own in there.values())
    assert sum(given_to.values()) == max(least, min(calls, sum(there.values())))


def test_a_sample_of_everything_is_certain() -> None:
    assert math.isinf(sizing.corrected(50, 50, 50))
