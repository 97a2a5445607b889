"""What was noticed about the use of the register, and who has looked at it."""

from django.db import models

from talteen import ids
from talteen.register.models import Staff

PROTECT = models.PROTECT


class OddUse(models.Model):
    """One finding of a fixed rule: a person, a day, how many. Goes with its lines of the log."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    rule = models.CharField(max_length=16)
    staff = models.UUIDField(db_index=True)
    day = models.DateField(db_index=True)
    count = models.PositiveIntegerField()
    found_at = models.DateTimeField()
    seen_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    follows = models.BooleanField(null=True)
    """What whoever looked at it found: it belongs to the person's work, or it does not."""

    class Meta:
        db_table = "odd_use"
        constraints = (
            models.UniqueConstraint(fields=["rule", "staff", "day"], name="odd_use_once"),
        )


class PurposeCheck(models.Model):
    """One opening out of a hundred: its person is asked why, and another one reads the answer."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    entry = models.BigIntegerField(unique=True)
    """The line of the access log."""
    staff = models.UUIDField(db_index=True)
    week = models.DateField(db_index=True)
    """The Monday of the week that it was drawn from."""
    due_on = models.DateField()
    why = models.BinaryField(null=True)
    """The person's own words, sealed (``seal.personal``)."""
    answered_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    follows = models.BooleanField(null=True)

    class Meta:
        db_table = "purpose_check"


class UseState(models.Model):
    """How far looking and sending have come. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    looked_at = models.DateTimeField(null=True)
    drawn_week = models.DateField(null=True)
    sent = models.BigIntegerField(default=0)
    """The newest line of the access log that a log server was given."""
    send_after = models.DateTimeField(null=True)
    """A server that did not answer is asked again then."""

    class Meta:
        db_table = "use_state"
