"""Messages to the data protection officer, as a table: times and a code. Words are sealed."""

from django.db import models

from talteen import ids


class OfficerMessage(models.Model):
    """One message and its answer. Its id is the name of its key in the vault's root (38(5))."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    at = models.DateTimeField(db_index=True)
    language = models.CharField(max_length=2)
    sealed = models.BinaryField()
    """What was written, and how to reach the person."""
    code_sha256 = models.BinaryField(unique=True)
    """Of the code by which the person reads the answer; the code itself is kept nowhere."""
    answered_at = models.DateTimeField(null=True)
    answer = models.BinaryField(default=bytes)
    ended_at = models.DateTimeField(null=True)
    """When its key was let die: what stands here since is a date in a count."""

    class Meta:
        db_table = "officer_message"
