"""What the programs of others have here: their tokens, their answers once more, and what they are
told of.

No caller data stands in any of these columns. A token is a hash, the secret of a webhook and an
answer that may be asked for again are sealed.
"""

from django.db import models

from talteen import ids
from talteen.register.models import Staff

PROTECT = models.PROTECT


class ApiToken(models.Model):
    """A program that may ask the house, in the name of a person. Two persons made it."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    name = models.CharField(max_length=32)
    sha256 = models.BinaryField(unique=True)
    """Of 256 random bits: there is nothing to guess, so a plain hash keeps it."""
    scopes = models.JSONField()
    owner = models.ForeignKey(Staff, PROTECT, related_name="api_tokens")
    """Whoever answers for it: it never reaches further than they do (REGISTER D)."""
    purpose = models.CharField(max_length=32, blank=True)
    """Why it reads personal data; empty where it reads none (5.1)."""
    made_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, PROTECT, related_name="+")
    approved_by = models.ForeignKey(Staff, PROTECT, related_name="+")
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)
    """The last day on which it was used, so that one that nobody needs is seen."""

    class Meta:
        db_table = "api_token"
        constraints = (
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(revoked_at=None), name="api_token_name_once"
            ),
        )


class ApiAnswer(models.Model):
    """One POST of a program, by its Idempotency-Key: whether it was done, and what was answered."""

    token = models.ForeignKey(ApiToken, PROTECT, related_name="answers")
    key_sha256 = models.BinaryField()
    body_sha256 = models.BinaryField()
    at = models.DateTimeField(db_index=True)
    sealed = models.BinaryField(null=True)
    """The answer, under a key that only the token itself gives; null until it was done."""

    class Meta:
        db_table = "api_answer"
        constraints = (
            models.UniqueConstraint(fields=["token", "key_sha256"], name="api_answer_once"),
        )


class ApiRequest(models.Model):
    """A request of a data subject that a program handed over, by the id that the program gave it.
    It was handed over once."""

    id = models.UUIDField(primary_key=True)
    token = models.ForeignKey(ApiToken, PROTECT, related_name="requests")
    request = models.UUIDField(unique=True)
    """The case of the request."""

    class Meta:
        db_table = "api_request"


class WebhookSubscription(models.Model):
    """A program that is told when something has happened."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    token = models.ForeignKey(ApiToken, PROTECT, related_name="subscriptions")
    """Whose it is; with the token it ends."""
    url = models.CharField(max_length=512)
    events = models.JSONField()
    sealed = models.BinaryField()
    """The secret that signs, sealed under a key of the root page."""
    sealed_before = models.BinaryField(null=True)
    """The one before it, which signs too until ``before_until``."""
    before_until = models.DateTimeField(null=True)
    next_index = models.BigIntegerField()
    """The first entry of the ledger that it was not asked about yet."""
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    gone = models.BooleanField(default=False)
    """The receiver itself ended it (410)."""
    asked_until = models.DateTimeField(null=True)
    """A worker has been asked to tell it what waits, and may take until then."""

    class Meta:
        db_table = "webhook_subscription"


class WebhookMessage(models.Model):
    """One event on its way to one subscription. It tells ids only."""

    id = models.UUIDField(primary_key=True)
    """Made of the subscription and the event: told twice, it has the same name (webhook-id)."""
    subscription = models.ForeignKey(WebhookSubscription, PROTECT, related_name="messages")
    event = models.CharField(max_length=32)
    about = models.JSONField()
    """{"recording": id} and the like."""
    at = models.DateTimeField()
    """When it happened, by the house's clock."""
    state = models.CharField(max_length=8, default="waiting")  # waiting, sent, dead, let_go
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    """By the machine's clock, as all that follows: a demo's clock leaps over months."""
    http_status = models.PositiveSmallIntegerField(default=0)
    """Of the last try; 0 where nobody answered."""
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_message"
        indexes = (
            models.Index(
                fields=["not_before"],
                condition=models.Q(state="waiting"),
                name="webhook_message_waiting",
            ),
            models.Index(fields=["done_at"], name="webhook_message_done"),
        )
