"""Who answers for a unit or a team of it."""

from django.db import models
from django.db.models import Q

from talteen import ids
from talteen.register.models import Staff, Unit

PROTECT = models.PROTECT


class UnitHead(models.Model):
    """Somebody who heads a unit, or one team of it, named by two others."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    unit = models.ForeignKey(Unit, PROTECT, related_name="heads")
    team = models.CharField(max_length=64, blank=True)
    """As it stands with its people; empty: the unit as a whole."""
    staff = models.ForeignKey(Staff, PROTECT, related_name="heads_of")
    named_by = models.ForeignKey(Staff, PROTECT, related_name="+")
    approved_by = models.ForeignKey(Staff, PROTECT, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "unit_head"
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "team"], condition=Q(ended_at=None), name="unit_head_one"
            ),
        )
