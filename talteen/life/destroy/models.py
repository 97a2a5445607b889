"""What is left of a recording: a bare row without a caller in it (DESIGN 5), and its
certificate's place."""

from django.db import models

from talteen.register.models import Line

PROTECT = models.PROTECT


class Destruction(models.Model):
    """One destroyed recording. Replaces its row in the transaction that applies the roll file."""

    recording = models.UUIDField(primary_key=True)
    day = models.DateField(db_index=True)
    line = models.ForeignKey(Line, PROTECT, null=True, related_name="destructions")
    reason = models.CharField(max_length=16)
    cutoff_at = models.DateTimeField()
    due_at = models.DateTimeField()
    held = models.PositiveSmallIntegerField(default=0)
    delivered = models.PositiveSmallIntegerField(default=0)
    """Copies that had been handed out lawfully before: they are beyond the house (14.11)."""
    generation_before = models.PositiveIntegerField()
    generation_after = models.PositiveIntegerField()
    blobs = models.JSONField()
    """SHA-256 of each ciphertext, as hex: fingerprints of what no key opens."""
    doomed = models.JSONField(default=list)
    """Where the ciphertext lies, until it was deleted and looked for in vain."""
    bytes_gone_at = models.DateTimeField(null=True)
    lateness_s = models.PositiveIntegerField(default=0)
    source_fate = models.CharField(max_length=16, default="owner_deletes")
    """What became of the file that it was imported from: it is a copy too (J13)."""
    unbacked = models.BooleanField(default=False)
    """The backup holder did not answer when it lived last: there is no backup key to wait for."""
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
