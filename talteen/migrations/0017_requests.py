import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import talteen.ids

PROTECT = django.db.models.deletion.PROTECT


def _id() -> tuple[str, models.Field]:
    auto = models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )
    return ("id", auto)


def _uuid() -> tuple[str, models.Field]:
    return ("id", models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False))


def _to(model: str, related: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(null=null, on_delete=PROTECT, related_name=related, to=model)


STAFF, REQUEST = settings.AUTH_USER_MODEL, "talteen.subjectrequest"
PAPER = "talteen.requestpaper"


class Migration(migrations.Migration):
    dependencies = [("talteen", "0016_quality")]

    operations = [
        migrations.CreateModel(
            "SubjectRequest",
            [
                (
                    "case",
                    models.OneToOneField(
                        on_delete=PROTECT,
                        primary_key=True,
                        related_name="subject_request",
                        serialize=False,
                        to="talteen.case",
                    ),
                ),
                ("stage", models.CharField(db_index=True, max_length=16)),
                ("rights", models.JSONField()),
                ("via", models.CharField(max_length=8)),
                ("language", models.CharField(max_length=2)),
                ("received_at", models.DateTimeField()),
                ("received_on", models.DateField()),
                ("limit_on", models.DateField(db_index=True)),
                ("extended", models.BooleanField(default=False)),
                ("complained", models.BooleanField(default=False)),
                ("owner", _to(STAFF, "requests_owned")),
                ("code_sha256", models.BinaryField(unique=True)),
                ("searched_at", models.DateTimeField(null=True)),
                ("closed_on", models.DateField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "subject_request"},
        ),
        migrations.CreateModel(
            "RequestStop",
            [
                _id(),
                ("request", _to(REQUEST, "stops")),
                ("asked_on", models.DateField()),
                ("replied_on", models.DateField(null=True)),
            ],
            {"db_table": "request_stop"},
        ),
        migrations.CreateModel(
            "RequestPaper",
            [
                _uuid(),
                ("request", _to(REQUEST, "papers")),
                ("kind", models.CharField(max_length=12)),
                ("name", models.CharField(blank=True, max_length=32)),
                ("at", models.DateTimeField()),
                ("by", _to(STAFF, "request_papers", null=True)),
                ("sealed", models.BinaryField()),
            ],
            {"db_table": "request_paper"},
        ),
        migrations.CreateModel(
            "RequestEdge",
            [
                _id(),
                ("request", _to(REQUEST, "edges")),
                ("at", models.DateTimeField()),
                ("by", _to(STAFF, "request_edges", null=True)),
                ("step", models.CharField(max_length=16)),
                ("stage", models.CharField(max_length=16)),
                ("right", models.CharField(blank=True, max_length=24)),
                ("outcome", models.CharField(blank=True, max_length=16)),
                ("reasons", _to(PAPER, "+", null=True)),
            ],
            {"db_table": "request_edge"},
        ),
        migrations.CreateModel(
            "RequestAnswer",
            [
                _uuid(),
                ("request", _to(REQUEST, "answers")),
                ("right", models.CharField(max_length=24)),
                ("letter", models.CharField(max_length=32)),
                ("outcome", models.CharField(max_length=16)),
                ("draft", _to(PAPER, "+")),
                ("prepared_by", _to(STAFF, "answers_prepared")),
                ("prepared_at", models.DateTimeField()),
                ("opinion", _to(PAPER, "+", null=True)),
                ("decided_by", _to(STAFF, "answers_decided", null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("sent_back_at", models.DateTimeField(null=True)),
                ("paper", _to(PAPER, "+", null=True)),
                ("recordings", models.JSONField(default=list)),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "request_answer"},
        ),
        migrations.CreateModel(
            "Package",
            [
                _uuid(),
                ("request", _to(REQUEST, "packages")),
                ("recordings", models.JSONField()),
                ("wrapped", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("handed_out_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField()),
                ("code_sha256", models.BinaryField()),
                ("cuts", models.PositiveSmallIntegerField(default=0)),
                ("tries_left", models.PositiveSmallIntegerField(default=5)),
                ("opened", models.PositiveIntegerField(default=0)),
                ("opened_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "package"},
        ),
        migrations.CreateModel(
            "PackagePart",
            [
                _id(),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="talteen.package",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("suffix", models.CharField(max_length=8)),
                ("sealed", models.BinaryField()),
            ],
            {"db_table": "package_part"},
        ),
        migrations.AddField(
            "destruction", "delivered", models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddConstraint(
            "packagepart",
            models.UniqueConstraint(fields=("package", "number"), name="package_part_once"),
        ),
    ]
