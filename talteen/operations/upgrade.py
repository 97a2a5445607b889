"""From one release to the next without losing a call: first expand, contract a release later.

Capture needs no database, so it goes on whatever is done to the tables. Pages and worker of the
release before do need it, and go on while the tables change under them: so a step may add, and what
it takes away must not be missed. ``missed`` reads a step for that. A step that cannot be without it
says in ``stops`` which roles of the database must be gone before; a test refuses one that does not
say so, and ``refuse`` keeps ``talteen migrate`` from it while their sessions are there.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from django.db import connection
from django.db.migrations import Migration, RunSQL, SeparateDatabaseAndState
from django.db.migrations import operations as steps
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field
from django.db.models.fields import NOT_PROVIDED

from talteen.engine.postgres.cluster import APP, METRICS, WATCH, WEB, WORK
from talteen.errors import Conflict
from talteen.migrations._together import Together

SINCE = "0007_people"
"""The last step of the release before: those behind it are read."""
LABEL = "talteen"
_HARMLESS = (
    Together,
    steps.CreateModel,
    steps.AddIndex,
    steps.RemoveIndex,
    steps.RenameIndex,
    steps.RemoveConstraint,
    steps.AlterModelOptions,
    steps.AlterModelManagers,
    steps.AlterModelTableComment,
)
_TAKES_AWAY = (
    steps.DeleteModel,
    steps.RenameModel,
    steps.RenameField,
    steps.AlterModelTable,
    steps.AddConstraint,
    steps.AlterUniqueTogether,
)
_SQL = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|FUNCTION|DEFAULT|VIEW)|RENAME|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\S+\s+TYPE"
    r"|ADD\s+CONSTRAINT|ROW\s+LEVEL\s+SECURITY|CREATE\s+TRIGGER|REVOKE)\b",
    re.IGNORECASE,
)
"""What takes something from whoever reads and writes as before."""


def missed(step: Migration, before: ProjectState) -> list[str]:
    """What the release before would miss after ``step``, a line each; ``before``: its tables."""
    state, found = before.clone(), list[str]()
    for operation in step.operations:
        found += _missed(operation, state)
        operation.state_forwards(step.app_label, state)
    return found


def stops(step: Migration) -> frozenset[str] | None:
    """Which roles of the database must have no session of an earlier release at this step; None
    where it does not say."""
    told: Collection[str] | None = getattr(step, "stops", None)
    return None if told is None else frozenset(told)


def refuse() -> None:
    """Raise Conflict where a step that waits to be done would take something from a process of
    another release that is at work now. By whoever is about to migrate."""
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        return
    leaves = executor.loader.graph.leaf_nodes(LABEL)
    plan = [step for step, _ in executor.migration_plan(leaves) if step.app_label == LABEL]
    for step in plan:
        before = executor.loader.project_state(step.dependencies)
        lost = missed(step, before)
        roles = stops(step)
        if roles is None:
            roles = frozenset({APP, METRICS, WATCH, WEB, WORK}) if lost else frozenset()
        if there := _at_work(roles):
            raise Conflict(
                f"step {step.name} takes from {', '.join(there)} of the release before, at work "
                f"now: {'; '.join(lost)}",
                remedy="stop these, migrate, start the new release; nodes go on meanwhile",
            )


def _at_work(roles: Iterable[str]) -> list[str]:
    """Those of ``roles`` that have sessions of another release: each says its own."""
    ours = connection.get_connection_params().get("application_name", "")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND usename = ANY(%s) AND application_name <> %s"
            " ORDER BY 1",
            [sorted(roles), ours],
        )
        return [name for (name,) in cursor.fetchall()]


def _missed(operation: Operation, state: ProjectState) -> Iterator[str]:
    match operation:
        case SeparateDatabaseAndState():
            yield from _left_behind(operation.state_operations, state)
            for one in operation.database_operations:
                yield from _missed(one, state)
        case RunSQL():
            if found := _SQL.search(_text(operation.sql)):
                yield f"SQL says {' '.join(found[0].split()).upper()}"
        case steps.AddField():
            if not _may_be_left_out(operation.field):
                yield f"{operation.model_name}.{operation.name} must be written, and is not known"
        case steps.RemoveField():
            yield f"{operation.model_name}.{operation.name} goes"
        case steps.AlterField():
            yield from _altered(operation, state)
        case _ if isinstance(operation, _TAKES_AWAY):
            yield operation.describe()
        case _ if not isinstance(operation, _HARMLESS):
            yield f"{type(operation).__name__} cannot be read: say in 'stops' whom it stops"


def _left_behind(operations: Iterable[Operation], state: ProjectState) -> Iterator[str]:
    """A column that the models let go of and the table keeps must take a row without it."""
    for one in operations:
        if isinstance(one, steps.RemoveField):
            field = state.models[LABEL, one.model_name.lower()].fields[one.name]
            if not _may_be_left_out(field):
                yield f"{one.model_name}.{one.name} stays in the table and must be written"


def _altered(operation: steps.AlterField, state: ProjectState) -> Iterator[str]:
    name = f"{operation.model_name}.{operation.name}"
    old = state.models[LABEL, operation.model_name.lower()].fields[operation.name]
    new = operation.field
    if old.null and not new.null:
        yield f"{name} may be empty no longer"
    if type(old) is not type(new) or (old.unique, old.primary_key) != (new.unique, new.primary_key):
        yield f"{name} becomes another kind of column"
    elif (new.max_length or 0) < (old.max_length or 0):
        yield f"{name} becomes shorter"


def _may_be_left_out(field: "Field[object, object]") -> bool:
    return field.null or field.many_to_many is True or field.db_default is not NOT_PROVIDED


def _text(sql: object) -> str:
    if isinstance(sql, str):
        return sql
    parts = sql if isinstance(sql, Iterable) else ()
    return ";".join(one if isinstance(one, str) else one[0] for one in parts)
