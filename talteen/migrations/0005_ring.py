"""The ring that is watched: keys that came back, and faults that stand until they are mended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0004_holder_health")]

    operations = [
        migrations.AddField("rollrecord", "backup_revived_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            "Alarm",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=32)),
                ("subject", models.CharField(max_length=64, blank=True)),
                ("since", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
            ],
            {
                "db_table": "alarm",
                "indexes": [models.Index(fields=["found_at"], name="alarm_found")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["kind", "subject"],
                        condition=models.Q(resolved_at=None),
                        name="alarm_stands_once",
                    )
                ],
            },
        ),
    ]
