"""Jobs: as durable as the rows that call for them, tried again but not for ever, ids only."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from typing import cast
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from talteen.errors import InputError
from talteen.register.database import jobs
from talteen.register.database.jobs import Beside, Knobs
from tests.kit import jobs as some
from tests.kit.processes import Forked, beside, python, until

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import sys
import talteen.desk.settings as settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.INSTALLED_APPS.append("tests.kit")
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "talteen.desk.settings"
import django; django.setup()
from talteen.register.database.jobs import Knobs, work
from tests.kit import jobs
print("up", flush=True)
work(Knobs(heartbeat_s=0.5))
"""
"""With the settings of the product, which mend a connection that was dropped."""


def worker(heartbeat_s: float = 0.5, *, sweeps: bool = False) -> AbstractContextManager[Forked]:
    """A worker in a process of its own, that sweeps twenty times a second or not at all."""
    sweep = Beside(lambda: some.did("sweep", uuid4()), 0.05) if sweeps else None
    return beside(lambda: jobs.work(Knobs(heartbeat_s=heartbeat_s), beside=sweep))


def enqueue(job: jobs.Job[[UUID]], thing: UUID) -> None:
    with transaction.atomic():
        job.enqueue(thing)


def rows() -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status, attempts FROM procrastinate_jobs ORDER BY id")
        return cast(list[tuple[str, str, int]], cursor.fetchall())


def rescue_and_close() -> int:
    try:
        return jobs.rescue(stalled_after_s=0)
    finally:
        connection.close()


def begun(times: int) -> bool:
    return len(some.deeds("begun")) == times


def rush() -> None:
    """All that waits for a later time may be done now."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")


def test_a_job_is_done_and_leaves_no_row() -> None:
    thing = uuid4()
    enqueue(some.note, thing)

    jobs.drain()

    assert some.deeds("note") == [str(thing)]
    assert rows() == []


def test_of_jobs_that_wait_the_one_with_most_priority_is_done_first() -> None:
    """A call that has come in is taken in before words are written of all those before it."""
    things = [uuid4() for _ in range(3)]
    enqueue(some.note, things[0])
    enqueue(some.note, things[1])
    enqueue(some.note_first, things[2])

    jobs.drain()

    assert some.deeds("note")[0] == str(things[2])


def test_a_job_whose_transaction_is_rolled_back_never_was() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        some.note.enqueue(uuid4())
        raise ZeroDivisionError

    assert rows() == []


def test_a_job_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match=r"test\.note"):
        some.note.enqueue(uuid4())


@pytest.mark.parametrize("value", ["+358401234567", "Kaisa", 401234567, None, b"\0"])
def test_an_argument_that_is_no_id_is_refused_and_not_repeated(value: object) -> None:
    with pytest.raises(InputError) as refused, transaction.atomic():
        some.note.enqueue(cast(UUID, value))

    assert str(value) not in str(refused.value)
    assert rows() == []


def test_a_job_enqueued_by_a_job_is_done() -> None:
    thing = uuid4()
    enqueue(some.pass_on, thing)

    jobs.drain()

    assert some.deeds("note") == [str(thing)]


def test_a_job_enqueued_by_a_job_that_rolls_back_never_was() -> None:
    # procrastinate's own worker for Django would enqueue it over another connection.
    enqueue(some.pass_on_and_fail, uuid4())

    failed = jobs.drain()

    assert some.deeds("note") == []
    assert failed == ("test.pass_on_and_fail",)


def test_an_error_that_no_repetition_mends_sets_the_job_aside_at_once() -> None:
    thing = uuid4()
    enqueue(some.gone, thing)

    failed = jobs.drain()

    assert some.deeds("gone") == [str(thing)]
    assert failed == ("test.gone",)


def test_a_bug_is_tried_five_times_and_then_set_aside() -> None:
    thing = uuid4()
    enqueue(some.crash, thing)

    for _ in range(8):
        failed = jobs.drain()
        rush()

    assert some.deeds("crash") == [str(thing)] * jobs.ATTEMPTS
    assert failed == ("test.crash",)


def test_a_job_waits_for_what_is_unavailable_as_long_as_that_takes() -> None:
    enqueue(some.away, uuid4())

    for _ in range(8):
        failed = jobs.drain()
        rush()

    assert len(some.deeds("away")) == 8
    assert failed == ()


def test_a_job_that_failed_waits_before_it_is_tried_again() -> None:
    enqueue(some.crash, uuid4())

    jobs.drain()

    assert len(some.deeds("crash")) == 1
    assert rows() == [("test.crash", "todo", 1)]


def test_jobs_set_aside_can_be_given_another_round() -> None:
    enqueue(some.gone, uuid4())
    jobs.drain()

    taken = jobs.retry_failed()
    jobs.drain()

    assert taken == 1
    assert len(some.deeds("gone")) == 2


def test_jobs_about_one_thing_are_done_in_order() -> None:
    thing, other = uuid4(), uuid4()
    with transaction.atomic():
        for _ in range(3):
            some.pass_on.enqueue(thing)
        some.note.enqueue(other)

    jobs.drain()

    assert some.deeds("note").count(str(thing)) == 3


@pytest.mark.drill
def test_a_job_survives_kill_9_of_its_worker() -> None:
    thing = uuid4()
    enqueue(some.hang_once, thing)

    with worker() as first:
        until(lambda: some.deeds("begun"))
        first.kill()
    with worker() as second:
        until(lambda: some.deeds("ended"))
        second.send_signal(signal.SIGTERM)
        status = second.wait(timeout=20)

    assert some.deeds("begun") == [str(thing)] * 2
    assert rows() == []
    assert status == 0


@pytest.mark.drill
def test_a_job_that_kills_its_workers_is_given_up() -> None:
    enqueue(some.hang_always, uuid4())

    for tries in range(1, jobs.ATTEMPTS + 1):
        with worker() as one:
            until(partial(begun, tries))
            one.kill()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = '2020-01-01'")
        jobs.rescue(stalled_after_s=1)

    assert rows() == [("test.hang_always", "failed", jobs.ATTEMPTS)]


def test_a_job_of_a_living_worker_is_not_taken_from_it() -> None:
    enqueue(some.hang_always, uuid4())

    with worker() as one:
        until(lambda: some.deeds("begun"))
        rescued = jobs.rescue(stalled_after_s=30)
        one.kill()

    assert rescued == 0
    assert [status for _, status, _ in rows()] == ["doing"]


def test_two_rescuers_never_take_the_same_job() -> None:
    enqueue(some.hang_always, uuid4())
    with worker() as one:
        until(lambda: some.deeds("begun"))
        one.kill()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs FOR UPDATE")
        with ThreadPoolExecutor(1) as other:
            found_beside = other.submit(rescue_and_close).result()
    found_alone = jobs.rescue(stalled_after_s=0)

    assert (found_beside, found_alone) == (0, 1)


def test_a_long_job_minds_being_stopped_and_goes_on_at_the_next_start() -> None:
    thing = uuid4()
    enqueue(some.until_stop, thing)

    with worker() as first:
        until(lambda: some.deeds("begun"))
        first.send_signal(signal.SIGTERM)
        status = first.wait(timeout=20)
    waiting = [status for _, status, _ in rows()]
    jobs.drain()

    assert status == 0
    assert waiting == ["todo"]
    assert some.deeds("ended") == [str(thing)]


def test_a_worker_lives_on_when_the_database_drops_its_connections() -> None:
    with python(WORKER, connection.settings_dict["NAME"]) as one:
        enqueue(some.note, uuid4())
        until(lambda: some.deeds("note"))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = current_user"
                " AND pid <> pg_backend_pid()"
            )
        enqueue(some.note, uuid4())
        until(lambda: len(some.deeds("note")) == 2)
        alive = one.process.poll() is None
        one.kill()

    assert alive


def test_the_sweep_runs_beside_the_jobs_and_without_any() -> None:
    with worker(sweeps=True) as one:
        until(lambda: len(some.deeds("sweep")) >= 3)
        one.send_signal(signal.SIGTERM)
        status = one.wait(timeout=20)

    assert status == 0


def test_a_worker_hears_of_a_new_job_at_once() -> None:
    with worker(heartbeat_s=60) as one:
        until(lambda: rows() == [])
        enqueue(some.note, uuid4())
        until(lambda: some.deeds("note"), within_s=10)
        one.kill()
