"""Files for browsers: nobody serves a half of them, whoever starts beside whom."""

import os
import shutil
from pathlib import Path

import pytest

from talteen.desk.ground import collecting
from tests.kit.processes import forked, until


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def test_of_two_that_begin_together_one_collects_and_both_find_all_of_it(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, make = collecting.place(run), collecting._make
    made, told = run.parent / "made", run.parent / "told"

    def counted(place: Path) -> None:
        with made.open("a") as file:
            file.write("x")
        make(place)

    monkeypatch.setattr(collecting, "_make", counted)

    def begin() -> None:
        collecting.collect(whole)
        told.write_text("\n".join(names(whole)))

    with forked(begin):
        collecting.collect(whole)
        found = names(whole)
        until(told.exists)
        until(lambda: told.read_text())

    assert made.read_text() == "x"
    assert told.read_text().split() == found
    assert "staticfiles.json" in found
    assert sum(name.endswith(".gz") for name in found) > 5


def test_until_the_last_file_is_there_nothing_has_the_name_that_is_served(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, rename, seen = collecting.place(run), os.rename, []

    def look(old: str, new: Path) -> None:
        seen.append((whole.exists(), "staticfiles.json" in os.listdir(old)))
        rename(old, new)

    monkeypatch.setattr(os, "rename", look)
    collecting.collect(whole)

    assert seen == [(False, True)]
    assert whole.stat().st_mode & 0o077 == 0


def test_what_broke_off_is_made_again_and_leaves_nothing(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = collecting.place(run)
    with monkeypatch.context() as broken:
        broken.setattr(os, "rename", lambda *_: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(OSError, match="full"):
            collecting.collect(whole)
    assert os.listdir(whole.parent) == []
    (whole.parent / "tmpkilled").mkdir()  # kill -9 leaves its half
    collecting.collect(whole)

    assert os.listdir(whole.parent) == [whole.name]


def test_other_files_are_another_place_and_so_is_another_boot(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = tmp_path / "static"
    shutil.copytree(collecting.SOURCES / "css", sources)
    first = collecting.place(run, sources)
    same = collecting.place(run, sources)
    changed = next(sources.glob("*.css"))
    changed.write_text(changed.read_text().replace("a", "b"))
    other = collecting.place(run, sources)
    monkeypatch.setattr(collecting, "_boot", lambda: "another")

    assert first == same
    assert len({first, other, collecting.place(run, sources)}) == 3


def test_of_older_releases_only_the_one_before_stays(run: Path) -> None:
    whole = collecting.place(run)
    for age, name in enumerate(["a" * 32, "b" * 32, "css"]):
        (whole.parent / name).mkdir(parents=True)
        os.utime(whole.parent / name, (1000 - age, 1000 - age))
    (whole.parent / "staticfiles.json").write_text("{}")  # of a release that had no folder for each

    collecting.collect(whole)

    assert sorted(os.listdir(whole.parent)) == sorted(["a" * 32, whole.name])
