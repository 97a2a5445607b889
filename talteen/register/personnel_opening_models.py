"""Openings of a case's calls to personnel: who, which call, until when, and whether its agent has
read of it."""

from django.db import models

from talteen import ids
from talteen.register.models import Case, Staff

PROTECT = models.PROTECT


class PersonnelOpening(models.Model):
    """One of the personnel may open one call of one case for 24 hours, by the word of two
    (table D)."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    case = models.ForeignKey(Case, PROTECT, related_name="personnel_openings")
    recording = models.UUIDField(null=True, db_index=True)
    """Null once the call is destroyed; what was said of it in words goes with it."""
    why = models.BinaryField()
    """In the asker's own words, sealed under the key plane's key for people."""
    asked_by = models.ForeignKey(Staff, PROTECT, related_name="personnel_openings")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    """From then on the agent is told."""
    refused_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    why_not = models.BinaryField(default=b"")
    """The second person's, sealed as ``why``."""
    ends_at = models.DateTimeField(null=True)
    """Earlier where it is given or taken back."""
    read_at = models.DateTimeField(null=True)
    """When the agent said that they have read of it."""

    class Meta:
        db_table = "personnel_opening"
