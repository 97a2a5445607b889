"""Messages to the data protection officer: sealed, with a code for the answer (2.4)."""

from django.db import migrations, models

import talteen.ids


class Migration(migrations.Migration):
    dependencies = [("talteen", "0017_requests")]

    operations = [
        migrations.CreateModel(
            "OfficerMessage",
            [
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("language", models.CharField(max_length=2)),
                ("sealed", models.BinaryField()),
                ("code_sha256", models.BinaryField(unique=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.BinaryField(default=bytes)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "officer_message"},
        ),
    ]
