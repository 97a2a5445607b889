"""Agreement beyond chance, against published figures (Krippendorff 2011, Gwet 2014)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.use.quality.agreement import (
    NA,
    Level,
    Trust,
    agreement,
    alpha,
    applicable,
    applied,
    gwet,
    percent,
)

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C: four observers,
# twelve units, five points, ratings missing. The same data are raw4raters of Gwet's irrCAC.
PUBLISHED = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def units(*raters: str) -> list[dict[str, int]]:
    rows = [row.split() for row in raters]
    return [
        {f"r{who}": int(row[unit]) for who, row in enumerate(rows) if row[unit] != "."}
        for unit in range(len(rows[0]))
    ]


@pytest.mark.parametrize(
    ("level", "published"),
    [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849)],
)
def test_alpha_is_the_published_one(level: Level, published: float) -> None:
    assert alpha(units(*PUBLISHED), level) == pytest.approx(published, abs=0.0005)


@pytest.mark.parametrize(
    ("level", "published"),
    [(Level.NOMINAL, 0.77544), (Level.ORDINAL, 0.899), (Level.INTERVAL, 0.914)],
)
def test_gwets_coefficient_is_the_published_one(level: Level, published: float) -> None:
    # irrCAC: unweighted, "ordinal" and "quadratic" weights.
    assert gwet(units(*PUBLISHED), level) == pytest.approx(published, abs=0.0005)
    assert percent(units(*PUBLISHED)) == pytest.approx(0.81818, abs=0.00001)


def test_where_nearly_all_pass_alpha_falls_and_ac1_stands() -> None:
    # 118 pass by both, 5 and 2 by one of the two, none by neither: agreement of 94.4 %.
    ratings = [{"a": 5, "b": 5}] * 118 + [{"a": 5, "b": 1}] * 5 + [{"a": 1, "b": 5}] * 2

    assert percent(ratings) == pytest.approx(0.944)
    assert alpha(ratings, Level.NOMINAL) == pytest.approx(-0.0247, abs=0.005)
    assert gwet(ratings, Level.NOMINAL) == pytest.approx(0.9408, abs=0.0001)


def test_on_a_scale_a_neighbour_is_nearly_the_same_and_its_other_end_is_not() -> None:
    near = [{"a": 5, "b": 5}] * 8 + [{"a": 5, "b": 4}] * 2
    far = [{"a": 5, "b": 5}] * 8 + [{"a": 5, "b": 1}] * 2
    whole = range(1, 6)

    assert gwet(near, Level.NOMINAL) == gwet(far, Level.NOMINAL)
    of_near, of_far = (gwet(one, Level.ORDINAL, whole) for one in (near, far))
    assert of_near is not None
    assert of_far is not None
    assert of_near > 0.97 > 0.85 > of_far
    assert gwet([{"a": 5, "b": 5}] * 6, Level.ORDINAL, whole) is None, "nothing could differ"


def test_what_does_not_apply_is_no_point_of_the_scale() -> None:
    ratings = [{"a": NA, "b": NA}, {"a": NA, "b": 3}, {"a": 4, "b": 4}, {"a": 2, "b": 2}]

    assert percent(applicable(ratings)) == pytest.approx(0.75)
    assert percent(applied(ratings)) == 1.0


def test_a_question_below_the_bar_is_rewritten() -> None:
    torn = [{"a": 1, "b": 5}, {"a": 5, "b": 1}, {"a": 3, "b": 2}, {"a": 2, "b": 4}]
    steady = [{"a": point, "b": point} for point in (1, 2, 3, 4, 5, 5)]

    assert agreement(torn, Level.ORDINAL).trust is Trust.REWRITE
    assert agreement(steady, Level.ORDINAL).trust is Trust.RELY
    assert agreement([{"a": 5}, {"b": 5}], Level.ORDINAL).trust is Trust.UNKNOWN


def test_an_interval_holds_its_figure_and_is_the_same_each_time() -> None:
    first, again = (agreement(units(*PUBLISHED), Level.ORDINAL, seed=7) for _ in range(2))

    assert first == again
    assert first.alpha.value is not None
    assert first.alpha.low is not None
    assert first.alpha.high is not None
    assert first.alpha.low < first.alpha.value < first.alpha.high <= 1.0


ratings = st.lists(
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 5), max_size=4), max_size=8
)


@settings(max_examples=60)
@given(ratings, st.sampled_from(Level))
def test_no_coefficient_is_above_one_and_names_of_raters_say_nothing(
    some: list[dict[str, int]], level: Level
) -> None:
    renamed = [{who.upper(): point for who, point in one.items()} for one in some]

    for found, other in (
        (alpha(some, level), alpha(renamed, level)),
        (gwet(some, level, range(1, 6)), gwet(renamed, level, range(1, 6))),
    ):
        assert found == other
        assert found is None or found <= 1.0 + 1e-9
