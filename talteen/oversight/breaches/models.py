"""Breaches as tables: codes, times and days. What happened, in words, stands only in papers that
are sealed under the key of the breach's file.

No table here has a foreign key to a recording: a breach is remembered when its calls are long dead.
"""

from django.db import models

from talteen import ids
from talteen.register.models import Case, Staff

PROTECT = models.PROTECT


class Breach(models.Model):
    """One row of the register of all breaches (33(5)), from its report on."""

    case = models.OneToOneField(Case, PROTECT, primary_key=True, related_name="breach")
    occasion = models.CharField(max_length=96, unique=True, null=True)
    """Of a draft that the house opened by itself: which alarm, so that it opens one only once."""
    kind = models.CharField(max_length=24)  # notice.breaches.BreachKind
    stage = models.CharField(max_length=16, db_index=True)
    proposed = models.CharField(max_length=24, blank=True)
    """How one person wants it to end, until a second one says so."""
    proposed_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="breach_ends_proposed")
    reported_at = models.DateTimeField(db_index=True)
    reported_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="breaches_reported")
    """Null where the house itself opened it."""
    aware_at = models.DateTimeField(null=True)
    """When the controller knew with reasonable certainty: the 72 hours run from here."""
    occurred_from = models.DateTimeField(null=True)
    occurred_to = models.DateTimeField(null=True)
    suspect = models.ForeignKey(Staff, PROTECT, null=True, related_name="breaches_through")
    """Through whose account it happened; null where through nobody's, or it is not known."""
    calls_from = models.DateField(null=True)
    calls_to = models.DateField(null=True)
    """Of a medium that was lost: the days of the calls on it."""
    keys_safe = models.BooleanField(null=True)
    """Whether no key was where the bytes were; null until somebody has looked."""
    risk = models.CharField(max_length=8, blank=True)
    notified_at = models.DateTimeField(null=True)
    """When the authority was told first."""
    complete = models.BooleanField(default=False)
    """The last phase that was told said that it is the last (33(4))."""
    late_reasons = models.BooleanField(default=False)
    """Why it was told after 72 hours stands in the file (33(1))."""
    people = models.CharField(max_length=16, blank=True)
    """"told", or the reason of 34(3) why not."""
    contained_at = models.DateTimeField(null=True)
    police_at = models.DateTimeField(null=True)
    learned = models.BooleanField(default=False)
    opinion = models.BooleanField(default=False)
    reminded_hours = models.PositiveSmallIntegerField(default=0)
    """The last of the clock's alarms that was sounded."""
    closed_at = models.DateTimeField(null=True)
    has_file = models.BooleanField(default=False)
    """Whether the key of its file was made: drafts of the house hold no words."""
    forgotten_at = models.DateTimeField(null=True)
    """When that key was closed: from then on the register has its codes and days alone."""

    class Meta:
        db_table = "breach"


class BreachCall(models.Model):
    """That a call is part of it: named by whoever reported it, or by the alarm."""

    breach = models.ForeignKey(Breach, models.CASCADE, related_name="calls")
    recording = models.UUIDField()

    class Meta:
        db_table = "breach_call"
        constraints = (
            models.UniqueConstraint(fields=["breach", "recording"], name="breach_call_once"),
        )


class BreachPaper(models.Model):
    """One paper of the file: a report, reasons, a draft, what was sent, an opinion. Sealed."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    breach = models.ForeignKey(Breach, PROTECT, related_name="papers")
    kind = models.CharField(max_length=16)  # notes and drafts: acts.py
    name = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, PROTECT, null=True, related_name="breach_papers")
    sealed = models.BinaryField()

    class Meta:
        db_table = "breach_paper"


class BreachLetter(models.Model):
    """A letter to one person of whom a breach tells (34): what became of it. Where it goes and what
    it says are papers."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    breach = models.ForeignKey(Breach, PROTECT, related_name="letters")
    text = models.ForeignKey(BreachPaper, PROTECT, related_name="+")
    """What it says: one paper for all who get it in that language."""
    addressee = models.ForeignKey(BreachPaper, PROTECT, null=True, related_name="+")
    """Their name and address. Null where it goes to the number that a call came from."""
    recording = models.UUIDField(null=True)
    """Of that call: whoever works here never sees the number."""
    way = models.CharField(max_length=8)  # mail, text, print
    code_sha256 = models.BinaryField(unique=True, null=True)
    """Of the code by which the letter is read; null on paper, and until its message is written."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, PROTECT, related_name="breach_letters")
    left_at = models.DateTimeField(null=True)
    """When its message was written, or the envelope posted."""
    left_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    lost_at = models.DateTimeField(null=True)
    """When it turned out that there is no number to which it could go."""
    read_at = models.DateTimeField(null=True)
    """When it was read first, by its code."""
    told_at = models.DateTimeField(null=True)
    """When the person was told in another way, because it did not arrive."""

    class Meta:
        db_table = "breach_letter"
        constraints = (
            models.UniqueConstraint(fields=["breach", "recording"], name="breach_letter_call"),
        )


class BreachEdge(models.Model):
    """One step: when, by whom, to where. Rows are only added."""

    breach = models.ForeignKey(Breach, PROTECT, related_name="edges")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, PROTECT, null=True, related_name="breach_edges")
    step = models.CharField(max_length=24)
    stage = models.CharField(max_length=16)
    paper = models.ForeignKey(BreachPaper, PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "breach_edge"


class BreachWatch(models.Model):
    """How far the house has looked for what may be a breach. One row."""

    looked_at = models.DateTimeField(null=True)
    looked_to = models.PositiveBigIntegerField(default=0)
    """The last line of the access log that was looked at."""

    class Meta:
        db_table = "breach_watch"
