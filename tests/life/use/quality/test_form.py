"""The form: what does not apply does not count, what is fatal fails, versions never change."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import InputError
from talteen.life.use.quality import form, form_changes, form_file
from talteen.life.use.quality import forms as shipped
from talteen.life.use.quality.form import (
    NO,
    POINTS,
    YES,
    Answer,
    Form,
    Lack,
    Scale,
    Special,
)
from talteen.life.use.quality.form_changes import Change

FORMS = Path(shipped.__file__).parent
NA = Special.NA


def hotel() -> Form:
    return form_file.read((FORMS / "hotel.toml").read_text())


def best(of: Form) -> dict[str, Answer]:
    return {one.id: POINTS for one in of.questions}


answers = st.fixed_dictionaries(
    {
        one.id: st.sampled_from(
            (*((NO, YES) if one.scale is Scale.YES_NO else range(1, POINTS + 1)), NA)
        )
        for one in hotel().questions
    }
)


@pytest.mark.parametrize("name", ["hotel", "restaurant"])
def test_a_shipped_form_is_whole_in_three_languages(name: str) -> None:
    found = form_file.read((FORMS / f"{name}.toml").read_text())

    assert (found.id, found.version) == (name, 1)
    assert form.faults(found) == []
    assert form.score(found, best(found)).percent == 100
    assert form.lacking(found, best(found), frozenset()) == {}


@given(answers)
def test_a_score_lies_between_nothing_and_all(given: dict[str, Answer]) -> None:
    share = form.score(hotel(), given).share

    assert share is None or 0 <= share <= 1


@given(answers, st.sampled_from([one.id for one in hotel().questions]))
def test_what_does_not_apply_counts_neither_for_nor_against(
    given: dict[str, Answer], left_out: str
) -> None:
    without = {key: answer for key, answer in given.items() if key != left_out}

    # Others may be asked only because of this one: hold those that are asked equal.
    asked = [{one.id for one in hotel().asked(s)} for s in ({**given, left_out: NA}, without)]
    if asked[0] - {left_out} == asked[1] - {left_out}:
        scores = [form.score(hotel(), s).share for s in ({**given, left_out: NA}, without)]
        assert scores[0] == scores[1]


def test_the_weight_of_what_does_not_apply_goes_to_the_rest_of_its_section() -> None:
    given = {**best(hotel()), "repeated": NO, "cancellation": NA}

    # Terms: 35 of 70 that applied.
    assert form.score(hotel(), given).sections["terms"] == Fraction(1, 2)
    assert form.score(hotel(), given).share == Fraction(20 + 30 + 15, 100) + Fraction(35, 200)


def test_a_fatal_answer_fails_the_whole_and_hides_no_other_score() -> None:
    given = {**best(hotel()), "card": NO}
    found = form.score(hotel(), given)

    assert (found.failed, found.fatal) == (True, ("card",))
    assert found.percent == 100, "of weight nothing, but it fails"


def test_a_critical_answer_stands_beside_the_score() -> None:
    found = form.score(hotel(), {**best(hotel()), "repeated": NO})

    assert (found.critical, found.failed) == (("repeated",), False)


def test_a_question_that_is_not_asked_is_neither_missed_nor_counted() -> None:
    given = {**best(hotel()), "questions": 1, "wishes": NO}
    without = {key: answer for key, answer in given.items() if key != "wishes"}

    assert form.score(hotel(), given) == form.score(hotel(), without)
    assert form.lacking(hotel(), without, frozenset({"questions"})) == {}


def test_what_is_missing_is_named_and_a_low_answer_needs_words() -> None:
    given = {**best(hotel()), "greeting": 2, "price": NA}
    del given["farewell"]

    assert form.lacking(hotel(), given, frozenset()) == {
        "farewell": Lack.UNANSWERED,
        "greeting": Lack.COMMENT,
        "price": Lack.NO_SUCH_ANSWER,
    }
    assert "greeting" not in form.lacking(hotel(), given, frozenset({"greeting"}))


def test_a_version_that_differs_has_another_digest_and_says_by_what() -> None:
    before = hotel()
    first, *rest = before.sections
    asked = replace(first.questions[0], anchors={1: {"fi": "a"}, 3: {"fi": "b"}, 5: {"fi": "c"}})
    after = replace(
        before,
        version=2,
        sections=(replace(first, weight=15, questions=(asked,)), *rest),
    )

    assert before.digest != after.digest
    assert form_changes.diff(before, after) == [
        ("beginning", Change.WEIGHT),
        ("greeting", Change.ANCHORS),
        ("hold", Change.REMOVED),
    ]
    assert form_changes.diff(before, before) == []


def test_what_stands_elsewhere_is_told_and_so_is_each_title() -> None:
    before = hotel()
    first, second, *rest = before.sections
    turned = replace(second, questions=(*second.questions[1:], second.questions[0]))
    named = replace(first, title={**first.title, "fi": "Aloitus"})
    after = replace(before, title={"fi": "Muu"}, sections=(turned, named, *rest))

    assert form_changes.diff(before, after) == [
        ("form", Change.WORDS),
        (second.id, Change.MOVED),
        (first.id, Change.WORDS),
        (second.questions[0].id, Change.MOVED),
    ]
    gone = form_changes.diff(before, replace(before, sections=before.sections[1:]))
    assert gone == [(one.id, Change.REMOVED) for one in (first, *first.questions)]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("weight = 20", "weight = 21", "weights:form"),
        ('asked_if = { question = "questions"', 'asked_if = { question = "none"', "asked_if"),
        ('sv = "Hotellbokning per telefon"', 'sv = " "', "text:form"),
        ('id = "hold"', 'id = "greeting"', "twice:greeting"),
        ("[[section]]", "[[secti", "TOMLDecodeError"),
        ("weight = 60", 'weight = "sixty"', "ValueError"),
        ('kind = "fatal"', 'kind = "deadly"', "ValueError"),
    ],
)
def test_a_form_that_is_wrong_is_refused_and_says_where(old: str, new: str, place: str) -> None:
    text = (FORMS / "hotel.toml").read_text()
    assert old in text

    with pytest.raises(InputError, match=place):
        form_file.read(text.replace(old, new, 1))


@given(st.text(max_size=80))
def test_any_text_is_a_form_or_one_error(text: str) -> None:
    with pytest.raises(InputError):
        form_file.read(text)
