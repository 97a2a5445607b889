"""Root may not run PostgreSQL: in a namespace of its own, or as another user where there is none.

A container that forbids namespaces is stood in for by an ``unshare`` that fails, first on the PATH.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from talteen.engine.postgres import binaries
from talteen.engine.postgres.cluster import APP, DATABASE, Cluster
from tests.engine.postgres.test_server import USE_IT
from tests.kit.processes import python

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="this is about root")


@pytest.fixture
def no_namespaces(tmp_path: Path) -> dict[str, str]:
    """An environment in which ``unshare`` does not work."""
    (tmp_path / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "unshare").chmod(0o755)
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}"}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can enter, as /srv and /var/lib are."""
    folder = Path(tempfile.mkdtemp(prefix="talteen-open-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def test_root_runs_it_in_a_namespace_and_the_files_stay_roots(open_folder: Path) -> None:
    cluster = Cluster(open_folder / "state", binaries.find())

    with python(USE_IT, str(cluster.state)) as child:
        owners = owner_of(int(child.said)), cluster.data.stat().st_uid
        status = child.finish()

    assert owners == (0, 0)
    assert status == 0


def test_without_namespaces_root_runs_it_as_nobody(
    open_folder: Path, no_namespaces: dict[str, str]
) -> None:
    cluster = Cluster(open_folder / "state", binaries.find())

    with python(USE_IT, str(cluster.state), env=no_namespaces) as child:
        owners = owner_of(int(child.said)), cluster.data.stat().st_uid
        with psycopg.connect(cluster.dsn(APP, database=DATABASE)) as connection:
            answered = connection.execute("SELECT 1").fetchone()
        status = child.finish()

    assert owners == (65534, 65534)
    assert answered == (1,)
    assert status == 0


def test_without_namespaces_a_second_start_finds_the_first_ones_folders(
    open_folder: Path, no_namespaces: dict[str, str]
) -> None:
    state = str(open_folder / "state")
    statuses = []

    for _ in range(2):
        with python(USE_IT, state, env=no_namespaces) as child:
            statuses.append((child.said.isdigit(), child.finish()))

    assert statuses == [(True, 0), (True, 0)]


def test_programs_that_nobody_cannot_reach_are_copied_to_where_they_can_be(
    open_folder: Path, no_namespaces: dict[str, str], tmp_path: Path
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    for part in binaries.WHEEL_PARTS:
        shutil.copytree(binaries.find().site / part, hidden / part, symlinks=True)
    source = USE_IT.replace("binaries.find()", "binaries.find(Path(sys.argv[2]))")

    programs = hidden / binaries.WHEEL_PARTS[0] / "bin"

    with python(source, str(open_folder / "state"), str(programs), env=no_namespaces) as c:
        program = os.readlink(f"/proc/{c.said}/exe")
        status = c.finish()

    assert program.startswith(str(open_folder / "state"))
    assert status == 0


def test_without_namespaces_a_house_in_a_private_folder_says_what_to_do(
    open_folder: Path, no_namespaces: dict[str, str]
) -> None:
    private = open_folder / "private"
    private.mkdir(mode=0o700)
    source = USE_IT.replace(
        "with server", "from talteen.errors import Unavailable\ntry:\n  with server"
    )
    source = source.replace("    print(up", "     print(up").replace("    sys.std", "     sys.std")
    source += "except Unavailable as error: print(error)\n"

    with python(source, str(private / "state"), env=no_namespaces) as child:
        said = child.said

    assert said.startswith("root may not run PostgreSQL here, and 'nobody' cannot enter")
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
