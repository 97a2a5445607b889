"""Letters of a breach to its people, and calls that are opened for its investigation."""

import django.db.models.deletion
from django.db import migrations, models

import talteen.ids
from talteen.migrations._near import Step


class Migration(Step):
    # Two new tables: the release before does not know them.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0016_rightsa"),
    ]

    operations = [
        migrations.CreateModel(
            name="BreachLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("recording", models.UUIDField(null=True)),
                ("way", models.CharField(max_length=8)),
                ("code_sha256", models.BinaryField(null=True, unique=True)),
                ("made_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("lost_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "addressee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talteen.breachpaper",
                    ),
                ),
                (
                    "breach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="talteen.breach",
                    ),
                ),
                (
                    "left_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talteen.staff",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breach_letters",
                        to="talteen.staff",
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talteen.breachpaper",
                    ),
                ),
            ],
            options={
                "db_table": "breach_letter",
            },
        ),
        migrations.AddConstraint(
            model_name="breachletter",
            constraint=models.UniqueConstraint(
                fields=("breach", "recording"), name="breach_letter_call"
            ),
        ),
        migrations.CreateModel(
            name="BreachOpening",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("recording", models.UUIDField(db_index=True, null=True)),
                ("reason", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("of_suspect", models.BooleanField(default=False)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talteen.staff",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breach_openings",
                        to="talteen.staff",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="talteen.case",
                    ),
                ),
                (
                    "refused_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talteen.staff",
                    ),
                ),
            ],
            options={
                "db_table": "breach_opening",
            },
        ),
    ]
