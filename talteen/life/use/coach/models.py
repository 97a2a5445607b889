"""What is kept of coaching: employee data, agreed with the agent; no call, no caller."""

import uuid

from django.db import models

from talteen.register.models import Staff, Unit


class Goal(models.Model):
    """What an agent and their team leader have agreed on, until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agent = models.ForeignKey(Staff, models.PROTECT, related_name="goals")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="goals_set")
    text = models.CharField(max_length=280)
    set_on = models.DateField()
    review_on = models.DateField()
    state = models.CharField(max_length=12)  # goals.State
    ends_on = models.DateField(db_index=True)
    """From this day on it is gone, like an evaluation (``retention.evaluation_months``)."""

    class Meta:
        db_table = "goal"


class Script(models.Model):
    """A scene that was made up to teach something: read by staff, approved by a second person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="scripts")
    title = models.CharField(max_length=120)
    text = models.TextField()
    language = models.CharField(max_length=2)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="scripts")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, related_name="scripts_approved"
    )
    approved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "script"
