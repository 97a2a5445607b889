"""What was said of a case that holds many calls."""

from django.db import models

from talteen import ids
from talteen.register.models import Case, Staff

PROTECT = models.PROTECT


class HoldOpinion(models.Model):
    """One word: the data protection officer's opinion, or why it was decided otherwise. Rows are
    only added."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    case = models.ForeignKey(Case, PROTECT, related_name="hold_opinions")
    stand = models.CharField(max_length=8, blank=True)
    """``notice.opinions.Opinion``; empty where somebody decided otherwise and says why."""
    calls = models.PositiveIntegerField()
    """How many the case held when it was said: it does not speak of more."""
    words = models.BinaryField()
    """Sealed under the key plane's key for people (``seal.personal``); empty once forgotten."""
    by = models.ForeignKey(Staff, PROTECT, related_name="hold_opinions")
    at = models.DateTimeField()

    class Meta:
        db_table = "hold_opinion"
        indexes = (models.Index(fields=["case", "at"], name="hold_opinion_of_case"),)
