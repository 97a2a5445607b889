"""Calls to numbers that are not called to sell, and what a warning about a notice is answered with
(decisions 273, 274)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import talteen.ids
from talteen.migrations._near import Step


class Migration(Step):
    # A table and a column that the release before does not ask for.
    stops = frozenset[str]()

    dependencies = [
        ("talteen", "0015_clock"),
    ]

    operations = [
        migrations.CreateModel(
            name="SalesCall",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("day", models.DateField()),
                ("began_at", models.DateTimeField(null=True)),
                ("noticed_on", models.DateField()),
                ("verdict", models.CharField(blank=True, db_index=True, max_length=12)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sales_calls",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sales_calls",
                        to="talteen.line",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "sales_call"},
        ),
        migrations.AddField(
            model_name="noticeproposal",
            name="reasons",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
