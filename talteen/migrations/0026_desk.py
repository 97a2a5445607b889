"""A call of a case opens to personnel by two (decision 331); a round has several calls (332)."""

import django.db.models.deletion
import talteen.ids
from django.conf import settings
from django.db import migrations, models
from talteen.migrations._near import Step


class Migration(Step):
    # A table of its own, and columns that the release before need not write.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0025_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="calibrationround",
            name="figures",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="calibrationround",
            name="first",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="others",
                to="talteen.calibrationround",
            ),
        ),
        migrations.CreateModel(
            name="PersonnelOpening",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("recording", models.UUIDField(db_index=True, null=True)),
                ("why", models.BinaryField()),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("why_not", models.BinaryField(default=b"")),
                ("ends_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="personnel_openings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="personnel_openings",
                        to="talteen.case",
                    ),
                ),
                (
                    "refused_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "personnel_opening",
            },
        ),
    ]
