"""Searches that a person keeps: ordinary words on a topic, never a name or a number."""

import uuid

from django.db import models

from talteen.register.models import Staff


class SavedSearch(models.Model):
    """Words that one person searches again and again. What may stand here: ``use.saved``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="saved_searches")
    words = models.CharField(max_length=120)
    side = models.CharField(max_length=6, blank=True)
    """Only what this side said; empty for both."""
    made_at = models.DateTimeField()

    class Meta:
        db_table = "saved_search"
        constraints = (
            models.UniqueConstraint(fields=["staff", "words", "side"], name="saved_search_once"),
        )
