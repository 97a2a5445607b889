"""Versions of what people decide on a transcript, sealed under the recording's key."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0011_words")]

    operations = [
        migrations.CreateModel(
            "SealedNote",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.PositiveSmallIntegerField()),
                ("version", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="talteen.recording",
                    ),
                ),
            ],
            {"db_table": "sealed_note"},
        ),
        migrations.AddConstraint(
            "sealednote",
            models.UniqueConstraint(
                fields=("recording", "kind", "version"), name="sealed_note_once"
            ),
        ),
    ]
