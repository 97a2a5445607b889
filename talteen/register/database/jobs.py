"""What is to be done later: jobs in the same PostgreSQL, enqueued inside the act's own transaction.

The queue is procrastinate's. Added here: arguments are ids and nothing else, since they stand in a
plain table; a job that its worker did not survive is taken up again, but not for ever; a job that
waits for something unavailable waits as long as that takes. Destruction never depends on a queue:
``course.sweep`` reads due dates from the tables.

A job may run twice, also at the same time: a worker that was thought dead can wake up. So jobs are
idempotent, and what they write checks the state of its row under a lock.

    @job("seal")
    def seal(recording: RecordingId) -> None: ...

    with transaction.atomic():
        ...
        seal.enqueue(recording=recording)
"""

import asyncio
import contextlib
import inspect
import json
import random
import signal
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, ParamSpec
from uuid import UUID

import psycopg
import structlog
from django.db import Error as DatabaseError
from django.db import connection, transaction
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Row

from talteen import ids, traces
from talteen.errors import InputError, KeyGone, NoLongerOpens, NotAllowed, Unavailable

P = ParamSpec("P")
log = structlog.get_logger()

ATTEMPTS = 5
"""How often a job that fails, or that its worker does not survive, is tried in all."""
FINAL = (KeyGone, NoLongerOpens, NotAllowed, InputError)
"""Errors that no repetition mends: the job is set aside at once."""

_LONGEST_WAIT_S = 60.0
_BEGINS = 20
"""How often a worker begins anew by itself before it leaves that to its supervisor."""
# Stalled after one and a half heartbeats, looked for every quarter: taken up within two.
_STALLED_AFTER, _LOOK_EVERY = 1.5, 0.25
_stop_asked = threading.Event()


class Stopping(Unavailable):
    """The worker was asked to stop while a long job ran. The job goes on at the next start."""

    slug = "stopping"


@dataclass(frozen=True, slots=True)
class Knobs:
    """How a worker works."""

    concurrency: int = 1
    heartbeat_s: float = 10.0
    """How often it says that it lives. A job of a dead worker is taken up within two of these."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a worker does at regular times, whatever the queue holds: the sweep."""

    act: Callable[[], None]
    every_s: float


@dataclass(frozen=True, slots=True)
class Job(Generic[P]):
    """A piece of work that has a name. ``run`` does it here and now."""

    name: str
    run: Callable[P, None]
    parameters: inspect.Signature
    priority: int = 0
    """Of the jobs that wait, the highest goes first."""

    def enqueue(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Have it done by a worker, if and when the surrounding transaction commits.

        Jobs with the same ids are done one after the other, in the order of enqueueing.
        Raises InputError if an argument is no id, TransactionManagementError outside a transaction.
        """
        self._defer(timedelta(0), *args, **kwargs)

    def enqueue_in(self, wait: timedelta, *args: P.args, **kwargs: P.kwargs) -> None:
        """The same, no sooner than after ``wait``."""
        self._defer(wait, *args, **kwargs)

    def _defer(self, wait: timedelta, *args: P.args, **kwargs: P.kwargs) -> None:
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                f"job '{self.name}' belongs into the transaction that makes it necessary"
            )
        told = self.parameters.bind(*args, **kwargs).arguments
        written = {key: _written(self.name, value) for key, value in told.items()}
        lock = ":".join(written.values()) or self.name
        after = wait or None  # of a job without, the queue asks for no time at all
        _write([self.name, self.priority, lock, json.dumps(written), after])


def job(name: str, *, priority: int = 0) -> Callable[[Callable[P, None]], Job[P]]:
    """Make a function a job. The name stands in the queue's table: never change or reuse it."""

    def registered(function: Callable[P, None]) -> Job[P]:
        # That what comes back from the table is what P asks for was checked on its way in.
        unchecked: Callable[..., None] = function

        def run(**told: str) -> None:
            with traces.span("job", job=name):
                unchecked(**{key: ids.parse(text) for key, text in told.items()})

        queue.task(name=name, retry=_Again())(run)
        return Job(name, function, inspect.signature(function), priority)

    return registered


def _write(values: list[object]) -> None:
    """A row of the queue, by the queue's own function and over Django's connection. Its ``defer``
    takes longer to make the statement than the server to carry it out (decision 346)."""
    with connection.wrap_database_errors:
        psycopg.Cursor(connection.connection).execute(_DEFER, values, prepare=True)


_DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY[
    ROW('default', %s, %s, %s, NULL, %s, clock_timestamp() + %s::interval)
]::procrastinate_job_to_defer_v1[])
"""


def check_stop() -> None:
    """Raises Stopping if the worker was asked to stop. Long jobs call it between their steps."""
    if _stop_asked.is_set():
        raise Stopping("the worker was asked to stop", remedy="the job goes on at the next start")


def drain() -> tuple[str, ...]:
    """Do all that waits, in this process, until nothing is left that could be done now.

    Gives the names of all jobs that are set aside, as ``failed`` does.
    """
    while _waiting():
        asyncio.run(_drained())
    return failed()


def failed() -> tuple[str, ...]:
    """The names of the jobs that are set aside, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status='failed' ORDER BY id")
        return tuple(name for (name,) in cursor.fetchall())


def retry_failed() -> int:
    """Give all jobs that are set aside another round of attempts. How many they were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0 WHERE status = 'failed'"
        )
        return int(cursor.rowcount)


def work(knobs: Knobs, *, beside: Beside | None = None) -> None:
    """Do jobs until SIGTERM or SIGINT; running ones finish, or reach ``check_stop``.

    Must be called on the main thread. It begins anew when the database drops its connections, and
    raises Unavailable when that happens again and again: whoever supervises it waits longer.
    """
    _stop_asked.clear()
    for _ in range(_BEGINS):
        try:
            return asyncio.run(_work(knobs, beside))
        except (Unavailable, ConnectorException):
            log.warning("worker.begins_anew")
    raise Unavailable("the worker lost its database", remedy="it is started again")


def rescue(*, stalled_after_s: float) -> int:
    """Take up the jobs of workers that no longer say that they live. How many they were.

    What is found is locked until it is decided, so that two rescuers never take the same job, and
    none takes one that another worker has begun in between.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STALLED, [stalled_after_s])
        stalled = cursor.fetchall()
        for number, tried in stalled:
            # A job that kills its worker must not go round for ever.
            cursor.execute(_GIVE_UP if tried + 1 >= ATTEMPTS else _TAKE_UP, [number])
    return len(stalled)


# procrastinate's own query for stalled jobs, with a lock on what it finds. It reads the index on
# status, and there are no more rows of status 'doing' than workers.
_STALLED = """
SELECT job.id, job.attempts FROM procrastinate_jobs job
 WHERE job.status = 'doing'
   AND NOT EXISTS (SELECT FROM procrastinate_workers worker
                    WHERE worker.id = job.worker_id
                      AND worker.last_heartbeat > now() - make_interval(secs => %s))
   FOR UPDATE OF job SKIP LOCKED
"""
_TAKE_UP = "SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)"
_GIVE_UP = "SELECT procrastinate_finish_job_v1(%s, 'failed', false)"


class _Again(BaseRetryStrategy):
    """When a failed job is tried again: a little later each time, with some scatter."""

    def get_retry_decision(self, *, exception: BaseException, job: Row) -> RetryDecision | None:
        if isinstance(exception, Stopping):
            return RetryDecision()
        # What is unavailable may be so for hours, and the job is as needed afterwards as before.
        spent = job.attempts + 1 >= ATTEMPTS and not isinstance(exception, Unavailable)
        if spent or isinstance(exception, FINAL):
            return None
        longest_s = min(2.0 ** min(job.attempts, 10), _LONGEST_WAIT_S)
        wait_s = random.uniform(longest_s / 2, longest_s)  # noqa: S311  (scatter, not secrecy)
        return RetryDecision(retry_in={"milliseconds": int(wait_s * 1000)})


def _written(name: str, value: object) -> str:
    """An id as text. Anything else could be a number, a name or a word of a caller."""
    if not isinstance(value, UUID):
        raise InputError(
            f"job '{name}' was given something that is no id",
            remedy="pass ids only, and let the job read the rest from its tables",
        )
    return str(value)


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()))"
        )
        return bool(cursor.fetchone()[0])


@contextlib.asynccontextmanager
async def _worker_app(concurrency: int) -> AsyncIterator[App]:
    """The same jobs, over a connection that can listen.

    A second app and not ``replace_connector``: a job that enqueues another must do so over Django's
    connection, in its own transaction, and not over the worker's.
    """
    own = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=concurrency + 3)
    async with queue.with_connector(own).open_async() as app:
        yield app


async def _drained() -> None:
    async with _worker_app(1) as app:
        await app.run_worker_async(
            wait=False, listen_notify=False, install_signal_handlers=False, delete_jobs="successful"
        )


async def _work(knobs: Knobs, beside: Beside | None) -> None:
    look_s = knobs.heartbeat_s * _LOOK_EVERY
    async with _worker_app(knobs.concurrency) as app:
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=knobs.concurrency,
                update_heartbeat_interval=knobs.heartbeat_s,
                stalled_worker_timeout=knobs.heartbeat_s * 4,
                # New jobs are announced, jobs to be tried again are not.
                fetch_job_polling_interval=min(look_s, 1.0),
                install_signal_handlers=False,
                delete_jobs="successful",
            )
        )
        _stop_on_signals(worker)
        others = [asyncio.create_task(_rescue_for_ever(knobs))]
        if beside:
            others.append(asyncio.create_task(_repeat("sweep", beside.act, beside.every_s)))
        with contextlib.suppress(asyncio.CancelledError):
            await worker
        for other in others:
            other.cancel()
    if not _stop_asked.is_set():
        raise Unavailable("the worker lost its database", remedy="it is started again")


def _stop_on_signals(worker: asyncio.Task[None]) -> None:
    def ask() -> None:
        _stop_asked.set()
        worker.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ask)


async def _rescue_for_ever(knobs: Knobs) -> None:
    def act() -> None:
        if found := rescue(stalled_after_s=knobs.heartbeat_s * _STALLED_AFTER):
            log.warning("jobs.rescued", jobs=found)

    await _repeat("rescue", act, knobs.heartbeat_s * _LOOK_EVERY)


async def _repeat(name: str, act: Callable[[], None], every_s: float) -> None:
    """Do ``act`` at regular times in a thread; what it raises is told and does not end it."""

    def once() -> None:
        try:
            act()
        except Exception:
            log.exception("beside.failed", kind=name)
        finally:
            with contextlib.suppress(DatabaseError):
                connection.close()

    while True:
        await asyncio.to_thread(once)
        await asyncio.sleep(every_s)
