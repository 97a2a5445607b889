"""What the book of scans says, and what the page says of it: no more than was seen."""

import pytest

from tests.desk.browser.test_wapiti import PARTS
from tests.security import scan_book

PEOPLE = {f"wapiti {name} {who}".strip(): part.readers[who]
          for name, part in PARTS.items() for who in part.readers}  # fmt: skip
SCANS = {"bandit", "semgrep", "schemathesis", "wapiti planted"} | PEOPLE.keys()


def test_a_row_is_of_a_scan_that_reached_what_was_to_be_reached_and_found_nothing() -> None:
    rows = scan_book.rows()

    assert rows.keys() <= SCANS
    assert {name: row["findings"] for name, row in rows.items()} == dict.fromkeys(rows, 0)
    for name in rows.keys() & PEOPLE.keys():
        assert rows[name]["forms"] >= PEOPLE[name]
        assert rows[name]["pages"] >= rows[name]["addresses"] > 0
        assert sum(rows[name]["requests"].values()) > rows[name]["pages"]


def test_the_page_shows_the_book_and_names_each_scan_that_is_not_in_it() -> None:
    page = scan_book.PAGE.read_text()

    assert scan_book.table() in page
    missing = page.partition("Not in the book:")[2].partition("\n\n")[0]
    assert {name for name in SCANS if f"`{name}`" in missing} == SCANS - scan_book.rows().keys()


def test_nothing_is_written_outside_of_a_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCANS", raising=False)
    before = scan_book.rows()

    scan_book.enter("bandit", {"seconds": 1})

    assert scan_book.rows() == before
