"""The calendar counts along an index of its own (decision 304); studies on a scale (321)."""

from django.db import migrations, models

from talteen.register.database import append_only
from talteen.migrations._near import Step


class Migration(Step):
    # Indexes, what the planner knows, a column that the release before need not write.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0024_rights"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="recording",
            index=models.Index(fields=["day", "cutoff_at", "due_at"], name="recording_ends"),
        ),
        migrations.AlterField(
            model_name="recording",
            name="day",
            field=models.DateField(),
        ),
        # A day has one cutoff and one due. Taken for independent, the three would make a hundred
        # thousand groups, which the planner thinks too many to be counted by two processes.
        migrations.RunSQL(
            "CREATE STATISTICS recording_ends_of_days (ndistinct)"
            " ON day, cutoff_at, due_at FROM recording",
            "DROP STATISTICS recording_ends_of_days",
        ),
        migrations.AddField(
            model_name="study",
            name="steps",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.RunSQL(append_only.PLAN_WITH_STEPS, append_only.PLAN),
    ]
