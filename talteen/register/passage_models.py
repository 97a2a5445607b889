"""Passages of calls that teach: which stretch, who marked it, who approved it. Goes with its call.

What people say of it is not here: why one was declined and why an agent objects lie under the
call's own key, like remarks. Only ``teaches``, which trainers read without opening a call, is plain
text, and it has passed the gate.
"""

import uuid

from django.db import models

from talteen.register.models import Recording, Staff


class Passage(models.Model):
    """One stretch of a drawn call (REGISTER D, row of the trainer)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="passages")
    start_ms = models.PositiveIntegerField()
    end_ms = models.PositiveIntegerField()
    teaches = models.CharField(max_length=280)
    marked_by = models.ForeignKey(Staff, models.PROTECT, related_name="passages_marked")
    marked_at = models.DateTimeField()
    state = models.CharField(max_length=12)  # approved.State
    decided_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, related_name="passages_decided"
    )
    """The second person, who approved or declined it."""
    decided_at = models.DateTimeField(null=True)
    objected_at = models.DateTimeField(null=True)
    """When the agent whose call it is objected."""
    settled_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, related_name="passages_settled"
    )
    """The third person, who decided on the objection."""
    upheld_at = models.DateTimeField(null=True)
    """When the objection was upheld because no third person could decide on it, or did in time."""
    sealed = models.BinaryField(null=True)
    """What was said of it, under the call's key (``use.coach.spoken``)."""

    class Meta:
        db_table = "passage"
        constraints = (
            # I15, in the database too; settled_by is a third one.
            models.CheckConstraint(
                name="passage_by_two",
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("marked_by")),
            ),
        )
