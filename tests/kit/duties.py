"""What a worker does in a house it does in the tests with the rights of a worker.

Every job of the queue, and whatever ``talteen work`` calls at its start and between jobs, is found
in the product's own lists, so that a new one is not forgotten: each runs as ``talteen_work``,
wherever a test calls it. A right that is missing fails the test that needs it.
"""

import ast
import contextlib
import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from django.db import OperationalError, connection
from django.test import Client
from procrastinate.contrib.django import app as queue

from talteen import course, enrolling, waking
from talteen.desk.commands import run
from talteen.engine.postgres.cluster import CAPTURE, METRICS, WATCH, WEB, WORK
from talteen.life.seal.watched import Watch
from talteen.operations import readings
from talteen.register.database.jobs import Job
from tests.kit import database

MODULES = {"course": course, "waking": waking}
OF_OTHERS: tuple[tuple[Any, str, str], ...] = (
    (enrolling, "is_enrolled", CAPTURE),
    (enrolling, "tell", CAPTURE),
    (Watch, "look", WATCH),
    (readings, "read", METRICS),
    (Client, "request", WEB),
)
"""What a node, a watcher of a folder and a teller of figures ask the database for, and whatever a
test asks of the pages, the API and the directory's door."""


def called(function: Callable[..., Any], names: set[str]) -> set[tuple[str, str]]:
    """What ``function`` calls of the modules that it knows by ``names``: the module, the act."""
    return {
        (node.func.value.id, node.func.attr)
        for node in ast.walk(ast.parse(inspect.getsource(function)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in names
    }


def of_the_worker() -> list[tuple[ModuleType, str]]:
    """What ``talteen work`` does beside jobs."""
    return [(MODULES[module], act) for module, act in sorted(called(run.work, set(MODULES)))]


def jobs() -> dict[str, Job[Any]]:
    """The product's jobs by their names."""
    ours = [module for name, module in sys.modules.items() if name.startswith("talteen.")]
    return {
        value.name: value for one in ours for value in vars(one).values() if isinstance(value, Job)
    }


@contextlib.contextmanager
def with_own_rights() -> Iterator[None]:
    """Jobs, what is due and what others than the worker do: each in its role while this lasts."""
    acts: list[tuple[Any, str, str]] = [(module, act, WORK) for module, act in of_the_worker()]
    for name, job in jobs().items():
        acts += [(queue.tasks[name], "func", WORK), (job, "run", WORK)]
    with contextlib.ExitStack() as undone:
        for place, act, role in (*acts, *OF_OTHERS):
            own = getattr(place, act)
            undone.callback(_put, place, act, own)
            _put(place, act, _as(role, own))
        yield


def _put(place: Any, act: str, what: Callable[..., Any]) -> None:
    # A job is frozen against us, too.
    put = object.__setattr__ if isinstance(place, Job) else setattr
    put(place, act, what)


def _as(role: str, act: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(act)
    def acted(*args: Any, **kwargs: Any) -> Any:
        with database.acting_as(role) if _may_be(role) else contextlib.nullcontext():
            return act(*args, **kwargs)

    return acted


def _may_be(role: str) -> bool:
    """Not where the process has a login of another role: that test says itself who it is. Nor in a
    database that was just restored: its next migration gives the roles their rights. And what a
    page calls of the worker's acts it does as a page."""
    try:
        connection.ensure_connection()
    except (RuntimeError, OperationalError):
        return False  # a test without a database, or of one that is away
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(session_user, %s, 'MEMBER')"
            " AND has_schema_privilege(%s, 'public', 'USAGE') AND current_user <> %s",
            [role, role, WEB],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
