"""That a recording has a transcript: its place and its state, never a word of it."""

from django.db import models

from talteen.register.models import Recording


class Transcription(models.Model):
    """The transcript of one recording. Its words are a sealed blob under the recording's key."""

    recording = models.OneToOneField(
        Recording, models.PROTECT, primary_key=True, related_name="transcription"
    )
    state = models.CharField(max_length=16)  # machine_draft, corrected, checked
    language = models.CharField(max_length=2)
    engine = models.CharField(max_length=64)
    """Name, version and model digest, as the transcript itself states them."""
    made_at = models.DateTimeField()
    """When the words in force were written, or what is covered of them was last changed, by the
    machine or by a person: indexes compare it."""
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


class Drafting(models.Model):
    """The machine's work on the words of one recording, from its first try until they stand.

    It says why there are no words (yet), and when they are tried again; once they are written and
    nobody asks for others, the row is gone.
    """

    recording = models.OneToOneField(
        Recording, models.PROTECT, primary_key=True, related_name="drafting"
    )
    state = models.CharField(max_length=12)  # writing, waiting, given_up (troubles.State)
    trouble = models.CharField(max_length=12, blank=True)
    """Why the last try failed (troubles.Trouble); empty while none has."""
    language = models.CharField(max_length=2, blank=True)
    """In which a person asked for the words; empty for the recording's own."""
    tries = models.PositiveSmallIntegerField(default=0)
    """Tries that count towards giving up, the one under way included."""
    at = models.DateTimeField()
    again_at = models.DateTimeField(null=True, db_index=True)
    """When it is tried again; null while it is tried, and where it is not by itself."""

    class Meta:
        db_table = "drafting"


class DraftPart(models.Model):
    """One window of a side that was heard already: sealed under the recording's key.

    A worker that is killed or stopped leaves these to the next one. No reader ever sees them.
    """

    id = models.UUIDField(primary_key=True)
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="draft_parts")
    made_by = models.BinaryField()
    """SHA-256 of engine, settings and language: words of another making are not mixed in."""
    side = models.CharField(max_length=6)
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "draft_part"
        constraints = (
            models.UniqueConstraint(fields=["recording", "side", "number"], name="draft_part_once"),
        )
