"""The tables of the first release."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import talteen.ids
import talteen.register.spared.do_not_record_models
from talteen.migrations._together import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Staff",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=32, unique=True)),
                        ("name", models.TextField()),
                        ("role", models.CharField(max_length=32)),
                        ("team", models.CharField(blank=True, max_length=64)),
                        ("language", models.CharField(default="fi", max_length=2)),
                        ("is_active", models.BooleanField(default=True)),
                    ],
                    options={
                        "db_table": "staff",
                    },
                ),
                migrations.CreateModel(
                    name="AccessDay",
                    fields=[
                        ("day", models.DateField(primary_key=True, serialize=False)),
                        ("count", models.PositiveIntegerField()),
                        ("salt", models.BinaryField(null=True)),
                        ("commitment", models.BinaryField()),
                        ("ends_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "access_day",
                    },
                ),
                migrations.CreateModel(
                    name="AccessEntry",
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
                        ("at", models.DateTimeField(db_index=True)),
                        ("staff", models.UUIDField(db_index=True)),
                        ("role", models.CharField(max_length=32)),
                        ("purpose", models.CharField(max_length=32)),
                        ("case", models.CharField(blank=True, max_length=32)),
                        ("recording", models.UUIDField(db_index=True, null=True)),
                        ("action", models.CharField(max_length=16)),
                        ("rule", models.CharField(blank=True, max_length=48)),
                        ("until", models.DateTimeField(null=True)),
                        ("start_ms", models.PositiveIntegerField(null=True)),
                        ("end_ms", models.PositiveIntegerField(null=True)),
                        ("hits", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "db_table": "access_entry",
                    },
                ),
                migrations.CreateModel(
                    name="AnnouncementVersion",
                    fields=[
                        ("key", models.CharField(max_length=48, primary_key=True, serialize=False)),
                        ("language", models.CharField(max_length=2)),
                        ("direction", models.CharField(max_length=8)),
                        ("valid_from", models.DateField()),
                        ("text", models.TextField()),
                        ("sound_sha256", models.BinaryField(null=True)),
                        ("length_ms", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "db_table": "announcement_version",
                    },
                ),
                migrations.CreateModel(
                    name="Case",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("reference", models.CharField(max_length=32, unique=True)),
                        ("kind", models.CharField(max_length=16)),
                        ("opened_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases_opened",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "people",
                            models.ManyToManyField(
                                related_name="cases", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "case_file",
                    },
                ),
                migrations.CreateModel(
                    name="BreachCall",
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
                        ("recording", models.UUIDField()),
                    ],
                    options={
                        "db_table": "breach_call",
                    },
                ),
                migrations.CreateModel(
                    name="BreachWatch",
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
                        ("looked_at", models.DateTimeField(null=True)),
                        ("looked_to", models.PositiveBigIntegerField(default=0)),
                    ],
                    options={
                        "db_table": "breach_watch",
                    },
                ),
                migrations.CreateModel(
                    name="CalibrationRound",
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
                        ("week", models.CharField(max_length=8)),
                        ("state", models.CharField(db_index=True, max_length=12)),
                        ("ends_on", models.DateField(db_index=True)),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rounds_opened",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "calibration_round",
                    },
                ),
                migrations.CreateModel(
                    name="Damage",
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
                        ("kind", models.CharField(max_length=16)),
                        ("name", models.CharField(max_length=200)),
                        ("recording", models.UUIDField(null=True)),
                        ("start", models.PositiveBigIntegerField()),
                        ("end", models.PositiveBigIntegerField()),
                        ("found_at", models.DateTimeField(db_index=True)),
                        ("mended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "damage",
                    },
                ),
                migrations.CreateModel(
                    name="DisclosureCall",
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
                        ("recording", models.UUIDField(db_index=True)),
                        ("start_ms", models.PositiveIntegerField()),
                        ("end_ms", models.PositiveIntegerField()),
                    ],
                    options={
                        "db_table": "disclosure_call",
                    },
                ),
                migrations.CreateModel(
                    name="DoNotRecordEntry",
                    fields=[
                        ("mac", models.BinaryField(primary_key=True, serialize=False)),
                        (
                            "reference",
                            models.CharField(
                                default=talteen.register.spared.do_not_record_models.new_reference,
                                max_length=16,
                                unique=True,
                            ),
                        ),
                        ("added_on", models.DateField()),
                        ("confirmed_on", models.DateField(db_index=True)),
                        ("confirmed_by", models.CharField(blank=True, default="", max_length=32)),
                    ],
                    options={
                        "db_table": "do_not_record_entry",
                    },
                ),
                migrations.CreateModel(
                    name="Recording",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("progress", models.CharField(db_index=True, max_length=24)),
                        ("started_at", models.DateTimeField()),
                        ("day", models.DateField(db_index=True)),
                        ("cutoff_at", models.DateTimeField(db_index=True)),
                        ("due_at", models.DateTimeField(db_index=True)),
                        ("zone_rules", models.CharField(max_length=16)),
                        ("arrived_at", models.DateTimeField()),
                        ("length_ms", models.PositiveIntegerField(default=0)),
                        ("direction", models.CharField(max_length=8)),
                        ("source", models.CharField(max_length=32)),
                        ("language", models.CharField(max_length=2)),
                        ("announced_until", models.DateTimeField()),
                        ("marks", models.JSONField(default=list)),
                        ("incomplete", models.BooleanField(default=False)),
                        ("special_category", models.BooleanField(default=False)),
                        ("reviewed", models.BooleanField(default=False)),
                        ("third_parties", models.BooleanField(default=False)),
                        ("restricted", models.BooleanField(default=False)),
                        ("origin", models.CharField(max_length=16)),
                        ("lot", models.CharField(blank=True, max_length=12)),
                        ("destroy_reason", models.CharField(blank=True, max_length=16)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recordings",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "announcement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recordings",
                                to="talteen.announcementversion",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "recording",
                    },
                ),
                migrations.CreateModel(
                    name="Draw",
                    fields=[
                        ("monday", models.DateField(primary_key=True, serialize=False)),
                        ("seed", models.BinaryField()),
                        ("committed_leaf", models.BinaryField()),
                        ("made_at", models.DateTimeField(null=True)),
                        ("calls", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "db_table": "lot_draw",
                    },
                ),
                migrations.CreateModel(
                    name="DrillRun",
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
                        ("kind", models.CharField(max_length=16)),
                        ("at", models.DateTimeField(db_index=True)),
                        ("ok", models.BooleanField()),
                        ("verdict", models.CharField(max_length=24)),
                        ("dead", models.PositiveIntegerField()),
                        ("revived", models.PositiveIntegerField()),
                        ("controls", models.PositiveIntegerField()),
                        ("played", models.PositiveIntegerField()),
                        ("files", models.PositiveIntegerField()),
                        ("told_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "drill_run",
                    },
                ),
                migrations.CreateModel(
                    name="Evaluation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                        ),
                        ("week", models.CharField(max_length=8)),
                        ("answers", models.JSONField()),
                        ("state", models.CharField(max_length=16)),
                        ("disputed", models.JSONField(default=list)),
                        ("ends_on", models.DateField(db_index=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluations",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "evaluator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluations_made",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "second",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="first",
                                to="talteen.evaluation",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "evaluation",
                    },
                ),
                migrations.CreateModel(
                    name="HolderHealth",
                    fields=[
                        (
                            "place",
                            models.CharField(max_length=8, primary_key=True, serialize=False),
                        ),
                        ("kind", models.CharField(max_length=8)),
                        ("condition", models.CharField(max_length=12)),
                        ("since", models.DateTimeField()),
                        ("latency_ms", models.PositiveIntegerField(default=0)),
                        ("seen_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("told_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "holder_health",
                    },
                ),
                migrations.CreateModel(
                    name="House",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("born_as", models.CharField(max_length=8)),
                        ("born_at", models.DateTimeField()),
                        ("clock_at", models.DateTimeField(null=True)),
                        ("clock_set_at", models.DateTimeField(null=True)),
                        ("swept_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "house",
                    },
                ),
                migrations.CreateModel(
                    name="IntakeKey",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("node", models.CharField(max_length=64)),
                        ("public", models.BinaryField()),
                        ("born_n", models.PositiveBigIntegerField()),
                        ("closed_n", models.PositiveBigIntegerField(null=True)),
                    ],
                    options={
                        "db_table": "intake_key",
                    },
                ),
                migrations.CreateModel(
                    name="LedgerHead",
                    fields=[
                        ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("root", models.BinaryField()),
                        ("note", models.BinaryField()),
                        ("signed_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "ledger_head",
                    },
                ),
                migrations.CreateModel(
                    name="LedgerStamp",
                    fields=[
                        ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("stated_at", models.DateTimeField(null=True)),
                        ("got_at", models.DateTimeField(null=True)),
                        ("tried_at", models.DateTimeField()),
                        ("trouble", models.CharField(max_length=16)),
                    ],
                    options={
                        "db_table": "ledger_stamp",
                    },
                ),
                migrations.CreateModel(
                    name="LedgerWitness",
                    fields=[
                        (
                            "name",
                            models.CharField(max_length=255, primary_key=True, serialize=False),
                        ),
                        ("size", models.BigIntegerField(null=True)),
                        ("lines", models.TextField()),
                        ("stated_at", models.DateTimeField(null=True)),
                        ("signed_at", models.DateTimeField(null=True)),
                        ("tried_at", models.DateTimeField()),
                        ("trouble", models.CharField(max_length=16)),
                    ],
                    options={
                        "db_table": "ledger_witness",
                    },
                ),
                migrations.CreateModel(
                    name="Line",
                    fields=[
                        ("slug", models.SlugField(primary_key=True, serialize=False)),
                        ("language", models.CharField(max_length=2)),
                        ("recorded", models.BooleanField(default=True)),
                        ("name_fi", models.TextField()),
                        ("name_sv", models.TextField()),
                        ("name_en", models.TextField()),
                    ],
                    options={
                        "db_table": "line",
                    },
                ),
                migrations.CreateModel(
                    name="Node",
                    fields=[
                        (
                            "name",
                            models.CharField(max_length=64, primary_key=True, serialize=False),
                        ),
                        ("public", models.BinaryField()),
                        ("seen_at", models.DateTimeField()),
                        ("knows", models.UUIDField(null=True)),
                        ("needs", models.JSONField(default=list)),
                    ],
                    options={
                        "db_table": "node",
                    },
                ),
                migrations.CreateModel(
                    name="Notebook",
                    fields=[
                        (
                            "node",
                            models.CharField(max_length=64, primary_key=True, serialize=False),
                        ),
                        ("read", models.PositiveBigIntegerField(default=0)),
                    ],
                    options={
                        "db_table": "notebook",
                    },
                ),
                migrations.CreateModel(
                    name="NoticeVersion",
                    fields=[
                        (
                            "number",
                            models.CharField(max_length=32, primary_key=True, serialize=False),
                        ),
                        ("legacy", models.BooleanField(default=False)),
                        ("valid_from", models.DateField()),
                        ("valid_to", models.DateField(null=True)),
                        ("supersedes", models.CharField(max_length=32, null=True)),
                        ("retention_months", models.PositiveSmallIntegerField()),
                        ("margin_days", models.PositiveSmallIntegerField()),
                        ("purposes", models.JSONField(default=list)),
                        ("sha256", models.BinaryField()),
                        ("text", models.JSONField()),
                        ("findings", models.JSONField(default=list)),
                    ],
                    options={
                        "db_table": "notice_version",
                    },
                ),
                migrations.CreateModel(
                    name="OfficerMessage",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("at", models.DateTimeField(db_index=True)),
                        ("language", models.CharField(max_length=2)),
                        ("sealed", models.BinaryField()),
                        ("code_sha256", models.BinaryField(unique=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("answer", models.BinaryField(default=bytes)),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "officer_message",
                    },
                ),
                migrations.CreateModel(
                    name="OutgoingMessage",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(max_length=96, unique=True)),
                        ("written_at", models.DateTimeField(db_index=True)),
                        ("to", models.EmailField(max_length=254)),
                        ("subject", models.CharField(max_length=160)),
                        ("body", models.TextField()),
                        ("state", models.CharField(db_index=True, default="waiting", max_length=8)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("not_before", models.DateTimeField()),
                        ("done_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "outgoing_message",
                    },
                ),
                migrations.CreateModel(
                    name="Package",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
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
                    options={
                        "db_table": "package",
                    },
                ),
                migrations.CreateModel(
                    name="RequestStop",
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
                        ("asked_on", models.DateField()),
                        ("replied_on", models.DateField(null=True)),
                    ],
                    options={
                        "db_table": "request_stop",
                    },
                ),
                migrations.CreateModel(
                    name="RollRecord",
                    fields=[
                        ("n", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("root", models.BinaryField()),
                        ("live_name", models.CharField(max_length=64)),
                        ("live_wrapped", models.BinaryField()),
                        ("backup_name", models.CharField(blank=True, max_length=64)),
                        ("failed", models.BooleanField(default=False)),
                        ("live_dead_at", models.DateTimeField(null=True)),
                        ("backup_dies_at", models.DateTimeField(null=True)),
                        ("backup_dead_at", models.DateTimeField(null=True)),
                        ("backup_revived_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "roll_record",
                    },
                ),
                migrations.CreateModel(
                    name="SignInTries",
                    fields=[
                        (
                            "name",
                            models.CharField(max_length=64, primary_key=True, serialize=False),
                        ),
                        ("failures", models.PositiveIntegerField(default=0)),
                        ("last_at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "sign_in_tries",
                    },
                ),
                migrations.CreateModel(
                    name="Unit",
                    fields=[
                        ("slug", models.SlugField(primary_key=True, serialize=False)),
                        ("name_fi", models.TextField()),
                        ("name_sv", models.TextField()),
                        ("name_en", models.TextField()),
                    ],
                    options={
                        "db_table": "unit",
                    },
                ),
                migrations.CreateModel(
                    name="UseState",
                    fields=[
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
                    options={
                        "db_table": "use_state",
                    },
                ),
                migrations.CreateModel(
                    name="Vault",
                    fields=[
                        ("house", models.UUIDField(primary_key=True, serialize=False)),
                        ("n", models.PositiveBigIntegerField(default=0)),
                        ("open_n", models.PositiveBigIntegerField(default=0)),
                        ("settled_n", models.PositiveBigIntegerField(default=0)),
                        ("rolled_at", models.DateTimeField()),
                        ("file_sha256", models.BinaryField()),
                    ],
                    options={
                        "db_table": "vault",
                    },
                ),
                migrations.CreateModel(
                    name="StaffPreference",
                    fields=[
                        (
                            "staff",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="preference",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("toured_at", models.DateTimeField(null=True)),
                        ("mail", models.CharField(blank=True, max_length=254)),
                        ("looked_on", models.DateField(null=True)),
                    ],
                    options={
                        "db_table": "staff_preference",
                    },
                ),
                migrations.CreateModel(
                    name="Alarm",
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
                        ("kind", models.CharField(max_length=32)),
                        ("subject", models.CharField(blank=True, max_length=64)),
                        ("since", models.DateTimeField()),
                        ("found_at", models.DateTimeField()),
                        ("resolved_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "alarm",
                        "indexes": [models.Index(fields=["found_at"], name="alarm_found")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("resolved_at", None)),
                                fields=("kind", "subject"),
                                name="alarm_stands_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Article",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                        ),
                        ("retired_at", models.DateTimeField(null=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="articles",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="articles",
                                to="talteen.unit",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "article",
                    },
                ),
                migrations.CreateModel(
                    name="ArticleVersion",
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
                        ("number", models.PositiveIntegerField()),
                        ("language", models.CharField(max_length=2)),
                        ("title", models.TextField()),
                        ("text", models.TextField()),
                        ("published_at", models.DateTimeField()),
                        ("review_on", models.DateField()),
                        ("based_on", models.CharField(blank=True, max_length=16)),
                        ("calls", models.PositiveIntegerField(null=True)),
                        ("first_week", models.CharField(blank=True, max_length=8)),
                        ("last_week", models.CharField(blank=True, max_length=8)),
                        ("sha256", models.BinaryField()),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="talteen.article",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="article_versions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "article_version",
                    },
                ),
                migrations.CreateModel(
                    name="ArticleRead",
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
                        ("at", models.DateTimeField()),
                        (
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="article_reads",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reads",
                                to="talteen.articleversion",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "article_read",
                    },
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
                    ],
                    options={
                        "db_table": "breach",
                    },
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
                    ],
                    options={
                        "db_table": "disclosure",
                    },
                ),
                migrations.CreateModel(
                    name="SubjectRequest",
                    fields=[
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
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
                        ("code_sha256", models.BinaryField(unique=True)),
                        ("searched_at", models.DateTimeField(null=True)),
                        ("closed_on", models.DateField(null=True)),
                        ("forgotten_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "subject_request",
                    },
                ),
                migrations.CreateModel(
                    name="BreachPaper",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=16)),
                        ("name", models.CharField(blank=True, max_length=32)),
                        ("at", models.DateTimeField()),
                        ("sealed", models.BinaryField()),
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
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("step", models.CharField(max_length=24)),
                        ("stage", models.CharField(max_length=16)),
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
                    name="CalibrationCall",
                    fields=[
                        (
                            "round",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="call",
                                serialize=False,
                                to="talteen.calibrationround",
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "calibration_call",
                    },
                ),
                migrations.CreateModel(
                    name="CalibrationMark",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                        ),
                        ("answers", models.JSONField(null=True)),
                        (
                            "evaluator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calibration_marks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marks",
                                to="talteen.calibrationround",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "calibration_mark",
                    },
                ),
                migrations.CreateModel(
                    name="ComplaintMark",
                    fields=[
                        ("call", models.UUIDField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaint_marks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "complaint_mark",
                    },
                ),
                migrations.CreateModel(
                    name="DayBalance",
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
                        ("day", models.DateField()),
                        ("source", models.CharField(max_length=24)),
                        ("counts", models.JSONField()),
                        ("orphans", models.PositiveIntegerField()),
                        ("unlawful", models.PositiveIntegerField()),
                        ("unreadable", models.PositiveIntegerField()),
                        ("made_at", models.DateTimeField()),
                        ("sha256", models.BinaryField()),
                    ],
                    options={
                        "db_table": "day_balance",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("day", "source"), name="day_balance_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DisclosurePaper",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=12)),
                        ("name", models.CharField(blank=True, max_length=32)),
                        ("at", models.DateTimeField()),
                        ("sealed", models.BinaryField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disclosure_papers",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "disclosure_paper",
                    },
                ),
                migrations.CreateModel(
                    name="DisclosureEdge",
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
                        ("at", models.DateTimeField()),
                        ("step", models.CharField(max_length=20)),
                        ("stage", models.CharField(max_length=16)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disclosure_edges",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "paper",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="talteen.disclosurepaper",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "disclosure_edge",
                    },
                ),
                migrations.CreateModel(
                    name="Drafting",
                    fields=[
                        (
                            "recording",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="drafting",
                                serialize=False,
                                to="talteen.recording",
                            ),
                        ),
                        ("state", models.CharField(max_length=12)),
                        ("trouble", models.CharField(blank=True, max_length=12)),
                        ("language", models.CharField(blank=True, max_length=2)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("at", models.DateTimeField()),
                        ("again_at", models.DateTimeField(db_index=True, null=True)),
                    ],
                    options={
                        "db_table": "drafting",
                    },
                ),
                migrations.CreateModel(
                    name="Envelope",
                    fields=[
                        (
                            "recording",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="envelope",
                                serialize=False,
                                to="talteen.recording",
                            ),
                        ),
                        ("node", models.CharField(max_length=64)),
                        ("segment", models.PositiveIntegerField(default=0)),
                        ("start", models.DateTimeField()),
                        ("sealed", models.BinaryField()),
                        ("signature", models.BinaryField()),
                        ("done_n", models.PositiveBigIntegerField(null=True)),
                        ("rejected", models.BooleanField(default=False)),
                    ],
                    options={
                        "db_table": "envelope",
                    },
                ),
                migrations.CreateModel(
                    name="Transcription",
                    fields=[
                        (
                            "recording",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="transcription",
                                serialize=False,
                                to="talteen.recording",
                            ),
                        ),
                        ("state", models.CharField(max_length=16)),
                        ("language", models.CharField(max_length=2)),
                        ("engine", models.CharField(max_length=64)),
                        ("made_at", models.DateTimeField()),
                        ("indexed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "transcription",
                    },
                ),
                migrations.CreateModel(
                    name="CaseRecording",
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
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="talteen.case"
                            ),
                        ),
                        (
                            "recording",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="talteen.recording"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "case_recording",
                    },
                ),
                migrations.AddField(
                    model_name="case",
                    name="recordings",
                    field=models.ManyToManyField(
                        related_name="cases",
                        through="talteen.CaseRecording",
                        to="talteen.recording",
                    ),
                ),
                migrations.CreateModel(
                    name="Blob",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("kind", models.PositiveSmallIntegerField()),
                        ("sha256", models.BinaryField()),
                        ("size_bytes", models.PositiveBigIntegerField()),
                        ("day", models.DateField()),
                        ("attached_n", models.PositiveBigIntegerField(null=True)),
                        (
                            "recording",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="blobs",
                                to="talteen.recording",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "blob",
                    },
                ),
                migrations.CreateModel(
                    name="DraftPart",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("made_by", models.BinaryField()),
                        ("side", models.CharField(max_length=6)),
                        ("number", models.PositiveIntegerField()),
                        ("sealed", models.BinaryField()),
                        (
                            "recording",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="draft_parts",
                                to="talteen.recording",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "draft_part",
                    },
                ),
                migrations.CreateModel(
                    name="DrawShare",
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
                        ("among", models.PositiveIntegerField()),
                        ("quota", models.PositiveIntegerField()),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lot_shares",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "draw",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shares",
                                to="talteen.draw",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "lot_share",
                    },
                ),
                migrations.CreateModel(
                    name="EvaluatedCall",
                    fields=[
                        (
                            "evaluation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="call",
                                serialize=False,
                                to="talteen.evaluation",
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "evaluated_call",
                    },
                ),
                migrations.CreateModel(
                    name="Lesson",
                    fields=[
                        (
                            "evaluation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="lesson",
                                serialize=False,
                                to="talteen.evaluation",
                            ),
                        ),
                        ("text", models.CharField(max_length=280)),
                    ],
                    options={
                        "db_table": "lesson",
                    },
                ),
                migrations.CreateModel(
                    name="EvaluationDraft",
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
                        ("sealed", models.BinaryField()),
                        ("changed_at", models.DateTimeField()),
                        (
                            "evaluator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drafts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "recording",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drafts",
                                to="talteen.recording",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "evaluation_draft",
                    },
                ),
                migrations.CreateModel(
                    name="Export",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                        ),
                        ("form", models.CharField(max_length=8)),
                        ("layer", models.CharField(max_length=8)),
                        ("receiver", models.CharField(max_length=12)),
                        ("purpose", models.CharField(max_length=32)),
                        ("case", models.CharField(max_length=64)),
                        ("asked_by", models.CharField(max_length=32)),
                        ("asked_at", models.DateTimeField()),
                        ("approved_by", models.CharField(blank=True, max_length=32)),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("left_at", models.DateTimeField(null=True)),
                        ("document_sha256", models.BinaryField(default=bytes)),
                        ("manifest_sha256", models.BinaryField(default=bytes)),
                        (
                            "recording",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="exports",
                                to="talteen.recording",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "export",
                        "ordering": ("asked_at", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="FormVersion",
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
                        ("form", models.CharField(max_length=32)),
                        ("version", models.PositiveIntegerField()),
                        ("text", models.TextField()),
                        ("digest", models.BinaryField()),
                        ("on", models.DateField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="forms_published",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "evaluation_form",
                    },
                ),
                migrations.AddField(
                    model_name="evaluation",
                    name="form",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="talteen.formversion",
                    ),
                ),
                migrations.AddField(
                    model_name="calibrationround",
                    name="form",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="talteen.formversion",
                    ),
                ),
                migrations.CreateModel(
                    name="Goal",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                        ),
                        ("text", models.CharField(max_length=280)),
                        ("set_on", models.DateField()),
                        ("review_on", models.DateField()),
                        ("state", models.CharField(max_length=12)),
                        ("ends_on", models.DateField(db_index=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="goals",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="goals_set",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "goal",
                    },
                ),
                migrations.CreateModel(
                    name="Hold",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("ground", models.CharField(max_length=24)),
                        ("purposes", models.JSONField()),
                        ("state", models.CharField(max_length=12)),
                        ("opened_at", models.DateTimeField()),
                        ("review_on", models.DateField()),
                        ("provisional_until", models.DateTimeField(null=True)),
                        ("release_proposed_at", models.DateTimeField(null=True)),
                        ("released_at", models.DateTimeField(null=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds_approved",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds",
                                to="talteen.case",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds_opened",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "people",
                            models.ManyToManyField(
                                related_name="holds", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "recording",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds",
                                to="talteen.recording",
                            ),
                        ),
                        (
                            "release_proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hold_releases_proposed",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "hold",
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("code_sha256", models.BinaryField(null=True, unique=True)),
                        ("ends_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invitations",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invitation",
                    },
                ),
                migrations.CreateModel(
                    name="KeyPage",
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
                        ("page", models.UUIDField()),
                        ("n", models.PositiveBigIntegerField(db_index=True)),
                        ("sealed", models.BinaryField()),
                    ],
                    options={
                        "db_table": "key_page",
                        "constraints": [
                            models.UniqueConstraint(fields=("page", "n"), name="key_page_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerEntry",
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
                        ("leaf_hash", models.BinaryField(unique=True)),
                        ("raw", models.BinaryField()),
                        ("index", models.BigIntegerField(null=True)),
                        ("kind", models.CharField(max_length=32)),
                        ("at", models.DateTimeField()),
                        ("recording", models.UUIDField(null=True)),
                        ("day", models.DateField(null=True)),
                    ],
                    options={
                        "db_table": "ledger_entry",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("index__isnull", True)),
                                fields=["id"],
                                name="ledger_entry_pending",
                            ),
                            models.Index(
                                condition=models.Q(("recording__isnull", False)),
                                fields=["recording", "kind"],
                                name="ledger_entry_recording",
                            ),
                            models.Index(
                                condition=models.Q(("kind", "destroyed_everywhere")),
                                fields=["day"],
                                name="ledger_entry_gone_day",
                            ),
                            models.Index(
                                condition=models.Q(("kind", "month_stated")),
                                fields=["day"],
                                name="ledger_entry_month",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("index__isnull", False)),
                                fields=("index",),
                                name="ledger_entry_index",
                            )
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="recording",
                    name="line",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recordings",
                        to="talteen.line",
                    ),
                ),
                migrations.CreateModel(
                    name="Destruction",
                    fields=[
                        ("recording", models.UUIDField(primary_key=True, serialize=False)),
                        ("day", models.DateField(db_index=True)),
                        ("reason", models.CharField(max_length=16)),
                        ("cutoff_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("held", models.PositiveSmallIntegerField(default=0)),
                        ("delivered", models.PositiveSmallIntegerField(default=0)),
                        ("generation_before", models.PositiveIntegerField()),
                        ("generation_after", models.PositiveIntegerField()),
                        ("blobs", models.JSONField()),
                        ("doomed", models.JSONField(default=list)),
                        ("bytes_gone_at", models.DateTimeField(null=True)),
                        ("lateness_s", models.PositiveIntegerField(default=0)),
                        ("source_fate", models.CharField(default="owner_deletes", max_length=16)),
                        ("unbacked", models.BooleanField(default=False)),
                        ("live_dead_at", models.DateTimeField(null=True)),
                        ("backup_dead_at", models.DateTimeField(null=True)),
                        ("forgotten_at", models.DateTimeField(null=True)),
                        ("certificate_leaf", models.BinaryField(null=True)),
                        (
                            "line",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="destructions",
                                to="talteen.line",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "destruction",
                    },
                ),
                migrations.CreateModel(
                    name="LostCall",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("day", models.DateField(db_index=True)),
                        ("began_at", models.DateTimeField()),
                        ("source", models.CharField(max_length=24)),
                        ("reason", models.CharField(max_length=24)),
                        ("found_at", models.DateTimeField()),
                        ("alarmed_at", models.DateTimeField(null=True)),
                        ("explained_at", models.DateTimeField(null=True)),
                        (
                            "explained_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lost_calls_explained",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lost_calls",
                                to="talteen.line",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "lost_call",
                    },
                ),
                migrations.CreateModel(
                    name="NoticeProposal",
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
                    options={
                        "db_table": "notice_proposal",
                    },
                ),
                migrations.AddField(
                    model_name="recording",
                    name="notice",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recordings",
                        to="talteen.noticeversion",
                    ),
                ),
                migrations.CreateModel(
                    name="OddUse",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("rule", models.CharField(max_length=16)),
                        ("staff", models.UUIDField(db_index=True)),
                        ("day", models.DateField(db_index=True)),
                        ("count", models.PositiveIntegerField()),
                        ("found_at", models.DateTimeField()),
                        ("seen_at", models.DateTimeField(null=True)),
                        ("follows", models.BooleanField(null=True)),
                        (
                            "seen_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "odd_use",
                    },
                ),
                migrations.CreateModel(
                    name="PackagePart",
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
                        ("number", models.PositiveSmallIntegerField()),
                        ("suffix", models.CharField(max_length=8)),
                        ("sealed", models.BinaryField()),
                        (
                            "package",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parts",
                                to="talteen.package",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "package_part",
                    },
                ),
                migrations.CreateModel(
                    name="Promise",
                    fields=[
                        ("mac", models.BinaryField(primary_key=True, serialize=False)),
                        ("arrived_at", models.DateTimeField()),
                        ("day", models.DateField(db_index=True)),
                        ("outcome", models.CharField(max_length=24)),
                        ("recording", models.UUIDField(db_index=True, null=True)),
                        ("keep_until", models.DateTimeField()),
                        ("source", models.CharField(default="owner_deletes", max_length=16)),
                        (
                            "names",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BinaryField(), default=list, size=None
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("drop", models.UUIDField(null=True)),
                        (
                            "line",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="promises",
                                to="talteen.line",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "promise",
                    },
                ),
                migrations.CreateModel(
                    name="PurposeCheck",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("entry", models.BigIntegerField(unique=True)),
                        ("staff", models.UUIDField(db_index=True)),
                        ("week", models.DateField(db_index=True)),
                        ("due_on", models.DateField()),
                        ("why", models.BinaryField(null=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("seen_at", models.DateTimeField(null=True)),
                        ("follows", models.BooleanField(null=True)),
                        (
                            "seen_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "purpose_check",
                    },
                ),
                migrations.CreateModel(
                    name="QuestionFigures",
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
                        ("form", models.CharField(max_length=32)),
                        ("question", models.CharField(max_length=64)),
                        ("meaning", models.BinaryField()),
                        ("calls", models.PositiveIntegerField()),
                        ("figures", models.JSONField()),
                        ("trust", models.CharField(max_length=12)),
                    ],
                    options={
                        "db_table": "question_figures",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("form", "question", "meaning"), name="question_figures_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recipient",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
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
                        "constraints": [
                            models.UniqueConstraint(fields=("name", "door"), name="recipient_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecipientTask",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
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
                        (
                            "paper",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="talteen.disclosurepaper",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "recipient_task",
                    },
                ),
                migrations.CreateModel(
                    name="RecoveryCode",
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
                        ("sha256", models.BinaryField(unique=True)),
                        ("made_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recovery_codes",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "recovery_code",
                    },
                ),
                migrations.CreateModel(
                    name="Replaced",
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
                        ("recording", models.UUIDField()),
                        ("n", models.PositiveBigIntegerField()),
                    ],
                    options={
                        "db_table": "replaced",
                        "constraints": [
                            models.UniqueConstraint(fields=("recording", "n"), name="replaced_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RequestPaper",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=12)),
                        ("name", models.CharField(blank=True, max_length=32)),
                        ("at", models.DateTimeField()),
                        ("sealed", models.BinaryField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="request_papers",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "request_paper",
                    },
                ),
                migrations.CreateModel(
                    name="RequestEdge",
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
                        ("at", models.DateTimeField()),
                        ("step", models.CharField(max_length=16)),
                        ("stage", models.CharField(max_length=16)),
                        ("right", models.CharField(blank=True, max_length=24)),
                        ("outcome", models.CharField(blank=True, max_length=16)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="request_edges",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "reasons",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="talteen.requestpaper",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "request_edge",
                    },
                ),
                migrations.CreateModel(
                    name="RequestAnswer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("right", models.CharField(max_length=24)),
                        ("letter", models.CharField(max_length=32)),
                        ("outcome", models.CharField(max_length=16)),
                        ("prepared_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("sent_back_at", models.DateTimeField(null=True)),
                        ("recordings", models.JSONField(default=list)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers_decided",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "prepared_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers_prepared",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="talteen.requestpaper",
                            ),
                        ),
                        (
                            "opinion",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="talteen.requestpaper",
                            ),
                        ),
                        (
                            "paper",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="talteen.requestpaper",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "request_answer",
                    },
                ),
                migrations.CreateModel(
                    name="RestrictionEnd",
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
                    ],
                    options={
                        "db_table": "restriction_end",
                    },
                ),
                migrations.CreateModel(
                    name="SavedSearch",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                        ),
                        ("words", models.CharField(max_length=120)),
                        ("side", models.CharField(blank=True, max_length=6)),
                        ("made_at", models.DateTimeField()),
                        (
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="saved_searches",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "saved_search",
                    },
                ),
                migrations.CreateModel(
                    name="SealedNote",
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
                        ("kind", models.PositiveSmallIntegerField()),
                        ("version", models.PositiveIntegerField()),
                        ("sealed", models.BinaryField()),
                        ("at", models.DateTimeField()),
                        (
                            "recording",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notes",
                                to="talteen.recording",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "sealed_note",
                    },
                ),
                migrations.CreateModel(
                    name="SecondFactor",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=talteen.ids.new, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=8)),
                        ("added_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        ("sealed", models.BinaryField(null=True)),
                        ("step", models.BigIntegerField(default=0)),
                        ("credential_id", models.BinaryField(null=True, unique=True)),
                        ("credential", models.BinaryField(null=True)),
                        ("sign_count", models.BigIntegerField(default=0)),
                        ("host", models.CharField(blank=True, max_length=253)),
                        (
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="second_factors",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "second_factor",
                    },
                ),
                migrations.CreateModel(
                    name="Study",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                        ),
                        ("number", models.CharField(max_length=16, unique=True)),
                        ("question", models.TextField()),
                        ("means_yes", models.TextField()),
                        ("strata", models.CharField(max_length=12)),
                        ("first", models.DateField()),
                        ("last", models.DateField()),
                        ("expected", models.PositiveSmallIntegerField()),
                        ("margin", models.PositiveSmallIntegerField()),
                        ("goal", models.PositiveSmallIntegerField(null=True)),
                        ("needed", models.PositiveIntegerField()),
                        ("begun_at", models.DateTimeField()),
                        ("seed", models.BinaryField()),
                        ("committed_leaf", models.BinaryField()),
                        ("drawn_at", models.DateTimeField(null=True)),
                        ("closes_at", models.DateTimeField(null=True)),
                        ("frame", models.JSONField(default=list)),
                        ("frozen_at", models.DateTimeField(null=True)),
                        ("report", models.JSONField(null=True)),
                        ("decision", models.TextField(blank=True)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("review_on", models.DateField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="studies",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="studies",
                                to="talteen.unit",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "study",
                    },
                ),
                migrations.CreateModel(
                    name="StudyCall",
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
                        ("language", models.CharField(max_length=2)),
                        ("among", models.PositiveIntegerField()),
                        ("quota", models.PositiveIntegerField()),
                        ("answer", models.CharField(blank=True, max_length=12)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "evaluator",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="talteen.line",
                            ),
                        ),
                        (
                            "recording",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="studied",
                                to="talteen.recording",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calls",
                                to="talteen.study",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "study_call",
                    },
                ),
                migrations.CreateModel(
                    name="Tally",
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
                        ("day", models.DateField()),
                        ("kind", models.CharField(max_length=24)),
                        ("count", models.PositiveIntegerField(default=0)),
                        (
                            "line",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="talteen.line",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "tally",
                    },
                ),
                migrations.CreateModel(
                    name="Training",
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
                        ("passed_on", models.DateField()),
                        ("valid_until", models.DateField()),
                        (
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trainings",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "training",
                    },
                ),
                migrations.CreateModel(
                    name="Undertaking",
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
                        ("version", models.CharField(max_length=32)),
                        ("signed_on", models.DateField()),
                        ("ended_on", models.DateField(null=True)),
                        (
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="undertakings",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "undertaking",
                    },
                ),
                migrations.CreateModel(
                    name="Script",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                        ),
                        ("title", models.CharField(max_length=120)),
                        ("text", models.TextField()),
                        ("language", models.CharField(max_length=2)),
                        ("made_at", models.DateTimeField()),
                        ("approved_at", models.DateTimeField(null=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scripts_approved",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scripts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scripts",
                                to="talteen.unit",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "script",
                    },
                ),
                migrations.AddField(
                    model_name="line",
                    name="unit",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="talteen.unit",
                    ),
                ),
                migrations.AddField(
                    model_name="staff",
                    name="unit",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="talteen.unit",
                    ),
                ),
                migrations.CreateModel(
                    name="EvidenceVisit",
                    fields=[
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
                            "approved_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits_approved",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits_opened",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "evidence_visit",
                    },
                ),
                migrations.AddConstraint(
                    model_name="articleversion",
                    constraint=models.UniqueConstraint(
                        fields=("article", "number"), name="article_version_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="articleread",
                    constraint=models.UniqueConstraint(
                        fields=("version", "staff"), name="article_read_once"
                    ),
                ),
                migrations.AddField(
                    model_name="breachpaper",
                    name="breach",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="talteen.breach",
                    ),
                ),
                migrations.AddField(
                    model_name="breachedge",
                    name="breach",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="edges",
                        to="talteen.breach",
                    ),
                ),
                migrations.AddField(
                    model_name="breachcall",
                    name="breach",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="talteen.breach",
                    ),
                ),
                migrations.AddField(
                    model_name="breach",
                    name="proposed_by",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breach_ends_proposed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="breach",
                    name="reported_by",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaches_reported",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="breach",
                    name="suspect",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaches_through",
                        to=settings.AUTH_USER_MODEL,
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
                    model_name="package",
                    name="disclosure",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packages",
                        to="talteen.disclosure",
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
                    name="disclosure",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="edges",
                        to="talteen.disclosure",
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
                    model_name="disclosure",
                    name="approved_by",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures_approved",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="disclosure",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures_owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="disclosure",
                    name="proposed_by",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures_proposed",
                        to=settings.AUTH_USER_MODEL,
                    ),
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
                    model_name="disclosure",
                    name="scoped_by",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures_scoped",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="disclosure",
                    name="stopped_by",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures_stopped",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="subjectrequest",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests_owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="restrictionend",
                    name="request",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restriction_ends",
                        to="talteen.subjectrequest",
                    ),
                ),
                migrations.AddField(
                    model_name="requeststop",
                    name="request",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stops",
                        to="talteen.subjectrequest",
                    ),
                ),
                migrations.AddField(
                    model_name="requestpaper",
                    name="request",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="talteen.subjectrequest",
                    ),
                ),
                migrations.AddField(
                    model_name="requestedge",
                    name="request",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="edges",
                        to="talteen.subjectrequest",
                    ),
                ),
                migrations.AddField(
                    model_name="requestanswer",
                    name="request",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="talteen.subjectrequest",
                    ),
                ),
                migrations.AddField(
                    model_name="package",
                    name="request",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packages",
                        to="talteen.subjectrequest",
                    ),
                ),
                migrations.AddField(
                    model_name="calibrationcall",
                    name="recording",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calibrated",
                        to="talteen.recording",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="calibrationmark",
                    constraint=models.UniqueConstraint(
                        fields=("round", "evaluator"), name="calibration_mark_once"
                    ),
                ),
                migrations.AddField(
                    model_name="envelope",
                    name="intake_key",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="envelopes",
                        to="talteen.intakekey",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="caserecording",
                    constraint=models.UniqueConstraint(
                        fields=("case", "recording"), name="case_recording_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="blob",
                    index=models.Index(
                        condition=models.Q(("attached_n", None)),
                        fields=["recording"],
                        name="blob_waiting",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="draftpart",
                    constraint=models.UniqueConstraint(
                        fields=("recording", "side", "number"), name="draft_part_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="drawshare",
                    constraint=models.UniqueConstraint(
                        fields=("draw", "agent"), name="lot_share_once"
                    ),
                ),
                migrations.AddField(
                    model_name="evaluatedcall",
                    name="recording",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluated",
                        to="talteen.recording",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="evaluationdraft",
                    constraint=models.UniqueConstraint(
                        fields=("recording", "evaluator"), name="draft_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="formversion",
                    constraint=models.UniqueConstraint(
                        fields=("form", "version"), name="form_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="lostcall",
                    index=models.Index(fields=["began_at"], name="lost_call_began_a_460eb9_idx"),
                ),
                migrations.AddIndex(
                    model_name="recording",
                    index=models.Index(fields=["day", "line"], name="recording_day_2acee4_idx"),
                ),
                migrations.AddIndex(
                    model_name="recording",
                    index=models.Index(fields=["-started_at"], name="recording_started_fd7258_idx"),
                ),
                migrations.AddConstraint(
                    model_name="odduse",
                    constraint=models.UniqueConstraint(
                        fields=("rule", "staff", "day"), name="odd_use_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="packagepart",
                    constraint=models.UniqueConstraint(
                        fields=("package", "number"), name="package_part_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="promise",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fields=["names"], name="promise_names"
                    ),
                ),
                migrations.AddIndex(
                    model_name="promise",
                    index=models.Index(
                        condition=models.Q(("source", "to_delete")),
                        fields=["drop"],
                        name="promise_source_waiting",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="savedsearch",
                    constraint=models.UniqueConstraint(
                        fields=("staff", "words", "side"), name="saved_search_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sealednote",
                    constraint=models.UniqueConstraint(
                        fields=("recording", "kind", "version"), name="sealed_note_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="studycall",
                    constraint=models.UniqueConstraint(
                        fields=("study", "recording"), name="study_call_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="tally",
                    constraint=models.UniqueConstraint(
                        fields=("day", "line", "kind"), name="tally_once", nulls_distinct=False
                    ),
                ),
                migrations.AddConstraint(
                    model_name="breachcall",
                    constraint=models.UniqueConstraint(
                        fields=("breach", "recording"), name="breach_call_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="recipienttask",
                    constraint=models.UniqueConstraint(
                        fields=("disclosure", "recording", "occasion"), name="recipient_task_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="disclosurecall",
                    constraint=models.UniqueConstraint(
                        fields=("disclosure", "recording"), name="disclosed_once"
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
            ]
        )
    ]
