"""When a copy of a dead key dies in the backup ring, and how long a backup can be opened.

GK^B_n opens what root_n names: every recording that lived then. It is superseded by the next roll
and dies ``ring`` later, but always half a day before the first due among them: a late roll, a
summer-time week or an import of an old call never makes a backup outlive the promise
(DESIGN 5, REGISTER 13.1). Hold pages do not count: a held call is meant to outlive its due.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

BEFORE_DUE = timedelta(hours=12)
"""How long before the first due a backup key is dead at the latest."""


def backup_death(superseded_at: datetime, *, ring: timedelta, dues: Iterable[datetime]) -> datetime:
    """The moment from which the backup key of a superseded generation opens nothing.

    ``dues`` are those of the entries that its root names, of the envelopes that wait under its
    intake keys, and of calls that a node may still keep under them (one that began when the key was
    opened). A moment that has passed already means: now.
    """
    return min((superseded_at + ring, *(due - BEFORE_DUE for due in dues)))
