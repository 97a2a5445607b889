"""A running server for as long as somebody uses it: started here, or adopted from another process.

Two locks in the run folder keep the peace. ``pg.start`` is held for the moments in which a server
is looked for, started or stopped. ``pg.users`` is shared by all who use it, so that the last one to
leave stops it. A server started here is tied to this thread's life: ``kill -9`` of us shuts it down
cleanly.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from talteen.engine.postgres import cluster as clusters
from talteen.engine.postgres import launch, postmaster, roles
from talteen.engine.postgres.cluster import Cluster
from talteen.errors import Unavailable

_LOOK_EVERY_S = 0.01
_OTHERS_MAY_FINISH_S = 10.0
_CHILDREN_MAY_LEAVE_S = 10.0
_STOP_WITHIN_S = 60.0


@dataclass(slots=True)
class Server:
    """A server that accepts connections. ``process`` is ours to reap if we started it."""

    cluster: Cluster
    pid: int
    process: subprocess.Popen[bytes] | None

    @property
    def adopted(self) -> bool:
        """Another process started it."""
        return self.process is None

    def alive(self) -> bool:
        """It still runs."""
        if self.process is not None:
            return self.process.poll() is None
        found = postmaster.running(self.cluster.data)
        return found is not None and found.pid == self.pid


@contextlib.contextmanager
def use(cluster: Cluster) -> Iterator[Server]:
    """A server of ``cluster``: made, started or adopted; the last of its users stops it.

    Must be entered on the main thread: the kernel ties a child to the thread that started it.
    Raises Unavailable with the last line of the server's log if it does not come up.
    """
    assert threading.current_thread() is threading.main_thread()
    clusters.private_folder(cluster.run)
    with _locked(cluster.run / "pg.users", how=None) as users:
        with _locked(cluster.run / "pg.start", how=fcntl.LOCK_EX):
            clusters.make(cluster)
            server = _adopt_or_start(cluster)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield server
        finally:
            _leave(server, users)


def stop(server: Server) -> None:
    """Stop it and wait for the end: fast (SIGINT), and at once (SIGQUIT) if that takes too long.

    Both are safe: the second leaves a recovery to the next start.
    """
    for how in (signal.SIGINT, signal.SIGQUIT):
        until = time.monotonic() + _STOP_WITHIN_S
        if server.alive():
            os.kill(server.pid, how)
        while server.alive() and time.monotonic() < until:
            time.sleep(_LOOK_EVERY_S)


def _adopt_or_start(cluster: Cluster) -> Server:
    while found := postmaster.running(cluster.data):
        server = Server(cluster, found.pid, None)
        # One that is just stopping ends here, and the next look finds nothing.
        if _becomes_ready(server) and _takes_us(server):
            return server
    _clear_stale(cluster)
    clusters.renew_lost_passwords(cluster)
    return _start(cluster)


def _takes_us(server: Server) -> bool:
    """Roles and database are there; false if it began to stop just after it was found ready."""
    try:
        roles.ensure(server.cluster)
    except psycopg.OperationalError:
        found = postmaster.running(server.cluster.data)
        if found and found.pid == server.pid and found.ready:
            raise
        return False
    return True


def _clear_stale(cluster: Cluster) -> None:
    """Remove the lock files of a dead postmaster, once its last backend has left the data folder.

    PostgreSQL does so by itself, with a check of its own for backends that live on. But where the
    number now belongs to another process of ours, or where the dead one is a zombie, it refuses to
    start although nothing is running: only then is it done here.
    """
    _wait_for_folder(cluster.data)
    if not postmaster.number_is_taken(cluster.data):
        return
    socket = cluster.sockets / f".s.PGSQL.{clusters.PORT}"
    for left in (cluster.data / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
        left.unlink(missing_ok=True)


def _wait_for_folder(data: Path) -> None:
    until = time.monotonic() + _CHILDREN_MAY_LEAVE_S
    while left := postmaster.at_work(data):
        if time.monotonic() > until:
            raise Unavailable(
                f"processes of a dead server hold its data folder ({_listed(left)})",
                remedy=f"end them: kill {_listed(left)}",
            )
        time.sleep(_LOOK_EVERY_S)


def _listed(pids: list[int]) -> str:
    return " ".join(str(pid) for pid in pids)


def _start(cluster: Cluster) -> Server:
    process = _spawn(cluster)
    server = Server(cluster, process.pid, process)
    try:
        if not _becomes_ready(server):
            raise Unavailable(
                f"PostgreSQL did not start ({_last_words(cluster.log)})",
                remedy=f"read {cluster.log}",
            )
        roles.ensure(cluster)
    except BaseException:
        stop(server)
        raise
    return server


def _spawn(cluster: Cluster) -> subprocess.Popen[bytes]:
    settings = {
        "unix_socket_directories": str(cluster.sockets),
        "shared_buffers": f"{cluster.shared_buffers_mb}MB",
        "max_connections": str(cluster.connections),
        "port": str(clusters.PORT),
    }
    program = cluster.binaries.tool("postgres")
    command = launch.postmaster(program, cluster.data, settings=settings)
    with cluster.log.open("ab") as log:
        return subprocess.Popen(
            launch.as_ordinary_user(launch.tied_to_me(command)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=launch.environment(),
            cwd="/",
            # A key press that stops us must not stop the database under our children.
            start_new_session=True,
        )


def _becomes_ready(server: Server) -> bool:
    """Waits until it accepts connections; false if it ends first.

    No time limit: recovery after a crash takes as long as it takes, while the process lives.
    """
    while True:
        found = postmaster.running(server.cluster.data)
        if found and found.ready and found.pid == server.pid:
            return True
        if not server.alive():
            return False
        time.sleep(_LOOK_EVERY_S)


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _leave(server: Server, users: int) -> None:
    """Stop it if we were the last. Others get a moment to finish where it would die with us."""
    fcntl.flock(users, fcntl.LOCK_UN)
    with _locked(server.cluster.run / "pg.start", how=fcntl.LOCK_EX):
        if server.adopted and not _alone(users):
            return
        until = time.monotonic() + _OTHERS_MAY_FINISH_S
        while not _alone(users) and time.monotonic() < until:
            time.sleep(_LOOK_EVERY_S)
        stop(server)


def _alone(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _locked(path: Path, *, how: int | None) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if how is not None:
            fcntl.flock(handle, how)
        yield handle
    finally:
        os.close(handle)
