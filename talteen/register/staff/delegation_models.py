"""Duties that somebody hands to a colleague while they are away."""

from django.db import models

from talteen import ids
from talteen.register.models import Staff

PROTECT = models.PROTECT


class Delegation(models.Model):
    """One duty, from one person to another, for some days. It ends by its date."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    duty = models.CharField(max_length=16)
    giver = models.ForeignKey(Staff, PROTECT, related_name="given")
    taker = models.ForeignKey(Staff, PROTECT, related_name="taken")
    begins_on = models.DateField()
    last_on = models.DateField()
    """The last day of it."""
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When one of the two ended it before its day."""

    class Meta:
        db_table = "delegation"
