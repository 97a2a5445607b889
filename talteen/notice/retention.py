"""Until when a recording lives: the promise of clause 13, "at most three months, backups included".

Two instants per recording, both at 00:00 in Helsinki. At ``due`` nothing exists any more, the last
copy of the last key is dead. ``cutoff`` comes k days earlier: from then on nothing opens, so that
backup copies of keys have time to die. ``due`` is the *earliest* reading of "at most" (00:00 of the
anniversary, start day counted, month end clamped); the weekend rule of Regulation 1182/71 Art. 3(4)
gives more time to act, never more time to keep, and is not applied. GDPR 5(1)(e), 13(2)(a), 25(2);
REGISTER 13.1, 13.2, 13.14, 4.4.

Nothing moves a date later: new time-zone data and a new policy are worked out afresh, and the
earlier wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from math import ceil

import tzdata  # type: ignore[import-untyped]  # one constant is used, and it is a string

from talteen.clock import HELSINKI
from talteen.notice import months

ZONE_RULES: str = tzdata.IANA_VERSION
"""Version of the time-zone data that dates are derived with ("2026f"), stored beside each date."""

LONGEST_MONTHS = 3
"""No register keeps longer, whatever its file says: it is what Talteen itself promises."""

STANDARD_MARGIN_DAYS = 7
"""k with the default backup ring, whose superseded keys live six days (DESIGN 5)."""

FUTURE_TOLERANCE = timedelta(minutes=5)
"""A start this little ahead of its arrival is a clock that runs fast, not a doubt (13.2)."""


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """Months from the day of the call, and k, the days at the end when nothing opens."""

    months: int = 3
    margin_days: int = STANDARD_MARGIN_DAYS


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The two instants of a recording (aware UTC), and the zone data that gave them."""

    cutoff_at: datetime
    due_at: datetime
    zone_rules: str


class Doubt(Enum):
    """Why a recording goes to quarantine instead of into use (13.2)."""

    UNKNOWN_START = "unknown_start"
    FUTURE_START = "future_start"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What to believe of an arrival: from when it counts, until when it lives, any doubt."""

    counted_from: datetime
    lifetime: Lifetime
    doubt: Doubt | None


def due(start: datetime, policy: RetentionPolicy, *, zone: tzinfo = HELSINKI) -> datetime:
    """The first instant at which nothing of a call that began at ``start`` exists, as UTC."""
    return _midnight(months.later(_day(start, zone), policy.months), zone)


def cutoff(due_at: datetime, margin_days: int, *, zone: tzinfo = HELSINKI) -> datetime:
    """The first instant at which it no longer opens: 00:00, ``margin_days`` days before."""
    return _midnight(_day(due_at, zone) - timedelta(days=margin_days), zone)


def last_day_of_listening(due_at: datetime, margin_days: int) -> date:
    """The last Helsinki date on which a recording still opens."""
    return _day(cutoff(due_at, margin_days), HELSINKI) - timedelta(days=1)


def lifetime(start: datetime, policy: RetentionPolicy, *, zone: tzinfo = HELSINKI) -> Lifetime:
    """Both instants of a call that began at ``start``."""
    due_at = due(start, policy, zone=zone)
    return Lifetime(cutoff(due_at, policy.margin_days, zone=zone), due_at, ZONE_RULES)


def rederived(
    known: Lifetime,
    start: datetime,
    policy: RetentionPolicy,
    *,
    zone: tzinfo = HELSINKI,
    since: date | None = None,
) -> Lifetime:
    """``known`` under other zone data or another policy: an instant moves earlier or stays.

    ``since``: the first day of the policy. A call that is too old for it by then ends with that
    day, and its last backup key has its days from there on: no rule ends what was before it.
    """
    fresh = lifetime(start, policy, zone=zone)
    if since is not None and fresh.cutoff_at < _midnight(since, zone):
        due_at = _midnight(since + timedelta(days=policy.margin_days), zone)
        fresh = Lifetime(_midnight(since, zone), due_at, ZONE_RULES)
    return Lifetime(
        min(known.cutoff_at, fresh.cutoff_at), min(known.due_at, fresh.due_at), fresh.zone_rules
    )


def received(
    start: datetime | None,
    *,
    arrived_at: datetime,
    policy: RetentionPolicy,
    earliest_at: datetime | None = None,
) -> Arrival:
    """The dates of a recording that arrived at ``arrived_at`` and says that it began at ``start``.

    A late arrival keeps its true start. An unknown start, or one more than five minutes ahead, is
    doubtful: then the earlier of arrival and ``earliest_at`` (the earliest start that is plausible
    at all, where the source tells one) counts.
    """
    doubt = _doubt(start, arrived_at)
    claimed = earliest_at if doubt else start
    counted_from = min(claimed or arrived_at, arrived_at)
    return Arrival(counted_from, lifetime(counted_from, policy), doubt)


def least_margin_days(copies_live_for: Iterable[timedelta]) -> int:
    """The smallest k that keeps the promise: the longest life of a key copy, and one day.

    Give the ring, a key service's deletion wait, and what a holder declares of its own copies
    (DESIGN 5).
    """
    return ceil(max(copies_live_for) / timedelta(days=1)) + 1


def _doubt(start: datetime | None, arrived_at: datetime) -> Doubt | None:
    if start is None:
        return Doubt.UNKNOWN_START
    return Doubt.FUTURE_START if start - arrived_at > FUTURE_TOLERANCE else None


def _day(at: datetime, zone: tzinfo) -> date:
    if at.tzinfo is None:
        raise ValueError("a legal date needs an aware instant: a naive one has no day in Helsinki")
    return at.astimezone(zone).date()


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
