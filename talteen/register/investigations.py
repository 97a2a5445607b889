"""Which openings for the investigation of a breach run, as the policy asks it. What people do with
them is ``oversight.breaches.opening``."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from talteen.notice.purposes import Role
from talteen.register.database.among import among
from talteen.register.investigation_models import BreachOpening
from talteen.register.models import Staff
from talteen.register.policy import CaseFacts


def running(person: Staff, at: datetime) -> QuerySet[BreachOpening]:
    """Those of a person that open something at ``at``: two have said so, and the day is not over.
    Nobody who is the data protection officer no longer has any."""
    rows = BreachOpening.objects.filter(
        asked_by=person, approved_at__lte=at, ends_at__gt=at, recording__isnull=False
    )
    return rows if person.role == Role.DPO.value else rows.none()


def facts(person: Staff, case: str, recording: UUID | None, at: datetime) -> CaseFacts | None:
    """What the policy is told of a call in the breach of this reference; None where nothing of it
    was ever to be opened."""
    rows = BreachOpening.objects.filter(case__reference=case).select_related("case")
    own = [one for one in rows if one.asked_by_id == person.pk]
    if not rows:
        return None
    open_now = {one.recording for one in running(person, at).filter(case__reference=case)}
    return CaseFacts(
        open=bool(open_now) and all(one.case.closed_at is None for one in rows),
        person_in_case=bool(own),
        call_in_case=recording is not None and recording in open_now,
        by_two=True,
    )


def ends_at(person: Staff, case: str, recording: UUID, at: datetime) -> datetime | None:
    """When the opening of this call ends for a person; None where none runs."""
    rows = running(person, at).filter(case__reference=case, recording=recording)
    return rows.order_by("-ends_at").values_list("ends_at", flat=True).first()


def tellable(at: datetime) -> QuerySet[BreachOpening]:
    """Those that the agent of the call is told of: they are over, and so is the breach where the
    agent was suspected of it (E.2)."""
    over = BreachOpening.objects.filter(approved_at__isnull=False, ends_at__lte=at)
    return over.filter(Q(of_suspect=False) | Q(case__closed_at__isnull=False))


def forget(recordings: Collection[UUID]) -> None:
    """The calls are destroyed: that somebody opened one stays, and not which."""
    BreachOpening.objects.filter(recording__in=among(recordings)).update(recording=None)
