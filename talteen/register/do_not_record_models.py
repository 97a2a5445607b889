"""The do-not-record list as a table. It can be asked about a number, and tells none."""

from django.db import models


class DoNotRecordEntry(models.Model):
    """One number whose calls are not recorded (6.9). Personal data of its own purpose, although
    keyed: it goes when the person says so, and each year somebody confirms that it still stands."""

    mac = models.BinaryField(primary_key=True)
    """Keyed hash of the number in its international form."""
    added_on = models.DateField()
    confirmed_on = models.DateField(db_index=True)

    class Meta:
        db_table = "do_not_record_entry"
