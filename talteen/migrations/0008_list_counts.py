"""The index that answers how many calls a sieve lets through (decision 211)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("talteen", "0007_people"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="recording",
            index=models.Index(
                condition=models.Q(("progress", "refused"), _negated=True),
                fields=[
                    "day",
                    "line",
                    "direction",
                    "language",
                    "cutoff_at",
                    "due_at",
                    "progress",
                    "incomplete",
                    "special_category",
                    "third_parties",
                    "reviewed",
                ],
                name="recording_counted",
            ),
        ),
        migrations.RemoveIndex(
            model_name="recording",
            name="recording_day_2acee4_idx",
        ),
    ]
