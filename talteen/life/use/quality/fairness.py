"""Who was looked at by whom: whether the sample is evaluated evenly over agents and evaluators.

The lot is fair by itself (``lot``). What people make of it need not be: one agent's drawn calls may
wait while another's are all heard, and one agent may always meet the same, stricter evaluator
(field notes C: evaluations of a hundred calls by agent, evaluator by agent). Counts of work alone:
no score, no mean, nobody in an order. Calls that no longer exist are counted nowhere.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from talteen.life.use.quality import shown
from talteen.life.use.quality.models import EvaluatedCall
from talteen.life.use.reach import Reader
from talteen.notice.purposes import Role
from talteen.register.models import Recording, Staff
from talteen.register.states import Lot


@dataclass(frozen=True, slots=True)
class Evenness:
    """One agent's part."""

    agent: str
    drawn: int
    """Calls of theirs that were drawn and still exist."""
    evaluated: int
    """How many of them somebody evaluated."""
    cells: tuple[tuple[str, int], ...]
    """Evaluations by each of ``Matrix.evaluators``, in that order."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The last weeks' drawn calls of a unit, or of a team: agents by evaluators."""

    evaluators: tuple[str, ...]
    rows: tuple[Evenness, ...]


def matrix(reader: Reader) -> Matrix:
    """What those who evaluate see: a team leader the own team, an analyst the unit."""
    leads = Role(reader.role) is Role.TEAM_LEADER
    drawn = Recording.objects.filter(
        lot=Lot.DRAWN.value, line__unit=reader.unit, day__gte=shown.since()
    )
    drawn = drawn.filter(agent__team=reader.team) if leads else drawn
    calls = dict(drawn.order_by().values_list("agent").annotate(Count("pk")))
    given = EvaluatedCall.objects.filter(recording__in=drawn).values_list(
        "recording", "recording__agent", "evaluation__evaluator"
    )
    heard: dict[UUID, set[UUID]] = defaultdict(set)
    by: Counter[tuple[UUID, UUID]] = Counter()
    for recording, agent, evaluator in given:
        heard[agent].add(recording)
        by[agent, evaluator] += 1
    names = _names({*calls, *(evaluator for _, evaluator in by)}, leads=leads)
    evaluators = sorted({evaluator for _, evaluator in by}, key=names.__getitem__)
    return Matrix(
        tuple(names[one] for one in evaluators),
        tuple(
            Evenness(
                names[agent],
                calls[agent],
                len(heard[agent]),
                tuple((names[one], by[agent, one]) for one in evaluators),
            )
            for agent in sorted(calls, key=names.__getitem__)
        ),
    )


def _names(people: set[UUID], *, leads: bool) -> Mapping[UUID, str]:
    """As the sample names them: a leader's own people by name, a unit's by their codes."""
    found = Staff.objects.filter(pk__in=people)
    return {one.pk: one.name if leads else one.code for one in found}
