"""The clock of a demo house, sent on to a moment: night by night, and forward only."""

from datetime import UTC, datetime, timedelta

import pytest

from talteen import ids
from talteen.clock import HELSINKI
from talteen.config import Born
from talteen.errors import Conflict, NotAllowed
from talteen.register import house as houses
from talteen.register.models import House

pytestmark = pytest.mark.django_db

BORN = datetime(2026, 10, 24, 9, 0, tzinfo=UTC)
MACHINE = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)


def now() -> datetime | None:
    return House.objects.values_list("clock_at", flat=True).get()


def test_every_noon_and_midnight_on_the_way_is_lived_through_those_of_a_long_day_too() -> None:
    """On 25 October 2026 a day has 25 hours in Helsinki."""
    houses.found(ids.new(), Born.DEMO, at=BORN, machine_at=MACHINE)  # type: ignore[arg-type]
    to = datetime(2026, 10, 26, 15, 30, tzinfo=HELSINKI)
    houses.send_clock(to, machine_at=MACHINE)
    assert houses.nights_ahead(BORN) == 2

    seen = []
    while houses.next_turn(MACHINE):
        seen.append(now())

    assert seen == [
        datetime(2026, 10, 25, 0, 0, tzinfo=HELSINKI),
        datetime(2026, 10, 25, 12, 0, tzinfo=HELSINKI),
        datetime(2026, 10, 26, 0, 0, tzinfo=HELSINKI),
        datetime(2026, 10, 26, 12, 0, tzinfo=HELSINKI),
        to,
    ]
    assert houses.nights_ahead(to) == 0


def test_a_clock_that_arrived_by_itself_is_not_set_back() -> None:
    houses.found(ids.new(), Born.DEMO, at=BORN, machine_at=MACHINE)  # type: ignore[arg-type]
    houses.send_clock(BORN + timedelta(minutes=5), machine_at=MACHINE)

    assert houses.next_turn(MACHINE + timedelta(minutes=6))

    assert now() == BORN
    assert not houses.next_turn(MACHINE + timedelta(minutes=6))


def test_no_clock_is_sent_back_and_no_live_one_is_sent_anywhere() -> None:
    houses.found(ids.new(), Born.DEMO, at=BORN, machine_at=MACHINE)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        houses.send_clock(BORN - timedelta(seconds=1), machine_at=MACHINE)
    House.objects.all().delete()

    houses.found(ids.new(), Born.LIVE, at=BORN, machine_at=MACHINE)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        houses.send_clock(MACHINE + timedelta(days=1), machine_at=MACHINE)
    assert not houses.next_turn(MACHINE)
