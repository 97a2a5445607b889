"""How people prove who they are: the rows behind the door of the staff.

Nothing here lets anybody in by itself. A password is an Argon2 hash in the row of the person, the
seed of an app is sealed under a key that stands in no table, a passkey is a public key, and of
codes that are shown once only the hash is kept.
"""

from django.db import models
from django.db.models.functions import Lower

from talteen import ids
from talteen.register.models import Staff

PROTECT = models.PROTECT


class Invitation(models.Model):
    """The wish that a person gets a way in, and the link that comes of it. Two persons decide."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    staff = models.ForeignKey(Staff, PROTECT, related_name="invitations")
    asked_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    """Null: by whoever set the house up, before there were two to decide."""
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    role = models.CharField(max_length=32, blank=True)
    """Which role the person has from the second person's yes on; empty: the one they have."""
    code_sha256 = models.BinaryField(null=True, unique=True)
    """Of the code in the link; null until the link was shown, once."""
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"


class SecondFactor(models.Model):
    """Something that a person has, beside the password that they know."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    staff = models.ForeignKey(Staff, PROTECT, related_name="second_factors")
    kind = models.CharField(max_length=8)  # app, passkey
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True)
    """Of an app: its seed (RFC 6238), sealed under the key plane's key for people."""
    step = models.BigIntegerField(default=0)
    """Of an app: the newest step that was taken. Each code lets in once (RFC 6238 5.2)."""
    credential_id = models.BinaryField(null=True, unique=True)
    credential = models.BinaryField(null=True)
    """Of a passkey: its id and public key, as WebAuthn writes them."""
    sign_count = models.BigIntegerField(default=0)
    host = models.CharField(max_length=253, blank=True)
    """Of a passkey: the name of the house that it was made for; it works under no other."""

    class Meta:
        db_table = "second_factor"


class RecoveryCode(models.Model):
    """A code on paper, for the day when the telephone is lost. It works once."""

    staff = models.ForeignKey(Staff, PROTECT, related_name="recovery_codes")
    sha256 = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "recovery_code"


class Identity(models.Model):
    """Who somebody is at the controller's sign-in service. Bound when they joined, by nothing that
    can change: no address, no name."""

    staff = models.OneToOneField(Staff, PROTECT, related_name="identity")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity"
        constraints = (models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),)


class SpentAnswer(models.Model):
    """An answer of the sign-in service that was used. It names nobody, and goes when the answer
    would let nobody in any more."""

    sha256 = models.BinaryField(primary_key=True)
    """Of the service's name and the id of its assertion."""
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "spent_answer"


class DirectoryPerson(models.Model):
    """By what a controller's directory knows one of our people (SCIM). Goes when it lets go."""

    staff = models.OneToOneField(Staff, PROTECT, related_name="directory_person")
    user_name = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "directory_person"
        constraints = (
            models.UniqueConstraint(Lower("user_name"), name="directory_user_name_once"),
            models.UniqueConstraint(
                fields=["external_id"],
                condition=~models.Q(external_id=""),
                name="directory_external_id_once",
            ),
        )


class SignInTries(models.Model):
    """How often in a row somebody failed to get in by a staff code, which may be nobody's."""

    name = models.CharField(max_length=64, primary_key=True)
    """SHA-256 of what was typed, hexadecimal."""
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    until = models.DateTimeField()
    """Before this instant nobody gets in by it, whatever they bring."""

    class Meta:
        db_table = "sign_in_tries"
