"""Programs of others: their tokens, what they were answered, what they are told of."""

import django.db.models.deletion
import talteen.ids
from django.conf import settings
from django.db import migrations, models

from talteen.migrations._together import Together
from talteen.migrations._near import Step


class Migration(Step):
    dependencies = [
        ("talteen", "0003_ops"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=32)),
                        ("sha256", models.BinaryField(unique=True)),
                        ("scopes", models.JSONField()),
                        ("purpose", models.CharField(blank=True, max_length=32)),
                        ("made_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("used_on", models.DateField(null=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_tokens",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "api_token",
                    },
                ),
                migrations.CreateModel(
                    name="ApiRequest",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("request", models.UUIDField(unique=True)),
                        (
                            "token",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="requests",
                                to="talteen.apitoken",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "api_request",
                    },
                ),
                migrations.CreateModel(
                    name="ApiAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("key_sha256", models.BinaryField()),
                        ("body_sha256", models.BinaryField()),
                        ("at", models.DateTimeField(db_index=True)),
                        ("sealed", models.BinaryField(null=True)),
                        (
                            "token",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="talteen.apitoken",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "api_answer",
                    },
                ),
                migrations.CreateModel(
                    name="WebhookSubscription",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("url", models.CharField(max_length=512)),
                        ("events", models.JSONField()),
                        ("sealed", models.BinaryField()),
                        ("sealed_before", models.BinaryField(null=True)),
                        ("before_until", models.DateTimeField(null=True)),
                        ("next_index", models.BigIntegerField()),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("gone", models.BooleanField(default=False)),
                        ("asked_until", models.DateTimeField(null=True)),
                        (
                            "token",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subscriptions",
                                to="talteen.apitoken",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "webhook_subscription",
                    },
                ),
                migrations.CreateModel(
                    name="WebhookMessage",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("event", models.CharField(max_length=32)),
                        ("about", models.JSONField()),
                        ("at", models.DateTimeField()),
                        ("state", models.CharField(default="waiting", max_length=8)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("not_before", models.DateTimeField()),
                        ("http_status", models.PositiveSmallIntegerField(default=0)),
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="talteen.webhooksubscription",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "webhook_message",
                    },
                ),
                migrations.AddConstraint(
                    model_name="apitoken",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("name",),
                        name="api_token_name_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="apianswer",
                    constraint=models.UniqueConstraint(
                        fields=("token", "key_sha256"), name="api_answer_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="webhookmessage",
                    index=models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["not_before"],
                        name="webhook_message_waiting",
                    ),
                ),
                migrations.AddIndex(
                    model_name="webhookmessage",
                    index=models.Index(fields=["done_at"], name="webhook_message_done"),
                ),
            ]
        ),
    ]
