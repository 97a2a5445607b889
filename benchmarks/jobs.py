"""What the queue costs a transaction, how fast it is, and when a killed worker's job goes on."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from subprocess import Popen
from uuid import UUID, uuid4

import psycopg
from django.db import connection, transaction

from benchmarks import Judged, Row, house, median, seconds, side_by_side, times
from talteen.config import Config
from talteen.desk.ground import database
from talteen.engine.postgres.cluster import APP, DATABASE, OWNER
from talteen.register.database import jobs
from talteen.register.database.jobs import Knobs, job

GROUP = "jobs"
TRANSACTIONS, JOBS = 300, 400
HEARTBEAT_S = 2.0
COMMIT_US = 1000
row = partial(Row, GROUP)


@job("bench.nothing")
def nothing(thing: UUID) -> None:
    """Does nothing."""


@job("bench.hang_once")
def hang_once(thing: UUID) -> None:
    """Begins; ends only if another worker has begun it before."""
    if write(thing) == 1:
        threading.Event().wait()


def rows() -> Iterator[Row]:
    """All in one throw-away house."""
    with house.standing() as config:
        make_tables(config)
        name = "access log row and enqueue, against the row"
        both, alone = side_by_side(partial(rate, row_and_job), partial(rate, row_only))
        yield row(f"{name} alone (1/s)", both, alone, ">=0.9")
        both, barest = side_by_side(partial(rate, row_and_job), partial(rate, row_and_bare))
        yield row(f"{name} and a bare INSERT (1/s)", both, barest, None)
        # The bar was drawn where a row with its commit took 1.26 ms. This is what a job costs where
        # a commit waits a millisecond more, as for a standby on another machine.
        with commits_wait(config, COMMIT_US):
            both, alone = side_by_side(partial(rate, row_and_job), partial(rate, row_only))
        yield row(f"{name} alone, each commit {COMMIT_US} µs later (1/s)", both, alone, None)
        ours, bare = side_by_side(drained, partial(claimed, config))
        name = "jobs done in one worker, against a bare SKIP LOCKED loop (1/s)"
        yield row(name, ours, bare, ">=0.3")
        beats = median(recovery_s) / HEARTBEAT_S
        name = "a job goes on after kill -9 of its worker (heartbeats)"
        yield row(name, beats, None, "<=2", Judged.OURS)


@contextmanager
def commits_wait(config: Config, microseconds: int) -> Iterator[None]:
    """Each commit waits so long before its flush, by the server's own setting."""
    with psycopg.connect(database.cluster(config).dsn(), autocommit=True) as admin:
        for setting, value in (("commit_siblings", 0), ("commit_delay", microseconds)):
            admin.execute(f"ALTER SYSTEM SET {setting} = {value}")
        admin.execute("SELECT pg_reload_conf()")
        connection.close()  # the next one has it from the start
        yield
        admin.execute("ALTER SYSTEM SET commit_delay = 0")
        admin.execute("SELECT pg_reload_conf()")
    connection.close()


def make_tables(config: Config) -> None:
    """A table for rows, and one that is the barest queue there can be."""
    with psycopg.connect(database.cluster(config).dsn(OWNER, database=DATABASE)) as owner:
        owner.execute("CREATE TABLE deed (at bigserial PRIMARY KEY, thing uuid NOT NULL)")
        owner.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, thing uuid, state text)")
        owner.execute("CREATE INDEX ON bare (id) WHERE state = 'todo'")


def write(thing: UUID) -> int:
    """A row about ``thing``; how many there are now."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO deed (thing) VALUES (%s)", [thing])
        cursor.execute("SELECT count(*) FROM deed WHERE thing = %s", [thing])
        return int(cursor.fetchone()[0])


def row_only() -> None:
    """A row of the house, committed: that somebody played a recording."""
    with transaction.atomic():
        enter(uuid4())


def row_and_job() -> None:
    """The same row and a job that it calls for, committed together."""
    thing = uuid4()
    with transaction.atomic():
        enter(thing)
        nothing.enqueue(thing)


def row_and_bare() -> None:
    """The same row and the barest thing that a queue could write."""
    thing = uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        enter(thing)
        cursor.execute("INSERT INTO bare (thing, state) VALUES (%s, 'done')", [thing])


def enter(thing: UUID) -> None:
    """One line of the access log."""
    from talteen.register.models import AccessEntry

    AccessEntry.objects.create(
        at=datetime.now(UTC),
        staff=thing,
        role="agent",
        purpose="correctness",
        recording=thing,
        action="play",
        start_ms=0,
        end_ms=1000,
    )


def rate(act: Callable[[], None]) -> float:
    """How many times a second ``act`` is done, one after the other."""
    connection.ensure_connection()
    return TRANSACTIONS / seconds(partial(times, TRANSACTIONS, act))


def drained() -> float:
    """Jobs a second through procrastinate, worker start and all."""
    jobs.drain()
    with transaction.atomic():
        for _ in range(JOBS):
            nothing.enqueue(uuid4())
    return JOBS / seconds(jobs.drain)


def claimed(config: Config) -> float:
    """Jobs a second by the barest loop that is still durable: claim, commit, finish, commit."""
    with psycopg.connect(database.cluster(config).dsn(APP, database=DATABASE)) as bare:
        bare.execute(
            "INSERT INTO bare (thing, state)"
            " SELECT gen_random_uuid(), 'todo' FROM generate_series(1, %s)",
            [JOBS],
        )
        bare.commit()
        return JOBS / seconds(partial(times, JOBS, partial(claim_one, bare)))


def claim_one(bare: psycopg.Connection) -> None:
    """One turn of the bare loop."""
    found = bare.execute(
        "UPDATE bare SET state = 'doing' WHERE id = (SELECT id FROM bare WHERE state = 'todo'"
        " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"
    ).fetchone()
    bare.commit()
    bare.execute("DELETE FROM bare WHERE id = %s", found)
    bare.commit()


def recovery_s() -> float:
    """From kill -9 of a worker in the middle of a job until another begins that job."""
    thing = uuid4()
    with ExitStack() as stack:
        first = stack.enter_context(worker())
        with transaction.atomic():
            hang_once.enqueue(thing)
        house.until(lambda: begun(thing) == 1)
        stack.enter_context(worker())
        house.until(lambda: living_workers() == 2)
        first.kill()
        return seconds(lambda: house.until(lambda: begun(thing) == 2))


def begun(thing: UUID) -> int:
    """How often the job was begun."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deed WHERE thing = %s", [thing])
        return int(cursor.fetchone()[0])


def living_workers() -> int:
    """How many workers have said that they live."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        return int(cursor.fetchone()[0])


def worker() -> AbstractContextManager[Popen[bytes]]:
    """A worker of its own process."""
    return house.process(sys.executable, "-m", "benchmarks.jobs")


if __name__ == "__main__":
    from talteen.desk.ground import startup

    startup.django()
    jobs.work(Knobs(heartbeat_s=HEARTBEAT_S))
