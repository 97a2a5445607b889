"""How exactly an evaluation says when it was made, once its call is gone.

Whoever knows all calls of an agent and reads a surviving evaluation guesses one of that week's: the
fewer there were, the surer. Field notes C asks that at most one of a hundred guesses is right. So
the week stays where the agent had CROWD calls or more in the lot of the call's week, and gives way
to its quarter where not; the day on which the evaluation ends, which is counted from the week, is
moved to the first of its quarter then: never later.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from talteen.life.use.quality import lot
from talteen.life.use.quality.models import DrawShare, EvaluatedCall
from talteen.register.database.among import among

CROWD = 100
"""Among so many calls a guess is right once in a hundred."""


def blur(recordings: Collection[UUID]) -> None:
    """These calls die: what was evaluated of them says its time no better than a crowd hides."""
    links = EvaluatedCall.objects.filter(recording__in=among(recordings))
    for link in links.select_related("evaluation", "recording"):
        row, call = link.evaluation, link.recording
        if "W" in row.week and not _is_crowded(call.agent_id, lot.monday_of(call.day)):
            row.week, row.ends_on = _quarter_of(row.week), _quarter_began(row.ends_on)
            row.save(update_fields=["week", "ends_on"])


def _is_crowded(agent: UUID, monday: date) -> bool:
    share = DrawShare.objects.filter(draw=monday, agent=agent).values_list("among", flat=True)
    return (share.first() or 0) >= CROWD


def _quarter_of(week: str) -> str:
    """``2026-Q4`` for ``2026-W48``: the quarter of its Thursday, which ISO 8601 counts it by."""
    year, number = week.split("-W")
    thursday = date.fromisocalendar(int(year), int(number), 4)
    return f"{thursday.year}-Q{(thursday.month + 2) // 3}"


def _quarter_began(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
