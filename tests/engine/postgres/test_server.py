"""Every way in which a database on one machine begins and ends, with real processes."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from talteen.engine.postgres import binaries, launch, postmaster, server
from talteen.engine.postgres.cluster import APP, DATABASE, METRICS, OWNER, ROLES, Cluster
from talteen.errors import ConfigError, Unavailable
from tests.kit.processes import Child, kill_9, python, until

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))

USE_IT = """
import sys
from pathlib import Path
from talteen.engine.postgres import binaries, server
from talteen.engine.postgres.cluster import Cluster
with server.use(Cluster(Path(sys.argv[1]), binaries.find())) as up:
    print(up.pid, flush=True)
    sys.stdin.read()
"""
"""A process that uses the server until its input closes."""

LEAVE_ZOMBIES = """
import subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(process.pid, flush=True)
sys.stdin.read()
"""
"""A parent that never asks after its child."""


def user_of(cluster: Cluster) -> contextlib.AbstractContextManager[Child]:
    return python(USE_IT, str(cluster.state))


def orphan(cluster: Cluster) -> int:
    """A server whose starter is gone without stopping it. Its pid."""
    command = launch.as_ordinary_user(bare_postmaster(cluster))
    process = subprocess.Popen(["setsid", "--fork", *command], stderr=subprocess.DEVNULL, cwd="/")
    process.wait()
    until(lambda: (found := postmaster.running(cluster.data)) and found.ready)
    found = postmaster.running(cluster.data)
    assert found
    return found.pid


def bare_postmaster(cluster: Cluster) -> list[str]:
    settings = {"unix_socket_directories": str(cluster.sockets), "shared_buffers": "16MB"}
    return launch.postmaster(cluster.binaries.tool("postgres"), cluster.data, settings=settings)


def answer(cluster: Cluster, query: str, *, role: str = APP) -> object:
    with psycopg.connect(cluster.dsn(role, database=DATABASE)) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def write_note(cluster: Cluster) -> None:
    with psycopg.connect(cluster.dsn(OWNER, database=DATABASE)) as connection:
        connection.execute("CREATE TABLE note (text text)")
        connection.execute("INSERT INTO note VALUES ('kept')")


def test_a_new_cluster_is_made_started_and_stopped(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "state", binaries.find())

    with server.use(cluster) as up:
        assert answer(cluster, "SELECT current_user") == "talteen_app"
        assert not up.adopted

    assert postmaster.at_work(cluster.data) == []
    assert not (cluster.data / "postmaster.pid").exists()
    assert cluster.data.name == f"pg-{cluster.binaries.major}"


def test_the_wrong_password_is_refused(cluster: Cluster) -> None:
    cluster.passfile(APP).write_text(f"*:*:*:{APP}:guessed\n")

    with server.use(cluster), pytest.raises(psycopg.OperationalError, match="password"):
        answer(cluster, "SELECT 1")


def test_passwords_sockets_and_data_are_closed_to_other_users(cluster: Cluster) -> None:
    with server.use(cluster):
        files = {path: path.stat().st_mode for path in cluster.run.glob("pgpass-*")}
        folders = {
            path: path.stat().st_mode for path in (cluster.data, cluster.run, cluster.sockets)
        }

    assert len(files) == len(ROLES) + 1
    assert {stat.S_IMODE(mode) for mode in files.values()} == {0o600}
    assert {stat.S_IMODE(mode) for mode in folders.values()} == {0o700}


def test_no_folder_above_the_house_changes_its_mode(made: Cluster, tmp_path: Path) -> None:
    above = tmp_path / "private"
    above.mkdir(mode=0o700)
    cluster = replace(made, state=above / "house" / "state")
    shutil.copytree(made.state, cluster.state)

    with server.use(cluster):
        mode = stat.S_IMODE(above.stat().st_mode)

    assert mode == 0o700


def test_it_listens_on_no_network(cluster: Cluster) -> None:
    with server.use(cluster):
        told = answer(cluster, "SELECT current_setting('listen_addresses')")

    assert told == ""


def test_a_second_user_adopts_the_server_and_leaves_it_running(cluster: Cluster) -> None:
    with server.use(cluster) as up:
        with user_of(cluster) as other:
            adopted_pid = int(other.said)
            status = other.finish()
        still = answer(cluster, "SELECT 1")

    assert adopted_pid == up.pid
    assert status == 0
    assert still == 1


def test_an_orphaned_server_is_adopted_and_stopped_by_its_last_user(cluster: Cluster) -> None:
    pid = orphan(cluster)

    with server.use(cluster) as up:
        adopted = up.adopted, up.pid

    assert adopted == (True, pid)
    assert postmaster.running(cluster.data) is None


def test_killing_the_starter_shuts_the_server_down_cleanly(cluster: Cluster) -> None:
    with user_of(cluster) as starter:
        write_note(cluster)
        starter.kill()
        until(lambda: not postmaster.at_work(cluster.data))

    assert not (cluster.data / "postmaster.pid").exists()
    assert "database system is shut down" in cluster.log.read_text().splitlines()[-1]


def test_a_server_that_is_just_stopping_is_waited_for_and_started_anew(cluster: Cluster) -> None:
    with user_of(cluster) as starter:
        first = int(starter.said)
        starter.kill()
        with server.use(cluster) as up:
            assert up.pid != first
            assert answer(cluster, "SELECT 1") == 1


def test_what_was_committed_survives_kill_9_of_the_postmaster(cluster: Cluster) -> None:
    with server.use(cluster) as up:
        write_note(cluster)
        kill_9(up.pid)
        until(lambda: not up.alive())

    with server.use(cluster):
        kept = answer(cluster, "SELECT text FROM note")

    assert kept == "kept"


def test_the_number_of_a_dead_server_given_to_another_process_does_not_mislead(
    cluster: Cluster,
) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (cluster.data / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.data}\n")
        (cluster.sockets / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n")

        with server.use(cluster):
            kept = answer(cluster, "SELECT 1")

        assert kept == 1
        assert stranger.poll() is None
        stranger.kill()


def test_postgresql_alone_would_refuse_to_start_over_such_a_number(cluster: Cluster) -> None:
    # The reason why we look ourselves. Root is another user to a namespace's nobody: not refused.
    with subprocess.Popen(launch.as_ordinary_user(["sleep", "60"])) as stranger:
        (cluster.data / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.data}\n")
        command = launch.as_ordinary_user(bare_postmaster(cluster))
        refused = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd="/")
        stranger.kill()

    assert refused.returncode != 0
    assert "postmaster.pid" in refused.stderr


def test_a_zombie_postmaster_does_not_keep_the_house_closed(cluster: Cluster) -> None:
    command = launch.as_ordinary_user(bare_postmaster(cluster))
    with python(LEAVE_ZOMBIES, *command) as parent:
        zombie = int(parent.said)
        until(lambda: (found := postmaster.running(cluster.data)) and found.ready)
        kill_9(zombie)
        until(lambda: Path(f"/proc/{zombie}/stat").read_text().split()[2] == "Z")

        with server.use(cluster) as up:
            answered = answer(cluster, "SELECT 1")
            assert up.pid != zombie

    assert answered == 1


def test_a_shell_standing_in_the_data_folder_does_not_keep_it_closed(cluster: Cluster) -> None:
    with subprocess.Popen(["sleep", "60"], cwd=cluster.data) as shell:
        with server.use(cluster):
            answered = answer(cluster, "SELECT 1")
        shell.kill()

    assert answered == 1


def test_data_of_another_major_version_stops_with_one_line(cluster: Cluster) -> None:
    cluster.data.rename(cluster.state / "pg-17")

    with pytest.raises(ConfigError) as refused, server.use(cluster):
        pass

    assert str(refused.value).startswith("pg.bin: it is PostgreSQL 18")
    assert "version 17" in str(refused.value)


def test_an_initdb_that_was_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "state", binaries.find())
    with user_of_half_made(cluster) as maker:
        until(lambda: list(cluster.state.glob(".making-*/base/1")))
        maker.kill()

    with server.use(cluster):
        answered = answer(cluster, "SELECT 1")

    assert answered == 1


@contextlib.contextmanager
def user_of_half_made(cluster: Cluster) -> Iterator[Child]:
    """A process that begins to make the cluster; its first line comes before initdb."""
    with python("print(flush=True)\n" + USE_IT, str(cluster.state)) as child:
        yield child


def test_a_cluster_whose_passwords_were_lost_opens_with_new_ones(cluster: Cluster) -> None:
    with server.use(cluster):
        write_note(cluster)
    shutil.rmtree(cluster.run)

    with server.use(cluster):
        kept = answer(cluster, "SELECT text FROM note", role=OWNER)

    assert kept == "kept"


def test_a_house_in_a_very_deep_folder_gets_a_short_socket(made: Cluster, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-folder-with-a-rather-long-name"] * 4)
    cluster = replace(made, state=deep / "state")
    shutil.copytree(made.state, cluster.state)

    with server.use(cluster):
        answered = answer(cluster, "SELECT 1")
        mode = stat.S_IMODE(cluster.sockets.stat().st_mode)

    assert answered == 1
    assert not cluster.sockets.is_relative_to(tmp_path)
    assert mode == 0o700
    cluster.sockets.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of another user")
def test_a_socket_folder_that_somebody_else_made_first_is_refused(cluster: Cluster) -> None:
    shutil.rmtree(cluster.sockets, ignore_errors=True)
    cluster.sockets.mkdir()
    os.chown(cluster.sockets, 12345, 12345)

    with pytest.raises(ConfigError, match="belongs to somebody else"), server.use(cluster):
        pass


def test_a_server_that_cannot_start_says_its_last_words_and_leaves_nothing(
    cluster: Cluster,
) -> None:
    (cluster.data / "global" / "pg_control").unlink()

    with pytest.raises(Unavailable) as refused, server.use(cluster):
        pass

    assert "pg_control" in str(refused.value)
    assert postmaster.at_work(cluster.data) == []


def test_neither_statements_nor_values_reach_the_log(cluster: Cluster) -> None:
    with server.use(cluster):
        for statement in ("SELECT 'planted'::uuid", "SELECT planted FROM nowhere"):
            with pytest.raises(psycopg.Error):
                answer(cluster, statement)

    assert "planted" not in cluster.log.read_text()


def test_a_reload_by_a_terminal_does_not_reach_the_server(cluster: Cluster) -> None:
    with server.use(cluster) as up:
        group = os.getpgid(up.pid)

    assert group == up.pid != os.getpgrp()


def test_a_role_that_this_release_brings_is_made_on_a_server_that_runs(cluster: Cluster) -> None:
    """A new release migrates while the server is the one that the old release started."""
    with server.use(cluster):
        with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
            admin.execute(f"DROP ROLE {METRICS}")
        cluster.passfile(METRICS).unlink()

        with server.use(cluster), psycopg.connect(cluster.dsn(METRICS, database=DATABASE)) as told:
            assert told.execute("SELECT current_user").fetchone() == (METRICS,)


def test_the_app_role_may_neither_make_tables_nor_become_more(cluster: Cluster) -> None:
    with server.use(cluster):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            answer(cluster, "CREATE TABLE mine (x int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            answer(cluster, "SET ROLE talteen_owner")
        write_note(cluster)
        read = answer(cluster, "SELECT text FROM note")

    assert read == "kept"


@pytest.mark.parametrize("folder", DEBIAN or [None])
def test_debians_own_server_lives_under_the_same_supervisor(
    folder: Path | None, tmp_path: Path
) -> None:
    if folder is None:
        pytest.skip("Debian's PostgreSQL is not installed here")
    cluster = Cluster(tmp_path / "state", binaries.find(folder))

    with server.use(cluster):
        write_note(cluster)
    with server.use(cluster):
        kept = answer(cluster, "SELECT text FROM note")

    assert kept == "kept"


def test_stopping_waits_for_the_last_process(cluster: Cluster) -> None:
    with server.use(cluster) as up:
        os.kill(up.pid, signal.SIGHUP)

    assert postmaster.at_work(cluster.data) == []
