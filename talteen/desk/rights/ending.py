"""The question whether a restricted call may end, as its person and who answers them see it
(14.13)."""

from dataclasses import dataclass
from datetime import date, datetime

from talteen.life.answer import expiring
from talteen.life.answer.expiring import Wish
from talteen.life.answer.models import SubjectRequest


@dataclass(frozen=True, slots=True)
class EndingShown:
    """What was asked and what came back; nothing where nothing was asked."""

    asked_at: datetime | None
    reply_by: date | None
    """Until when the person can answer; None where no question waits."""
    answered_at: datetime | None
    wish: Wish | None
    """What they answered last."""
    wishes: tuple[Wish, ...] = tuple(Wish)


def shown(request: SubjectRequest, now: datetime) -> EndingShown:
    """How it stands on ``request``."""
    asked, answered = expiring.waiting(request, now), expiring.answered(request)
    return EndingShown(
        asked_at=asked.asked_at if asked else None,
        reply_by=asked.reply_by if asked else None,
        answered_at=answered.answered_at if answered else None,
        wish=Wish(answered.wish) if answered else None,
    )
