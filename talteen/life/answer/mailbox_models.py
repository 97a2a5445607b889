"""What is remembered of letters that came by mail, and of the house's own test letters: keyed
hashes and times. Who wrote, and what, stands sealed in the file of the request."""

from django.db import models

from talteen import ids
from talteen.life.answer.models import SubjectRequest


class MailboxLetter(models.Model):
    """One letter that was taken in, so that it is taken in once."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    mark = models.BinaryField(unique=True)
    """Keyed hash of the letter, without what servers wrote on it."""
    kind = models.CharField(max_length=9)  # request, reply, automatic
    sender = models.BinaryField(default=bytes, db_index=True)
    """Keyed hash of the address."""
    request = models.ForeignKey(SubjectRequest, models.PROTECT, null=True, related_name="letters")
    taken_at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField(db_index=True)
    """When it lay in the mailbox last."""
    answered = models.BooleanField(default=False)
    """A receipt went to the address."""

    class Meta:
        db_table = "mailbox_letter"


class MailboxCanary(models.Model):
    """The house's own letter to its mailbox, one a day (3.1)."""

    day = models.DateField(primary_key=True)
    token_sha256 = models.BinaryField()
    written_at = models.DateTimeField()
    back_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "mailbox_canary"


class MailboxState(models.Model):
    """When the mailbox was read last. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    asked_at = models.DateTimeField(null=True)
    waits = models.BooleanField(default=False)
    """A job was written that has not been done: no second one beside it."""
    read_at = models.DateTimeField(null=True)
    """When it was read to its end."""
    aside_on = models.DateField(null=True)
    """The day on which old letters of machines were let go of last."""

    class Meta:
        db_table = "mailbox_state"


class IdentityCode(models.Model):
    """A code that was sent to the number or the address that a person named (J12, 14.6)."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    request = models.ForeignKey(SubjectRequest, models.PROTECT, related_name="identity_codes")
    channel = models.CharField(max_length=4)  # text, mail
    receiver = models.BinaryField(db_index=True)
    """Keyed hash of the number or the address."""
    code = models.BinaryField()
    """Keyed hash of the code; empty once it is used or over."""
    sent_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()
    proved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_code"
