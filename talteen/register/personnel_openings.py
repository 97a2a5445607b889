"""Which openings to personnel run, as the policy asks it. What people do with them is
``oversight.personnel_openings``."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from talteen.notice.purposes import Role
from talteen.register.database.among import among
from talteen.register.models import Staff
from talteen.register.personnel_opening_models import PersonnelOpening


def running(person: Staff, at: datetime) -> QuerySet[PersonnelOpening]:
    """Those of a person that open something at ``at``: two have said so, the day is not over, and
    the case is open. Nobody who is of the personnel no longer has any."""
    rows = PersonnelOpening.objects.filter(
        asked_by=person,
        approved_at__lte=at,
        ends_at__gt=at,
        recording__isnull=False,
        case__closed_at=None,
    )
    return rows if person.role == Role.HR.value else rows.none()


def ends_at(person: Staff, case: str, recording: UUID | None, at: datetime) -> datetime | None:
    """When the opening of this call in the case of this reference ends; None where none runs."""
    rows = running(person, at).filter(case__reference=case, recording=recording)
    return rows.order_by("-ends_at").values_list("ends_at", flat=True).first()


def cases(person: Staff, recording: UUID, at: datetime) -> frozenset[UUID]:
    """The cases in which this call is open to a person: among the people of their holds, too."""
    if person.role != Role.HR.value:
        return frozenset()  # every range of a listener asks
    rows = running(person, at).filter(recording=recording)
    return frozenset(rows.values_list("case", flat=True))


def forget(recordings: Collection[UUID]) -> None:
    """The calls are destroyed: that one was open stays, and not which, nor what was said of it."""
    rows = PersonnelOpening.objects.filter(recording__in=among(recordings))
    rows.update(recording=None, why=b"", why_not=b"")
