"""Studies, guidance, lessons, coaching (issue 6, parts 5 to 8). What is published is never changed."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT
STAFF = settings.AUTH_USER_MODEL

KEEPS = """
CREATE TRIGGER article_version_keeps BEFORE UPDATE OR DELETE ON article_version
    FOR EACH ROW EXECUTE FUNCTION keeps_rows();
CREATE FUNCTION study_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND ROW(NEW.id, NEW.number, NEW.unit_id, NEW.by_id, NEW.question, NEW.means_yes, NEW.strata,
               NEW.first, NEW.last, NEW.expected, NEW.margin, NEW.goal, NEW.needed, NEW.begun_at,
               NEW.seed, NEW.committed_leaf)
           IS NOT DISTINCT FROM
           ROW(OLD.id, OLD.number, OLD.unit_id, OLD.by_id, OLD.question, OLD.means_yes, OLD.strata,
               OLD.first, OLD.last, OLD.expected, OLD.margin, OLD.goal, OLD.needed, OLD.begun_at,
               OLD.seed, OLD.committed_leaf)
       AND (OLD.frozen_at IS NULL
            OR ROW(NEW.frozen_at, NEW.report) IS NOT DISTINCT FROM ROW(OLD.frozen_at, OLD.report))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the plan of a study and its frozen report are never changed'
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER study_keeps BEFORE UPDATE OR DELETE ON study
    FOR EACH ROW EXECUTE FUNCTION study_keeps();
"""
LETS_GO = """
DROP TRIGGER study_keeps ON study;
DROP FUNCTION study_keeps();
DROP TRIGGER article_version_keeps ON article_version;
"""


def _id() -> tuple[str, models.Field]:
    auto = models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )
    return ("id", auto)


def _uuid() -> tuple[str, models.Field]:
    return ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False))


def _to(model: str, related: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(null=null, on_delete=PROTECT, related_name=related, to=model)


def _once(model: str, name: str, *fields: str) -> migrations.AddConstraint:
    return migrations.AddConstraint(model, models.UniqueConstraint(fields=fields, name=name))


class Migration(migrations.Migration):
    dependencies = [("talteen", "0018_calibration")]

    operations = [
        migrations.CreateModel(
            "Study",
            [
                _uuid(),
                ("number", models.CharField(max_length=16, unique=True)),
                ("unit", _to("talteen.unit", "studies")),
                ("by", _to(STAFF, "studies")),
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
            ],
            {"db_table": "study"},
        ),
        migrations.CreateModel(
            "StudyCall",
            [
                _id(),
                ("study", _to("talteen.study", "calls")),
                ("recording", _to("talteen.recording", "studied", null=True)),
                ("line", _to("talteen.line", "+")),
                ("language", models.CharField(max_length=2)),
                ("agent", _to(STAFF, "+")),
                ("among", models.PositiveIntegerField()),
                ("quota", models.PositiveIntegerField()),
                ("answer", models.CharField(blank=True, max_length=12)),
                ("evaluator", _to(STAFF, "+", null=True)),
            ],
            {"db_table": "study_call"},
        ),
        _once("studycall", "study_call_once", "study", "recording"),
        migrations.CreateModel(
            "Article",
            [
                _uuid(),
                ("unit", _to("talteen.unit", "articles")),
                ("owner", _to(STAFF, "articles")),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "article"},
        ),
        migrations.CreateModel(
            "ArticleVersion",
            [
                _id(),
                ("article", _to("talteen.article", "versions")),
                ("number", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=2)),
                ("title", models.TextField()),
                ("text", models.TextField()),
                ("by", _to(STAFF, "article_versions")),
                ("published_at", models.DateTimeField()),
                ("review_on", models.DateField()),
                ("based_on", models.CharField(blank=True, max_length=16)),
                ("calls", models.PositiveIntegerField(null=True)),
                ("first_week", models.CharField(blank=True, max_length=8)),
                ("last_week", models.CharField(blank=True, max_length=8)),
                ("sha256", models.BinaryField()),
            ],
            {"db_table": "article_version"},
        ),
        _once("articleversion", "article_version_once", "article", "number"),
        migrations.CreateModel(
            "ArticleRead",
            [
                _id(),
                ("version", _to("talteen.articleversion", "reads")),
                ("staff", _to(STAFF, "article_reads")),
                ("at", models.DateTimeField()),
            ],
            {"db_table": "article_read"},
        ),
        _once("articleread", "article_read_once", "version", "staff"),
        migrations.CreateModel(
            "Lesson",
            [
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
            {"db_table": "lesson"},
        ),
        migrations.CreateModel(
            "Goal",
            [
                _uuid(),
                ("agent", _to(STAFF, "goals")),
                ("by", _to(STAFF, "goals_set")),
                ("text", models.CharField(max_length=280)),
                ("set_on", models.DateField()),
                ("review_on", models.DateField()),
                ("state", models.CharField(max_length=12)),
                ("ends_on", models.DateField(db_index=True)),
            ],
            {"db_table": "goal"},
        ),
        migrations.CreateModel(
            "Script",
            [
                _uuid(),
                ("unit", _to("talteen.unit", "scripts")),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField()),
                ("language", models.CharField(max_length=2)),
                ("by", _to(STAFF, "scripts")),
                ("made_at", models.DateTimeField()),
                ("approved_by", _to(STAFF, "scripts_approved", null=True)),
                ("approved_at", models.DateTimeField(null=True)),
            ],
            {"db_table": "script"},
        ),
        migrations.RunSQL(KEEPS, LETS_GO),
    ]
