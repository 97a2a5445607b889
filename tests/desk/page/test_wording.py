"""Days, clocks, places and lengths, as a reader of each language writes them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from talteen.desk.page import wording

NIGHT = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # 0.30 on the 25th in Helsinki


@pytest.mark.parametrize(
    ("language", "day", "full", "weekday", "clock"),
    [
        ("fi", "25.11.", "25.11.2026", "ke 25.11.", "klo 0.30"),
        ("sv", "25.11", "25.11.2026", "ons 25.11", "kl. 0.30"),
        ("en", "25 Nov", "25 Nov 2026", "Wed 25 Nov", "00:30"),
    ],
)
def test_a_moment_is_told_in_helsinki_time_and_in_the_readers_language(
    language: str, day: str, full: str, weekday: str, clock: str
) -> None:
    with translation.override(language):
        told = (
            wording.day(NIGHT),
            wording.full_day(NIGHT),
            wording.week_day(NIGHT),
            wording.at_clock(NIGHT),
        )

    assert told == (day, full, weekday, clock)


def test_the_year_is_written_only_where_it_is_another_one() -> None:
    with translation.override("fi"):
        same = wording.near_day(date(2026, 12, 25), NIGHT)
        other = wording.near_day(date(2027, 2, 12), NIGHT)

    assert (same, other) == ("25.12.", "12.2.2027")


@pytest.mark.parametrize(
    ("ms", "place", "span"),
    [
        (0, "0:00", "0 s"),
        (38_999, "0:38", "38 s"),
        (134_000, "2:14", "2 min 14 s"),
        (360_000, "6:00", "6 min"),
        (3_734_000, "1:02:14", "1 h 2 min"),
    ],
)
def test_a_place_and_a_length_are_read_differently(ms: int, place: str, span: str) -> None:
    assert (wording.place(ms), wording.span(ms)) == (place, span)


def test_thousands_stand_apart() -> None:
    with translation.override("fi"):
        told = wording.count(32_107)

    assert told.replace("\xa0", " ") == "32 107"


@given(st.integers(min_value=0, max_value=40 * 3600 * 1000))
def test_a_place_reads_back_as_the_second_that_it_names(ms: int) -> None:
    seconds = 0
    for part in wording.place(ms).split(":"):
        seconds = seconds * 60 + int(part)

    assert seconds == ms // 1000


def test_an_unknown_language_is_read_in_finnish() -> None:
    with translation.override("de"):
        assert wording.language() == "fi"


@pytest.mark.parametrize(
    ("language", "told"),
    [("fi", "noin 980\xa0000"), ("sv", "omkring 980\xa0000"), ("en", "about 980,000")],
)
def test_a_number_that_nobody_counted_says_so(language: str, told: str) -> None:
    with translation.override(language):
        assert wording.about(984_321, rough=True) == told
        assert wording.about(7, rough=True).endswith(" 7")
        assert wording.about(984_321, rough=False) == wording.count(984_321)
