"""What was said of balancing tests and of the impact assessment: proposed, advised, adopted."""

from django.db import models

PROTECT = models.PROTECT


class AssessmentStep(models.Model):
    """One word of one person on one paper. Only added to; a proposal ends once.

    People stand in it by their staff code: a house is founded before its people are entered.
    """

    paper = models.CharField(max_length=64)
    """The paper's id in the register folder."""
    step = models.CharField(max_length=12)
    """``adoptions.Step``."""
    proposal = models.ForeignKey("self", PROTECT, null=True, related_name="later")
    """None of a proposal itself."""
    sha256 = models.BinaryField()
    """Of the words that were proposed (``notice.adoption``)."""
    words = models.TextField(blank=True)
    """Of a proposal: the words themselves, in all languages. Of an opinion: what it says. Of an
    adoption: why it was adopted otherwise than the officer advised."""
    stand = models.CharField(max_length=8, blank=True, db_default="")
    """Of an opinion: ``notice.opinions.Opinion``; empty in earlier releases."""
    reviewed_on = models.DateField(null=True)
    """Of an adoption: the day from which the review runs."""
    by_code = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        db_table = "assessment_step"
        constraints = (
            models.UniqueConstraint(
                fields=["proposal"],
                condition=models.Q(step__in=["adopted", "withdrawn"]),
                name="assessment_ends_once",
            ),
        )
        indexes = (models.Index(fields=["paper", "at"], name="assessment_of_paper"),)
