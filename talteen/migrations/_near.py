"""A step that renders of the models only those that its operations touch.

Django renders a model anew at each operation, and with it all that are tied to it by any number of
references: here half of all, at every new table. Tables from nothing took five seconds, of which
four were that. What an operation asks of a model is its table, its columns, and the tables that it
refers to: these alone are rendered (decision 340).
"""

from collections.abc import Iterator
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.migrations.utils import resolve_relation
from django.db.models import Model

Key = tuple[str, str]
"""A model's application and its name in small letters."""


class Step(migrations.Migration):
    """A migration whose operations describe tables, columns, indexes and SQL. One that reads or
    writes rows by way of models (``RunPython``) is a ``migrations.Migration``."""

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        near = _NearState(project_state)
        super().apply(near, schema_editor, collect_sql)
        return _gone_on(project_state, near)

    def unapply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        super().unapply(_NearState(project_state), schema_editor, collect_sql)
        return project_state

    def mutate_state(self, project_state: ProjectState, preserve: bool = True) -> ProjectState:
        gone_on = project_state.clone() if preserve else project_state
        near = _NearState(gone_on)
        super().mutate_state(near, preserve=False)
        return _gone_on(gone_on, near)


def _gone_on(state: ProjectState, near: "_NearState") -> ProjectState:
    """``state`` as the step left it. Its rendered models are those of before, as after a change
    that Django itself puts off: whoever asks for all of them next has them rendered anew."""
    state.models = near.models
    state._relations = None  # noqa: SLF001  # Django's own, and none but it renews them
    state.is_delayed = True
    return state


class _NearState(ProjectState):
    """The same models, of which none stays rendered."""

    def __init__(self, state: ProjectState) -> None:
        super().__init__(state.models, state.real_apps)

    @property
    def apps(self) -> "_NearApps":  # type: ignore[override]
        return _NearApps(self)

    def clone(self) -> "_NearState":
        copied = {key: model.clone() for key, model in self.models.items()}
        return _NearState(ProjectState(copied, self.real_apps))


class _NearApps:
    """What an operation asks for models."""

    def __init__(self, state: ProjectState) -> None:
        self._state = state

    def get_model(self, app_label: str, model_name: str) -> type[Model]:
        near = _near(self._state, (app_label, model_name.lower()))
        model: type[Model] = StateApps(self._state.real_apps, near).get_model(app_label, model_name)
        return model


def _near(state: ProjectState, model: Key) -> dict[Key, ModelState]:
    """``model`` and all that it refers to, at any distance."""
    found: dict[Key, ModelState] = {}
    waiting = [model]
    while waiting:
        if (key := waiting.pop()) in found:
            continue
        found[key] = state.models[key]
        waiting += _referred_to(found[key], key)
    return found


def _referred_to(model: ModelState, key: Key) -> Iterator[Key]:
    for field in model.fields.values():
        told: Any = field.remote_field
        if told is not None:
            yield resolve_relation(told.model, *key)
            if getattr(told, "through", None) is not None:
                yield resolve_relation(told.through, *key)
    yield from (resolve_relation(base) for base in model.bases if isinstance(base, str))
