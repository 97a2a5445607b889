"""Two nodes record one session: by what it is known, and what a healed recording replaced."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0002_append_only")]

    operations = [
        migrations.AddField(
            "promise",
            "names",
            django.contrib.postgres.fields.ArrayField(models.BinaryField(), default=list),
        ),
        migrations.AddField("promise", "ended_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "promise",
            django.contrib.postgres.indexes.GinIndex(fields=["names"], name="promise_names"),
        ),
        migrations.CreateModel(
            "Replaced",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recording", models.UUIDField()),
                ("n", models.PositiveBigIntegerField()),
            ],
            {
                "db_table": "replaced",
                "constraints": [
                    models.UniqueConstraint(fields=["recording", "n"], name="replaced_once")
                ],
            },
        ),
    ]
