"""Goals: what an agent and their team leader agree on, and look at again on a day.

A goal is words of the two, no score and no call; it passes the gate, because it outlives the calls
that led to it. The agent reads it at once, says that they agree, and sees everything that is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError
from talteen.life.use.coach.models import Goal
from talteen.life.use.gate import passing
from talteen.life.use.listen import Keeps
from talteen.life.use.reach import Reader
from talteen.notice import months
from talteen.notice.purposes import Role
from talteen.register.models import Staff

REVIEW_WITHIN = timedelta(days=184)


class State(Enum):
    """Where a goal stands."""

    PROPOSED = "proposed"
    """The team leader has written it; the agent has not agreed yet."""
    AGREED = "agreed"
    MET = "met"
    LET_GO = "let_go"
    """Both have moved on to something else."""


OPEN = (State.PROPOSED, State.AGREED)


@dataclass(frozen=True, slots=True)
class GoalShown:
    """One goal."""

    id: UUID
    agent: str
    by: str
    text: str
    set_on: date
    review_on: date
    state: State
    ends_on: date
    due: bool
    """Whether its review day has come."""

    @property
    def open(self) -> bool:
        """Whether anything can still be said about it."""
        return self.state in OPEN


def of(reader: Reader, today: date) -> Sequence[GoalShown]:
    """An agent's own goals, or those of a team leader's team; the nearest review first."""
    rows = Goal.objects.select_related("agent", "by")
    match Role(reader.role):
        case Role.AGENT:
            rows = rows.filter(agent=reader)
        case Role.TEAM_LEADER:
            rows = rows.filter(agent__unit=reader.unit, agent__team=reader.team)
        case _:
            return []
    shown = [_shown(row, today) for row in rows]
    return sorted(shown, key=lambda one: (one.state not in OPEN, one.review_on, one.agent))


def team(leader: Reader) -> Sequence[Staff]:
    """The agents whom ``leader`` leads."""
    found = Staff.objects.filter(role=Role.AGENT.value, is_active=True, unit=leader.unit)
    return list(found.filter(team=leader.team).order_by("name"))


@dataclass(frozen=True, slots=True)
class Draft:
    """What a team leader hands in."""

    agent: str
    """Staff code."""
    text: str
    review_on: date
    language: str


def propose(house: Keeps, leader: Reader, draft: Draft, *, ends_after: int, now: datetime) -> None:
    """Write a goal down for an agent of the own team. ``ends_after``: months behind its review.

    Raises InputError for anybody else and for a review day that is not within half a year,
    passing.Refused.
    """
    today = helsinki_date(now)
    led = team(leader) if Role(leader.role) is Role.TEAM_LEADER else []
    agent = next((one for one in led if one.code == draft.agent), None)
    if agent is None:
        raise InputError("a goal is for an agent of your team", remedy="choose one of the list")
    if not today < draft.review_on <= today + REVIEW_WITHIN:
        raise InputError("a review is within half a year", remedy="choose a nearer day")
    passing.check(house, draft.text, language=draft.language, longest=passing.LESSON, now=now)
    Goal.objects.create(
        agent=agent,
        by=leader,
        text=draft.text.strip(),
        set_on=today,
        review_on=draft.review_on,
        state=State.PROPOSED.value,
        ends_on=months.later(draft.review_on, ends_after),
    )


def answer(reader: Reader, goal: UUID, to: State, today: date) -> None:
    """The agent agrees; the team leader says that it is met, or let go. Conflict for anything
    else."""
    allowed = {Role.AGENT: (State.AGREED,), Role.TEAM_LEADER: (State.MET, State.LET_GO)}
    with transaction.atomic():
        mine = {one.id for one in of(reader, today) if one.state in OPEN}
        row = Goal.objects.select_for_update().filter(pk=goal).first()
        if row is None or row.pk not in mine or to not in allowed.get(Role(reader.role), ()):
            raise Conflict("this goal is not yours to change so", remedy="read it again")
        row.state = to.value
        row.save(update_fields=["state"])


def end(today: date) -> int:
    """Let go of goals whose term is over; gives how many."""
    return Goal.objects.filter(ends_on__lte=today).delete()[0]


def _shown(row: Goal, today: date) -> GoalShown:
    state = State(row.state)
    return GoalShown(
        id=row.pk,
        agent=row.agent.name,
        by=row.by.name,
        text=row.text,
        set_on=row.set_on,
        review_on=row.review_on,
        state=state,
        ends_on=row.ends_on,
        due=state in OPEN and today >= row.review_on,
    )
