"""Studies as people see them: the list, one study while it runs, and its frozen report.

While it runs nobody sees an answer, only how many there are. A team leader finds the calls of the
own team, an analyst those of the unit; both only calls that open for quality now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from talteen.errors import Conflict, Missing
from talteen.ids import RecordingId
from talteen.life.use import calls, listed
from talteen.life.use.gate import passing
from talteen.life.use.listen import Keeps
from talteen.life.use.quality.drawing import Seeds
from talteen.life.use.quality.shown import EVALUATORS
from talteen.life.use.reach import Reader
from talteen.life.use.rows import LineName, Row
from talteen.life.use.study import frozen, planning
from talteen.life.use.study import plan as plans
from talteen.life.use.study.frozen import Frozen
from talteen.life.use.study.models import Study, StudyCall
from talteen.life.use.study.plan import Plan
from talteen.notice.purposes import Role
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.models import Line, Unit

PLANNERS = frozenset({Role.QUALITY_ANALYST})
READERS = EVALUATORS
WARNS = timedelta(days=14)
"""So long before its calls close a study is warned of (issue 6, part 9)."""
LONGEST_DECISION = 600


class Stage(Enum):
    """Where a study stands."""

    WAITING = "waiting"
    """Begun; its last week is not drawn yet."""
    RUNNING = "running"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Summary:
    """One study in the list."""

    id: UUID
    number: str
    plan: Plan
    stage: Stage
    needed: int
    drawn: int
    answered: int
    closes_at: datetime | None
    frozen_at: datetime | None
    draws_on: date
    report: Frozen | None

    def soon(self, now: datetime) -> bool:
        """Whether its calls close within the time that is warned of."""
        return self.closes_at is not None and self.closes_at - now <= WARNS


@dataclass(frozen=True, slots=True)
class Names:
    """What lines and units are called, by their slugs."""

    lines: Mapping[str, LineName]
    units: Mapping[str, LineName]


@dataclass(frozen=True, slots=True)
class Whole:
    """The page of one study."""

    summary: Summary
    by: str
    begun_at: datetime
    rows: Sequence[Row]
    """What the reader can answer now."""
    seed: str
    """Hexadecimal; empty until it is drawn."""
    commitment: str
    place: int | None
    """The number of the ledger's entry; None until it is published."""
    digest: str
    """Of the frozen report."""
    names: Names
    decision: str
    decided_at: datetime | None
    review_on: date | None
    own: bool
    """Whether the reader has begun it, and decides."""


def of(reader: Reader) -> list[Summary]:
    """The studies of the reader's unit, the newest first."""
    if Role(reader.role) not in READERS:
        return []
    return [_summary(row) for row in _seen_by(reader).order_by("-begun_at")]


def whole(seeds: Seeds, reader: Reader, which: UUID, now: datetime) -> Whole:
    """One study of the reader's unit; Missing for any other."""
    row = _seen_by(reader).filter(pk=which).select_related("by").first()
    if row is None or Role(reader.role) not in READERS:
        raise Missing("there is no such study", remedy="look at the list of your unit")
    entry = LedgerEntry.objects.filter(leaf_hash=bytes(row.committed_leaf))
    seed = seeds(bytes(row.seed))
    return Whole(
        summary=_summary(row),
        by=row.by.name,
        begun_at=row.begun_at,
        rows=_waiting(reader, row, now),
        seed=seed.hex() if row.drawn_at else "",
        commitment=plans.commitment(seed, planning.plan_of(row)).hex(),
        place=entry.values_list("index", flat=True).first(),
        digest=frozen.digest(row.report) if row.report else "",
        names=names(reader, planning.plan_of(row)),
        decision=row.decision,
        decided_at=row.decided_at,
        review_on=row.review_on,
        own=row.by_id == reader.pk,
    )


def decide(
    house: Keeps,
    reader: Reader,
    which: UUID,
    text: str,
    *,
    review_on: date,
    language: str,
    now: datetime,
) -> None:
    """Keep what is changed because of the findings, and when somebody looks again. By whoever began
    the study, once its report is frozen; it outlives the calls, so it passes the gate."""
    row = Study.objects.filter(pk=which, by=reader).exclude(frozen_at=None).first()
    if row is None:
        raise Conflict("this study has no report to decide on", remedy="wait until it is frozen")
    passing.check(house, text, language=language, longest=LONGEST_DECISION, now=now)
    row.decision, row.decided_at, row.review_on = text.strip(), now, review_on
    row.save(update_fields=["decision", "decided_at", "review_on"])


def names(reader: Reader, plan: Plan) -> Names:
    """The names that the strata of ``plan`` need."""
    lines = Line.objects.all() if plan.house else Line.objects.filter(unit=reader.unit)
    units = Unit.objects.all() if plan.house else Unit.objects.none()
    return Names(
        {one.slug: listed.line_name(one) for one in lines},
        {one.slug: LineName(one.slug, one.name_fi, one.name_sv, one.name_en) for one in units},
    )


def _seen_by(reader: Reader) -> QuerySet[Study]:
    """The studies of the reader's unit, and those of the whole house."""
    return _counted().filter(Q(unit=reader.unit) | Q(house=True))


def _counted() -> QuerySet[Study]:
    answered = Count("calls", filter=~Q(calls__answer=""))
    return Study.objects.annotate(in_sample=Count("calls"), in_hand=answered)


def _summary(row: Study) -> Summary:
    said = vars(row)
    stage = Stage.RUNNING if row.drawn_at else Stage.WAITING
    return Summary(
        id=row.pk,
        number=row.number,
        plan=planning.plan_of(row),
        stage=Stage.FROZEN if row.frozen_at else stage,
        needed=row.needed,
        drawn=int(said["in_sample"]),
        answered=int(said["in_hand"]),
        closes_at=row.closes_at,
        frozen_at=row.frozen_at,
        draws_on=planning.draws_on(row.last),
        report=frozen.of_json(row.report) if row.report else None,
    )


def _waiting(reader: Reader, study: Study, now: datetime) -> list[Row]:
    rows = StudyCall.objects.filter(study=study, answer="", line__unit=reader.unit)
    rows = rows.exclude(recording=None)
    if Role(reader.role) is Role.TEAM_LEADER:
        rows = rows.filter(agent__team=reader.team)
    ids = [RecordingId(one) for one in rows.values_list("recording", flat=True) if one]
    found = calls.rows_of(reader, ids, now=now)
    return sorted(
        (row for row in found if row.opens and not row.holds), key=lambda row: row.cutoff_at
    )
