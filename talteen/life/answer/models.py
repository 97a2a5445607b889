"""Requests of data subjects as tables: states, days and codes. Who asked, from which number and in
which words stands only in papers that are sealed under the key of the request's file.

The calls of a request are those of its case. No table here has a foreign key to a recording: what a
package holds dies with the recording's key, and is let go of by ``packages.forget``.
"""

from django.db import models

from talteen import ids
from talteen.register.models import Case, Staff

PROTECT = models.PROTECT


class SubjectRequest(models.Model):
    """One request (rekisteröidyn pyyntö). Its case names the people and the calls."""

    case = models.OneToOneField(Case, PROTECT, primary_key=True, related_name="subject_request")
    stage = models.CharField(max_length=16, db_index=True)
    rights = models.JSONField()
    """Which rights it names, in the lawful order of answering."""
    via = models.CharField(max_length=8)  # agent, phone, letter, email, desk, portal
    language = models.CharField(max_length=2)
    received_at = models.DateTimeField()
    """When it came in the first official channel, not when it was forwarded (3.3)."""
    received_on = models.DateField()
    limit_on = models.DateField(db_index=True)
    """The last lawful day as things stand; it moves only by an extension or a stop."""
    extended = models.BooleanField(default=False)
    complained = models.BooleanField(default=False)
    """The person has gone to the supervisory authority: the file is kept meanwhile."""
    owner = models.ForeignKey(Staff, PROTECT, related_name="requests_owned")
    code_sha256 = models.BinaryField(unique=True)
    """Of the code by which the person follows it; the code itself is in the sealed file."""
    searched_at = models.DateTimeField(null=True)
    """When its calls were looked for last."""
    closed_on = models.DateField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    """When the key of its file was closed: what stands here since is a number in a statistic."""

    class Meta:
        db_table = "subject_request"


class RequestStop(models.Model):
    """The clock stood: identity was asked, and not answered yet (14.4)."""

    request = models.ForeignKey(SubjectRequest, PROTECT, related_name="stops")
    asked_on = models.DateField()
    replied_on = models.DateField(null=True)

    class Meta:
        db_table = "request_stop"


class RequestPaper(models.Model):
    """One paper of the file: what was asked, a letter, reasons, an opinion. Sealed."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    request = models.ForeignKey(SubjectRequest, PROTECT, related_name="papers")
    kind = models.CharField(max_length=12)  # asked, letter, strong, ...
    name = models.CharField(max_length=32, blank=True)
    """Of a letter: which of the register's letters it is. Of what was asked and was understood
    anew: the how manieth time."""
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, PROTECT, null=True, related_name="request_papers")
    sealed = models.BinaryField()

    class Meta:
        db_table = "request_paper"


class RequestEdge(models.Model):
    """One step of a request: when, by whom, to where (REGISTER C). Rows are only added."""

    request = models.ForeignKey(SubjectRequest, PROTECT, related_name="edges")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, PROTECT, null=True, related_name="request_edges")
    """Null where the person or the house itself did it."""
    step = models.CharField(max_length=16)
    stage = models.CharField(max_length=16)
    right = models.CharField(max_length=24, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    reasons = models.ForeignKey(RequestPaper, PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "request_edge"


class RequestAnswer(models.Model):
    """The answer to one right: prepared by one person, decided by another where two decide."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    request = models.ForeignKey(SubjectRequest, PROTECT, related_name="answers")
    right = models.CharField(max_length=24)
    letter = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16)
    draft = models.ForeignKey(RequestPaper, PROTECT, related_name="+")
    """What a person wrote into it."""
    prepared_by = models.ForeignKey(Staff, PROTECT, related_name="answers_prepared")
    prepared_at = models.DateTimeField()
    opinion = models.ForeignKey(RequestPaper, PROTECT, null=True, related_name="+")
    """The data protection officer's, where the letter needs one."""
    decided_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="answers_decided")
    decided_at = models.DateTimeField(null=True)
    sent_back_at = models.DateTimeField(null=True)
    paper = models.ForeignKey(RequestPaper, PROTECT, null=True, related_name="+")
    """The letter as it was handed out."""
    way = models.CharField(max_length=8, default="collect", db_default="collect")
    """How the person learns of it: mail, text, print or collect (``notice.ways``)."""
    recordings = models.JSONField(default=list)
    """Of an erasure: the ids of what was erased, for the confirmation that follows."""
    confirmed_at = models.DateTimeField(null=True)
    """When the last key copy was dead and the person was told so (14.12)."""

    class Meta:
        db_table = "request_answer"


class Package(models.Model):
    """What is delivered: a bundle that dies with any call in it, or by its own clock (14.11)."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    """Also the name of its own key in the vault's root."""
    request = models.ForeignKey(SubjectRequest, PROTECT, null=True, related_name="packages")
    disclosure = models.ForeignKey(
        "talteen.Disclosure", PROTECT, null=True, related_name="packages"
    )
    """One of the two: a person's own copy, or what leaves for somebody else (11.2)."""
    recordings = models.JSONField()
    """Ids, in the order in which their keys wrap the package's."""
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()
    handed_out_at = models.DateTimeField(null=True)
    """When the answer was decided with which it goes; until then it opens for nobody."""
    ends_at = models.DateTimeField()
    code_sha256 = models.BinaryField()
    cuts = models.PositiveSmallIntegerField(default=0)
    """Passages that were left out because they are about somebody else (15(4))."""
    tries_left = models.PositiveSmallIntegerField(default=5)
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "package"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(request=None, disclosure__isnull=False)
                | models.Q(request__isnull=False, disclosure=None),
                name="package_of_one",
            ),
        )


class PackagePart(models.Model):
    """One file of a package, sealed."""

    package = models.ForeignKey(Package, models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    suffix = models.CharField(max_length=8)
    sealed = models.BinaryField()

    class Meta:
        db_table = "package_part"
        constraints = (
            models.UniqueConstraint(fields=["package", "number"], name="package_part_once"),
        )
