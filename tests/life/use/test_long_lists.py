"""Lists that are too long to be counted for every page."""

from datetime import timedelta

import pytest

from talteen import ids
from talteen.clock import helsinki_date
from talteen.life.use import calls
from talteen.life.use.sieve import Sieve
from talteen.register.models import Recording
from tests.kit import builders
from tests.register.ledger_surgery import as_owner

# Only the owner of a table may have it looked at, over another connection.
pytestmark = pytest.mark.django_db(transaction=True)
NOW = builders.NOON
EVERYTHING = Sieve()


def many(*, on: str, calls: int) -> None:
    """So many calls of the last ten days, as many on each."""
    like = builders.recording(on=on)
    for number in range(calls - 1):
        like.pk, like.started_at = ids.new(), NOW - timedelta(days=number % 10, seconds=number)
        like.day = helsinki_date(like.started_at)
        like.save(force_insert=True)


def looked_at() -> None:
    """What the database does to a table by itself in the minutes after it has grown."""
    as_owner("ANALYZE recording")


def test_a_long_list_says_about_how_many_calls_it_has() -> None:
    eila = builders.staff("Eila")
    many(on="rooms", calls=300)
    builders.recording(on="tables")  # so rare that no sample need hold it
    looked_at()

    counted = calls.counts(eila, EVERYTHING, now=NOW, exact=100)

    assert counted.rough
    assert 280 <= counted.total <= 320
    assert {line.slug for line, _ in counted.by_line} == {"rooms", "tables"}
    assert len(counted.by_day) == 10
    assert all(24 <= number <= 36 for number in counted.by_day.values())
    assert not calls.counts(eila, EVERYTHING, now=NOW).rough


def test_about_how_many_keeps_to_the_days_and_lines_that_were_asked_for() -> None:
    eila = builders.staff("Eila")
    many(on="rooms", calls=300)
    many(on="tables", calls=300)
    looked_at()
    first, last = helsinki_date(NOW) - timedelta(days=7), helsinki_date(NOW) - timedelta(days=3)
    sieve = Sieve(day=first, until=last, lines=frozenset({"tables"}))

    counted = calls.counts(eila, sieve, now=NOW, exact=20)

    assert counted.rough
    assert min(counted.by_day) == first
    assert max(counted.by_day) == last
    assert [line.slug for line, _ in counted.by_line] == ["tables"]


def test_what_one_person_has_is_counted_to_the_call() -> None:
    aino, eila = builders.staff("Aino"), builders.staff("Eila")
    many(on="rooms", calls=50)
    looked_at()
    of_her = Sieve(agent=str(Recording.objects.first().agent_id))

    assert not calls.counts(aino, EVERYTHING, now=NOW, exact=1).rough
    assert not calls.counts(eila, of_her, now=NOW, exact=1).rough


def test_rough_counts_hide_no_call_of_any_page() -> None:
    eila = builders.staff("Eila")
    many(on="rooms", calls=120)
    looked_at()
    made = set(Recording.objects.values_list("pk", flat=True))
    # A day of which the sample knows nothing.
    made.add(builders.recording(started_at=NOW - timedelta(days=20)).pk)
    rough = calls.counts(eila, EVERYTHING, now=NOW, exact=20)

    page = calls.page(eila, EVERYTHING, now=NOW, among=rough)
    seen = [row.recording for row in page.rows]
    while page.older:
        page = calls.page(eila, EVERYTHING, now=NOW, older_than=page.older, among=rough)
        seen += [row.recording for row in page.rows]

    assert rough.rough
    assert sorted(seen) == sorted(made)
