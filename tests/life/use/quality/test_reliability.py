"""What raters who agree or differ may say with a question, and the days in which one answers."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talteen.life.use.quality import deadlines, form, form_file, published, reliability
from talteen.life.use.quality.agreement import NA, Trust
from talteen.life.use.quality.form import Answer, Scale, Special
from talteen.life.use.quality.reliability import LEAST_CALLS, Decides

HOTEL = published.shipped("hotel")
POINTS = next(one for one in HOTEL.questions if one.scale is Scale.POINTS)
YES_NO = next(one for one in HOTEL.questions if one.scale is Scale.YES_NO)
TORN = [{"a": 1, "b": 5}, {"a": 5, "b": 1}, {"a": 3, "b": 1}, {"a": 1, "b": 4}, {"a": 5, "b": 2}]


def test_a_question_is_judged_from_five_calls_on_and_not_before() -> None:
    before = reliability.standing(POINTS, TORN[: LEAST_CALLS - 1])
    after = reliability.standing(POINTS, TORN)

    assert (before.calls, before.trust) == (4, Trust.UNKNOWN)
    assert (after.calls, after.trust) == (5, Trust.REWRITE)
    assert after.answers.decides is Decides.ALPHA


def test_where_nearly_all_say_yes_ac1_decides_and_the_question_stands() -> None:
    ratings = [{"a": 5, "b": 5, "c": 5}] * 9 + [{"a": 5, "b": 1, "c": 5}]
    found = reliability.standing(YES_NO, ratings)

    assert found.answers.figures.alpha.value is not None
    assert found.answers.figures.alpha.value < 0.667
    assert found.answers.decides is Decides.GWET
    assert found.trust is Trust.RELY


def test_where_nearly_all_give_the_best_point_ac2_decides_on_a_scale() -> None:
    found = reliability.standing(POINTS, [{"a": 5, "b": 5}] * 9 + [{"a": 4, "b": 5}])

    assert found.answers.figures.alpha.value is not None
    assert found.answers.figures.alpha.value < 0.667
    assert found.answers.decides is Decides.GWET
    assert found.answers.figures.gwet.value == pytest.approx(0.99, abs=0.01)
    assert found.trust is Trust.RELY


def test_raters_who_all_say_the_same_are_no_reason_to_hide_anything() -> None:
    found = reliability.standing(YES_NO, [{"a": 5, "b": 5}] * 6)

    assert found.trust is Trust.UNKNOWN


def test_a_question_on_which_people_differ_whether_it_applies_is_rewritten_too() -> None:
    ratings = [{"a": NA, "b": 4}, {"a": 4, "b": NA}] * 3
    found = reliability.standing(POINTS, ratings)

    assert found.answers.trust is Trust.UNKNOWN
    assert found.applies.trust is Trust.REWRITE
    assert found.trust is Trust.REWRITE


def test_who_was_not_asked_a_question_has_not_rated_it() -> None:
    call: dict[str, dict[str, Answer]] = {
        "a": {"wishes": 5, "greeting": 4},
        "b": {"greeting": Special.NA},
    }

    assert reliability.ratings_of("wishes", [call]) == [{"a": 5}]
    assert reliability.ratings_of("greeting", [call]) == [{"a": 4, "b": NA}]


def test_what_is_left_out_leaves_the_total_and_fails_nothing() -> None:
    answers = {one.id: form.YES for one in HOTEL.questions} | {"price": form.NO, "repeated": 1}
    whole = form.score(HOTEL, answers)
    without = form.score(HOTEL, answers, frozenset({"price", "repeated"}))

    assert (whole.failed, whole.critical, whole.percent) == (True, ("repeated",), 76)
    assert (without.failed, without.critical, without.percent) == (False, (), 100)


def test_other_anchors_are_another_question_and_another_weight_is_not() -> None:
    from dataclasses import replace

    heavier = replace(POINTS, weight=POINTS.weight + 1)
    other = replace(POINTS, anchors={**POINTS.anchors, 3: dict.fromkeys(form.LANGUAGES, "muu")})

    assert heavier.meaning == POINTS.meaning
    assert other.meaning != POINTS.meaning


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)


@settings(max_examples=40)
@given(words.filter(lambda text: text.strip() != ""), st.integers(0, 5), st.booleans())
def test_a_written_form_reads_as_the_same_one(text: str, under: int, na: bool) -> None:
    from dataclasses import replace

    said = dict.fromkeys(form.LANGUAGES, text)
    first, *others = HOTEL.sections[0].questions
    changed = replace(first, text=said, comment_under=under, na=na)
    section = replace(HOTEL.sections[0], title=said, questions=(changed, *others))
    made = replace(HOTEL, version=2, title=said, sections=(section, *HOTEL.sections[1:]))

    again = form_file.read(form_file.write(made))
    assert again == made
    assert again.digest == made.digest


def test_a_dispute_ends_after_ten_working_days_over_holidays() -> None:
    # Independence Day, 6.12.2026, is a Sunday; Christmas and Boxing Day fall on Friday, Saturday.
    given = date(2026, 12, 14)

    assert deadlines.acknowledge_by(given) == date(2026, 12, 21)
    assert deadlines.dispute_by(given) == date(2026, 12, 29)
