"""What an agent has said of the employees' notice, and what may be recorded by it (E.0)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talteen.notice import acknowledgements as law
from talteen.notice.acknowledgements import Edition, EmployeeWord, Said, Standing

READ, PERMITTED, WITHDRAWN = EmployeeWord
FIRST = Edition("H-1", b"1" * 32, date(2026, 8, 15), asks_permission=False)
SECOND = Edition("H-2", b"2" * 32, date(2026, 11, 1), asks_permission=False)
ASKING = Edition("H-3", b"3" * 32, date(2026, 11, 1), asks_permission=True)
NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def said(*words: tuple[EmployeeWord, Edition]) -> list[Said]:
    """Words of successive minutes, the last of them at noon."""
    ago = range(len(words) - 1, -1, -1)
    return [
        Said(word, edition.sha256, NOON - timedelta(minutes=n))
        for n, (word, edition) in zip(ago, words, strict=True)
    ]


@pytest.mark.parametrize(
    ("edition", "words", "expected", "recorded"),
    [
        (None, [], Standing.NOT_ASKED, True),
        (FIRST, [], Standing.UNREAD, False),
        (FIRST, [(READ, FIRST)], Standing.READ, True),
        (SECOND, [(READ, FIRST)], Standing.UNREAD, False),
        (ASKING, [(READ, ASKING)], Standing.UNPERMITTED, False),
        (ASKING, [(PERMITTED, ASKING)], Standing.UNREAD, False),
        (ASKING, [(READ, ASKING), (PERMITTED, ASKING)], Standing.READ, True),
        (FIRST, [(READ, FIRST), (WITHDRAWN, FIRST)], Standing.WITHDRAWN, False),
        (SECOND, [(WITHDRAWN, FIRST), (READ, SECOND)], Standing.WITHDRAWN, False),
        (FIRST, [(WITHDRAWN, FIRST), (READ, FIRST), (PERMITTED, FIRST)], Standing.READ, True),
    ],
)
def test_nothing_is_recorded_of_who_has_not_read_it_or_does_not_permit_it(
    edition: Edition | None,
    words: list[tuple[EmployeeWord, Edition]],
    expected: Standing,
    recorded: bool,
) -> None:
    found = law.standing(edition, said(*words), NOON)
    assert (found, found.recorded) == (expected, recorded)


def test_who_read_the_version_before_has_fourteen_days_for_the_next_one() -> None:
    # Helsinki days: the fifteenth begins at 22 UTC.
    last = datetime(2026, 11, 14, 21, 59, tzinfo=UTC)
    words = [Said(READ, FIRST.sha256, datetime(2026, 8, 20, tzinfo=UTC))]
    assert law.standing(SECOND, words, last) is Standing.EARLIER
    assert law.standing(SECOND, words, last + timedelta(minutes=1)) is Standing.UNREAD


def test_a_word_counts_from_its_own_minute_on() -> None:
    words = said((READ, FIRST), (WITHDRAWN, FIRST))
    assert law.standing(FIRST, words, NOON - timedelta(minutes=2)) is Standing.UNREAD
    assert law.standing(FIRST, words, NOON - timedelta(minutes=1)) is Standing.READ
    assert law.standing(FIRST, words, NOON) is Standing.WITHDRAWN


def test_of_two_wordings_of_one_day_the_later_given_counts() -> None:
    corrected = Edition("H-1b", b"4" * 32, FIRST.since, asks_permission=False)
    assert law.in_force([FIRST, corrected], FIRST.since) == corrected
    assert law.in_force([FIRST, SECOND], date(2026, 10, 31)) == FIRST
    assert law.in_force([FIRST], date(2026, 8, 14)) is None
