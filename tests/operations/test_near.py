"""A step asks for the models that it touches alone, and says to the database what Django's own
would say."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from talteen.desk.ground import database as places
from talteen.migrations._near import Step

STEPS = ("0005_intake", "0019_training", "0021_desk", "0026_desk")
"""Between them: new tables, columns, references, another kind of column, constraints, SQL."""


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


def said(kind: type[Migration], back: bool, step: Migration, before: ProjectState) -> Sequence[str]:
    """What the database is told by the operations of ``step``, gone by the way of ``kind``."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        go = kind.unapply if back else kind.apply
        go(step, before, editor, collect_sql=True)
    return editor.collected_sql


@pytest.mark.django_db
@pytest.mark.parametrize("back", [False, True], ids=["forwards", "back"])
@pytest.mark.parametrize("name", STEPS)
def test_a_step_says_what_djangos_own_says(name: str, back: bool, loader: MigrationLoader) -> None:
    step = loader.disk_migrations["talteen", name]
    ours, theirs = (
        said(kind, back, step, loader.project_state(step.dependencies))
        for kind in (Step, Migration)
    )

    assert isinstance(step, Step)
    assert len(ours) > 3
    assert ours == theirs


class Looks(Operation):
    """Sees which models an operation is given beside the one it asks for."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """It changes nothing."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        asked = to_state.apps.get_model(app_label, "calibrationround")
        self.seen = {one._meta.model_name for one in asked._meta.apps.get_models()}


def test_an_operation_is_given_its_model_and_what_that_refers_to(loader: MigrationLoader) -> None:
    looks = Looks()
    step = Step("9999_planted", "talteen")
    step.operations = [looks]
    state = loader.project_state(("talteen", places.release()))
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        step.apply(state, editor)

    assert {"calibrationround", "staff"} <= looks.seen
    assert len(looks.seen) < 12 < len(state.models)


def test_whoever_asks_after_a_step_for_all_models_finds_them_as_it_left_them(
    loader: MigrationLoader,
) -> None:
    newest = loader.disk_migrations["talteen", "0026_desk"]
    before = loader.project_state(newest.dependencies)
    before.apps.get_model("talteen", "line")  # all of them are rendered
    after = newest.mutate_state(before)
    after.clear_delayed_apps_cache()

    assert "personnelopening" not in before.apps.all_models["talteen"]
    assert "personnelopening" in after.apps.all_models["talteen"]
