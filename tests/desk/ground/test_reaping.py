"""The reaper beside the ring: alone, with the right to delete and no other (keys-review 5)."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from talteen.clock import MovableClock
from talteen.desk.ground import reaping, supervise
from talteen.desk.ground.supervise import Stop
from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.file import FileBackupHolder, FileReaper
from tests.kit.commands import without_tables
from tests.kit.processes import until

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def ring(home: Path) -> FileBackupHolder:
    folder = home / "keys-ring"
    folder.mkdir()
    return FileBackupHolder(folder, credential.make_restore_credential().public)


def stopped() -> Stop:
    asked = Stop()
    asked.set()
    return asked


def test_a_round_takes_what_is_due_and_leaves_the_rest(ring: FileBackupHolder) -> None:
    for name, at in (("due", NOW), ("later", NOW + timedelta(seconds=1))):
        ring.create(name)
        ring.schedule_death(name, at)
    ring.create("undated")

    reaping.keep(FileReaper(ring.folder), MovableClock(NOW), stopped(), every_s=0)

    assert ring.names() == {"later", "undated"}


def test_a_ring_that_is_away_is_told_and_waited_for(tmp_path: Path) -> None:
    with capture_logs() as told:
        reaping.keep(FileReaper(tmp_path / "away"), MovableClock(NOW), stopped(), every_s=0)

    assert [entry["event"] for entry in told] == ["ring.unavailable"]


def test_reaper_alone(home: Path, ring: FileBackupHolder) -> None:
    """A real process, in a house that has neither a database nor a credential."""
    (home / "talteen.toml").write_text('[house]\nborn = "live"\n')
    ring.create("due")
    ring.schedule_death("due", datetime.now(UTC) - timedelta(seconds=1))
    ring.create("later")
    ring.schedule_death("later", datetime.now(UTC) + timedelta(days=1))

    process = subprocess.Popen(supervise.talteen("reap"), env=dict(os.environ))
    try:
        until(lambda: ring.names() == {"later"}, within_s=60)
    finally:
        process.terminate()

    assert process.wait(30) == 0
    assert sorted(path.name for path in home.iterdir()) == ["keys-ring", "talteen.toml"]


def test_the_reaper_imports_neither_a_database_nor_what_opens(home: Path) -> None:
    source = (
        "import sys, talteen.desk.commands.run, talteen.desk.ground.reaping\n"
        "print([name for name in ('django', 'talteen.wiring') if name in sys.modules])"
    )

    told = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=True
    )

    assert told.stdout == "[]\n"


def test_a_demo_house_has_no_reaper_of_its_own(home: Path) -> None:
    """Its clock is not the machine's: keys would die on the wrong day."""
    (home / "talteen.toml").write_text('[house]\nborn = "demo"\n')

    told = without_tables("reap", home=home)

    assert told.returncode != 0
    assert "a clock of its own" in told.stderr
