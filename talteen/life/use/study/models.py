"""What is kept of studies: the plan for ever, rows about calls until the report is frozen.

A row of the sample names its call and nothing about its caller. It loses the call when that dies
(``following.forget``) and is deleted when the report is frozen; what stays are shares of groups.
"""

import uuid

from django.db import models

from talteen.register.models import Line, Recording, Staff, Unit


class Study(models.Model):
    """One study: its plan, then its report. Nothing of the plan changes after it was begun."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=16, unique=True)  # 2026-4
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="studies")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="studies")
    question = models.TextField()
    means_yes = models.TextField()
    """When the answer is yes, in words: the anchor of everybody who answers."""
    also = models.JSONField(default=list, db_default=[])
    """Its further questions: [{"question", "means_yes", "goal"}, ...]."""
    steps = models.JSONField(default=list, db_default=[])
    """Of its first question, where that is answered on a scale (``plan.Asked.steps``)."""
    strata = models.CharField(max_length=80)  # traits.spelled
    each = models.BooleanField(default=False, db_default=False)
    """Whether its aim is one of every stratum."""
    house = models.BooleanField(default=False, db_default=False)
    """Whether it is about the calls of all units, not of ``unit`` alone."""
    first = models.DateField()  # the Monday of its first week
    last = models.DateField()  # and of its last
    expected = models.PositiveSmallIntegerField()  # percent
    margin = models.PositiveSmallIntegerField()  # percentage points, up and down
    goal = models.PositiveSmallIntegerField(null=True)  # percent
    needed = models.PositiveIntegerField()
    """What the plan said that the aim takes, of the calls known then."""
    begun_at = models.DateTimeField()
    seed = models.BinaryField()
    """The salt of the seed: the seed itself takes a key of the house too (``drawing.Seeds``)."""
    committed_leaf = models.BinaryField()
    """The ledger's entry that holds the hash of seed and plan."""
    drawn_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    """When the first of its calls opens no more; null before the draw, and where none was drawn."""
    frame = models.JSONField(default=list)
    """Until it is frozen: [[stratum, calls, in the pool, drawn], ...] (``frozen.populations``)."""
    frozen_at = models.DateTimeField(null=True)
    report = models.JSONField(null=True)
    """``frozen.to_json``: the only thing that is left."""
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    review_on = models.DateField(null=True)

    class Meta:
        db_table = "study"


class StudyCall(models.Model):
    """One call of a study's sample, until the report is frozen."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="calls")
    recording = models.ForeignKey(Recording, models.PROTECT, null=True, related_name="studied")
    line = models.ForeignKey(Line, models.PROTECT, related_name="+")
    language = models.CharField(max_length=2)
    agent = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    """So that no group of a report is one person or two."""
    among = models.PositiveIntegerField()
    quota = models.PositiveIntegerField()
    """The week's lot drew it with a chance of ``quota / among``."""
    stratum = models.JSONField(default=list, db_default=[])
    """Where it stands (``traits.stratum``); empty in a row of before there were other traits than
    line and language."""
    answer = models.CharField(max_length=12, blank=True)
    """Empty: not yet. GIVEN, or why nobody could answer (``answering``); in a row of before there
    were several questions, the answer itself."""
    answers = models.JSONField(default=list, db_default=[])
    """To each question in its order (``answering.Said``)."""
    evaluator = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "study_call"
        constraints = (
            models.UniqueConstraint(fields=["study", "recording"], name="study_call_once"),
        )
