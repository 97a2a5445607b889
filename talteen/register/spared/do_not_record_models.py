"""The do-not-record list as a table. It can be asked about a number, and tells none."""

import secrets

from django.db import models

_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are taken for another when somebody reads them aloud."""


def new_reference() -> str:
    """A name for an entry that says nothing of its number."""
    return "E-" + "".join(secrets.choice(_SIGNS) for _ in range(8))


class DoNotRecordEntry(models.Model):
    """One number whose calls are not recorded (6.9). Personal data of its own purpose, although
    keyed: it goes when the person says so, and each year somebody confirms that it still stands."""

    mac = models.BinaryField(primary_key=True)
    """Keyed hash of the number in its international form."""
    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    """By which people speak of the entry: it stands in the letter to the person and in the file of
    the objection, and tells nobody the number."""
    added_on = models.DateField()
    confirmed_on = models.DateField(db_index=True)
    confirmed_by = models.CharField(max_length=32, default="", blank=True)
    """Staff code of who made sure last; empty where that was done by no page."""

    class Meta:
        db_table = "do_not_record_entry"
