"""The calendar counts along an index of its own (decision 304)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    # Indexes and what the planner knows: the release before asks the same and is answered.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0023_vault"),
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
    ]
