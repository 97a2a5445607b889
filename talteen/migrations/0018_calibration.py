"""Calibration rounds, drafts of evaluations, who published a form, and figures of questions."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT
STAFF = settings.AUTH_USER_MODEL


def _id() -> tuple[str, models.Field]:
    auto = models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )
    return ("id", auto)


def _to(model: str, related: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(null=null, on_delete=PROTECT, related_name=related, to=model)


class Migration(migrations.Migration):
    dependencies = [("talteen", "0017_requests")]

    operations = [
        migrations.AddField("formversion", "by", _to(STAFF, "forms_published", null=True)),
        migrations.AddField("formversion", "on", models.DateField(null=True)),
        migrations.CreateModel(
            "EvaluationDraft",
            [
                _id(),
                ("recording", _to("talteen.recording", "drafts")),
                ("evaluator", _to(STAFF, "drafts")),
                ("sealed", models.BinaryField()),
                ("changed_at", models.DateTimeField()),
            ],
            {"db_table": "evaluation_draft"},
        ),
        migrations.AddConstraint(
            "evaluationdraft",
            models.UniqueConstraint(fields=("recording", "evaluator"), name="draft_once"),
        ),
        migrations.CreateModel(
            "CalibrationRound",
            [
                _id(),
                ("form", _to("talteen.formversion", "rounds")),
                ("opened_by", _to(STAFF, "rounds_opened")),
                ("week", models.CharField(max_length=8)),
                ("state", models.CharField(db_index=True, max_length=12)),
                ("ends_on", models.DateField(db_index=True)),
            ],
            {"db_table": "calibration_round"},
        ),
        migrations.CreateModel(
            "CalibrationCall",
            [
                (
                    "round",
                    models.OneToOneField(
                        on_delete=PROTECT,
                        primary_key=True,
                        related_name="call",
                        serialize=False,
                        to="talteen.calibrationround",
                    ),
                ),
                ("recording", _to("talteen.recording", "calibrated")),
                ("opened_at", models.DateTimeField()),
            ],
            {"db_table": "calibration_call"},
        ),
        migrations.CreateModel(
            "CalibrationMark",
            [
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                ("round", _to("talteen.calibrationround", "marks")),
                ("evaluator", _to(STAFF, "calibration_marks")),
                ("answers", models.JSONField(null=True)),
            ],
            {"db_table": "calibration_mark"},
        ),
        migrations.AddConstraint(
            "calibrationmark",
            models.UniqueConstraint(fields=("round", "evaluator"), name="calibration_mark_once"),
        ),
        migrations.CreateModel(
            "QuestionFigures",
            [
                _id(),
                ("form", models.CharField(max_length=32)),
                ("question", models.CharField(max_length=64)),
                ("meaning", models.BinaryField()),
                ("calls", models.PositiveIntegerField()),
                ("figures", models.JSONField()),
                ("trust", models.CharField(max_length=12)),
            ],
            {"db_table": "question_figures"},
        ),
        migrations.AddConstraint(
            "questionfigures",
            models.UniqueConstraint(
                fields=("form", "question", "meaning"), name="question_figures_once"
            ),
        ),
    ]
