"""The outbox: what the house has to say to people by mail, until it is said and a month longer."""

from django.db import models

from talteen import ids


class OutgoingMessage(models.Model):
    """One message to one address. It tells counts, days and ids: never a number, a name, a word."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    key = models.CharField(max_length=96, unique=True)
    """What it is about, so that it is written once: "night:2026-11-28:dpo@..."."""
    written_at = models.DateTimeField(db_index=True)
    to = models.EmailField()
    subject = models.CharField(max_length=160)
    body = models.TextField()
    state = models.CharField(max_length=8, default="waiting", db_index=True)
    """"waiting", "sent", "kept" (a demo house keeps its mail) or "refused"."""
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outgoing_message"
