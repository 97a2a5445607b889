"""The employees' notice as the house has shown it, and what people have said of it (E.0)."""

from django.db import models

from talteen.register.models import Staff

PROTECT = models.PROTECT


class EmployeeNotice(models.Model):
    """One wording of it, never changed. The text stands in the register folder; here its hash."""

    version = models.CharField(max_length=32)
    sha256 = models.BinaryField(unique=True)
    since = models.DateField()
    asks_permission = models.BooleanField()
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "employee_notice"


class Acknowledgement(models.Model):
    """One word of one person: read, permitted, withdrawn. Only added to; the newest counts."""

    staff = models.ForeignKey(Staff, PROTECT, related_name="acknowledgements")
    word = models.CharField(max_length=12)
    version = models.CharField(max_length=32)
    sha256 = models.BinaryField()
    """Of the wording that they were shown."""
    language = models.CharField(max_length=2)
    on_paper = models.BooleanField(default=False)
    """Entered at the terminal by a signed paper."""
    at = models.DateTimeField()

    class Meta:
        db_table = "acknowledgement"
        indexes = (models.Index(fields=["staff", "at"], name="acknowledgement_of_staff"),)
