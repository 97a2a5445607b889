"""Searches that a person keeps, and words that left the house: to whom, for what, by whom."""

import uuid

from django.db import models

from talteen.register.models import Recording, Staff


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


class Export(models.Model):
    """One document of a call's words, from the moment at which somebody asked for it.

    Once it left, the row is the recipient row of the call (REGISTER 11.2). Codes and hashes only;
    it goes with the recording, and the access log keeps that it was exported.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="exports")
    form = models.CharField(max_length=8)
    """Suffix of its files: pdf, html, txt, json, vtt, vcon."""
    layer = models.CharField(max_length=8)  # masked, full
    receiver = models.CharField(max_length=12)
    """``use.manifest.Receiver``: what the receiver is, never a name."""
    purpose = models.CharField(max_length=32)
    case = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=32)
    asked_at = models.DateTimeField()
    approved_by = models.CharField(max_length=32, blank=True)
    """The second person, where two are needed; staff codes both."""
    approved_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    document_sha256 = models.BinaryField(default=bytes)
    manifest_sha256 = models.BinaryField(default=bytes)

    class Meta:
        db_table = "export"
        ordering = ("asked_at", "id")
