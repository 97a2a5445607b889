"""What is kept of guidance and lessons: texts that passed the gate, and who has read them."""

import uuid

from django.db import models

from talteen.life.use.quality.models import Evaluation
from talteen.register.models import Staff, Unit


class Article(models.Model):
    """One piece of guidance of a unit, through its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="articles")
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="articles")
    """Who answers for it, and looks at it on its review day."""
    retired_at = models.DateTimeField(null=True)
    """Since when it is in force no more; its versions stay readable."""

    class Meta:
        db_table = "article"


class ArticleVersion(models.Model):
    """One version. Never changed or removed: a trigger refuses it (migration 0019)."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    title = models.TextField()
    text = models.TextField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="article_versions")
    published_at = models.DateTimeField()
    review_on = models.DateField()
    based_on = models.CharField(max_length=16, blank=True)  # the number of a study
    calls = models.PositiveIntegerField(null=True)
    """On how many calls it rests: ten or more, or none is named."""
    first_week = models.CharField(max_length=8, blank=True)  # 2026-W40
    last_week = models.CharField(max_length=8, blank=True)
    sha256 = models.BinaryField()

    class Meta:
        db_table = "article_version"
        constraints = (
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
        )


class ArticleRead(models.Model):
    """That a person has acknowledged a version (17.10)."""

    version = models.ForeignKey(ArticleVersion, models.PROTECT, related_name="reads")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="article_reads")
    at = models.DateTimeField()

    class Meta:
        db_table = "article_read"
        constraints = (
            models.UniqueConstraint(fields=["version", "staff"], name="article_read_once"),
        )


class Lesson(models.Model):
    """What an evaluator learned from a call, in at most 280 letters of their own."""

    evaluation = models.OneToOneField(
        Evaluation, models.CASCADE, primary_key=True, related_name="lesson"
    )
    """It lives as long as the evaluation, by its agent's own term, and goes with it."""
    text = models.CharField(max_length=280)

    class Meta:
        db_table = "lesson"
