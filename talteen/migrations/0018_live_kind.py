"""In which kind of holder a live key died."""

from django.db import migrations, models
from talteen.migrations._near import Step


class Migration(Step):
    # Empty by the database's own default: the release before does not name the column.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0017_rightsb"),
    ]

    operations = [
        migrations.AddField(
            model_name="rollrecord",
            name="live_kind",
            field=models.CharField(db_default="", max_length=16),
        ),
    ]
