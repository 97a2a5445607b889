"""People who work here for a partner: by which contract, and until when (17.1)."""

from django.db import models

from talteen.register.models import Staff

PROTECT = models.PROTECT


class PartnerContract(models.Model):
    """One contract of one person. Who has a row works for a partner, and the newest row counts."""

    staff = models.ForeignKey(Staff, PROTECT, related_name="partner_contracts")
    company = models.CharField(max_length=200)
    """As the register's record of processors names it."""
    contract = models.CharField(max_length=64)
    """The reference of that record's contract, as it stood when this was entered."""
    valid_until = models.DateField()
    """The last day."""
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When the house saw that it was over, and ended what the person had here."""

    class Meta:
        db_table = "partner_contract"
        indexes = (models.Index(fields=["staff", "entered_at"], name="partner_contract_of_staff"),)
