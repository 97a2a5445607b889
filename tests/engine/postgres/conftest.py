"""A finished cluster, made once and copied for each test: initdb is half a second of each."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from talteen.engine.postgres import binaries, launch, postmaster, server
from talteen.engine.postgres.cluster import Cluster
from tests.kit.processes import kill_9


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """A cluster with roles and database, stopped."""
    cluster = Cluster(tmp_path_factory.mktemp("made") / "state", binaries.find())
    with server.use(cluster):
        pass
    return cluster


@pytest.fixture
def cluster(made: Cluster, tmp_path: Path) -> Iterator[Cluster]:
    """A stopped cluster of the test's own. Whatever the test leaves running is killed."""
    mine = replace(made, state=tmp_path / "state")
    shutil.copytree(made.state, mine.state)
    # As a start does it: some tests start a bare server over the copy.
    for folder in (mine.data, mine.sockets):
        launch.give(folder)
    yield mine
    for pid in postmaster.at_work(mine.data):
        kill_9(pid)
