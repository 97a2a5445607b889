"""The days of the access log: committed to the ledger when they are over, gone after their months.

Each day's lines are hashed under a random salt, and the hash enters the ledger (``access_day``):
from then on nobody can change, add or take away a line unseen. When the months that the register
promised are over (17.4; 12 to 60), the lines go and the salt with them, and the hash tells nothing
any more. The tables' own triggers let go of nothing else (``append_only``).
"""

import json
import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from talteen.clock import helsinki_date, start_of_day
from talteen.notice import months
from talteen.register.log import ledger, ledger_bytes, ledger_kinds
from talteen.register.models import AccessDay, AccessEntry

SALT_BYTES = 32
SETTLED_AFTER = timedelta(hours=1)
"""A line that was begun before midnight is committed by then."""
_KEYS = (
    "id",
    "at",
    "staff",
    "role",
    "purpose",
    "case",
    "recording",
    "action",
    "rule",
    "until",
    "start_ms",
    "end_ms",
    "hits",
)
_END = "DELETE FROM access_entry WHERE at >= %s AND at < %s"
_OVER = """
    SELECT day FROM access_day WHERE salt IS NOT NULL AND ends_at <= least(%s, house_time())
    ORDER BY day
"""


def tend(now: datetime, *, log_months: int) -> None:
    """Commit every day that is over, and let go of those whose months are over. Idempotent."""
    while (day := _next_open(now)) is not None:
        commit(day, now, log_months=log_months)
    with connection.cursor() as cursor:
        cursor.execute(_OVER, [now])
        over = [day for (day,) in cursor.fetchall()]
    for day in over:
        _end(day)


@transaction.atomic
def commit(day: date, now: datetime, *, log_months: int) -> None:
    """Enter the hash of ``day``'s lines in the ledger, and date their end.

    The months are those of the day on which it is committed: a later version of the register does
    not move the end of what was written before it.
    """
    salt = os.urandom(SALT_BYTES)
    lines, commitment = _committed(day, salt)
    ledger.enter(ledger_kinds.AccessDay(day=day, count=lines, commitment=commitment), now)
    AccessDay.objects.create(
        day=day,
        count=lines,
        salt=salt,
        commitment=commitment,
        ends_at=start_of_day(months.later(day, log_months) + timedelta(days=1)),
    )


def holds(day: AccessDay) -> bool:
    """Whether the lines of ``day`` are still those that the ledger commits to.

    A day that has ended holds: it has no lines and no salt.
    """
    if day.salt is None:
        return not AccessEntry.objects.filter(**_within(day.day)).exists()
    return _committed(day.day, bytes(day.salt)) == (day.count, bytes(day.commitment))


def _next_open(now: datetime) -> date | None:
    """The first day with lines that is over and was not committed to."""
    last = AccessDay.objects.aggregate(last=Max("day"))["last"]
    lines = AccessEntry.objects.order_by("at")
    if last is not None:
        lines = lines.filter(at__gte=start_of_day(last + timedelta(days=1)))
    first = lines.values_list("at", flat=True).first()
    if first is None:
        return None
    day = helsinki_date(first)
    return day if now >= start_of_day(day + timedelta(days=1)) + SETTLED_AFTER else None


def _committed(day: date, salt: bytes) -> tuple[int, ledger_kinds.Sha256]:
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        rows = AccessEntry.objects.filter(**_within(day)).order_by("at", "pk")
        for values in rows.values(*_KEYS).iterator():
            count += 1
            yield line(values)

    commitment = ledger_bytes.commitment(counted(), salt=salt)
    return count, commitment


def line(values: dict[str, object]) -> bytes:
    """One line of the log as it is hashed (docs/formats/ledger.md 5)."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), default=_text).encode()


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _within(day: date) -> dict[str, datetime]:
    return {"at__gte": start_of_day(day), "at__lt": start_of_day(day + timedelta(days=1))}


@transaction.atomic
def _end(day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_END, [start_of_day(day), start_of_day(day + timedelta(days=1))])
    AccessDay.objects.filter(day=day).update(salt=None)
