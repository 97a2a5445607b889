"""What programs have read in people's names, told apart by their tokens.

A program asks all day, so its lines of the access log are added up by day here: beside the openings
of a person they would hide everything else (decision 194). Ids, codes and counts only.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from talteen.clock import HELSINKI
from talteen.register.models import AccessEntry

ACTION, THROUGH = "facts", "token:"
"""How ``access.log_facts`` writes a reading down, and what stands before the token's name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one token has read on one day for one purpose."""

    staff: UUID
    """In whose name."""
    token: str
    day: date
    """In Helsinki."""
    purpose: str
    times: int
    rows: int
    """Of the lists that it was given."""


def of_person(staff: UUID, since: datetime) -> list[Reading]:
    """What the tokens of one person have read, newest day first."""
    return _added_up(Q(staff=staff), since)


def of_house(since: datetime) -> list[Reading]:
    """What all tokens have read, newest day first."""
    return _added_up(Q(), since)


def _added_up(whose: Q, since: datetime) -> list[Reading]:
    entries = AccessEntry.objects.filter(whose, at__gte=since, action=ACTION)
    by_day = entries.annotate(day=TruncDate("at", tzinfo=HELSINKI)).order_by()
    added = by_day.values("staff", "rule", "day", "purpose").annotate(n=Count("pk"), m=Sum("hits"))
    return [
        Reading(
            staff=row["staff"],
            token=row["rule"].removeprefix(THROUGH),
            day=row["day"],
            purpose=row["purpose"],
            times=row["n"],
            rows=row["m"] or 0,
        )
        for row in added.order_by("-day", "rule", "staff", "purpose")
    ]
