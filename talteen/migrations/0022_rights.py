"""Opinions with a stand, mandates, and what is said of cases that hold many calls."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import talteen.ids
from talteen.migrations._near import Step


class Migration(Step):
    # Empty by the database's own default, and tables that the release before does not know.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0021_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessmentstep",
            name="stand",
            field=models.CharField(blank=True, db_default="", max_length=8),
        ),
        migrations.AddField(
            model_name="noticeproposal",
            name="stand",
            field=models.CharField(blank=True, db_default="", max_length=8),
        ),
        migrations.AddField(
            model_name="noticeproposal",
            name="against",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.CreateModel(
            name="HoldOpinion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("stand", models.CharField(blank=True, max_length=8)),
                ("calls", models.PositiveIntegerField()),
                ("words", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hold_opinions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hold_opinions",
                        to="talteen.case",
                    ),
                ),
            ],
            options={
                "db_table": "hold_opinion",
                "indexes": [models.Index(fields=["case", "at"], name="hold_opinion_of_case")],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=12)),
                ("rights", models.JSONField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("calls_from", models.DateField(null=True)),
                ("calls_to", models.DateField(null=True)),
                ("revoked", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates_written",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talteen.requestpaper",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="talteen.subjectrequest",
                    ),
                ),
            ],
            options={
                "db_table": "request_mandate",
                "indexes": [models.Index(fields=["request", "at"], name="mandate_of_request")],
            },
        ),
    ]
