"""What is kept of coaching: employee data, agreed with the agent; and lists of passages, which go
with their calls."""

import uuid

from django.db import models

from talteen.register.models import Staff, Unit
from talteen.register.passage_models import Passage


class Goal(models.Model):
    """What an agent and their team leader have agreed on, until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agent = models.ForeignKey(Staff, models.PROTECT, related_name="goals")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="goals_set")
    text = models.CharField(max_length=280)
    set_on = models.DateField()
    review_on = models.DateField()
    state = models.CharField(max_length=12)  # goals.State
    ends_on = models.DateField(db_index=True)
    """From this day on it is gone, like an evaluation (``retention.evaluation_months``)."""

    class Meta:
        db_table = "goal"


class Script(models.Model):
    """A scene that was made up to teach something: read by staff, approved by a second person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="scripts")
    title = models.CharField(max_length=120)
    text = models.TextField()
    language = models.CharField(max_length=2)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="scripts")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, related_name="scripts_approved"
    )
    approved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "script"


class Playlist(models.Model):
    """Passages in an order, with a title that passed the gate. Gone with the last of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="playlists")
    title = models.CharField(max_length=120)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="playlists")
    made_at = models.DateTimeField()
    died = models.PositiveIntegerField(default=0)
    """How many of its passages went with their calls."""

    class Meta:
        db_table = "playlist"


class PlaylistEntry(models.Model):
    """One passage of a list."""

    playlist = models.ForeignKey(Playlist, models.PROTECT, related_name="entries")
    passage = models.ForeignKey(Passage, models.PROTECT, related_name="entries")
    place = models.PositiveIntegerField()

    class Meta:
        db_table = "playlist_entry"
        constraints = (
            models.UniqueConstraint(fields=["playlist", "passage"], name="playlist_entry_once"),
        )


class PlaylistReader(models.Model):
    """Whom a list is for."""

    playlist = models.ForeignKey(Playlist, models.PROTECT, related_name="readers")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="playlists_for")

    class Meta:
        db_table = "playlist_reader"
        constraints = (
            models.UniqueConstraint(fields=["playlist", "staff"], name="playlist_reader_once"),
        )


class PassageDone(models.Model):
    """That somebody has gone through one passage of a list. Goes with the passage."""

    entry = models.ForeignKey(PlaylistEntry, models.PROTECT, related_name="done")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="passages_done")

    class Meta:
        db_table = "passage_done"
        constraints = (
            models.UniqueConstraint(fields=["entry", "staff"], name="passage_done_once"),
        )


class TookPart(models.Model):
    """That somebody took part in training on a day: all that is left of a list. Of no call."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="took_part")
    on = models.DateField()
    ends_on = models.DateField(db_index=True)
    """From this day on it is gone, like an evaluation (``retention.evaluation_months``)."""

    class Meta:
        db_table = "took_part"
        constraints = (models.UniqueConstraint(fields=["staff", "on"], name="took_part_once"),)
