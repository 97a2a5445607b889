"""Which calls a person may know of, without opening any: REGISTER D, column "metadata"."""

from datetime import datetime
from typing import TypeAlias

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from talteen.clock import helsinki_date
from talteen.life.use.rows import AgentName, CaseShown
from talteen.notice.delegations import Duty
from talteen.notice.purposes import Role
from talteen.register.models import Case, Hold, Line, Recording, Staff
from talteen.register.staff import delegations
from talteen.register.states import Lot

Reader: TypeAlias = Staff
"""The member of staff who looks."""

IN_FORCE = "active"
"""The state of a hold that holds."""


_LISTERS = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.COMPLAINT_HANDLER, Role.REGISTER_CONTACT})


def reach(reader: Reader, now: datetime) -> QuerySet[Recording]:
    """One's own, the team's, those of one's cases, all, or none."""
    everything = Recording.objects.all()
    whose = delegations.acting(reader, Duty.CASES, helsinki_date(now))
    named = Recording.objects.filter(cases__people__in=whose, cases__closed_at=None)
    of_cases = Q(pk__in=named)
    match Role(reader.role):
        case Role.AGENT:
            return everything.filter(agent=reader)
        case Role.TEAM_LEADER:
            return everything.filter(_of_team(reader))
        case Role.COMPLAINT_HANDLER:
            return everything.filter(of_cases)
        case Role.QUALITY_ANALYST:
            # J14: what the lot drew; a held call is not theirs to know of, not even as a row.
            held = Exists(Hold.objects.filter(recording=OuterRef("pk"), state=IN_FORCE))
            return everything.filter(~held, lot=Lot.DRAWN.value, line__unit=reader.unit)
        case Role.REGISTER_CONTACT:
            return everything
        case _:
            return everything.none()


def agents(reader: Reader) -> list[AgentName]:
    """The agents by whom the reader may filter: their team's, or everybody's."""
    match Role(reader.role):
        case Role.TEAM_LEADER:
            people = Staff.objects.filter(team=reader.team, unit=reader.unit)
        case Role.REGISTER_CONTACT:
            people = Staff.objects.all()
        case _:
            return []
    wanted = people.filter(role=Role.AGENT.value).order_by("name", "code")
    return [AgentName(str(person.pk), person.name) for person in wanted]


def cases_of(reader: Reader, now: datetime) -> list[CaseShown]:
    """The open cases of the reader and of those they stand in for, complaints before requests,
    newest first."""
    # A breach is worked on in its own room, from the log and the keys.
    whose = delegations.acting(reader, Duty.CASES, helsinki_date(now))
    mine = Case.objects.filter(pk__in=Case.objects.filter(people__in=whose), closed_at=None)
    named = mine.exclude(kind="breach").order_by("kind", "-opened_at")
    counted = named.annotate(calls=Count("recordings"))
    return [CaseShown(case.reference, case.kind, case.calls) for case in counted]


def lists_calls(role: Role) -> bool:
    """Whether ``role`` has any calls to list."""
    return role in _LISTERS


def _of_team(reader: Reader) -> Q:
    """The calls of a leader's people and of their cases, by ids that were looked up before: the
    database asks its indexes for these few, and not every call for its agent's team.
    """
    people = Staff.objects.filter(team=reader.team).values_list("pk", flat=True)
    lines = Line.objects.filter(unit=reader.unit).values_list("pk", flat=True)
    cases = Recording.objects.filter(cases__people=reader, cases__closed_at=None)
    own = Q(pk__in=list(cases.values_list("pk", flat=True)))
    return Q(agent__in=list(people), line__in=list(lines)) | own
