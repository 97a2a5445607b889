"""The ledger's two tables. Both only grow: ``append_only`` holds the triggers that see to it.

The rows are a convenience: what stands in the second store decides (``ledger``), and these are
filled
again from there. ``kind``, ``at``, ``recording`` and ``day`` repeat what ``raw`` says, for finding.
"""

from django.db import models


class LedgerEntry(models.Model):
    """One entry. It is committed with the act that it tells of, and gets its place afterwards."""

    leaf_hash = models.BinaryField(unique=True)
    """RFC 6962 hash of ``raw``: the entry's name."""
    raw = models.BinaryField()
    """The entry as ``ledger_bytes`` writes it: the bytes that the tree hashes."""
    index = models.BigIntegerField(null=True, unique=True)
    """Its place in the log, set once; null until it is published."""
    kind = models.CharField(max_length=32)
    at = models.DateTimeField()
    recording = models.UUIDField(null=True)
    day = models.DateField(null=True)

    class Meta:
        db_table = "ledger_entry"
        indexes = (
            models.Index(
                name="ledger_entry_pending", fields=["id"], condition=models.Q(index__isnull=True)
            ),
            models.Index(name="ledger_entry_recording", fields=["recording", "kind"]),
            models.Index(name="ledger_entry_day", fields=["day", "kind"]),
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
