"""Real copies of the test's PostgreSQL server: a base backup with its WAL, a standby that follows.

Each is a server of its own, made and started with PostgreSQL's own programs. ``at`` lets Django
speak to it for a while.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from django.db import connection

from talteen.engine.postgres import launch, postmaster, server
from talteen.engine.postgres.cluster import APP, Cluster
from tests.kit.processes import until


@dataclass(frozen=True, slots=True)
class Archive:
    """What a point-in-time recovery needs: a base backup, and every WAL file since."""

    first: Cluster
    folder: Path

    @property
    def base(self) -> Path:
        return self.folder / "base"

    @property
    def wal(self) -> Path:
        return self.folder / "wal"

    def mark(self, name: str) -> None:
        """A named place in the WAL to which one can recover, and no longer in the open file."""
        with psycopg.connect(self.first.dsn(), autocommit=True) as admin:
            admin.execute("SELECT pg_create_restore_point(%s)", [name])

    def close_file(self) -> None:
        """End the WAL file that is being written, and wait until the archive has it."""
        with psycopg.connect(self.first.dsn(), autocommit=True) as admin:
            self.mark("the end of this file")
            row = admin.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone()
            admin.execute("SELECT pg_switch_wal()")
            # A file is whole for its receiver once something of the next one has come.
            self.mark("the beginning of the next")
        assert row is not None
        until(lambda: (self.wal / row[0]).exists(), within_s=200)  # others write into this server


@contextmanager
def archived(first: Cluster, folder: Path) -> Iterator[Archive]:
    """A base backup of ``first``, and its WAL as it comes, for as long as the block lasts."""
    archive = Archive(first, folder)
    archive.wal.mkdir(parents=True)
    program = [first.binaries.tool("pg_receivewal"), "-D", str(archive.wal), "-d", first.dsn()]
    # Other tests write into this server as well: what is not received yet must not go.
    slot = f"archive_{os.getpid()}"
    subprocess.run([*program, "--slot", slot, "--create-slot"], check=True)
    receiver = subprocess.Popen(
        [*program, "--slot", slot, "--no-sync"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: any(archive.wal.iterdir()), within_s=90)
        base_backup(first, archive.base)
        yield archive
    finally:
        receiver.send_signal(signal.SIGINT)
        receiver.wait(30)
        subprocess.run([*program, "--slot", slot, "--drop-slot"], check=True)


@contextmanager
def recovered(archive: Archive, state: Path, *, to: str) -> Iterator[Cluster]:
    """A server over the base backup, recovered to the place that is called ``to``."""
    mine = beside(archive.first, state)
    shutil.copytree(archive.base, mine.data)
    with (mine.data / "postgresql.auto.conf").open("a") as conf:
        conf.write(f"restore_command = 'cp {archive.wal}/%f %p'\n")
        conf.write(f"recovery_target_name = '{to}'\nrecovery_target_action = 'promote'\n")
        conf.write("hot_standby = off\n")  # ready once it writes, not while it still recovers
    (mine.data / "recovery.signal").touch()
    with server.use(mine) as up:
        yield up.cluster


@dataclass(slots=True)
class Standby:
    """A standby that follows ``first`` until it is cut off."""

    first: Cluster
    cluster: Cluster
    process: subprocess.Popen[bytes] | None = None

    def follow(self) -> None:
        """Follow until everything that the first server has written so far is here."""
        with psycopg.connect(self.first.dsn(), autocommit=True) as admin:
            row = admin.execute("SELECT pg_current_wal_flush_lsn()").fetchone()
        assert row is not None
        self.process = server._spawn(self.cluster)
        until(lambda: self._has(row[0]), within_s=60)

    def cut_off(self) -> None:
        """The network is gone, and with it the first server, for good."""
        self._stop()
        conf = self.cluster.data / "postgresql.auto.conf"
        kept = [line for line in conf.read_text().splitlines() if "primary_conninfo" not in line]
        conf.write_text("\n".join(kept) + "\n")

    def promote(self) -> None:
        """It is the first server now."""
        self.process = server._spawn(self.cluster)
        until(lambda: self._has("0/0"), within_s=60)
        done = launch.run([self.cluster.binaries.tool("pg_ctl"), "promote", "-D", self._data])
        assert done.returncode == 0, done.stderr
        until(self._ready, within_s=60)

    def _ready(self) -> bool:
        found = postmaster.running(self.cluster.data)
        return found is not None and found.ready

    @property
    def _data(self) -> str:
        return str(self.cluster.data)

    def _has(self, lsn: str) -> bool:
        try:
            with psycopg.connect(self.cluster.dsn(), autocommit=True) as admin:
                asked = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
                row = admin.execute(asked, [lsn]).fetchone()
        except psycopg.OperationalError:
            return False
        return bool(row and row[0])

    def _stop(self) -> None:
        if self.process is not None:
            server.stop(server.Server(self.cluster, self.process.pid, self.process))
            self.process = None


@contextmanager
def standby(first: Cluster, state: Path) -> Iterator[Standby]:
    """A standby of ``first``, made by ``pg_basebackup -R``; not started yet."""
    mine = beside(first, state)
    base_backup(first, mine.data, "-R")
    launch.give(mine.data)
    made = Standby(first, mine)
    try:
        yield made
    finally:
        made._stop()


@contextmanager
def at(cluster: Cluster) -> Iterator[None]:
    """Django speaks to the same database of another server for a while."""
    before = dict(connection.settings_dict)
    connection.close()
    passfile = {"passfile": str(cluster.passfile(APP))}
    connection.settings_dict.update(HOST=str(cluster.sockets), OPTIONS=passfile)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def base_backup(first: Cluster, to: Path, *words: str) -> None:
    command = [first.binaries.tool("pg_basebackup"), "-D", str(to), "-d", first.dsn()]
    subprocess.run([*command, "-c", "fast", "-X", "stream", *words], check=True)


def beside(first: Cluster, state: Path) -> Cluster:
    """A place for another server with the same passwords."""
    mine = replace(first, state=state)
    for folder in (mine.run, mine.log.parent):
        folder.mkdir(mode=0o700, parents=True)
    for path in first.run.glob("pgpass-*"):
        shutil.copy(path, mine.run)
    mine.sockets.mkdir(mode=0o700, exist_ok=True)
    for folder in (mine.sockets, mine.run):
        launch.give(folder)
        os.chmod(folder, 0o700)
    return mine
