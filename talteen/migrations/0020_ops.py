"""Who heads a unit or a team of it."""

import django.db.models.deletion
from django.db import migrations, models

import talteen.ids
from talteen.migrations._near import Step


class Migration(Step):
    # A table that the release before does not know.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0019_training"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitHead",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("team", models.CharField(blank=True, max_length=64)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talteen.staff",
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talteen.staff",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads_of",
                        to="talteen.staff",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to="talteen.unit",
                    ),
                ),
            ],
            options={
                "db_table": "unit_head",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("unit", "team"),
                        name="unit_head_one",
                    )
                ],
            },
        ),
    ]
