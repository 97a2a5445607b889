"""The tables that every stage of a call shares.

No caller data stands in any of these columns: no number, no name, no word. What belongs to the
caller lives sealed under the recording's own key (DESIGN 5). Foreign keys are PROTECT throughout: a
table that was forgotten when a recording is destroyed must make the destruction fail loudly.
"""

from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from talteen import ids

PROTECT = models.PROTECT


class House(models.Model):
    """This installation. One row. A house born as a demo says so for ever, and only it has a
    movable clock."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    born_as = models.CharField(max_length=8)  # "live" or "demo"
    born_at = models.DateTimeField()
    clock_at = models.DateTimeField(null=True)
    """Where the movable clock of a demo house was last set; null in a live house."""
    clock_set_at = models.DateTimeField(null=True)
    """The machine's time when it was set: from there it runs on by itself."""
    clock_until = models.DateTimeField(null=True)
    """Where a demo's clock is on its way to, night by night; null where it has arrived."""
    swept_at = models.DateTimeField(null=True)
    """The machine's time at the end of the last sweep: what is due is let go of while it is
    young."""

    class Meta:
        db_table = "house"


class Unit(models.Model):
    """A part of the controller (a hotel, a restaurant, the sales service). Access is scoped by
    unit (1.2)."""

    slug = models.SlugField(primary_key=True)
    name_fi = models.TextField()
    name_sv = models.TextField()
    name_en = models.TextField()

    class Meta:
        db_table = "unit"


class Line(models.Model):
    """A service line that is recorded: its unit, its name, and the language that it is answered
    in by default."""

    slug = models.SlugField(primary_key=True)
    unit = models.ForeignKey(Unit, PROTECT, related_name="lines")
    language = models.CharField(max_length=2)
    recorded = models.BooleanField(default=True)
    """False: an excluded line (6.6), on which nothing is ever captured."""
    name_fi = models.TextField()
    name_sv = models.TextField()
    name_en = models.TextField()

    class Meta:
        db_table = "line"


class Staff(AbstractBaseUser):
    """A person who works in the house. What a role may do is law, in ``notice.purposes``, not a
    column here."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    code = models.CharField(max_length=32, unique=True)
    name = models.TextField()
    role = models.CharField(max_length=32)
    unit = models.ForeignKey(Unit, PROTECT, null=True, related_name="staff")
    team = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=2, default="fi")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "code"

    class Meta:
        db_table = "staff"


class Undertaking(models.Model):
    """A signed confidentiality undertaking (17.1). Without one in force nothing opens."""

    staff = models.ForeignKey(Staff, PROTECT, related_name="undertakings")
    version = models.CharField(max_length=32)
    signed_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        db_table = "undertaking"


class Training(models.Model):
    """Data protection training that was passed (17.1). It is valid through ``valid_until``, at
    most 12 months."""

    staff = models.ForeignKey(Staff, PROTECT, related_name="trainings")
    passed_on = models.DateField()
    valid_until = models.DateField()

    class Meta:
        db_table = "training"


class NoticeVersion(models.Model):
    """One immutable version of the privacy notice, as it was published (4.1). ``valid_to`` is
    the first day after."""

    number = models.CharField(max_length=32, primary_key=True)
    legacy = models.BooleanField(default=False)
    """A notice from before this house: an import may be bound to it, a new call never (J6)."""
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    supersedes = models.CharField(max_length=32, null=True)
    retention_months = models.PositiveSmallIntegerField()
    margin_days = models.PositiveSmallIntegerField()
    review_months = models.PositiveSmallIntegerField(db_default=12)
    """How long its balancing tests carry from one review to the next (7.s4)."""
    purposes = models.JSONField(default=list)
    """What the version lets the house do (5.1): a call is never opened for more."""
    sha256 = models.BinaryField()
    text = models.JSONField()
    """{"fi": {...}, "sv": {...}, "en": {...}}: clauses and sentences as printed."""
    findings = models.JSONField(default=list)

    class Meta:
        db_table = "notice_version"


class AnnouncementVersion(models.Model):
    """One immutable prompt in one language: its text and its sound stand or fall together (6.8)."""

    key = models.CharField(max_length=48, primary_key=True)  # "announce.fi@1"
    language = models.CharField(max_length=2)
    direction = models.CharField(max_length=8)
    valid_from = models.DateField()
    text = models.TextField()
    sound_sha256 = models.BinaryField(null=True)
    length_ms = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "announcement_version"


class Recording(models.Model):
    """The register's unit: one call, from the end of its announcement on. Born when capture
    begins (J10)."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    progress = models.CharField(max_length=24, db_index=True)
    started_at = models.DateTimeField()
    """When the call's first captured leg began (13.1), not when it was imported."""
    day = models.DateField()
    """The Helsinki date of ``started_at``: which day page holds its key."""
    cutoff_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField(db_index=True)
    zone_rules = models.CharField(max_length=16)
    """Version of the time-zone data that ``due_at`` was derived with."""
    arrived_at = models.DateTimeField()
    length_ms = models.PositiveIntegerField(default=0)
    direction = models.CharField(max_length=8)
    source = models.CharField(max_length=32)  # where the number came from (10.1)
    language = models.CharField(max_length=2)
    line = models.ForeignKey(Line, PROTECT, related_name="recordings")
    agent = models.ForeignKey(Staff, PROTECT, related_name="recordings")
    notice = models.ForeignKey(NoticeVersion, PROTECT, related_name="recordings")
    announcement = models.ForeignKey(AnnouncementVersion, PROTECT, related_name="recordings")
    announced_until = models.DateTimeField()
    """End of the announcement: no sound before this instant is ever kept (I9)."""
    marks = models.JSONField(default=list)
    """Gaps and marks on the time line: [{"kind","start_ms","end_ms"}]; kinds only, no content."""
    incomplete = models.BooleanField(default=False)
    special_category = models.BooleanField(default=False)
    reviewed = models.BooleanField(default=False)
    third_parties = models.BooleanField(default=False)
    restricted = models.BooleanField(default=False)
    origin = models.CharField(max_length=16)  # "import", "siprec"
    lot = models.CharField(max_length=12, blank=True)
    """What the week's lot for quality made of it (states.Lot); empty until it is drawn."""
    destroy_reason = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "recording"
        indexes = (
            # What the list counts by: few values a day, so a million rows take some ten
            # megabytes, and no row is read to count it.
            models.Index(
                fields=[
                    "day",
                    "line",
                    "direction",
                    "language",
                    "cutoff_at",
                    "due_at",
                    "progress",
                    "incomplete",
                    "special_category",
                    "third_parties",
                    "reviewed",
                ],
                name="recording_counted",
                condition=~models.Q(progress="refused"),
            ),
            # What the calendar counts by, in its order.
            models.Index(fields=["day", "cutoff_at", "due_at"], name="recording_ends"),
            models.Index(fields=["-started_at"]),
        )

    @property
    def ended_at(self) -> datetime:
        """The end of its sound."""
        return self.announced_until + timedelta(milliseconds=self.length_ms)


class Case(models.Model):
    """A complaint or a request that somebody has open: what makes a purpose concrete."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    reference = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=16)  # complaint, request
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Staff, PROTECT, related_name="cases_opened")
    people = models.ManyToManyField(Staff, related_name="cases")
    recordings = models.ManyToManyField(Recording, related_name="cases", through="CaseRecording")

    class Meta:
        db_table = "case_file"


class CaseRecording(models.Model):
    """That a recording belongs to a case. Goes when the recording is destroyed; the case stays."""

    case = models.ForeignKey(Case, PROTECT)
    recording = models.ForeignKey(Recording, PROTECT)

    class Meta:
        db_table = "case_recording"
        constraints = (
            models.UniqueConstraint(fields=["case", "recording"], name="case_recording_once"),
        )


class Hold(models.Model):
    """That a recording may not be destroyed, for one case, its purposes and its people
    (REGISTER 13.6-13.13).

    In force only once its page stands in a roll file: until then it is ``placing``.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    recording = models.ForeignKey(Recording, PROTECT, related_name="holds")
    case = models.ForeignKey(Case, PROTECT, related_name="holds")
    ground = models.CharField(max_length=24)
    purposes = models.JSONField()
    people = models.ManyToManyField(Staff, related_name="holds")
    state = models.CharField(max_length=12)  # placing, active, releasing, released
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, PROTECT, related_name="holds_opened")
    approved_by = models.ForeignKey(Staff, PROTECT, null=True, related_name="holds_approved")
    review_on = models.DateField()
    provisional_until = models.DateTimeField(null=True)
    """Until when it stands by the word of one person (13.6); null where two have placed it, or one
    has confirmed it. From that instant on it keeps nothing, whether or not a job has run."""
    release_proposed_by = models.ForeignKey(
        Staff, PROTECT, null=True, related_name="hold_releases_proposed"
    )
    """Who says that it has done its work; a second person releases it (13.9)."""
    release_proposed_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hold"


class AccessEntry(models.Model):
    """One line of the access log. Committed before the first byte leaves; append-only by trigger.

    ``recording`` and ``staff`` are plain ids: the log outlives both (24 months).
    """

    at = models.DateTimeField(db_index=True)
    staff = models.UUIDField(db_index=True)
    role = models.CharField(max_length=32)
    purpose = models.CharField(max_length=32)
    case = models.CharField(max_length=32, blank=True)
    recording = models.UUIDField(null=True, db_index=True)
    action = models.CharField(max_length=16)  # grant, play, read, search, denied
    # and of a transcript: unmask, mask, correct, export; of a call: evaluate
    rule = models.CharField(max_length=48, blank=True)
    """The rule that denied, the view that a grant gave, or the form of an export."""
    until = models.DateTimeField(null=True)
    """For a grant: when it ends by itself."""
    start_ms = models.PositiveIntegerField(null=True)
    end_ms = models.PositiveIntegerField(null=True)
    hits = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "access_entry"
        indexes = (
            # What was opened by the words of one case, in a log of two years.
            models.Index(
                fields=["case"], condition=models.Q(action="grant"), name="access_entry_case"
            ),
        )


class AccessDay(models.Model):
    """One day of the access log that the ledger commits to, and when its lines go (24 months)."""

    day = models.DateField(primary_key=True)
    count = models.PositiveIntegerField()
    salt = models.BinaryField(null=True)
    """Destroyed with the lines: then ``commitment`` is a random number."""
    commitment = models.BinaryField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "access_day"


class Tally(models.Model):
    """How many calls of a day and line came to an end without a recording, and why. A count and
    nothing else (15.1)."""

    day = models.DateField()
    line = models.ForeignKey(Line, PROTECT, null=True)
    kind = models.CharField(max_length=24)  # not_announced, refused, private, late
    count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "tally"
        constraints = (
            models.UniqueConstraint(
                fields=["day", "line", "kind"], name="tally_once", nulls_distinct=False
            ),
        )
