"""Many tables made in one step.

Django renders the models that touch a new one again at each of its operations: a hundred tables
take it five seconds, and one second if all are known before the first is made.
"""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """The tables that ``operations`` describe, each made once, in its last shape.

    Parameters
    ----------
    operations
        As ``makemigrations`` writes them for new tables: what creates a model, and what completes
        one of these.
    """

    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Rendered anew once, when somebody asks; else it is at each of the operations.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        # The order is free: the editor adds references between tables when all of them are there.
        for operation in self._creating():
            schema_editor.create_model(to_state.apps.get_model(app_label, operation.name))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in reversed(self._creating()):
            schema_editor.delete_model(from_state.apps.get_model(app_label, operation.name))

    def describe(self) -> str:
        return f"Create {len(self._creating())} tables together"

    def _creating(self) -> list[CreateModel]:
        return [one for one in self.operations if isinstance(one, CreateModel)]
