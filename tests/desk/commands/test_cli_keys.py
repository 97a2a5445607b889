"""``talteen keys``: what a person at a terminal is told of the ring, and what a program reads."""

import hashlib
import json
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from talteen.engine.postgres.cluster import APP, Cluster
from tests.desk.commands.test_cli_balance import REGISTER
from tests.kit.commands import talteen

LOCK = "SELECT pg_advisory_lock(%s)"


@pytest.mark.django_db(transaction=True)
def test_keys_are_shown_rolled_and_left_alone_while_another_rolls(
    tmp_path: Path, postgres: Cluster
) -> None:
    home = tmp_path / "house"
    made = talteen("init", str(REGISTER), "--approver", "r01", "r02", home=home)
    assert made.returncode == 0, made.stderr

    rolled = talteen("keys", "roll", home=home)
    drawn = talteen("keys", "status", home=home)
    read = talteen("keys", "status", "--json", home=home)

    assert rolled.returncode == 0, rolled.stderr
    assert "generation 2 lives; 1 is dead here" in rolled.stdout
    assert drawn.returncode == 0, drawn.stderr
    assert "can be restored" in drawn.stdout
    assert "k: 7 days; at least 7 (ring.days), ring 6 days" in drawn.stdout
    said = json.loads(read.stdout)
    assert [one["n"] for one in said["generations"]] == [2, 1]
    newest, before = said["generations"]
    assert (newest["live_dead_at"], newest["backup_dies_at"]) == (None, None)
    assert before["backup_dies_at"] > before["live_dead_at"]
    assert said["holders"] == {
        "live": {"kind": "file", "keys": 1},
        "backup": {"kind": "file", "keys": 2},
    }
    assert said["alarms"] == []
    _refused_while_another_rolls(home, postgres)
    _moved_to_another_folder(home, tmp_path)


def _moved_to_another_folder(home: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.toml"
    settings = home / "talteen.toml"
    before.write_text(settings.read_text() if settings.exists() else "")
    settings.write_text(f'{before.read_text()}\n[paths]\nkeys_live = "{tmp_path / "other"}"\n')

    missing = talteen("keys", "move", str(tmp_path / "no.toml"), home=home)
    moved = talteen("keys", "move", str(before), home=home)
    again = talteen("keys", "move", str(settings), home=home)

    assert (missing.returncode, moved.returncode, again.returncode) == (2, 0, 2), moved.stderr
    assert missing.stderr.startswith("talteen: no.toml: there is no such file")
    assert "The live keys lie in the holder of kind file" in moved.stdout
    assert again.stderr.startswith("talteen: keys_live: is where the live keys lie already")
    assert list((home / "keys-live").glob("*.key")) == []


def _refused_while_another_rolls(home: Path, postgres: Cluster) -> None:
    dsn = postgres.dsn(APP, database=str(connection.settings_dict["NAME"]))
    with psycopg.connect(dsn) as other:
        (house,) = other.execute("SELECT house FROM vault").fetchone() or (None,)
        other.execute(LOCK, [_lock_of(house)])

        refused = talteen("keys", "roll", home=home)

    assert refused.returncode == 2
    assert refused.stderr.strip() == "talteen: another roll is going on; look again in a minute"
    left_alone = json.loads(talteen("keys", "status", "--json", home=home).stdout)
    assert left_alone["generations"][0]["n"] == 2


def _lock_of(house: object) -> int:
    assert isinstance(house, UUID)
    return int.from_bytes(hashlib.sha256(b"talteen roll" + house.bytes).digest()[:8]) >> 1
