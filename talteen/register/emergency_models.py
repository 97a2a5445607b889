"""Break-glass openings: who, which call, and until when."""

from django.db import models

from talteen import ids
from talteen.register.models import Staff

PROTECT = models.PROTECT


class Emergency(models.Model):
    """One person may open one call for one hour, by the word of two."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    reference = models.CharField(max_length=16, unique=True)
    asked_by = models.ForeignKey(Staff, PROTECT, related_name="emergencies")
    asked_at = models.DateTimeField()
    recording = models.UUIDField(null=True, db_index=True)
    """Null once the call is destroyed."""
    reason = models.BinaryField()
    """Why, in the person's own words, sealed under the key plane's key for people."""
    approved_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    """Earlier where the person gives it back."""
    review_by = models.DateField(null=True)
    reviewed_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=12, blank=True)

    class Meta:
        db_table = "emergency"
