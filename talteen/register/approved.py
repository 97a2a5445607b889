"""Which stretches of a call two people have approved for training, as the policy asks it. What
people do with them is ``use.coach.passages``."""

from enum import Enum

from django.db.models import QuerySet

from talteen.ids import RecordingId
from talteen.register.passage_models import Passage


class State(Enum):
    """Where a passage stands."""

    PROPOSED = "proposed"
    """One person has marked it; it waits for a second."""
    APPROVED = "approved"
    DECLINED = "declined"
    OBJECTED = "objected"
    """The agent whose call it is objects: nobody learns from it until that is decided."""
    OUT = "out"
    """Taken out for good: the objection was right, or whoever marked it took it back."""


def any_of(recording: RecordingId) -> bool:
    """Whether a passage of ``recording`` is approved now."""
    return _of(recording).exists()


def covers(recording: RecordingId, start_ms: int, end_ms: int) -> bool:
    """Whether one approved passage of ``recording`` holds all of ``start_ms`` to ``end_ms``."""
    return _of(recording).filter(start_ms__lte=start_ms, end_ms__gte=end_ms).exists()


def _of(recording: RecordingId) -> QuerySet[Passage]:
    return Passage.objects.filter(recording=recording, state=State.APPROVED.value)
