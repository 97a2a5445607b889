"""The database goes away in the middle of a roll, and the house that lives on ends it by itself: no
start, no command (DESIGN 13).
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from talteen import course
from talteen.ids import RecordingId
from talteen.oversight import drills
from tests.kit import houses
from tests.kit.vaults import ROLL_STEPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def shut_down() -> None:
    """What a server that restarts does to each of its connections."""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_roll_that_lost_its_database_anywhere_is_ended_by_the_next_sweep(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    call = RecordingId(built.take_in(houses.spoken("022", NEWEST)).recording)
    vault = built.house.vault
    for step in ROLL_STEPS:
        built.clock.at += timedelta(days=1, hours=1)
        now = built.clock.now()

        def cut(done: str, step: str = step) -> None:
            if done == step:
                shut_down()

        with suppress(DatabaseError):
            course.roll(built.house, now, cut)
        connection.close()
        course.sweep(built.house, now)

        row = vault.row()
        assert row.n == row.open_n == row.settled_n, step
        assert len(vault.live.names()) == 1, step
        assert drills.plays(vault, call, now), step
