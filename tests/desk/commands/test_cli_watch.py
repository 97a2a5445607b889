"""``talteen watch``: works a folder off, ends when told, and names nobody."""

import signal
import subprocess
from pathlib import Path

import pytest

from talteen.config import Role
from talteen.demo import material
from talteen.desk.ground import supervise
from talteen.engine.postgres.cluster import Cluster
from tests.kit.commands import of_a_process, talteen, without_tables
from tests.kit.processes import until

NUMBER = "+358505550112"


@pytest.fixture
def house(transactional_db: None, home: Path) -> Path:
    """A house without calls."""
    register = material.root() / material.REGISTER
    done = talteen("init", str(register), "--approver", "ek01", "iv01", home=home)
    assert done.returncode == 0, done.stderr
    return home


def test_without_a_folder_it_says_what_to_write(home: Path) -> None:
    done = without_tables("watch", home=home)

    assert done.returncode == 2
    assert "no folder was named; talteen watch DIR" in done.stderr


def test_a_file_that_cannot_be_used_is_told_without_its_name(house: Path, tmp_path: Path) -> None:
    drop = tmp_path / "monitor"
    drop.mkdir()
    (drop / f"q-600-{NUMBER}-20261124-101403-1795508043.17.wav").write_bytes(b"RIFF")

    done = talteen(
        "watch",
        str(drop),
        "--once",
        home=house,
        TALTEEN_WATCH_LAYOUT="freepbx",
        TALTEEN_WATCH_QUIET_SECONDS="0",
        TALTEEN_WATCH_UNANNOUNCED="delete",
    )

    assert done.returncode == 2, done.stderr
    assert "neither number in its name" in done.stderr or "has no line" in done.stderr
    assert "5550112" not in done.stdout + done.stderr


@pytest.mark.parametrize("announcement", ["", "announce.fi@99"], ids=["none", "unknown"])
def test_a_table_by_which_every_file_would_be_deleted_unkept_does_not_start(
    house: Path, tmp_path: Path, announcement: str
) -> None:
    drop = tmp_path / "monitor"
    drop.mkdir()
    sound = drop / f"q-600-{NUMBER}-20261124-101403-1795508043.17.wav"
    sound.write_bytes(b"RIFF")
    lines = f'[[watch.lines]]\nnumber = "600"\nline = "rooms"\nannouncement = "{announcement}"\n'
    with (house / "talteen.toml").open("a") as file:
        file.write(f'[watch]\nlayout = "freepbx"\nquiet_seconds = 0\n{lines}')

    done = talteen("watch", str(drop), "--once", home=house)

    assert done.returncode == 2
    assert "watch.lines: of line 600, no announcement in force is declared" in done.stderr
    assert "watch.owner" in done.stderr
    assert sound.exists()


def test_it_ends_when_it_is_told_to(house: Path, tmp_path: Path, postgres: Cluster) -> None:
    drop = tmp_path / "monitor"
    drop.mkdir()
    watch = subprocess.Popen(
        supervise.talteen("watch", str(drop)), env=of_a_process(house, Role.WATCH, postgres)
    )
    try:
        until((drop / ".talteen-watch").exists, within_s=60)
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(30) == 0
    finally:
        watch.kill()
        watch.wait()
