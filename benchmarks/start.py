"""How long one waits: for the database, and for the first page."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg

from benchmarks import Judged, Row, house, median, seconds, side_by_side
from talteen.desk.ground import supervise
from talteen.engine.postgres import binaries, launch, postmaster, server
from talteen.engine.postgres.cluster import DATABASE, OWNER, Cluster

GROUP = "start"
OURS = Judged.OURS
row = partial(Row, GROUP)


def rows() -> Iterator[Row]:
    """The database from nothing, from a stop, from a crash; the first page."""
    ours, peer = side_by_side(first_start, bare_start)
    name = "embedded PostgreSQL ready, new, against bare initdb and postgres (s)"
    yield row(name, ours, peer, "<=1.5", OURS)
    with house.folder() as place:
        cluster = Cluster(place / "state", binaries.find())
        use(cluster)
        again = median(lambda: seconds(partial(use, cluster)))
        yield row("embedded PostgreSQL ready and stopped again (s)", again, None, "<=0.3", OURS)
        crashed = median(partial(start_after_crash, cluster))
        name = "embedded PostgreSQL ready after kill -9 with 256 MB of WAL (s)"
        yield row(name, crashed, None, "<=3", OURS)
    up = median(partial(first_page, supervise.talteen("up"), "healthz"))
    yield row("talteen up to the first answer, environment set up (s)", up, None, "<=15", OURS)
    yield demo()


def demo() -> Row:
    """``./run demo`` to its first page."""
    name = "./run demo to the first page, environment set up, without demo data (s)"
    command = (str(house.ROOT / "run"), "demo")
    return row(name, median(partial(first_page, command, "")), None, "<=15", OURS)


def use(cluster: Cluster) -> None:
    """Start and stop."""
    with server.use(cluster):
        pass


def first_start() -> float:
    """Our supervisor, from an empty folder until somebody may connect."""
    with house.folder() as place, ExitStack() as stack:
        using = server.use(Cluster(place / "state", binaries.find()))
        return seconds(lambda: stack.enter_context(using))


def bare_start() -> float:
    """The two programs, one after the other, by the same user and with the same options."""
    with house.folder() as place, ExitStack() as stack:
        cluster = Cluster(place / "state", binaries.find())
        for path in (cluster.data, cluster.sockets):
            path.mkdir(mode=0o700, parents=True)
        make = [cluster.binaries.tool("initdb"), "-D", str(cluster.data), "-U", "postgres"]
        make += ["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--auth=trust"]
        settings = {"unix_socket_directories": str(cluster.sockets), "shared_buffers": "64MB"}
        program = cluster.binaries.tool("postgres")
        serve = launch.postmaster(program, cluster.data, settings=settings)

        def both() -> None:
            launch.run(make)
            stack.enter_context(house.process(*launch.as_ordinary_user(serve)))
            house.until(lambda: ready(cluster.data))

        return seconds(both)


def ready(data: Path) -> bool:
    """The server of this folder accepts connections."""
    found = postmaster.running(data)
    return found is not None and found.ready


def start_after_crash(cluster: Cluster) -> float:
    """Recovery of a quarter of a gigabyte: what a crash in the middle of a busy hour leaves."""
    with house.folder() as place, ExitStack() as stack:
        crashed = replace(cluster, state=place / "state")
        shutil.copytree(cluster.state, crashed.state)
        with server.use(crashed) as up:
            write_wal(crashed, size_bytes=256 * 2**20)
            os.kill(up.pid, signal.SIGKILL)
            house.until(lambda: not up.alive())
        return seconds(lambda: stack.enter_context(server.use(crashed)))


def write_wal(cluster: Cluster, *, size_bytes: int) -> None:
    """Write rows until the log has grown by ``size_bytes``."""
    with psycopg.connect(cluster.dsn(OWNER, database=DATABASE), autocommit=True) as connection:
        connection.execute("CREATE TABLE filler (text text)")
        began = "SELECT pg_current_wal_insert_lsn()::text"
        start = connection.execute(began).fetchone()
        assert start
        grown = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), %s::pg_lsn)"
        while (told := connection.execute(grown, start).fetchone()) and told[0] < size_bytes:
            connection.execute(
                "INSERT INTO filler SELECT repeat(md5(n::text), 30) FROM generate_series(1, 4000) n"
            )


def first_page(command: tuple[str, ...], path: str) -> float:
    """From the command to the page's answer, in a house of its own."""
    with house.folder() as home, ExitStack() as stack:
        port = house.free_port()
        env = {"TALTEEN_HOME": str(home), "TALTEEN_WEB_PORT": str(port)}
        url = f"http://127.0.0.1:{port}/{path}"

        def answer() -> None:
            stack.enter_context(house.process(*command, env=env))
            house.until(lambda: house.answers(url))

        return seconds(answer)
