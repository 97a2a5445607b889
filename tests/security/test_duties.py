"""What machines do in a house they do in all tests with the rights of their own (decision 260).

``tests.kit.duties`` finds what that is in the product and puts it into its role for the whole run.
Here: that it finds all of it, and that a right which is missing is noticed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection
from procrastinate.contrib.django import app as queue

from talteen import course
from talteen.engine.postgres.cluster import CAPTURE, METRICS, OWNER, WATCH, WORK, Cluster
from tests.desk.conftest import Desk
from tests.kit import duties

TESTS = Path(__file__).parents[1]
DONE_IN = {
    "transcribe": "notice/test_clause_08_what_a_recording_holds.py",
    "cut": "notice/test_clause_08_what_a_recording_holds.py",
    "receive": "desk/reception/test_my_call.py",
    "mailbox": "desk/incidents/test_canary.py",
    "tell": "desk/interface/test_api_webhooks.py",
}
"""Each job and a test that does it in a house where there is something to do. A new job without a
row fails: name the test that proves that the worker may do it."""


def test_every_job_of_the_product_is_done_by_a_test_as_the_worker() -> None:
    theirs = {
        name
        for name, task in queue.tasks.items()
        if not name.startswith(("test", "builtin", "procrastinate"))
    }
    assert set(duties.jobs()) == theirs == set(DONE_IN)
    for name, job in duties.jobs().items():
        assert_is_wrapped(queue.tasks[name].func)
        assert_is_wrapped(job.run)
        text = (TESTS / DONE_IN[name]).read_text()
        assert "jobs.drain()" in text or ".run(" in text, name


def test_whatever_a_worker_does_beside_jobs_is_found() -> None:
    found = {(module.__name__, act) for module, act in duties.of_the_worker()}
    assert {("talteen.course", "sweep"), ("talteen.waking", "wake")} < found
    assert ("talteen.course", "words_again") in found, "inside the sweep of the command"
    for module, act in duties.of_the_worker():
        assert_is_wrapped(getattr(module, act))


def assert_is_wrapped(act: Callable[..., Any]) -> None:
    assert hasattr(act, "__wrapped__"), act


def role_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        row = cursor.fetchone()
    assert row
    return str(row[0])


@pytest.mark.django_db(transaction=True)
def test_a_right_that_the_worker_lacks_stops_the_sweep_of_a_test(
    desk: Desk, postgres: Cluster
) -> None:
    before = role_now()
    course.sweep(desk.built.house, desk.now)
    name = connection.settings_dict["NAME"]
    with psycopg.connect(postgres.dsn(OWNER, database=name), autocommit=True) as owner:
        owner.execute(f"REVOKE SELECT ON recording FROM {WORK}")

    with pytest.raises(ProgrammingError, match="permission denied for table recording"):
        course.sweep(desk.built.house, desk.now)

    assert role_now() == before


@pytest.mark.parametrize("role", [CAPTURE, WATCH, METRICS])
def test_what_other_machines_ask_for_is_asked_in_their_role(role: str) -> None:
    acts = [(place, act) for place, act, of in duties.OF_OTHERS if of == role]
    assert acts
    for place, act in acts:
        assert_is_wrapped(getattr(place, act))
