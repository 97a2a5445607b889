"""Who has got a person's calls, by name (15(1)(c), 11.s8), and what may not be told of it yet.

What a law forbids to tell until a day is left out of every answer until then: the name of the
receiver, the hold for it, and each line of the access log that was written for it.
"""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from talteen.life.answer.disclose.models import Disclosure, DisclosureCall
from talteen.register.models import AccessEntry


def left(recordings: Collection[UUID]) -> QuerySet[DisclosureCall]:
    """What has left of these calls, oldest first; those that are secret still too."""
    rows = DisclosureCall.objects.filter(
        recording__in=recordings, disclosure__left_at__isnull=False
    )
    return rows.select_related("disclosure__recipient", "disclosure__case").order_by(
        "disclosure__left_at", "pk"
    )


def names(recordings: Collection[UUID], today: date) -> list[str]:
    """The receivers of these calls that a person may be told of, each once."""
    rows = left(recordings).filter(_tellable(today, "disclosure__"))
    return list(dict.fromkeys(row.disclosure.recipient.name for row in rows))


def secret_cases(today: date) -> frozenset[str]:
    """The references of the cases that a person may not be told of yet."""
    rows = Disclosure.objects.exclude(_tellable(today))
    return frozenset(rows.values_list("case__reference", flat=True))


def tellable(entries: Iterable[AccessEntry], today: date) -> list[AccessEntry]:
    """The lines of the access log that a person, or whoever spoke in the call, may be shown."""
    secret = secret_cases(today)
    return [one for one in entries if not one.case or one.case not in secret]


def _tellable(today: date, prefix: str = "") -> Q:
    return Q(**{f"{prefix}secret_until": None}) | Q(**{f"{prefix}secret_until__lte": today})
