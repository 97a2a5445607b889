"""That a call was seen: the promise row, born before any media and before any recording
(REGISTER J10).

It carries no media and no caller data. What came in is known only by a keyed hash, so that the
same file twice is one recording, and a destroyed call cannot come back by being handed in again
(I6). The key of the hash lives in the root page; the row dies by its own clock, ``keep_until``.
"""

from enum import Enum

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from talteen.register.models import Line, Staff


class Source(Enum):
    """What becomes of the files that a call came from: they are a copy too (J13)."""

    NONE = "none"
    """There are none: the call came in by network."""
    OWNER_DELETES = "owner_deletes"
    TO_DELETE = "to_delete"
    """The house deletes them, once a roll file holds the call."""
    DELETED = "deleted"


class Promise(models.Model):
    """One call that reached the house, and what became of it."""

    mac = models.BinaryField(primary_key=True)
    """Keyed hash of sound, start and line of an import; of the call's id where a node took it."""
    arrived_at = models.DateTimeField()
    day = models.DateField(db_index=True)
    line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="promises")
    outcome = models.CharField(max_length=24)
    """"recorded", "parked", "quarantined", or why there is no recording: the kinds of a Tally.

    "running", "capturing" and "captured" while a call of a node has not come to one of these.
    "twin" where another node had the same session: that promise tells what became of it.
    """
    recording = models.UUIDField(null=True, db_index=True)
    keep_until = models.DateTimeField()
    source = models.CharField(max_length=16, default=Source.OWNER_DELETES.value)
    names = ArrayField(models.BinaryField(), default=list)
    """Keyed hashes of its session: what another node recorded of it is known by one of them."""
    ended_at = models.DateTimeField(null=True)
    """When a node said that it was over; null for an import."""
    late = models.CharField(max_length=16, db_default="", default="")
    """What became of this node's account where it came to a recording whose packets were gone
    (``seal.late.Fate``); empty for any other."""
    drop = models.UUIDField(null=True)
    """The watched folder that the files lie in, by the mark that stands in it."""

    class Meta:
        db_table = "promise"
        indexes = (
            GinIndex(fields=["names"], name="promise_names"),
            models.Index(
                fields=["drop"],
                condition=models.Q(source=Source.TO_DELETE.value),
                name="promise_source_waiting",
            ),
        )


class Notebook(models.Model):
    """How far the register has taken in the notes of a capture node."""

    node = models.CharField(max_length=64, primary_key=True)
    read = models.PositiveBigIntegerField(default=0)
    """In bytes: what stands before this is in the register."""

    class Meta:
        db_table = "notebook"


class ComplaintMark(models.Model):
    """That an agent said of a running call: this is a complaint (13.6).

    The recording does not exist yet (J10). The row goes when the call has ended: either a case was
    opened about its recording, or there is none to complain of.
    """

    call = models.UUIDField(primary_key=True)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="complaint_marks")
    at = models.DateTimeField()

    class Meta:
        db_table = "complaint_mark"
