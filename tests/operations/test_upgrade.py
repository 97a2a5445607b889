"""From one release to the next: calls go on, and no step takes away what is still at work."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations import Migration, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations import operations as steps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from talteen import config as configs
from talteen import course
from talteen.desk.ground import database as places
from talteen.desk.ground import supervise
from talteen.engine.postgres.cluster import DATABASE, OWNER, WEB, Cluster
from talteen.errors import Conflict
from talteen.ids import RecordingId
from talteen.life.seal import handover
from talteen.life.seal.acts import What
from talteen.operations import upgrade
from talteen.oversight import drills
from tests.desk.conftest import BORN, TODAY
from tests.kit import database, houses, migrated, nodes

BEFORE = upgrade.SINCE
EARLIER = "0020_ops"
"""Tables that differ from today's, few steps away: each costs a tenth of a second, both ways."""


def step(*operations: Operation, stops: frozenset[str] | None = None) -> Migration:
    made = Migration("9999_planted", "talteen")
    made.operations = list(operations)
    if stops is not None:
        made.stops = stops  # type: ignore[attr-defined]
    return made


def lost(*operations: Operation) -> list[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return upgrade.missed(step(*operations), loader.project_state(("talteen", BEFORE)))


TEXT = models.CharField(max_length=64)
PLANTED: dict[str, Operation] = {
    "a column goes": steps.RemoveField("line", "language"),
    "a column is called otherwise": steps.RenameField("line", "language", "speech"),
    "a table goes": steps.DeleteModel("lesson"),
    "a table is called otherwise": steps.RenameModel("lesson", "lecture"),
    "a table lies elsewhere": steps.AlterModelTable("lesson", "lecture"),
    "a column that must be written": steps.AddField("line", "owner", TEXT),
    "may be empty no longer": steps.AlterField(
        "rollrecord", "live_dead_at", models.DateTimeField()
    ),
    "another kind of column": steps.AlterField("line", "language", models.IntegerField()),
    "rows must be otherwise": steps.AddConstraint(
        "line", models.UniqueConstraint(fields=["language"], name="once")
    ),
    "said in SQL": RunSQL("ALTER TABLE line DROP COLUMN language"),
    "said in several": RunSQL(["SELECT 1", ("ALTER TABLE line RENAME language TO speech", [])]),
    "a wall of rows": RunSQL("ALTER TABLE line ENABLE ROW LEVEL SECURITY"),
    "said in Python": RunPython(RunPython.noop),
    "forgotten, and it must be written": SeparateDatabaseAndState(
        state_operations=[steps.RemoveField("line", "language")]
    ),
    "done behind the models' back": SeparateDatabaseAndState(
        database_operations=[RunSQL("ALTER TABLE line DROP COLUMN language")]
    ),
}
EXPANDS: dict[str, Operation] = {
    "a column that may be empty": steps.AddField(
        "line", "owner", models.CharField(max_length=64, null=True)
    ),
    "a column that writes itself": steps.AddField(
        "line", "owner", models.CharField(max_length=64, db_default="")
    ),
    "a table": steps.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))]),
    "a function": RunSQL("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    "more room": steps.AlterField("line", "language", models.CharField(max_length=200, null=True)),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_step_that_takes_away_what_the_release_before_uses_is_found(fault: str) -> None:
    assert len(lost(PLANTED[fault])) == 1


@pytest.mark.parametrize("what", EXPANDS)
def test_a_step_that_only_adds_is_not(what: str) -> None:
    assert lost(EXPANDS[what]) == []


def test_every_step_since_the_release_before_adds_only_or_says_whom_it_stops() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    new = [
        one
        for (app, name), one in loader.disk_migrations.items()
        if app == "talteen" and name > BEFORE
    ]
    assert new
    for one in new:
        taken = upgrade.missed(one, loader.project_state(one.dependencies))
        assert not taken or upgrade.stops(one) is not None, (one.name, taken)


# --- a house at work -----------------------------------------------------------------------


def to(cluster: Cluster, name: str, *, database_name: str | None = None) -> None:
    """The tables of the test's database, or of another, as step ``name`` leaves them."""
    where = database_name or str(connection.settings_dict["NAME"])
    with database.connected_as(cluster, OWNER, name=where):
        call_command("migrate", "talteen", name, interactive=False, verbosity=0)


@pytest.fixture
def tables_come_back(postgres: Cluster) -> Iterator[None]:
    yield
    to(postgres, places.release())


@pytest.mark.django_db(transaction=True)
def test_what_a_node_takes_in_while_the_tables_change_is_sealed_by_the_new_release(
    home: Path, tmp_path: Path, postgres: Cluster, tables_come_back: None
) -> None:
    built = houses.build(home, born_at=BORN)
    vault, clock = built.house.vault, built.clock
    old = houses.recorded(built, "001", TODAY)
    course.roll(built.house, clock.now())
    node = nodes.enrolled(vault, tmp_path / "node")
    call = houses.spoken("002", TODAY, whole=True)
    clock.at = max(clock.at, call.ends_at)

    to(postgres, EARLIER)
    assert not places.tables_are_current()
    new = node.seal(nodes.told_of(call), nodes.spoken(call))  # no table is asked for a packet
    to(postgres, places.release())
    outcome = handover.take_in(vault, node.offer(new), clock.at)
    course.roll(built.house, clock.now())

    assert (outcome.what, outcome.recording) == (What.RECORDED, new)
    assert all(drills.plays(vault, RecordingId(one), clock.now()) for one in (old, new))


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_migrate_waits_for_pages_of_the_release_before_to_go(home: Path) -> None:
    """The real command, over tables of the release before, with one of its sessions there."""
    migrated.lay(home)
    config = configs.load(home)
    env = {**os.environ, "TALTEEN_HOME": str(home)}

    def migrate() -> subprocess.CompletedProcess[str]:
        command = supervise.talteen("migrate")
        return subprocess.run(command, capture_output=True, text=True, env=env, check=False)

    with places.running(config):
        cluster = places.cluster(config)
        to(cluster, BEFORE, database_name=DATABASE)
        pages = psycopg.connect(cluster.dsn(WEB, database=DATABASE), autocommit=True)
        refused = migrate()
        ours = {"application_name": f"talteen {places.release()}"}
        pages.close()
        with psycopg.connect(cluster.dsn(WEB, database=DATABASE), **ours):
            done = migrate()

    assert refused.returncode == 2
    assert "0010_walls2" in refused.stderr
    assert "talteen_web" in refused.stderr
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.django_db(transaction=True)
def test_a_step_that_says_nothing_stops_at_every_process_of_another_release(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = str(connection.settings_dict["NAME"])
    planted = step(PLANTED["a column goes"])
    planted.dependencies = [("talteen", places.release())]
    monkeypatch.setattr(
        upgrade.MigrationExecutor, "migration_plan", lambda *_, **__: [(planted, False)]
    )
    with database.connected_as(postgres, OWNER, name=name):
        upgrade.refuse()  # nobody is there
        with (
            psycopg.connect(postgres.dsn(WEB, database=name), application_name="talteen 0001"),
            pytest.raises(Conflict, match=r"talteen_web.*line\.language goes"),
        ):
            upgrade.refuse()
