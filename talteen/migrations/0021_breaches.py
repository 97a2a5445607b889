import django.db.models.deletion
import talteen.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("talteen", "0020_officer_evidence_restriction"),
    ]

    operations = [
        migrations.CreateModel(
            name="BreachWatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("looked_at", models.DateTimeField(null=True)),
                ("looked_to", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "db_table": "breach_watch",
            },
        ),
        migrations.AddField(
            model_name="hold",
            name="release_proposed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="hold",
            name="release_proposed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hold_releases_proposed",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="Breach",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="breach",
                        serialize=False,
                        to="talteen.case",
                    ),
                ),
                ("occasion", models.CharField(max_length=96, null=True, unique=True)),
                ("kind", models.CharField(max_length=24)),
                ("stage", models.CharField(db_index=True, max_length=16)),
                ("proposed", models.CharField(blank=True, max_length=24)),
                ("reported_at", models.DateTimeField(db_index=True)),
                ("aware_at", models.DateTimeField(null=True)),
                ("occurred_from", models.DateTimeField(null=True)),
                ("occurred_to", models.DateTimeField(null=True)),
                ("calls_from", models.DateField(null=True)),
                ("calls_to", models.DateField(null=True)),
                ("keys_safe", models.BooleanField(null=True)),
                ("risk", models.CharField(blank=True, max_length=8)),
                ("notified_at", models.DateTimeField(null=True)),
                ("complete", models.BooleanField(default=False)),
                ("late_reasons", models.BooleanField(default=False)),
                ("people", models.CharField(blank=True, max_length=16)),
                ("contained_at", models.DateTimeField(null=True)),
                ("police_at", models.DateTimeField(null=True)),
                ("learned", models.BooleanField(default=False)),
                ("opinion", models.BooleanField(default=False)),
                ("reminded_hours", models.PositiveSmallIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
                ("has_file", models.BooleanField(default=False)),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breach_ends_proposed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaches_reported",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suspect",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaches_through",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "breach",
            },
        ),
        migrations.CreateModel(
            name="BreachPaper",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=16)),
                ("name", models.CharField(blank=True, max_length=32)),
                ("at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
                (
                    "breach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="talteen.breach",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breach_papers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "breach_paper",
            },
        ),
        migrations.CreateModel(
            name="BreachEdge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("step", models.CharField(max_length=24)),
                ("stage", models.CharField(max_length=16)),
                (
                    "breach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="edges",
                        to="talteen.breach",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breach_edges",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="talteen.breachpaper",
                    ),
                ),
            ],
            options={
                "db_table": "breach_edge",
            },
        ),
        migrations.CreateModel(
            name="BreachCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recording", models.UUIDField()),
                (
                    "breach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="talteen.breach",
                    ),
                ),
            ],
            options={
                "db_table": "breach_call",
                "constraints": [
                    models.UniqueConstraint(fields=("breach", "recording"), name="breach_call_once")
                ],
            },
        ),
    ]
