"""What is kept of the weekly lot: its seed, and how many calls of each agent were in it.

No call is named here: what the lot made of a call stands in the call's own row and dies with it.
"""

from django.db import models

from talteen.register.models import Staff


class Draw(models.Model):
    """The lot of one week."""

    monday = models.DateField(primary_key=True)
    seed = models.BinaryField()
    """Fixed before the week begins, shown to people when it is over."""
    committed_leaf = models.BinaryField()
    """The ledger's entry that holds the seed's hash."""
    made_at = models.DateTimeField(null=True)
    """When it was drawn; null until the week is over."""
    calls = models.PositiveIntegerField(default=0)
    """Of the whole house in that week."""

    class Meta:
        db_table = "lot_draw"


class DrawShare(models.Model):
    """One agent in one week's lot."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="shares")
    agent = models.ForeignKey(Staff, models.PROTECT, related_name="lot_shares")
    among = models.PositiveIntegerField()
    """Calls of theirs that could be drawn."""
    quota = models.PositiveIntegerField()
    """How many of them were."""

    class Meta:
        db_table = "lot_share"
        constraints = (models.UniqueConstraint(fields=["draw", "agent"], name="lot_share_once"),)
