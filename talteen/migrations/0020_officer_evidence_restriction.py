"""Messages to the data protection officer, sealed (2.4), visits to the
evidence room (D), announced ends of restrictions (18(3)), and proposed versions of the notice (4.1)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import talteen.ids


class Migration(migrations.Migration):
    dependencies = [("talteen", "0019_studies_guidance_coaching")]

    operations = [
        migrations.CreateModel(
            "OfficerMessage",
            [
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("language", models.CharField(max_length=2)),
                ("sealed", models.BinaryField()),
                ("code_sha256", models.BinaryField(unique=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.BinaryField(default=bytes)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "officer_message"},
        ),
        migrations.CreateModel(
            "EvidenceVisit",
            [
                (
                    "staff",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="evidence_visit",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reference", models.CharField(max_length=64)),
                ("opened_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits_opened",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits_approved",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            {"db_table": "evidence_visit"},
        ),
        migrations.CreateModel(
            "RestrictionEnd",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("told_at", models.DateTimeField()),
                ("ends_on", models.DateField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("called_off_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                        related_name="restriction_ends",
                        to="talteen.subjectrequest",
                    ),
                ),
            ],
            {"db_table": "restriction_end"},
        ),
        migrations.CreateModel(
            "NoticeProposal",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32)),
                ("valid_from", models.DateField()),
                ("digest", models.BinaryField()),
                ("proposed_at", models.DateTimeField()),
                ("opinion", models.TextField(blank=True)),
                ("opinion_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices_proposed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            {"db_table": "notice_proposal"},
        ),
    ]
