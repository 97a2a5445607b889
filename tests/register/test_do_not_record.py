"""Who objected is not recorded the next time, and the list tells nobody who that is (6.9)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import InputError
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.spared import do_not_record
from talteen.register.spared.do_not_record_hashes import among
from talteen.register.spared.do_not_record_models import DoNotRecordEntry
from talteen.register.spared.numbers import international

pytestmark = pytest.mark.django_db

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NUMBER = "+358505550153"
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "written", ["050 555 0153", "00358 50 555 0153", "+358 (0)50 555-0153", "358505550153", NUMBER]
)
def test_a_number_is_found_however_the_exchange_writes_it(written: str) -> None:
    do_not_record.add(KEY, NUMBER, TODAY)

    assert do_not_record.listed(KEY)(written)
    assert among(KEY, do_not_record.snapshot())(written)


@pytest.mark.parametrize("number", ["+358505550154", "", "anonymous", "7101", "+35850555015"])
def test_nobody_else_is_found(number: str) -> None:
    do_not_record.add(KEY, NUMBER, TODAY)

    assert not do_not_record.listed(KEY)(number)


def test_without_the_key_the_list_answers_nothing() -> None:
    do_not_record.add(KEY, NUMBER, TODAY)

    assert not do_not_record.listed(OTHER_KEY)(NUMBER)


def test_the_table_holds_no_number_and_the_ledger_nothing_at_all() -> None:
    before = LedgerEntry.objects.count()

    do_not_record.add(KEY, NUMBER, TODAY)

    row = DoNotRecordEntry.objects.get()
    assert len(row.mac) == 32
    assert b"5550153" not in bytes(row.mac)
    assert LedgerEntry.objects.count() == before


def test_to_be_listed_twice_is_to_be_listed_once() -> None:
    assert do_not_record.add(KEY, NUMBER, TODAY)
    assert not do_not_record.add(KEY, "050 555 0153", TODAY)

    assert DoNotRecordEntry.objects.count() == 1


def test_the_person_can_be_taken_off_the_list() -> None:
    do_not_record.add(KEY, NUMBER, TODAY)

    assert do_not_record.remove(KEY, NUMBER)
    assert not do_not_record.listed(KEY)(NUMBER)
    assert not do_not_record.remove(KEY, NUMBER)


def test_an_entry_that_nobody_confirmed_within_a_year_is_counted_and_still_honoured() -> None:
    do_not_record.add(KEY, NUMBER, TODAY)
    later = date(2027, 11, 24)

    assert do_not_record.unconfirmed(date(2027, 11, 23)) == 0
    assert do_not_record.unconfirmed(later) == 1
    assert do_not_record.listed(KEY)(NUMBER)
    assert do_not_record.confirm(KEY, NUMBER, later)
    assert do_not_record.unconfirmed(later) == 0


def test_what_is_no_number_cannot_be_listed_and_is_not_repeated() -> None:
    with pytest.raises(InputError) as refused:
        do_not_record.add(KEY, "Outi 123", TODAY)

    assert "Outi" not in str(refused.value)


@given(st.text(max_size=24))
def test_a_number_has_one_international_form_or_none(text: str) -> None:
    full = international(text, "+358")

    assert full is None or (full[0] == "+" and full[1:].isdigit() and full.isascii())
    assert full is None or international(full, "+358") == full
