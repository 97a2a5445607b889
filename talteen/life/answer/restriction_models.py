"""That a restriction, or its call, is going to end, and that the person was told so (18(3))."""

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


class RestrictionQuestion(models.Model):
    """That a person was asked whether a restricted call is to end on its day (14.13)."""

    request = models.ForeignKey("SubjectRequest", PROTECT, related_name="restriction_questions")
    letter = models.ForeignKey("RequestPaper", PROTECT, related_name="+")
    recordings = models.JSONField()
    """Ids of the calls that it is about."""
    asked_at = models.DateTimeField()
    reply_by = models.DateField(db_index=True)
    """The last day to answer: the first of the calls stops opening on the next one."""
    answered_at = models.DateTimeField(null=True)
    wish = models.CharField(max_length=8, blank=True, default="", db_default="")
    told = models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")
    """Who wrote down what the person said; null where they answered by their code."""

    class Meta:
        db_table = "restriction_question"
