"""Pages of keys behind a wall of their own (decision 216)."""

from django.db import migrations

from talteen.engine.postgres.cluster import WEB
from talteen.register.database import row_security
from talteen.migrations._near import Step


class Migration(Step):
    dependencies = [("talteen", "0009_rights2")]

    # Pages of the release before read the table itself, and would find it empty.
    stops = frozenset({WEB})

    operations = [migrations.RunSQL(row_security.PAGES_FORWARD, row_security.PAGES_BACKWARD)]
