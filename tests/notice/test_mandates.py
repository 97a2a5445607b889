"""Whoever asks for another person is answered as far as their mandate reaches (14.7)."""

from dataclasses import replace
from datetime import date

import pytest

from talteen.errors import InputError
from talteen.notice.mandates import Kind, Mandate, NoMandate, Outside, check_acting, check_writing
from talteen.notice.rights import Right

BEGIN, END = date(2026, 11, 1), date(2026, 12, 31)
MANDATE = Mandate(Kind.PROXY, frozenset({Right.ACCESS}), BEGIN, END)
CALLS = (date(2026, 11, 23),)


def acting(mandate: Mandate | None, right: Right = Right.ACCESS, today: date = END) -> None:
    check_acting(mandate, right, today, CALLS, claimed=True)


def test_it_reaches_to_its_rights_on_its_days_and_about_its_calls() -> None:
    for today in (BEGIN, END):
        acting(MANDATE, today=today)
    acting(replace(MANDATE, until_on=None), today=date(2030, 1, 1))
    acting(replace(MANDATE, calls_from=CALLS[0], calls_to=CALLS[0]))


@pytest.mark.parametrize(
    ("mandate", "right", "today", "why"),
    [
        (MANDATE, Right.ERASURE, END, "not about erasure"),
        (MANDATE, Right.ACCESS, date(2026, 10, 31), "not begun"),
        (MANDATE, Right.ACCESS, date(2027, 1, 1), "last day has passed"),
        (replace(MANDATE, revoked=True), Right.ACCESS, END, "withdrawn"),
        (replace(MANDATE, calls_from=date(2026, 11, 24)), Right.ACCESS, END, "another day"),
        (replace(MANDATE, calls_to=date(2026, 11, 22)), Right.ACCESS, END, "another day"),
        (replace(MANDATE, kind=Kind.ESTATE), Right.ACCESS, END, "recital 27"),
    ],
)
def test_beyond_it_nothing_is_given(mandate: Mandate, right: Right, today: date, why: str) -> None:
    with pytest.raises(Outside, match=why):
        acting(mandate, right, today)


def test_who_says_they_ask_for_another_shows_a_mandate_first() -> None:
    with pytest.raises(NoMandate):
        acting(None)
    check_acting(None, Right.ACCESS, END, CALLS, claimed=False)


@pytest.mark.parametrize(
    "mandate",
    [
        replace(MANDATE, rights=frozenset()),
        replace(MANDATE, until_on=date(2026, 10, 1)),
        replace(MANDATE, kind=Kind.PARENT, until_on=None),
        replace(MANDATE, calls_from=END, calls_to=BEGIN),
    ],
)
def test_one_that_reaches_nowhere_is_not_written_down(mandate: Mandate) -> None:
    with pytest.raises(InputError):
        check_writing(mandate)
    check_writing(replace(MANDATE, kind=Kind.ESTATE, rights=frozenset()))
