"""Numbers that are not called to sell: the list can be asked about a number, and tells none."""

from django.db import models


class SalesStop(models.Model):
    """One number that no sales call goes to: its holder objected to direct marketing (GDPR 21(2)).
    It stands until they say otherwise, and nobody has to confirm it."""

    mac = models.BinaryField(primary_key=True)
    """Keyed hash of the number in its international form, under a key of this list alone."""
    stopped_on = models.DateField()

    class Meta:
        db_table = "sales_stop"
