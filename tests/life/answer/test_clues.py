"""A number and a day are taken out of a letter where they stand there once and plainly."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.life.answer import clues

CAME = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Soitin numerosta 040 999 8887 eilen.", "040 999 8887"),
        ("Call me: +358 40 999 8887", "+358 40 999 8887"),
        ("040-9998887, siis 0409998887", "0409998887"),  # the same one twice
        ("Soitin 23.11.2026 kello 10.15", ""),
        ("040 999 8887 tai 050 555 0182", ""),
        ("Varaus 1234567890123456", ""),
        ("hinta 12 e, huone 214", ""),
    ],
)
def test_one_number_is_taken_and_two_are_none(words: str, number: str) -> None:
    assert clues.number(words) == number


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Soitin 23.11.2026 illalla", date(2026, 11, 23)),
        ("Call of 2026-11-20.", date(2026, 11, 20)),
        ("23.11.2026 tai 22.11.2026", None),
        ("syntynyt 1.2.1980, soitin 3.11.2026", date(2026, 11, 3)),
        ("31.2.2026", None),
        ("huomenna 25.11.2026", None),
    ],
)
def test_one_day_of_the_register_is_taken(words: str, day: date | None) -> None:
    assert clues.day(words, CAME) == day


@given(st.text(max_size=200))
def test_no_words_are_too_odd(words: str) -> None:
    clues.number(words)
    clues.day(words, CAME)
