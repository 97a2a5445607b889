"""The outbox: what the house has to say to people by mail, until it is said and a month longer."""

from django.db import models

from talteen import ids


class OutgoingMessage(models.Model):
    """One message to one address. It tells counts, days and ids: never a number, a name, a word.

    What goes to a person outside stands sealed, address and all, until it is done, and then no
    more: ``to``, ``subject`` and ``body`` are empty.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    key = models.CharField(max_length=96, unique=True)
    """What it is about, so that it is written once: "night:2026-11-28:dpo@..."."""
    written_at = models.DateTimeField(db_index=True)
    channel = models.CharField(max_length=4, default="mail")  # mail, text
    file = models.UUIDField(null=True)
    """Under the key of which file it is sealed; null where nothing is."""
    sealed = models.BinaryField(default=bytes)
    to = models.EmailField(blank=True)
    subject = models.CharField(max_length=160)
    body = models.TextField()
    state = models.CharField(max_length=8, default="waiting", db_index=True)
    """"waiting", "sent", "kept" (a demo house keeps its mail), "refused", "late"; of one to a
    person also "bounced" (a report came back), and "settled" once it was said otherwise."""
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    """What is worth nothing later, such as a code, is not sent later."""
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outgoing_message"
