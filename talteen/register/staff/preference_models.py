"""What people have chosen for themselves at the desk."""

from django.db import models

from talteen.register.models import Staff


class StaffPreference(models.Model):
    """One person's choices. The row is there once there is something to remember, and goes when
    the person leaves."""

    staff = models.OneToOneField(Staff, models.PROTECT, primary_key=True, related_name="preference")
    toured_at = models.DateTimeField(null=True)
    """When they put the tour of the first visit away; null while it is shown."""
    mail = models.CharField(max_length=254, blank=True)
    """Where a word goes that something waits; empty, and nothing is sent."""
    looked_on = models.DateField(null=True)
    """The Helsinki day on which the house last looked whether something waits."""

    class Meta:
        db_table = "staff_preference"
