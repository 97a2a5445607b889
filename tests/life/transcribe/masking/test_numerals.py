"""Number words of three languages are read as they are said, and misheard words are found."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.life.transcribe.masking import numerals
from talteen.life.transcribe.masking.approximate import Pattern, codes

languages = st.sampled_from(["fi", "sv", "en"])


def digits(text: str, language: str) -> list[str]:
    words = text.split()
    bare = [word.rstrip(",") for word in words]
    return [one.digits for one in numerals.read(bare, language, [w.endswith(",") for w in words])]


@given(languages, st.integers(0, numerals.LARGEST))
def test_every_number_comes_back_from_its_words(language: str, number: int) -> None:
    said = numerals.spoken(number, language)

    assert digits(said, language) == [str(number)]


@given(languages, st.lists(st.integers(0, 999), min_size=1, max_size=6))
def test_groups_said_with_pauses_stay_apart(language: str, groups: list[int]) -> None:
    said = ", ".join(numerals.spoken(group, language) for group in groups)

    assert digits(said, language) == [str(group) for group in groups]


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("nolla neljäkymmentä viisi viisi", "fi", "0455"),
        ("nol nelkyt viis viis viis", "fi", "04555"),
        ("kaksikymmentä sataneljäkymmentä", "fi", "20140"),
        ("noll sjuttio tjugofem", "sv", "07025"),
        ("oh seven double four treble two", "en", "0744222"),
        ("two hundred and five", "en", "205"),
    ],
)
def test_numbers_are_read_as_people_say_them(text: str, language: str, wanted: str) -> None:
    assert "".join(digits(text, language)) == wanted


@given(st.text("abc", min_size=3, max_size=8), st.text("abcd", max_size=14), st.integers(0, 2))
def test_a_misheard_word_is_found_just_where_its_letters_are_near(
    word: str, text: str, errors: int
) -> None:
    ends = dict(Pattern(word, errors).ends(text))

    assert ends == dict(Pattern(word, errors).ends_in(codes(text)))
    assert ends == {
        end: near
        for end in range(1, len(text) + 1)
        if (near := min(distance(word, text[start:end]) for start in range(end + 1))) <= errors
    }


def distance(one: str, other: str) -> int:
    """Levenshtein's, the plain way."""
    row = list(range(len(other) + 1))
    for place, char in enumerate(one, start=1):
        last, row[0] = row[0], place
        for at, theirs in enumerate(other, start=1):
            last, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, last + (char != theirs))
    return row[-1]


def test_a_word_spoiled_in_a_quarter_of_its_letters_is_found() -> None:
    chance = random.Random(4)
    word = "pähkinäallergia"
    spoiled = list(word)
    for place in chance.sample(range(len(word)), len(word) // 4):
        spoiled[place] = "x"

    assert list(Pattern(word, 3).ends(f"nyt{''.join(spoiled)}on"))
