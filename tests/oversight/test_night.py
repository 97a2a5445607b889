"""After a night that destroyed something, the people who answer for the register read so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.clock import start_of_day
from talteen.oversight import night
from talteen.register.models import Recording
from talteen.register.post.message_models import OutgoingMessage
from tests.kit import houses
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def built(tmp_path: Path) -> Built:
    made = houses.build(tmp_path, born_at=BORN)
    made.take_in(houses.spoken("023", NEWEST))
    return made


def sweep(built: Built, at: datetime) -> None:
    built.clock.at = at
    course.sweep(built.house, at)


def bodies() -> list[str]:
    return list(OutgoingMessage.objects.order_by("written_at").values_list("body", flat=True))


def test_no_report_is_written_where_nothing_happened(built: Built) -> None:
    sweep(built, built.clock.at + timedelta(days=1))

    assert not OutgoingMessage.objects.exists()


def test_the_morning_after_a_cutoff_both_addressees_read_how_many_were_destroyed(
    built: Built,
) -> None:
    cutoff = Recording.objects.get().cutoff_at
    sweep(built, cutoff)

    rows = OutgoingMessage.objects.all()
    file = built.house.register
    assert {row.to for row in rows} == {file.dpo.email, file.contact.email}
    assert {row.state for row in rows} == {"kept"}
    assert all(body.startswith("1 tallenteen avain tuhottiin.\n") for body in bodies())
    assert all(word not in body for body in bodies() for word in ("+358", "myöhässä"))


def test_a_second_sweep_of_the_same_day_writes_nothing_more(built: Built) -> None:
    cutoff = Recording.objects.get().cutoff_at
    for minutes in (0, 5, 600):
        sweep(built, cutoff + timedelta(minutes=minutes))

    assert OutgoingMessage.objects.values("key").distinct().count() == len(bodies()) == 2


def test_the_last_key_is_told_on_the_day_of_the_certificate(built: Built) -> None:
    row = Recording.objects.get()
    sweep(built, row.cutoff_at)
    sweep(built, row.due_at)

    assert "todistus on annettu" in bodies()[-1]


def test_a_house_that_slept_over_a_cutoff_says_that_it_was_late(built: Built) -> None:
    sweep(built, Recording.objects.get().cutoff_at + timedelta(hours=30))

    assert "Yli tunnin myöhässä tuhottiin 1." in bodies()[0]


def test_what_happened_is_counted_between_two_instants_and_no_more(built: Built) -> None:
    cutoff = Recording.objects.get().cutoff_at
    sweep(built, cutoff)

    assert night.happened(cutoff - timedelta(hours=1), cutoff).destroyed == 1
    assert night.happened(cutoff, cutoff + timedelta(days=1)).destroyed == 0
    assert night.happened(start_of_day(BORN.date()), cutoff - timedelta(seconds=1)).silent
