"""That a recording has a transcript: its place and its state, never a word of it."""

from django.db import models

from talteen.register.models import Recording


class Transcription(models.Model):
    """The transcript of one recording. Its words are a sealed blob under the recording's key."""

    recording = models.OneToOneField(
        Recording, models.PROTECT, primary_key=True, related_name="transcription"
    )
    state = models.CharField(max_length=16)  # machine_draft (checked: issue of words)
    language = models.CharField(max_length=2)
    engine = models.CharField(max_length=64)
    """Name, version and model digest, as the transcript itself states them."""
    made_at = models.DateTimeField()
    indexed_at = models.DateTimeField(null=True)
    """When its words stood in the shard of its day; null until then, and again after a rebuild
    failed."""

    class Meta:
        db_table = "transcription"


class SealedNote(models.Model):
    """One version of what people decided on a transcript, sealed under the recording's key.

    Rows are only added: what was decided before stays readable while the recording lives.
    """

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="notes")
    kind = models.PositiveSmallIntegerField()
    """``engine.vault.entries.Kind``: masking or correction."""
    version = models.PositiveIntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "sealed_note"
        constraints = (
            models.UniqueConstraint(
                fields=["recording", "kind", "version"], name="sealed_note_once"
            ),
        )
