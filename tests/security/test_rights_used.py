"""The small roles of the database may do what their processes do, to the last table.

A node, a watcher of a folder and a teller of figures do little, and all of it is done here with
their rights, before the eyes of a recorder: what is given and not used fails like what is lacking.
What pages and worker do is too much for that: their code is read (``test_rights_read``).
"""

import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection

from talteen import capturing, course, enrolling, founding, wiring
from talteen.desk.ground.database import tables_are_current
from talteen.engine.postgres.cluster import CAPTURE, METRICS, WATCH
from talteen.operations import readings
from talteen.operations.figures import Told
from talteen.register import house as houses_row
from talteen.register.database.rights import BY_ROLE, COLUMNS
from talteen.register.log import ledger_stamps
from talteen.register.spared import sales_stops
from tests.kit import database, houses
from tests.kit.houses import Built
from tests.kit.rights_used import recording
from tests.life.capture.test_watch import BORN, SIDECARS, Watched

pytestmark = pytest.mark.django_db(transaction=True)
BY_FUNCTIONS = {("procrastinate_jobs", "a"), ("procrastinate_events", "a")}
"""What a function of the queue does, whose statements nobody sees: a job is asked for."""

ONCE_A_PROCESS = {("roll_record", "r")}
"""Which live key stands: the house of these tests has asked before its watcher begins."""


@pytest.fixture
def built(home: Path) -> Built:
    return houses.build(home, born_at=BORN)


def told(role: str) -> set[tuple[str, str]]:
    """Tables and letters that are given; whoever writes a row reads it back, for its key or because
    it may be there already."""
    letters = {(table, one) for table, each in BY_ROLE[role].items() for one in each}
    letters |= {(table, "r") for _, table, _ in COLUMNS.get(role, ())}
    return {one for one in letters if one[1] != "r" or not _written(letters, one[0])}


def _written(letters: set[tuple[str, str]], table: str) -> bool:
    return bool({(table, "a"), (table, "w")} & letters)


def used(by: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """What of it stood in statements, without what is a table of no house."""
    ours = set(connection.introspection.table_names())
    return {
        (table, one)
        for table, one in by
        if table in ours and (one != "r" or not _written(by, table))
    }


def test_a_node_may_read_what_it_reads_and_write_nothing(built: Built) -> None:
    founding.enrol_node(built.house, built.clock.now())
    with recording(CAPTURE) as seen, database.acting_as(CAPTURE):
        assert tables_are_current()
        assert enrolling.is_enrolled(built.house.config)
        enrolling.tell(built.house.config, built.clock.now())

    assert capturing.folder(built.house.config).name.exists()
    assert used(seen) == told(CAPTURE)
    assert {one for _, one in told(CAPTURE)} == {"r"}


def test_a_teller_of_figures_may_read_what_it_tells_and_write_nothing(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = ledger_stamps.Authority("https://stamps.example.fi", ())
    stamping = ledger_stamps.Stamping(authority)
    monkeypatch.setattr(wiring, "stamping_of", lambda _: stamping)
    built.take_in(houses.spoken("001", built.clock.now()))
    course.roll(built.house, built.clock.now())
    with recording(METRICS) as seen, database.acting_as(METRICS):
        assert tables_are_current()
        readings.read(built.house, Told())

    assert used(seen) == told(METRICS)
    assert {one for _, one in told(METRICS)} == {"r"}


def test_a_watcher_of_a_folder_may_do_what_its_calls_need(built: Built) -> None:
    with ExitStack() as stack:
        watched = Watched(built, SIDECARS, stack)
        watched.call("013")  # one that the house made, to somebody who is not called to sell
        (made,) = built.drop.rglob("013-*.json")
        called = json.loads(made.read_text())["numbers"]["caller"]
        sales_stops.stop(built.house.vault.sales_key(), called, BORN.date())
        watched.call("001")
        (silent,) = built.drop.rglob("001-*.json")
        silent.write_text(json.dumps(json.loads(silent.read_text()) | {"announcements": []}))
        with recording(WATCH) as seen, database.acting_as(WATCH):
            assert tables_are_current()
            houses_row.HouseClock().now()
            taken = watched.at_rest().taken
        watched.roll()
        with recording(WATCH) as later, database.acting_as(WATCH):
            deleted = watched.look().deleted

    assert taken == {"recorded": 1, "not_announced": 1}
    assert deleted == 1  # of what is not kept at all the files went at once
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (1,)
    assert used(seen | later) | BY_FUNCTIONS | ONCE_A_PROCESS == told(WATCH)
