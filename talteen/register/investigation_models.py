"""Openings of calls for the investigation of a breach: who, which call, and until when."""

from django.db import models

from talteen import ids
from talteen.register.models import Case, Staff

PROTECT = models.PROTECT


class BreachOpening(models.Model):
    """The data protection officer may open one call for 24 hours, by the word of two (table D)."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    case = models.ForeignKey(Case, PROTECT, related_name="openings")
    """The breach's."""
    recording = models.UUIDField(null=True, db_index=True)
    """Null once the call is destroyed."""
    reason = models.UUIDField()
    """Why: a sealed paper of the breach."""
    asked_by = models.ForeignKey(Staff, PROTECT, related_name="breach_openings")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    """Earlier where the person gives it back."""
    of_suspect = models.BooleanField(default=False)
    """The call is one of whoever it may have happened through: they are told once the breach has
    ended."""

    class Meta:
        db_table = "breach_opening"
