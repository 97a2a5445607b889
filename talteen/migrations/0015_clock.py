"""Where the clock of a demo house is on its way to."""

from django.db import migrations, models
from talteen.migrations._near import Step


class Migration(Step):
    # A column that may be empty: the release before does not ask for it.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0014_rights3"),
    ]

    operations = [
        migrations.AddField(
            model_name="house",
            name="clock_until",
            field=models.DateTimeField(null=True),
        ),
    ]
