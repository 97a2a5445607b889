"""Visits of an authority to the evidence room, as a table: whose account it is, and until when."""

from django.conf import settings
from django.db import models

PROTECT = models.PROTECT


class EvidenceVisit(models.Model):
    """One visiting inspector. The account is one of staff, in the auditor's role, and ends."""

    staff = models.OneToOneField(
        settings.AUTH_USER_MODEL, PROTECT, primary_key=True, related_name="evidence_visit"
    )
    reference = models.CharField(max_length=64)
    """The authority's own number of the matter."""
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="visits_opened")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, PROTECT, related_name="visits_approved"
    )

    class Meta:
        db_table = "evidence_visit"
