"""The ledger's tables. Entries and heads only grow: ``append_only`` holds the triggers that see to
it; what witnesses signed last is kept beside them.

The rows are a convenience: what stands in the second store decides (``ledger``), and these are
filled again from there. ``kind``, ``at``, ``recording`` and ``day`` repeat what ``raw`` says,
for finding.
"""

from django.db import models
from django.db.models import Q


class LedgerEntry(models.Model):
    """One entry. It is committed with the act that it tells of, and gets its place afterwards."""

    leaf_hash = models.BinaryField(unique=True)
    """RFC 6962 hash of ``raw``: the entry's name."""
    raw = models.BinaryField()
    """The entry as ``ledger_bytes`` writes it: the bytes that the tree hashes."""
    index = models.BigIntegerField(null=True)
    """Its place in the log, set once; null until it is published."""
    kind = models.CharField(max_length=32)
    at = models.DateTimeField()
    recording = models.UUIDField(null=True)
    day = models.DateField(null=True)

    class Meta:
        db_table = "ledger_entry"
        # Each index costs every entry: these stay out of the way of those they say nothing about.
        constraints = (
            models.UniqueConstraint(
                name="ledger_entry_index", fields=["index"], condition=Q(index__isnull=False)
            ),
        )
        indexes = (
            models.Index(
                name="ledger_entry_pending", fields=["id"], condition=Q(index__isnull=True)
            ),
            models.Index(
                name="ledger_entry_recording",
                fields=["recording", "kind"],
                condition=Q(recording__isnull=False),
            ),
            models.Index(
                name="ledger_entry_gone_day",
                fields=["day"],
                condition=Q(kind="destroyed_everywhere"),
            ),
            models.Index(
                name="ledger_entry_month", fields=["day"], condition=Q(kind="month_stated")
            ),
            models.Index(
                name="ledger_entry_synthetic",
                fields=["recording"],
                condition=Q(kind="synthetic_call"),
            ),
        )


class LedgerHead(models.Model):
    """One checkpoint that the log has signed: no size has two."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.BinaryField()
    """The signed checkpoint as it was published."""
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_head"


class LedgerWitness(models.Model):
    """A witness, the newest head that it has signed, and how it answered last."""

    name = models.CharField(primary_key=True, max_length=255)
    size = models.BigIntegerField(null=True)
    """Size of the newest head that it signed; null where it has signed none."""
    lines = models.TextField()
    """Its signature lines on that head."""
    stated_at = models.DateTimeField(null=True)
    """When it signed, by its own clock; null where it states no time."""
    signed_at = models.DateTimeField(null=True)
    """When the lines came, by the house's clock."""
    tried_at = models.DateTimeField()
    trouble = models.CharField(max_length=16)
    """Empty after an answer; else the slug of the error: ``unavailable`` or ``tampered``."""

    class Meta:
        db_table = "ledger_witness"


class LedgerStamp(models.Model):
    """A head that a time-stamp authority was asked to stamp. The stamp stands in the second
    store."""

    size = models.BigIntegerField(primary_key=True)
    stated_at = models.DateTimeField(null=True)
    """When it was stamped, by the authority's clock; null where the last try failed."""
    got_at = models.DateTimeField(null=True)
    """When the stamp came, by the house's clock."""
    tried_at = models.DateTimeField()
    trouble = models.CharField(max_length=16)
    """Empty after an answer that holds; else the slug of the error."""

    class Meta:
        db_table = "ledger_stamp"
