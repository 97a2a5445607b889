"""What a bench or a drill leaves on the disk when it is killed goes with the next one."""

import signal
from pathlib import Path

from benchmarks import folders
from tests.kit.processes import forked, kill_9, until


def names(where: Path) -> set[str]:
    return {one.name for one in where.iterdir()}


def test_what_a_killed_one_left_is_taken_away_by_the_next_and_what_is_used_is_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "talteen-old-from-somebody").mkdir()

    def work() -> None:
        with folders.held("talteen-bench-", where=tmp_path):
            signal.pause()

    with forked(work) as killed, forked(work) as running:
        until(lambda: len(list(tmp_path.glob("*/held"))) == 2)
        both = names(tmp_path)
        kill_9(killed)
        until(lambda: len(folders.clear("talteen-bench-", tmp_path)) == 1)
        with folders.held("talteen-bench-", where=tmp_path) as (mine, _):
            left = names(tmp_path) - {mine.name}
        assert running

    assert len(both) == 3
    assert len(left) == 2
    assert left < both
    assert "talteen-old-from-somebody" in left
    assert not mine.exists()


def test_what_is_to_be_kept_stays_from_the_next_one_too(tmp_path: Path) -> None:
    with folders.held("talteen-units-", where=tmp_path, keep=True) as (mine, _):
        (mine / "log").touch()

    assert folders.clear("talteen-units-", tmp_path) == []
    assert (mine / "log").exists()
