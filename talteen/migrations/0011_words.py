"""The machine's work on words while it goes on, and the searches that people keep."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0010_log_stamps")]

    operations = [
        migrations.CreateModel(
            "Drafting",
            [
                (
                    "recording",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="drafting",
                        serialize=False,
                        to="talteen.recording",
                    ),
                ),
                ("state", models.CharField(max_length=12)),
                ("trouble", models.CharField(blank=True, max_length=12)),
                ("language", models.CharField(blank=True, max_length=2)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("again_at", models.DateTimeField(db_index=True, null=True)),
            ],
            {"db_table": "drafting"},
        ),
        migrations.CreateModel(
            "DraftPart",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("made_by", models.BinaryField()),
                ("side", models.CharField(max_length=6)),
                ("number", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft_parts",
                        to="talteen.recording",
                    ),
                ),
            ],
            {
                "db_table": "draft_part",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recording", "side", "number"), name="draft_part_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "SavedSearch",
            [
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                ("words", models.CharField(max_length=120)),
                ("side", models.CharField(blank=True, max_length=6)),
                ("made_at", models.DateTimeField()),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_searches",
                        to="talteen.staff",
                    ),
                ),
            ],
            {
                "db_table": "saved_search",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("staff", "words", "side"), name="saved_search_once"
                    )
                ],
            },
        ),
    ]
