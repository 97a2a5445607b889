"""What is kept of the weekly lot and of evaluations. Employee data: no caller, no word of a call.

What the lot made of a call stands in the call's own row and dies with it. An evaluation outlives
its call without a way back to it: the link is a row of its own that goes with the call, times are
weeks, and remarks are sealed under the call's key (field notes C).
"""

import uuid

from django.db import models

from talteen.register.models import Recording, Staff


class Draw(models.Model):
    """The lot of one week."""

    monday = models.DateField(primary_key=True)
    seed = models.BinaryField()
    """Until the draw the salt of the seed, which alone says nothing (``drawing.Seeds``); from then
    on the seed itself, shown to people."""
    committed_leaf = models.BinaryField()
    """The ledger's entry that holds the seed's hash."""
    made_at = models.DateTimeField(null=True)
    """When it was drawn; null until the week is over."""
    calls = models.PositiveIntegerField(default=0)
    """Of the whole house in that week."""

    class Meta:
        db_table = "lot_draw"


class DrawShare(models.Model):
    """One agent in one week's lot."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="shares")
    agent = models.ForeignKey(Staff, models.PROTECT, related_name="lot_shares")
    among = models.PositiveIntegerField()
    """Calls of theirs that could be drawn."""
    quota = models.PositiveIntegerField()
    """How many of them were."""

    class Meta:
        db_table = "lot_share"
        constraints = (models.UniqueConstraint(fields=["draw", "agent"], name="lot_share_once"),)


class FormVersion(models.Model):
    """A version of a form in use. Never changed: whoever was evaluated by it can read it."""

    form = models.CharField(max_length=32)
    version = models.PositiveIntegerField()
    text = models.TextField()
    """The file, as it was published (``form_file``)."""
    digest = models.BinaryField()
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="forms_published")
    """Who published it; null for a template that comes with Talteen."""
    on = models.DateField(null=True)

    class Meta:
        db_table = "evaluation_form"
        constraints = (models.UniqueConstraint(fields=["form", "version"], name="form_once"),)


class Evaluation(models.Model):
    """What one person answered about one call of an agent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    """Drawn anew: nothing derives it from the call."""
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="evaluations")
    agent = models.ForeignKey(Staff, models.PROTECT, related_name="evaluations")
    evaluator = models.ForeignKey(Staff, models.PROTECT, related_name="evaluations_made")
    week = models.CharField(max_length=8)  # 2026-W48: when it was made
    answers = models.JSONField()
    """{question: 1 to 5, or "na"}."""
    state = models.CharField(max_length=16)  # evaluating.State
    disputed = models.JSONField(default=list)
    """The questions that the agent disputes."""
    second = models.OneToOneField("self", models.PROTECT, null=True, related_name="first")
    """The blind second evaluation that a dispute has led to; its answers count."""
    ends_on = models.DateField(db_index=True)
    """From this day on it is gone (``retention.evaluation_months``)."""

    class Meta:
        db_table = "evaluation"


class EvaluatedCall(models.Model):
    """Which call an evaluation is about. Goes with the call; nothing else says it."""

    evaluation = models.OneToOneField(
        Evaluation, models.PROTECT, primary_key=True, related_name="call"
    )
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="evaluated")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "evaluated_call"


class EvaluationDraft(models.Model):
    """What one person has begun to answer about a call: sealed under the call's key, as remarks
    are. Goes when it is handed in, and with the call."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="drafts")
    evaluator = models.ForeignKey(Staff, models.PROTECT, related_name="drafts")
    sealed = models.BinaryField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "evaluation_draft"
        constraints = (
            models.UniqueConstraint(fields=["recording", "evaluator"], name="draft_once"),
        )


class CalibrationRound(models.Model):
    """Several people answer one form about one call, blind. It is about the form, not the agent,
    whose name it does not keep.

    A round of several calls has a row for each: the first one's number is the round's, and all are
    revealed together.
    """

    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="rounds")
    opened_by = models.ForeignKey(Staff, models.PROTECT, related_name="rounds_opened")
    week = models.CharField(max_length=8)
    state = models.CharField(max_length=12, db_index=True)  # calibrating.State
    ends_on = models.DateField(db_index=True)
    """From this day on it is gone; the figures that it led to stay."""
    first = models.ForeignKey("self", models.RESTRICT, null=True, related_name="others")
    """The row of the round's first call; null for that row itself."""
    figures = models.JSONField(null=True)
    """``standing.figures_of``, over the round's own calls, in its first row. Null before it is
    revealed, and for one call."""

    class Meta:
        db_table = "calibration_round"


class CalibrationCall(models.Model):
    """Which call a round is about. Goes with the call; nothing else says it."""

    round = models.OneToOneField(
        CalibrationRound, models.PROTECT, primary_key=True, related_name="call"
    )
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="calibrated")
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "calibration_call"


class CalibrationMark(models.Model):
    """One person in a round: asked, and later what they answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    """Drawn anew: it orders the people of a round, and names their remarks."""
    round = models.ForeignKey(CalibrationRound, models.PROTECT, related_name="marks")
    evaluator = models.ForeignKey(Staff, models.PROTECT, related_name="calibration_marks")
    answers = models.JSONField(null=True)
    """{question: 1 to 5, or "na"}; null until they are given."""

    class Meta:
        db_table = "calibration_mark"
        constraints = (
            models.UniqueConstraint(fields=["round", "evaluator"], name="calibration_mark_once"),
        )


class QuestionFigures(models.Model):
    """How far people agree on a question, over all rounds that asked the same. Of nobody."""

    form = models.CharField(max_length=32)
    question = models.CharField(max_length=64)
    meaning = models.BinaryField()
    """``form.Question.meaning``: with other words or anchors it is another question."""
    calls = models.PositiveIntegerField()
    """That at least two people have rated."""
    figures = models.JSONField()
    """``standing``: alpha, AC1 and percent, each of whether it applies and of how it is answered"""
    trust = models.CharField(max_length=12)  # agreement.Trust

    class Meta:
        db_table = "question_figures"
        constraints = (
            models.UniqueConstraint(
                fields=["form", "question", "meaning"], name="question_figures_once"
            ),
        )
