"""What became of another node's account that came when the packets of its recording were gone."""

from django.db import migrations, models
from talteen.migrations._near import Step


class Migration(Step):
    # A column with a default, of which the release before knows nothing.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0022_rights"),
    ]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="late",
            field=models.CharField(db_default="", default="", max_length=16),
        ),
    ]
