import django.db.models.deletion
import talteen.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("talteen", "0022_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="DisclosureCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recording", models.UUIDField(db_index=True)),
                ("start_ms", models.PositiveIntegerField()),
                ("end_ms", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "disclosure_call",
            },
        ),
        migrations.CreateModel(
            name="DisclosureEdge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("step", models.CharField(max_length=20)),
                ("stage", models.CharField(max_length=16)),
            ],
            options={
                "db_table": "disclosure_edge",
            },
        ),
        migrations.CreateModel(
            name="DisclosurePaper",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=12)),
                ("name", models.CharField(blank=True, max_length=32)),
                ("at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "disclosure_paper",
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=128)),
                ("door", models.CharField(max_length=12)),
                ("country", models.CharField(max_length=2)),
                ("language", models.CharField(max_length=2)),
                ("reach", models.CharField(max_length=254)),
                ("known_phone", models.CharField(blank=True, max_length=32)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "db_table": "recipient",
            },
        ),
        migrations.CreateModel(
            name="RecipientTask",
            fields=[
                (
                    "id",
                    models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False),
                ),
                ("recording", models.UUIDField()),
                ("occasion", models.UUIDField()),
                ("act", models.CharField(max_length=12)),
                ("stage", models.CharField(db_index=True, max_length=12)),
                ("raised_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("reminded_on", models.DateField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "recipient_task",
            },
        ),
        migrations.AlterField(
            model_name="package",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packages",
                to="talteen.subjectrequest",
            ),
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="disclosure",
                        serialize=False,
                        to="talteen.case",
                    ),
                ),
                ("door", models.CharField(max_length=12)),
                ("stage", models.CharField(db_index=True, max_length=16)),
                ("language", models.CharField(max_length=2)),
                ("received_at", models.DateTimeField()),
                ("signed", models.BooleanField(default=False)),
                ("layer", models.CharField(blank=True, max_length=8)),
                ("sound", models.BooleanField(default=False)),
                ("refusal", models.CharField(blank=True, max_length=16)),
                ("opinion", models.CharField(blank=True, max_length=8)),
                ("approved_at", models.DateTimeField(null=True)),
                ("secret_until", models.DateField(null=True)),
                ("left_at", models.DateTimeField(db_index=True, null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("code_sha256", models.BinaryField(unique=True)),
                ("closed_on", models.DateField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures_approved",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures_owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures_proposed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scoped_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures_scoped",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures_stopped",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "disclosure",
            },
        ),
        migrations.AddField(
            model_name="package",
            name="disclosure",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packages",
                to="talteen.disclosure",
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disclosure__isnull", False), ("request", None)),
                    models.Q(("disclosure", None), ("request__isnull", False)),
                    _connector="OR",
                ),
                name="package_of_one",
            ),
        ),
        migrations.AddField(
            model_name="disclosurecall",
            name="disclosure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="calls",
                to="talteen.disclosure",
            ),
        ),
        migrations.AddField(
            model_name="disclosureedge",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosure_edges",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="disclosureedge",
            name="disclosure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="edges",
                to="talteen.disclosure",
            ),
        ),
        migrations.AddField(
            model_name="disclosurepaper",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosure_papers",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="disclosurepaper",
            name="disclosure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="talteen.disclosure",
            ),
        ),
        migrations.AddField(
            model_name="disclosureedge",
            name="paper",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="talteen.disclosurepaper",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(fields=("name", "door"), name="recipient_once"),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="talteen.recipient",
            ),
        ),
        migrations.AddField(
            model_name="recipienttask",
            name="disclosure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="talteen.disclosure",
            ),
        ),
        migrations.AddField(
            model_name="recipienttask",
            name="paper",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="talteen.disclosurepaper",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosurecall",
            constraint=models.UniqueConstraint(
                fields=("disclosure", "recording"), name="disclosed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="recipienttask",
            constraint=models.UniqueConstraint(
                fields=("disclosure", "recording", "occasion"), name="recipient_task_once"
            ),
        ),
    ]
