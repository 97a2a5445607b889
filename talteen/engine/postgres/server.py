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

from talteen.engine.postgres import cluster as clusters
from talteen.engine.postgres import launch, postmaster, roles
from talteen.engine.postgres.cluster import Cluster
from talteen.errors import Unavailable

_LOOK_EVERY_S = 0.01
_OTHERS_MAY_FINISH_S = 10.0
_CHILDREN_MAY_LEAVE_S = 10.0


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
        return postmaster.alive(self.pid)


@contextlib.contextmanager
def use(cluster: Cluster) -> Iterator[Server]:
    """The server of ``cluster``, made, started or adopted; stopped at the end if nobody else uses
    it.

    Must be entered on the main thread: the kernel ties a child to the thread that started it.
    Raises Unavailable with the last line of the server's log if it does not come up.
    """
    assert threading.current_thread() is threading.main_thread()
    clusters.private_folder(cluster.run)
    with _locked(cluster.run / "pg.users", how=None) as users:
        with _locked(cluster.run / "pg.start", how=fcntl.LOCK_EX):
            clusters.make(cluster)
            server = _adopt_or_start(cluster)
            roles.ensure(cluster)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield server
        finally:
            _leave(server, users)


def stop(cluster: Cluster, pid: int) -> None:
    """Fast shutdown (SIGINT):
    open transactions are rolled back, everything is written. Waits for it.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    _wait_until_empty(cluster, pid)


def _adopt_or_start(cluster: Cluster) -> Server:
    found = postmaster.running(cluster.data)
    if found is None:
        _clear_stale(cluster.data)
        return _start(cluster)
    server = Server(cluster, found.pid, None)
    _wait_until_ready(server)
    return server


def _clear_stale(data: Path) -> None:
    """Remove the pid file of a dead postmaster, once its last backend has left the data folder.

    PostgreSQL does so by itself, except where the number now belongs to another process of ours, or
    where the dead one is a zombie: then it refuses to start although nothing is running.
    """
    _wait_for_folder(data)
    (data / "postmaster.pid").unlink(missing_ok=True)


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
    settings = {
        "unix_socket_directories": str(cluster.sockets),
        "shared_buffers": f"{cluster.shared_buffers_mb}MB",
        "max_connections": str(cluster.connections),
        "port": str(clusters.PORT),
    }
    program = cluster.binaries.tool("postgres")
    command = launch.postmaster(program, cluster.data, settings=settings)
    with cluster.log.open("ab") as log:
        process = subprocess.Popen(
            launch.as_ordinary_user(launch.tied_to_me(command)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # A key press that stops us must not stop the database under our children.
            start_new_session=True,
        )
    server = Server(cluster, process.pid, process)
    _wait_until_ready(server)
    return server


def _wait_until_ready(server: Server) -> None:
    """No time limit: recovery after a crash takes as long as it takes, and the process is alive."""
    while True:
        found = postmaster.running(server.cluster.data)
        if found and found.ready:
            return
        if not server.alive():
            raise Unavailable(
                f"PostgreSQL did not start ({_last_words(server.cluster.log)})",
                remedy=f"read {server.cluster.log}",
            )
        time.sleep(_LOOK_EVERY_S)


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _leave(server: Server, users: int) -> None:
    """Stop the server if we were the last;
    wait a little for others if it would die with us anyway.
    """
    with _locked(server.cluster.run / "pg.start", how=fcntl.LOCK_EX):
        fcntl.flock(users, fcntl.LOCK_UN)
        if server.adopted and not _alone(users):
            return
        until = time.monotonic() + _OTHERS_MAY_FINISH_S
        while not _alone(users) and time.monotonic() < until:
            time.sleep(_LOOK_EVERY_S)
        stop(server.cluster, server.pid)
        if server.process is not None:
            server.process.wait()


def _alone(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_until_empty(cluster: Cluster, pid: int) -> None:
    while postmaster.alive(pid) and (found := postmaster.running(cluster.data)):
        assert found.pid == pid
        time.sleep(_LOOK_EVERY_S)


@contextlib.contextmanager
def _locked(path: Path, *, how: int | None) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if how is not None:
            fcntl.flock(handle, how)
        yield handle
    finally:
        os.close(handle)
