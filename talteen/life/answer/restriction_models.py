"""That a restriction is going to end, and that the person was told so (18(3))."""

from django.conf import settings
from django.db import models

PROTECT = models.PROTECT


class RestrictionEnd(models.Model):
    """One announced end of the restriction of a request's calls."""

    request = models.ForeignKey("SubjectRequest", PROTECT, related_name="restriction_ends")
    letter = models.ForeignKey("RequestPaper", PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    told_at = models.DateTimeField()
    ends_on = models.DateField()
    lifted_at = models.DateTimeField(null=True)
    called_off_at = models.DateTimeField(null=True)
    """The person did not accept it: the restriction stands."""

    class Meta:
        db_table = "restriction_end"
