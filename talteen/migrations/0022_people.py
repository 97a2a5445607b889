import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import talteen.ids

PROTECT = django.db.models.deletion.PROTECT
STAFF = settings.AUTH_USER_MODEL


def _id() -> tuple[str, models.Field]:
    auto = models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )
    return ("id", auto)


def _uuid() -> tuple[str, models.Field]:
    return ("id", models.UUIDField(default=talteen.ids.new, primary_key=True, serialize=False))


def _staff(related: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(null=null, on_delete=PROTECT, related_name=related, to=STAFF)


class Migration(migrations.Migration):
    dependencies = [("talteen", "0021_breaches")]

    operations = [
        migrations.CreateModel(
            "Invitation",
            [
                _uuid(),
                ("staff", _staff("invitations")),
                ("asked_by", _staff("+", null=True)),
                ("asked_at", models.DateTimeField()),
                ("approved_by", _staff("+", null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("code_sha256", models.BinaryField(null=True, unique=True)),
                ("ends_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "invitation"},
        ),
        migrations.CreateModel(
            "SecondFactor",
            [
                _uuid(),
                ("staff", _staff("second_factors")),
                ("kind", models.CharField(max_length=8)),
                ("added_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("sealed", models.BinaryField(null=True)),
                ("step", models.BigIntegerField(default=0)),
                ("credential_id", models.BinaryField(null=True, unique=True)),
                ("credential", models.BinaryField(null=True)),
                ("sign_count", models.BigIntegerField(default=0)),
                ("host", models.CharField(blank=True, max_length=253)),
            ],
            {"db_table": "second_factor"},
        ),
        migrations.CreateModel(
            "RecoveryCode",
            [
                _id(),
                ("staff", _staff("recovery_codes")),
                ("sha256", models.BinaryField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "recovery_code"},
        ),
        migrations.CreateModel(
            "SignInTries",
            [
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
            {"db_table": "sign_in_tries"},
        ),
        migrations.CreateModel(
            "OddUse",
            [
                _uuid(),
                ("rule", models.CharField(max_length=16)),
                ("staff", models.UUIDField(db_index=True)),
                ("day", models.DateField(db_index=True)),
                ("count", models.PositiveIntegerField()),
                ("found_at", models.DateTimeField()),
                ("seen_by", _staff("+", null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("follows", models.BooleanField(null=True)),
            ],
            {"db_table": "odd_use"},
        ),
        migrations.AddConstraint(
            "odduse",
            models.UniqueConstraint(fields=("rule", "staff", "day"), name="odd_use_once"),
        ),
        migrations.CreateModel(
            "PurposeCheck",
            [
                _uuid(),
                ("entry", models.BigIntegerField(unique=True)),
                ("staff", models.UUIDField(db_index=True)),
                ("week", models.DateField(db_index=True)),
                ("due_on", models.DateField()),
                ("why", models.BinaryField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("seen_by", _staff("+", null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("follows", models.BooleanField(null=True)),
            ],
            {"db_table": "purpose_check"},
        ),
        migrations.CreateModel(
            "UseState",
            [
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, primary_key=True, serialize=False
                    ),
                ),
                ("looked_at", models.DateTimeField(null=True)),
                ("drawn_week", models.DateField(null=True)),
                ("sent", models.BigIntegerField(default=0)),
                ("send_after", models.DateTimeField(null=True)),
            ],
            {"db_table": "use_state"},
        ),
    ]
