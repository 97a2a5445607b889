"""Public holidays of Finland (REGISTER 14.3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.notice import holidays


@pytest.mark.parametrize(
    "sunday",
    [
        date(1943, 4, 25), date(2008, 3, 23), date(2024, 3, 31), date(2025, 4, 20),
        date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16), date(2029, 4, 1),
        date(2030, 4, 21), date(2031, 4, 13), date(2032, 3, 28), date(2038, 4, 25),
    ],
)  # fmt: skip
def test_easter_falls_where_the_almanac_says(sunday: date) -> None:
    assert holidays.easter(sunday.year) == sunday


@given(st.integers(1900, 2200))
def test_easter_is_a_sunday_between_22_march_and_25_april(year: int) -> None:
    easter = holidays.easter(year)

    assert easter.isoweekday() == 7
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


def test_the_holidays_of_2027_are_these_thirteen() -> None:
    assert {day.isoformat(): name for day, name in holidays.of_year(2027).items()} == {
        "2027-01-01": "uudenvuodenpäivä",
        "2027-01-06": "loppiainen",
        "2027-03-26": "pitkäperjantai",
        "2027-03-28": "pääsiäispäivä",
        "2027-03-29": "toinen pääsiäispäivä",
        "2027-05-01": "vapunpäivä",
        "2027-05-06": "helatorstai",
        "2027-05-16": "helluntaipäivä",
        "2027-06-26": "juhannuspäivä",
        "2027-11-06": "pyhäinpäivä",
        "2027-12-06": "itsenäisyyspäivä",
        "2027-12-25": "joulupäivä",
        "2027-12-26": "tapaninpäivä",
    }


@given(st.integers(2000, 2100))
def test_midsummer_and_all_saints_are_saturdays_of_their_week(year: int) -> None:
    by_name = {name: day for day, name in holidays.of_year(year).items()}

    midsummer, all_saints = by_name["juhannuspäivä"], by_name["pyhäinpäivä"]

    assert midsummer.isoweekday() == all_saints.isoweekday() == 6
    assert date(year, 6, 20) <= midsummer <= date(year, 6, 26)
    assert date(year, 10, 31) <= all_saints <= date(year, 11, 6)


@pytest.mark.parametrize("eve", [date(2026, 12, 24), date(2027, 6, 25)])
def test_the_two_eves_are_working_days(eve: date) -> None:
    assert holidays.is_working_day(eve)


def test_a_holiday_that_law_ends_is_a_working_day_from_then_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    epiphany = date(2027, 1, 6)
    ended = tuple(
        replace(holiday, valid_to=date(2027, 1, 1)) if holiday.name == "loppiainen" else holiday
        for holiday in holidays.HOLIDAYS
    )
    assert not holidays.is_working_day(epiphany)

    monkeypatch.setattr(holidays, "HOLIDAYS", ended)
    holidays.of_year.cache_clear()
    try:
        assert holidays.is_working_day(epiphany)
        assert not holidays.is_working_day(epiphany - timedelta(days=365))
    finally:
        holidays.of_year.cache_clear()
