"""Who objected calls again, and nothing of the call is kept (REGISTER 6.9)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from talteen import course
from talteen.life.capture.models import Promise
from talteen.life.seal.acts import What
from talteen.register.models import Recording, Tally
from talteen.register.spared import do_not_record
from tests.kit import houses

pytestmark = pytest.mark.django_db(transaction=True)
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NUMBER = "050 555 0112"
"""Of the caller of the demo's call 001."""


def test_the_next_call_of_a_listed_number_leaves_a_count_and_no_recording(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    key = built.house.vault.do_not_record_key()
    do_not_record.add(key, NUMBER, TODAY.date())

    outcome = built.take_in(houses.spoken("001", TODAY))

    assert (outcome.what, outcome.kind) == (What.NOTHING, "do_not_record")
    assert not Recording.objects.exists()
    assert [tally.kind for tally in Tally.objects.all()] == ["do_not_record"]
    assert Promise.objects.get().recording is None


def test_a_number_that_was_taken_off_the_list_is_recorded_again(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    key = built.house.vault.do_not_record_key()
    do_not_record.add(key, NUMBER, TODAY.date())
    do_not_record.remove(key, NUMBER)

    assert built.take_in(houses.spoken("001", TODAY)).what is What.RECORDED


def test_the_list_outlives_a_roll_of_the_keys(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    before = built.house.vault.do_not_record_key()
    built.take_in(houses.spoken("002", TODAY))

    course.roll(built.house, built.clock.now())

    assert built.house.vault.do_not_record_key() == before
