"""The calls that have just ended, and what became of them, as the register knows it.

What a node notes and the house takes in; nothing of a caller. A promise knows its line and no
agent, so a team leader sees of their own team what became a recording, and the operator and the
data protection officer see all (REGISTER D).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from talteen.life.capture.acts import OPEN, SYNTHETIC, TWIN
from talteen.life.capture.models import Promise
from talteen.life.use.listed import line_name
from talteen.life.use.reach import Reader
from talteen.life.use.rows import LineName
from talteen.life.use.underway import WATCHERS
from talteen.notice.purposes import Role
from talteen.register.models import Recording

LATELY = timedelta(minutes=15)
MOST = 8


@dataclass(frozen=True, slots=True)
class Lately:
    """One call that has ended."""

    ended: datetime
    outcome: str
    """``captured`` while it waits to be sealed; then the outcome of its promise."""
    line: LineName | None
    people: str
    """The agent's name for a team leader, the staff code for others; empty where nobody knows."""


def lately(reader: Reader, now: datetime) -> tuple[Lately, ...]:
    """The last calls that ended within ``LATELY``, the latest first, at most ``MOST``."""
    role = Role(reader.role)
    if role not in WATCHERS:
        return ()
    ended = Promise.objects.filter(ended_at__gt=now - LATELY, ended_at__lte=now + LATELY)
    elsewhere = [SYNTHETIC, TWIN, *(OPEN - {"captured"})]
    ended = ended.exclude(outcome__in=elsewhere).select_related("line")
    if role is Role.TEAM_LEADER:
        team = Recording.objects.filter(agent__team=reader.team or None)
        ended = ended.filter(recording__in=team.values("pk"))
    rows = list(ended.order_by("-ended_at")[:MOST])
    wanted = [row.recording for row in rows if row.recording]
    found = Recording.objects.filter(pk__in=wanted).select_related("agent").in_bulk()
    return tuple(_of(row, found.get(row.recording), role) for row in rows)


def _of(promise: Promise, row: Recording | None, role: Role) -> Lately:
    people = ""
    if row is not None:
        people = row.agent.name if role is Role.TEAM_LEADER else row.agent.code
    return Lately(
        ended=promise.ended_at or promise.arrived_at,
        outcome=promise.outcome,
        line=line_name(promise.line) if promise.line else None,
        people=people,
    )
