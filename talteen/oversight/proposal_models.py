"""A version of the notice that one person proposed and another has to approve."""

from django.conf import settings
from django.db import models

PROTECT = models.PROTECT


class NoticeProposal(models.Model):
    """One proposal. It is of one text: another hash is another proposal."""

    number = models.CharField(max_length=32)
    valid_from = models.DateField()
    digest = models.BinaryField()
    """SHA-256 of the edition (``notice.text``) as it was proposed."""
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, PROTECT, related_name="notices_proposed"
    )
    proposed_at = models.DateTimeField()
    reasons = models.JSONField(default=dict, db_default={})
    """What the warnings of the check are answered with: finding's id -> reason (REGISTER F)."""
    opinion = models.TextField(blank=True)
    """The data protection officer's, on the text: no person stands in it."""
    opinion_at = models.DateTimeField(null=True)
    stand = models.CharField(max_length=8, blank=True, db_default="")
    """``notice.opinions.Opinion`` of it; empty in earlier releases."""
    against = models.TextField(blank=True, db_default="")
    """Why it was approved otherwise than the officer advised, or how the conditions are met."""
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="notices_decided"
    )
    """Who approved or withdrew it."""
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice_proposal"
