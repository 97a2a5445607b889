"""What is left of a recording: a bare row without a caller in it (DESIGN 5), and its
certificate's place."""

from django.db import models

from talteen.register.models import Line

PROTECT = models.PROTECT


class Destruction(models.Model):
    """One destroyed recording. Replaces its row in the transaction that applies the roll file."""

    recording = models.UUIDField(primary_key=True)
    day = models.DateField(db_index=True)
    line = models.ForeignKey(Line, PROTECT, related_name="destructions")
    reason = models.CharField(max_length=16)
    cutoff_at = models.DateTimeField()
    due_at = models.DateTimeField()
    held = models.PositiveSmallIntegerField(default=0)
    generation_before = models.PositiveIntegerField()
    generation_after = models.PositiveIntegerField()
    blobs = models.JSONField()
    """[{"sha256": hex, "size": bytes}]: fingerprints of ciphertext that no key opens."""
    source_fate = models.CharField(max_length=24)
    live_dead_at = models.DateTimeField(null=True)
    """When the live key was destroyed *and* proved to open nothing; null until proved."""
    backup_dead_at = models.DateTimeField(null=True)
    """When the last backup copy died; null while one lives."""
    forgotten_at = models.DateTimeField(null=True)
    """When every stage had let go a second time, an hour later."""
    certificate_leaf = models.BinaryField(null=True)
    """Leaf hash of the ``destroyed_everywhere`` entry."""

    class Meta:
        db_table = "destruction"
