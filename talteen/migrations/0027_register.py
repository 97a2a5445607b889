"""What was opened by the words of one case is found in a log of two years without reading it all."""

from django.db import migrations, models
from talteen.migrations._near import Step


class Migration(Step):
    # An index takes nothing from the release before.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0026_desk"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="accessentry",
            index=models.Index(
                condition=models.Q(("action", "grant")), fields=["case"], name="access_entry_case"
            ),
        ),
    ]
