"""Documents of a call's words that left the house: to whom, for what, asked and approved by whom."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0012_sealed_notes")]

    operations = [
        migrations.CreateModel(
            "Export",
            [
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                ("form", models.CharField(max_length=8)),
                ("layer", models.CharField(max_length=8)),
                ("receiver", models.CharField(max_length=12)),
                ("purpose", models.CharField(max_length=32)),
                ("case", models.CharField(max_length=64)),
                ("asked_by", models.CharField(max_length=32)),
                ("asked_at", models.DateTimeField()),
                ("approved_by", models.CharField(blank=True, max_length=32)),
                ("approved_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("document_sha256", models.BinaryField(default=bytes)),
                ("manifest_sha256", models.BinaryField(default=bytes)),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="talteen.recording",
                    ),
                ),
            ],
            {"db_table": "export", "ordering": ("asked_at", "id")},
        ),
    ]
