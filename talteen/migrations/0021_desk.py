"""Studies of several questions and more strata (310); objections that are upheld (312)."""

from django.db import migrations, models

from talteen.register.database import append_only
from talteen.migrations._near import Step


class Migration(Step):
    # Columns that the release before does not know, and need not write.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0020_ops"),
    ]

    operations = [
        migrations.AddField(
            model_name="study",
            name="also",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="study",
            name="each",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="study",
            name="house",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="study",
            name="strata",
            field=models.CharField(max_length=80),
        ),
        migrations.AddField(
            model_name="studycall",
            name="answers",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="studycall",
            name="stratum",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="passage",
            name="upheld_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(append_only.PLAN, append_only.PLAN_OF_BEFORE),
    ]
