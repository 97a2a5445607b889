"""Calls that went out to numbers that are not called to sell: a task each, and no number."""

from django.db import models

from talteen import ids
from talteen.register.models import Line, Staff

PROTECT = models.PROTECT


class SalesCall(models.Model):
    """One such call. It names no number, no entry of the list and no recording: whoever settles it
    knows it by its line, its time and the agent, and the time goes when it is settled."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    day = models.DateField()
    """The Helsinki day of the call."""
    began_at = models.DateTimeField(null=True)
    """Until it is settled."""
    line = models.ForeignKey(Line, PROTECT, related_name="sales_calls")
    agent = models.ForeignKey(Staff, PROTECT, related_name="sales_calls")
    noticed_on = models.DateField()
    verdict = models.CharField(max_length=12, blank=True, db_index=True)
    """``notice.sales_calls.Verdict``; empty while nobody has said."""
    settled_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sales_call"
