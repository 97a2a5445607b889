"""Disclosures and their recipients as tables: codes, days, stretches. Who asked, for what and on
which ground, in words, stands only in papers that are sealed under the key of its file.

No table here has a foreign key to a recording: whom a call had been disclosed to must be known when
it is dead (Art. 19), as long as the file is kept.
"""

from django.db import models

from talteen import ids
from talteen.register.models import Case, Staff

PROTECT = models.PROTECT


class Recipient(models.Model):
    """An organisation that gets calls, by its name (15(1)(c)): never a person."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    name = models.CharField(max_length=128)
    door = models.CharField(max_length=12)  # notice.disclosures.Door
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=2)
    reach = models.CharField(max_length=254)
    """Its registry: where letters of Art. 19 go."""
    known_phone = models.CharField(max_length=32, blank=True)
    """From a public directory: the number at which it is called back."""
    added_at = models.DateTimeField()

    class Meta:
        db_table = "recipient"
        constraints = (models.UniqueConstraint(fields=["name", "door"], name="recipient_once"),)


class Disclosure(models.Model):
    """One request of a recipient. Its case names the people and the calls."""

    case = models.OneToOneField(Case, PROTECT, primary_key=True, related_name="disclosure")
    recipient = models.ForeignKey(Recipient, PROTECT, related_name="disclosures")
    door = models.CharField(max_length=12)
    stage = models.CharField(max_length=16, db_index=True)
    language = models.CharField(max_length=2)
    received_at = models.DateTimeField()
    signed = models.BooleanField(default=False)
    owner = models.ForeignKey(Staff, PROTECT, related_name="disclosures_owned")
    layer = models.CharField(max_length=8, blank=True)  # masked, full
    sound = models.BooleanField(default=False)
    """Whether sound leaves besides words."""
    scoped_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="disclosures_scoped")
    proposed_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="disclosures_proposed")
    refusal = models.CharField(max_length=16, blank=True)  # notice.disclosures.Refusal
    opinion = models.CharField(max_length=8, blank=True)
    stopped_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="disclosures_stopped")
    """The data protection officer has stopped it; null while it may go on."""
    approved_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="disclosures_approved")
    approved_at = models.DateTimeField(null=True)
    secret_until = models.DateField(null=True)
    """The first day on which the person may be told; the reason stands in the file."""
    left_at = models.DateTimeField(null=True, db_index=True)
    """When it was opened with its code: from then on the receiver is a recipient."""
    told_at = models.DateTimeField(null=True)
    """When those were told who had asked for their data while it was secret."""
    code_sha256 = models.BinaryField(unique=True)
    """Of the code by which the receiver finds it."""
    closed_on = models.DateField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "disclosure"


class DisclosureCall(models.Model):
    """A call of it, and which stretch: not more than was asked."""

    disclosure = models.ForeignKey(Disclosure, models.CASCADE, related_name="calls")
    recording = models.UUIDField(db_index=True)
    start_ms = models.PositiveIntegerField()
    end_ms = models.PositiveIntegerField()

    class Meta:
        db_table = "disclosure_call"
        constraints = (
            models.UniqueConstraint(fields=["disclosure", "recording"], name="disclosed_once"),
        )


class DisclosurePaper(models.Model):
    """One paper of the file: the request, how it was verified, its ground, an opinion. Sealed."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    disclosure = models.ForeignKey(Disclosure, PROTECT, related_name="papers")
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, PROTECT, null=True, related_name="disclosure_papers")
    sealed = models.BinaryField()

    class Meta:
        db_table = "disclosure_paper"


class DisclosureEdge(models.Model):
    """One step: when, by whom, to where. Rows are only added."""

    disclosure = models.ForeignKey(Disclosure, PROTECT, related_name="edges")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, PROTECT, null=True, related_name="disclosure_edges")
    """Null where the receiver or the house itself did it."""
    step = models.CharField(max_length=20)
    stage = models.CharField(max_length=16)
    paper = models.ForeignKey(DisclosurePaper, PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "disclosure_edge"


class RecipientTask(models.Model):
    """What one recipient must be told of one call (Art. 19)."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    disclosure = models.ForeignKey(Disclosure, PROTECT, related_name="tasks")
    recording = models.UUIDField()
    occasion = models.UUIDField()
    """The answer to the person by which it arose."""
    act = models.CharField(max_length=12)  # notice.recipient_tasks.TaskAct
    stage = models.CharField(max_length=12, db_index=True)
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    reminded_on = models.DateField(null=True)
    told_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    paper = models.ForeignKey(DisclosurePaper, PROTECT, null=True, related_name="+")
    """The newest: the letter, then how it was settled."""

    class Meta:
        db_table = "recipient_task"
        constraints = (
            models.UniqueConstraint(
                fields=["disclosure", "recording", "occasion"], name="recipient_task_once"
            ),
        )
