"""What the vault keeps in the database: sealed pages, envelopes, and where blobs lie.

Nothing here opens anything by itself: pages and roots are ciphertext under keys that holders wrap,
and no column names a caller. Old rows in dead tuples, WAL and dumps hold only what dead keys
sealed. The roll files in the key plane decide; these rows follow them (DESIGN 5).
"""

from django.db import models

from talteen.register.models import Recording

PROTECT = models.PROTECT


class Vault(models.Model):
    """The vault of this house. One row, locked by whoever rolls."""

    house = models.UUIDField(primary_key=True)
    n = models.PositiveBigIntegerField(default=0)
    """The newest roll file that was applied."""
    open_n = models.PositiveBigIntegerField(default=0)
    """The generation that is read; below ``n`` only while the read-back of ``n`` has failed."""
    settled_n = models.PositiveBigIntegerField(default=0)
    """The newest generation that was read back and whose predecessor's live key is dead."""
    rolled_at = models.DateTimeField()
    file_sha256 = models.BinaryField()
    """Of roll file ``n``."""

    class Meta:
        db_table = "vault"


class RollRecord(models.Model):
    """One generation: its sealed root while it lives, and how its two keys ended."""

    n = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    root = models.BinaryField()
    """Sealed; emptied when the live key is dead."""
    live_name = models.CharField(max_length=64)
    live_wrapped = models.BinaryField()
    backup_name = models.CharField(max_length=64, blank=True)
    """Empty for an unbacked roll."""
    failed = models.BooleanField(default=False)
    """What was read back was not what was decided: the next roll goes past it."""
    live_dead_at = models.DateTimeField(null=True)
    """When the live key was destroyed and proved to open nothing."""
    live_kind = models.CharField(max_length=16, db_default="")
    """In which kind of holder it died: a house may move to another (``waking.move_keys``). Empty
    while it lives, and for one that died before this was written down."""
    backup_dies_at = models.DateTimeField(null=True)
    backup_dead_at = models.DateTimeField(null=True)
    """When the backup key was first seen to be gone."""
    backup_revived_at = models.DateTimeField(null=True)
    """When it was last seen again after that: somebody brought it back. It is told to die now."""

    class Meta:
        db_table = "roll_record"


class KeyPage(models.Model):
    """A sealed page as a generation wrote it. The root that is read says which of them count."""

    page = models.UUIDField()
    n = models.PositiveBigIntegerField(db_index=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "key_page"
        constraints = (models.UniqueConstraint(fields=["page", "n"], name="key_page_once"),)


class IntakeKey(models.Model):
    """The public half of an intake key. The private half stands in the root page only."""

    id = models.UUIDField(primary_key=True)
    node = models.CharField(max_length=64)
    public = models.BinaryField()
    born_n = models.PositiveBigIntegerField()
    closed_n = models.PositiveBigIntegerField(null=True)

    class Meta:
        db_table = "intake_key"


class Node(models.Model):
    """A capture node: what it last said of the keys that it seals to. It opens none of them."""

    name = models.CharField(max_length=64, primary_key=True)
    public = models.BinaryField()
    """Ed25519, raw: whose envelopes are believed once a roll has enrolled it."""
    seen_at = models.DateTimeField()
    knows = models.UUIDField(null=True)
    """The newest intake key that it has heard of."""
    needs = models.JSONField(default=list)
    """Ids of the intake keys under which it still keeps a call that no roll file holds."""

    class Meta:
        db_table = "node"


class Envelope(models.Model):
    """The sealed key of a recording on its way into a page; goes once a roll has folded it."""

    recording = models.OneToOneField(Recording, PROTECT, primary_key=True, related_name="envelope")
    intake_key = models.ForeignKey(IntakeKey, PROTECT, related_name="envelopes")
    node = models.CharField(max_length=64)
    segment = models.PositiveIntegerField(default=0)
    start = models.DateTimeField()
    sealed = models.BinaryField()
    signature = models.BinaryField()
    done_n = models.PositiveBigIntegerField(null=True)
    """The roll that folded it, or that destroyed its recording."""
    rejected = models.BooleanField(default=False)
    """Forged, moved, or a second key for a recording: never opened, kept for whoever asks how."""

    class Meta:
        db_table = "envelope"


class Replaced(models.Model):
    """A recording whose sound a roll replaced, as long as what it replaced is still there."""

    recording = models.UUIDField()
    n = models.PositiveBigIntegerField()
    """The roll."""

    class Meta:
        db_table = "replaced"
        constraints = (models.UniqueConstraint(fields=["recording", "n"], name="replaced_once"),)


class Blob(models.Model):
    """One sealed blob: whose it is, what it must be. Its bytes lie in the blob store."""

    id = models.UUIDField(primary_key=True)
    recording = models.ForeignKey(Recording, PROTECT, related_name="blobs")
    kind = models.PositiveSmallIntegerField()
    sha256 = models.BinaryField()
    size_bytes = models.PositiveBigIntegerField()
    day = models.DateField()
    """The Helsinki date on which the recording began: where in the store it lies."""
    attached_n = models.PositiveBigIntegerField(null=True)
    """The generation whose pages name it first; null until the next roll. 0 while the sound is
    ready and the roll that is to name it in the place of another has not come."""

    class Meta:
        db_table = "blob"
        indexes = (
            models.Index(
                fields=["recording"],
                condition=models.Q(attached_n=None),
                name="blob_waiting",
            ),
        )
