"""How the two key holders were last seen. No personal data."""

from django.db import models


class HolderHealth(models.Model):
    """One row for each of the two holders."""

    place = models.CharField(max_length=8, primary_key=True)
    """"live" or "ring"."""
    kind = models.CharField(max_length=8)
    condition = models.CharField(max_length=12)
    """"answers", "sealed", "credential" or "away"."""
    since = models.DateTimeField()
    """When this condition was first seen."""
    latency_ms = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    """When people were told of the outage that lasts; null where there is none to tell of."""

    class Meta:
        db_table = "holder_health"
