"""How long balancing tests carry by each notice (decision 236)."""

from django.db import migrations, models
from talteen.migrations._near import Step


class Migration(Step):
    # A column with a value of its own: the release before does not ask for it.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0013_adopt"),
    ]

    operations = [
        migrations.AddField(
            model_name="noticeversion",
            name="review_months",
            field=models.PositiveSmallIntegerField(db_default=12),
        ),
    ]
