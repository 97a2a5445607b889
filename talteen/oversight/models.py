"""The balance of a day, and the calls that it found lost. No caller data: no number, no key of the
exchange, no agent.
"""

from django.db import models

from talteen import ids
from talteen.register.models import Line, Staff

PROTECT = models.PROTECT


class DayBalance(models.Model):
    """What became of the calls of one day, by one export of the exchange. Made again, it is
    replaced.
    """

    day = models.DateField()
    source = models.CharField(max_length=24)
    """The shape of the export: "cucm-cdr"."""
    counts = models.JSONField()
    """{verdict: how many calls}, without those that did not occur."""
    orphans = models.PositiveIntegerField()
    """Recordings that belong to no call of the export."""
    unlawful = models.PositiveIntegerField()
    """Recordings of calls of which nothing may be kept."""
    unreadable = models.PositiveIntegerField()
    """Rows of the file that could not be read."""
    made_at = models.DateTimeField()
    sha256 = models.BinaryField()
    """Of the file that it was made from, so that the same file is known again. Never in the
    ledger: the file holds numbers."""

    class Meta:
        db_table = "day_balance"
        constraints = (models.UniqueConstraint(fields=["day", "source"], name="day_balance_once"),)


class LostCall(models.Model):
    """A conversation that should have been recorded and was not. Its id is random.

    It knows when and on which line, because nobody could look for the reason otherwise; whom it
    was with stands in the exchange's own records only.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    day = models.DateField(db_index=True)
    began_at = models.DateTimeField()
    line = models.ForeignKey(Line, PROTECT, null=True, related_name="lost_calls")
    source = models.CharField(max_length=24)
    reason = models.CharField(max_length=24)  # LostWhy
    found_at = models.DateTimeField()
    alarmed_at = models.DateTimeField(null=True)
    explained_at = models.DateTimeField(null=True)
    explained_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="lost_calls_explained")
    """Null where a later balance found the recording by itself."""

    class Meta:
        db_table = "lost_call"
        indexes = (models.Index(fields=["began_at"]),)


class Alarm(models.Model):
    """A fault that stands, or stood: it is told of once, and ends by itself when it is mended.

    No personal data: a kind, and what it is about (a generation's number, a holder).
    """

    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField()
    """When the fault began, as far as that is known."""
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "alarm"
        indexes = (models.Index(fields=["found_at"], name="alarm_found"),)
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(resolved_at=None),
                name="alarm_stands_once",
            ),
        )
