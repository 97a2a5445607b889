"""Which break-glass opening runs, as the policy asks it. What people do with them is
``oversight.emergencies``."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from talteen.register.database.among import among
from talteen.register.emergency_models import Emergency
from talteen.register.models import Staff
from talteen.register.policy import CaseFacts


def of(reference: str | None) -> Emergency | None:
    """The one of this reference; None where there is none."""
    return Emergency.objects.filter(reference=reference).first() if reference else None


def runs(row: Emergency, at: datetime) -> bool:
    """Whether it opens anything at ``at``: two have said so, and its hour is not over."""
    return row.approved_at is not None and row.ends_at is not None and at < row.ends_at


def facts(person: Staff, case: str, recording: UUID | None, at: datetime) -> CaseFacts | None:
    """What the policy is told of a call in the emergency of this reference; None where it is
    none."""
    row = of(case)
    if row is None:
        return None
    return CaseFacts(
        open=runs(row, at),
        person_in_case=row.asked_by_id == person.pk,
        call_in_case=recording is not None and row.recording == recording,
        by_two=True,
    )


def open_to(person: Staff, at: datetime) -> QuerySet[Emergency]:
    """Those of a person that run."""
    return Emergency.objects.filter(
        asked_by=person, approved_at__lte=at, ends_at__gt=at, recording__isnull=False
    )


def forget(recordings: Collection[UUID]) -> None:
    """The calls are destroyed: that somebody opened one stays, and not which."""
    Emergency.objects.filter(recording__in=among(recordings)).update(recording=None)
