"""What the drills have shown, and what they found damaged. No caller data."""

from django.db import models


class DrillRun(models.Model):
    """One drill and what came of it."""

    kind = models.CharField(max_length=16)  # drills.Kind
    at = models.DateTimeField(db_index=True)
    ok = models.BooleanField()
    verdict = models.CharField(max_length=24)  # drills.Verdict
    dead = models.PositiveIntegerField()
    """Destroyed recordings that were looked for."""
    revived = models.PositiveIntegerField()
    """Those of them that something opened: none, ever."""
    controls = models.PositiveIntegerField()
    """Living ones that had to play."""
    played = models.PositiveIntegerField()
    files = models.PositiveIntegerField()
    """Roll files that were tried."""
    told_at = models.DateTimeField(null=True)
    """When the alarm about it was sounded; null where there was none."""

    class Meta:
        db_table = "drill_run"


class Damage(models.Model):
    """A place of stored bytes that are not what was stored: the draft of a breach."""

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    recording = models.UUIDField(null=True)
    start = models.PositiveBigIntegerField()
    end = models.PositiveBigIntegerField()
    found_at = models.DateTimeField(db_index=True)
    mended_at = models.DateTimeField(null=True)
    """When a copy that is whole was put in its place, or its recording had died."""

    class Meta:
        db_table = "damage"
