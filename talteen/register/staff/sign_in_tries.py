"""Tries to get in by a staff code: counted, slowed down, and never told apart.

A code that is nobody's is counted and slowed like any other, and the work is done even while it
waits: neither the answer nor its time says whether a code exists, a password is right, or a wait
is running (REGISTER I18; ASVS 6.3.8).
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from talteen.register.staff import tries
from talteen.register.staff.account_models import SignInTries


def attempt(name: str, right: Callable[[], bool], now: datetime) -> bool:
    """Whether what ``right`` asks holds, and nobody has to wait under ``name``.

    One at a time for each name, so that a hundred at once are no way round the wait.
    """
    key = _key(name)
    SignInTries.objects.filter(last_at__lt=now - tries.FORGOTTEN_AFTER).delete()
    SignInTries.objects.get_or_create(name=key, defaults={"last_at": now, "until": now})
    with transaction.atomic():
        row = SignInTries.objects.select_for_update().get(name=key)
        holds, waits = right(), now < row.until
        if not (holds or waits):
            row.failures += 1
            row.last_at, row.until = now, now + tries.wait(row.failures)
        row.save(update_fields=["failures", "last_at", "until"])
    return holds and not waits


def settle(name: str) -> None:
    """Somebody is in with all that it takes: what failed before is forgotten. A right password
    alone settles nothing, or it would buy another five guesses of the second factor."""
    SignInTries.objects.filter(name=_key(name)).delete()


def persistent(now: datetime) -> int:
    """Codes under which somebody keeps on failing."""
    since = now - tries.FORGOTTEN_AFTER
    rows = SignInTries.objects.filter(failures__gte=tries.TELLING, last_at__gt=since)
    return rows.count()


def _key(name: str) -> str:
    return sha256(name.strip().lower().encode()).hexdigest()
