"""About how many calls a sieve lets through, by what the database knows of its own table.

Counting every call takes longer than drawing the page it is counted for, and grows with the
register. PostgreSQL keeps the commonest values of each column and how often they stood in a sample
of the rows (``ANALYZE``, which it does by itself): some percent off, and as quick at any size. What
is rare in a column is in no sample, and there are few of it: that is counted.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from django.db import connection
from django.db.models import QuerySet

from talteen.register.models import Recording

T = TypeVar("T")
_COMMONEST = """
SELECT most_common_vals::text::text[], most_common_freqs FROM pg_stats
 WHERE schemaname = current_schema AND tablename = %s AND attname = %s
"""


def total(found: QuerySet[Recording]) -> int:
    """How many rows the planner expects. None of them is read."""
    (plan,) = json.loads(found.order_by().values("pk").explain(format="JSON"))
    return int(plan["Plan"]["Plan Rows"])


def by_day(calls: int, first: date | None, last: date | None) -> Mapping[date, int]:
    """``calls``, shared out over the days from ``first`` to ``last`` as all calls are. Empty where
    the table was never looked at."""
    every = {date.fromisoformat(day): share for day, share in _commonest("day").items()}
    within = {
        day: share
        for day, share in every.items()
        if (first is None or first <= day) and (last is None or day <= last)
    }
    return _shared(calls, within)


def by_line(calls: int, found: QuerySet[Recording], lines: Iterable[str]) -> Mapping[str, int]:
    """``calls``, shared out over ``lines`` as all calls are; those of a rare line are counted."""
    common = _commonest("line_id")
    named = {line: common[line] for line in lines if line in common}
    rare = {line: found.filter(line=line).count() for line in lines if line not in common}
    return {**_shared(calls, named), **{line: n for line, n in rare.items() if n}}


def _shared(calls: int, shares: Mapping[T, float]) -> Mapping[T, int]:
    whole = sum(shares.values())
    return {one: round(calls * share / whole) for one, share in shares.items()}


def _commonest(column: str) -> Mapping[str, float]:
    """The share of each of a column's commonest values among all rows."""
    with connection.cursor() as cursor:
        cursor.execute(_COMMONEST, [Recording._meta.db_table, column])
        values, shares = cursor.fetchone() or ((), ())
    return dict(zip(values or (), shares or (), strict=True))
