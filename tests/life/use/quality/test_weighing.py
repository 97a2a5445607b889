"""What a sample of unequal chances says of all: no leaning, no figure outside of what was seen."""

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.use.quality import weighing
from talteen.life.use.quality.weighing import Seen

SEEN = st.lists(
    st.builds(Seen, value=st.floats(0, 1), chance=st.floats(0.01, 1)), min_size=1, max_size=30
)


def drawn(dice: Random, calls: list[Seen]) -> list[Seen]:
    """A sample of ``calls``, each with its chance."""
    return [one for one in calls if dice.random() < one.chance]


def test_the_total_is_right_on_average_though_chances_differ() -> None:
    # Busy agents do worse and are drawn seldom: whoever forgets the chances tells too much.
    calls = [Seen(0.4, 0.1)] * 300 + [Seen(0.9, 0.6)] * 100
    dice = Random(310)
    samples = [drawn(dice, calls) for _ in range(600)]

    totals = [weighing.horvitz_thompson(one) for one in samples]
    means = [weighing.hajek(one) for one in samples]
    plain = [math.fsum(call.value for call in one) / len(one) for one in samples]
    assert math.fsum(totals) / len(totals) == pytest.approx(300 * 0.4 + 100 * 0.9, rel=0.02)
    assert math.fsum(means) / len(means) == pytest.approx(0.525, rel=0.02)
    assert math.fsum(plain) / len(plain) > 0.7


@given(SEEN)
@settings(max_examples=60)
def test_a_mean_lies_within_what_was_seen_and_costs_what_its_weights_cost(seen: list[Seen]) -> None:
    mean, size = weighing.hajek(seen), weighing.kish(seen)

    assert min(one.value for one in seen) - 1e-9 <= mean <= max(one.value for one in seen) + 1e-9
    assert 1 - 1e-9 <= size <= len(seen) + 1e-9
    found = weighing.estimate(seen)
    assert 0 <= found.low <= found.share + 1e-9
    assert found.share <= found.high + 1e-9 <= 1 + 1e-8


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.01, 1))
@settings(max_examples=40)
def test_with_equal_chances_it_is_the_plain_mean_and_the_plain_number(
    values: list[float], chance: float
) -> None:
    seen = [Seen(value, chance) for value in values]

    assert weighing.hajek(seen) == pytest.approx(math.fsum(values) / len(values))
    assert weighing.kish(seen) == pytest.approx(len(values))
    assert weighing.calls(seen) == pytest.approx(len(values) / chance)


def test_an_interval_of_marks_holds_the_truth_at_least_as_often_as_it_says() -> None:
    dice = Random(311)
    calls = [
        Seen(round(dice.betavariate(5, 2), 1), dice.choice((0.1, 0.3, 0.5))) for _ in range(900)
    ]
    truth = math.fsum(one.value for one in calls) / len(calls)
    held = 0
    for _ in range(300):
        found = weighing.estimate(drawn(dice, calls))
        held += found.low <= truth <= found.high

    assert held / 300 >= 0.95


def test_of_nothing_there_is_no_mean() -> None:
    with pytest.raises(ValueError, match="nothing was seen"):
        weighing.hajek([])
    assert weighing.kish([]) == 0
    assert weighing.wilson(0.4, math.inf) == weighing.Interval(0.4, 0.4, 0.4)
    assert weighing.wilson(0.0, 0.0) == weighing.Interval(0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("passed", "of", "low", "high"), [(4, 5, 38, 96), (16, 20, 58, 92), (80, 100, 71, 87)]
)
def test_wilsons_interval_as_it_is_published(passed: int, of: int, low: int, high: int) -> None:
    found = weighing.wilson(passed / of, of)

    assert (round(found.low * 100), round(found.high * 100)) == (low, high)
