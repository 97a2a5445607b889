"""What a person is asked before a call ends whose use they restricted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from talteen.migrations._near import Step


class Migration(Step):
    # A table that the release before does not know.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0023_vault"),
    ]

    operations = [
        migrations.CreateModel(
            name="RestrictionQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recordings", models.JSONField()),
                ("asked_at", models.DateTimeField()),
                ("reply_by", models.DateField(db_index=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("wish", models.CharField(blank=True, db_default="", default="", max_length=8)),
                (
                    "letter",
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
                        related_name="restriction_questions",
                        to="talteen.subjectrequest",
                    ),
                ),
                (
                    "told",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "restriction_question"},
        ),
    ]
