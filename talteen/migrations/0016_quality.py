"""The weekly lot for quality (J14), and evaluations, which outlive their call without naming it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("talteen", "0013_exports")]

    operations = [
        migrations.AddField(
            "recording",
            "lot",
            models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "Draw",
            [
                ("monday", models.DateField(primary_key=True, serialize=False)),
                ("seed", models.BinaryField()),
                ("committed_leaf", models.BinaryField()),
                ("made_at", models.DateTimeField(null=True)),
                ("calls", models.PositiveIntegerField(default=0)),
            ],
            {"db_table": "lot_draw"},
        ),
        migrations.CreateModel(
            "DrawShare",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("among", models.PositiveIntegerField()),
                ("quota", models.PositiveIntegerField()),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="talteen.draw",
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lot_shares",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            {"db_table": "lot_share"},
        ),
        migrations.AddConstraint(
            "drawshare",
            models.UniqueConstraint(fields=("draw", "agent"), name="lot_share_once"),
        ),
        migrations.CreateModel(
            "FormVersion",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(max_length=32)),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("digest", models.BinaryField()),
            ],
            {"db_table": "evaluation_form"},
        ),
        migrations.AddConstraint(
            "formversion",
            models.UniqueConstraint(fields=("form", "version"), name="form_once"),
        ),
        migrations.CreateModel(
            "Evaluation",
            [
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                ("week", models.CharField(max_length=8)),
                ("answers", models.JSONField()),
                ("state", models.CharField(max_length=16)),
                ("disputed", models.JSONField(default=list)),
                ("ends_on", models.DateField(db_index=True)),
                ("form", models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="talteen.formversion",
                    )),
                ("agent", models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to=settings.AUTH_USER_MODEL,
                    )),
                ("evaluator", models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations_made",
                        to=settings.AUTH_USER_MODEL,
                    )),
                (
                    "second",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="first",
                        to="talteen.evaluation",
                    ),
                ),
            ],
            {"db_table": "evaluation"},
        ),
        migrations.CreateModel(
            "EvaluatedCall",
            [
                (
                    "evaluation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="call",
                        serialize=False,
                        to="talteen.evaluation",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("recording", models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluated",
                        to="talteen.recording",
                    )),
            ],
            {"db_table": "evaluated_call"},
        ),
    ]
