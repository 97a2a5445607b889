"""Reviews of rights: each quarter, each person, by whoever answers for them."""

from django.db import models

from talteen import ids
from talteen.register.models import Staff

PROTECT = models.PROTECT


class AccessReview(models.Model):
    """One round. The newest one counts."""

    begun_on = models.DateField(primary_key=True)
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    """When the ledger was told how it ended."""

    class Meta:
        db_table = "access_review"


class RightReview(models.Model):
    """One person's rights in one round."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    review = models.ForeignKey(AccessReview, PROTECT, related_name="rights")
    staff = models.ForeignKey(Staff, PROTECT, related_name="right_reviews")
    verdict = models.CharField(max_length=12, blank=True)  # kept, withdrawn
    decided_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "right_review"
        constraints = (
            models.UniqueConstraint(fields=["review", "staff"], name="right_review_once"),
        )
