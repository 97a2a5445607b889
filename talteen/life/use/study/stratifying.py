"""The strata of a plan: how many calls each holds, the lot drew of it, and a study takes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from talteen.clock import HELSINKI
from talteen.life.use.study import sizing, traits
from talteen.life.use.study.plan import Plan
from talteen.life.use.study.report import SHOWN_CALLS, Stratum
from talteen.life.use.study.traits import PAIR_MS, Trait
from talteen.register.models import Recording
from talteen.register.states import Lot


@dataclass(frozen=True, slots=True)
class Part:
    """What a plan would meet in one stratum."""

    stratum: Stratum
    calls: int
    """That the lot could draw."""
    pool: int
    """That it has drawn."""
    needed: int
    """For an answer about this stratum alone."""
    quota: int
    """That the study would take, of the pool."""
    reach: float
    """Half of the width that these lead to; 1 where there are none."""

    @property
    def enough(self) -> bool:
        """Whether the stratum itself would be known as surely as is aimed at."""
        return self.quota >= self.needed

    @property
    def tells(self) -> bool:
        """Whether it can be told apart at all."""
        return self.quota >= SHOWN_CALLS


def needed(plan: Plan, among: Mapping[Stratum, int]) -> int:
    """How many calls the aim takes, of strata of so many: of all together, or of each."""
    sizes = list(among.values()) if plan.each else [sum(among.values())]
    return sum(sizing.needed(size, plan.aim) for size in sizes)


def quotas(
    plan: Plan, among: Mapping[Stratum, int], there: Mapping[Stratum, int]
) -> Mapping[Stratum, int]:
    """How many calls the study takes of each stratum, of those that are there."""
    if plan.each:
        return {key: min(there[key], sizing.needed(among[key], plan.aim)) for key in there}
    return sizing.allocated(among, there, needed(plan, among), SHOWN_CALLS)


def parts(plan: Plan, among: Mapping[Stratum, int], there: Mapping[Stratum, int]) -> Iterator[Part]:
    taken = quotas(plan, among, there)
    for key in sorted(among):
        yield Part(
            stratum=key,
            calls=among[key],
            pool=there[key],
            needed=sizing.needed(among[key], plan.aim),
            quota=taken[key],
            reach=sizing.reachable(among[key], taken[key], plan.aim.expected),
        )


def counted(unit: str | None, plan: Plan) -> Mapping[Stratum, tuple[int, int]]:
    """By stratum: the calls that the lot could draw, and those that it drew. Counted by the
    database: the weeks of a large house are hundreds of thousands of calls."""
    sides = Q(lot=Lot.IN.value) | Q(lot=Lot.DRAWN.value)
    columns = {f"by_{one.value}": _COLUMNS[one] for one in plan.traits}
    rows = of_weeks(unit, plan).filter(sides).order_by().annotate(**columns).values(*columns)
    found: dict[Stratum, tuple[int, int]] = defaultdict(lambda: (0, 0))
    drawn = Count("pk", filter=Q(lot=Lot.DRAWN.value))
    for row in rows.annotate(of_all=Count("pk"), of_pool=drawn):
        key = traits.stratum({one: row[f"by_{one.value}"] for one in plan.traits})
        before = found[key]
        found[key] = (before[0] + row["of_all"], before[1] + row["of_pool"])
    return dict(found)


_COLUMNS: Mapping[Trait, Combinable] = {
    Trait.LINE: F("line"),
    Trait.LANGUAGE: F("language"),
    Trait.DIRECTION: F("direction"),
    Trait.DAY: ExtractIsoWeekDay("day"),
    Trait.DAYPART: ExtractHour("started_at", tzinfo=HELSINKI),
    Trait.LENGTH: F("length_ms") / PAIR_MS,
    Trait.UNIT: F("line__unit"),
}


def stratum(plan: Plan, row: Recording) -> Stratum:
    """Where a call stands; ``counted`` says the same of many."""
    raw: dict[Trait, str | int] = {
        Trait.LINE: row.line_id,
        Trait.LANGUAGE: row.language,
        Trait.DIRECTION: row.direction,
        Trait.DAY: row.day.isoweekday(),
        Trait.DAYPART: row.started_at.astimezone(HELSINKI).hour,
        Trait.LENGTH: row.length_ms // PAIR_MS,
        Trait.UNIT: row.line.unit_id,
    }
    return traits.stratum({one: raw[one] for one in plan.traits})


def of_weeks(unit: str | None, plan: Plan) -> QuerySet[Recording]:
    """The calls of the plan's weeks, in the unit or in all of them."""
    rows = Recording.objects.filter(day__gte=plan.first, day__lt=plan.after)
    return rows if plan.house else rows.filter(line__unit=unit)
