"""What lists, calendar and queue ask of a million rows (decision 211)."""

from django.db import migrations, models
from talteen.migrations._near import Step


class Migration(Step):
    dependencies = [
        ("talteen", "0010_walls2"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        # "Does another job with this lock come first?" is asked of each candidate. Without this
        # index it is answered by reading all that wait, so that taking a job costs what waits.
        migrations.RunSQL(
            "CREATE INDEX job_lock_waiting ON procrastinate_jobs (lock, priority, id)"
            " WHERE status IN ('todo', 'doing')",
            "DROP INDEX job_lock_waiting",
        ),
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
