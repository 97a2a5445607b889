"""Mandates as a table: kinds, rights and days. Who asks for whom, and what was seen of it, stands
in a sealed paper of the request's file."""

from django.db import models

from talteen import ids
from talteen.life.answer.models import RequestPaper, SubjectRequest
from talteen.register.models import Staff

PROTECT = models.PROTECT


class Mandate(models.Model):
    """That somebody asks for another person (14.7). Rows are only added: the newest counts."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    request = models.ForeignKey(SubjectRequest, PROTECT, related_name="mandates")
    kind = models.CharField(max_length=12)  # notice.mandates.Kind
    rights = models.JSONField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    calls_from = models.DateField(null=True)
    calls_to = models.DateField(null=True)
    revoked = models.BooleanField(default=False)
    """It was withdrawn: nothing goes out by it any more."""
    paper = models.ForeignKey(RequestPaper, PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, PROTECT, related_name="mandates_written")

    class Meta:
        db_table = "request_mandate"
        indexes = (models.Index(fields=["request", "at"], name="mandate_of_request"),)
