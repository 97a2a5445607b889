"""When a roll is due, so that nothing waits longer than it must for a page, a key or its end."""

from datetime import datetime, timedelta

from talteen.clock import helsinki_date
from talteen.life.seal import ring
from talteen.life.seal.models import Envelope
from talteen.life.seal.vault import Vault

ROLL_EVERY = timedelta(hours=1)  # DESIGN 5
HEAL_EVERY = timedelta(minutes=5)
"""A backup holder may come and go."""


def is_due(vault: Vault, now: datetime) -> bool:
    """Whether to roll now. At once where a roll was interrupted (no call can be handed in before it
    has been ended), where a day has begun, or where a call waits whose day has no key for its index
    (decision 319). Else an hour after the last roll if something waits, and soon after one that
    left no backup key, once the backup holder answers again.
    """
    row = vault.row()
    last = row.rolled_at
    if row.n != row.settled_n or helsinki_date(last) < helsinki_date(now):
        return True
    waits = Envelope.objects.using(vault.database).filter(done_n=None, rejected=False)
    days = {helsinki_date(start) for start in waits.values_list("start", flat=True)}
    if days and (now - last >= ROLL_EVERY or days - vault.root().shards.keys()):
        return True
    return now - last >= HEAL_EVERY and ring.can_heal(vault)
