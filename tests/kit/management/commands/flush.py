"""What Django calls after a test that committed: here the rows go that it left.

Django's own ``flush`` truncates, which the append-only tables refuse, and which ``talteen_app`` may
not.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from talteen.desk.ground import database
from talteen.engine.postgres.cluster import Cluster
from tests.kit.database import empty


class Command(BaseCommand):
    """The test's database, as the migrations leave it: that of this process, whichever house a test
    names meanwhile."""

    def handle(self, *args: Any, **options: Any) -> None:
        empty(_of_this_process(), connection.settings_dict["NAME"])

    def create_parser(self, *args: Any, **options: Any) -> Any:
        parser = super().create_parser(*args, **options)
        parser.add_argument("--database")
        parser.add_argument("--noinput", dest="interactive")
        for name in ("reset_sequences", "allow_cascade", "inhibit_post_migrate"):
            parser.add_argument(f"--{name}")
        return parser


@cache
def _of_this_process() -> Cluster:
    """Looked for once: PostgreSQL is asked its version by starting it."""
    return database.cluster(settings.CONFIG)
