"""What of the quality work waits for a person today, and what of it soon cannot be heard any more.

Only counts and rows for their own home page: an agent's evaluations, an evaluator's calls. What
opens is decided where it is opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.use import calls
from talteen.life.use.quality import deadlines, evaluated, published, shown
from talteen.life.use.quality.evaluating import State
from talteen.life.use.quality.form import Text
from talteen.life.use.quality.models import Evaluation, EvaluationDraft
from talteen.life.use.reach import Reader
from talteen.life.use.rows import LineName
from talteen.notice.purposes import Role
from talteen.register.models import Recording
from talteen.register.states import Lot

SOON = timedelta(days=14)
"""So long before a call closes people are told that it will."""
MOST = 20


@dataclass(frozen=True, slots=True)
class Unread:
    """An evaluation that waits for its agent."""

    title: Text
    week: str
    acknowledge_by: date | None
    """None once the call is gone."""
    late: bool
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToEvaluate:
    """A drawn call that the reader can evaluate."""

    recording: UUID
    started_at: datetime
    line: LineName
    length_ms: int
    agent: str
    closes_at: datetime
    second: bool
    """Its agent disputes the first evaluation."""
    begun: bool
    """The reader has a draft of it."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A drawn call that can be heard for two weeks at most."""

    recording: UUID
    started_at: datetime
    agent: str
    closes_at: datetime
    remarks: bool
    """The reader has evaluated it, and what they remarked goes with it; else nobody has."""


def unread(agent: Reader, now: datetime) -> list[Unread]:
    """The evaluations of an agent that were not answered, the most pressing first."""
    rows = Evaluation.objects.filter(agent=agent, state=State.GIVEN.value)
    rows = rows.select_related("form", "call__recording").order_by("ends_on", "pk")
    return [_unread(row, helsinki_date(now)) for row in rows]


def _unread(row: Evaluation, today: date) -> Unread:
    link = getattr(row, "call", None)
    by = deadlines.acknowledge_by(helsinki_date(link.made_at)) if link else None
    return Unread(
        title=published.read(row.form.text).title,
        week=row.week,
        acknowledge_by=by,
        late=by is not None and today > by,
        closes_at=link.recording.cutoff_at if link else None,
    )


def to_evaluate(reader: Reader, now: datetime) -> list[ToEvaluate]:
    """The drawn calls that wait for the reader, those that close first standing first."""
    rows = [row for sample in shown.samples(reader, now) for row in sample.rows]
    found = evaluated.waiting(reader, [row.recording for row in rows])
    begun = set(
        EvaluationDraft.objects.filter(evaluator=reader).values_list("recording", flat=True)
    )
    waiting = [
        ToEvaluate(
            recording=row.recording,
            started_at=row.started_at,
            line=row.line,
            length_ms=row.length_ms,
            agent=row.agent,
            closes_at=row.cutoff_at,
            second=found.get(row.recording) == "second",
            begun=row.recording in begun,
        )
        for row in rows
        if found.get(row.recording, "second") == "second"
    ]
    return sorted(waiting, key=lambda one: one.closes_at)


def closing(reader: Reader, now: datetime) -> list[Closing]:
    """Drawn calls of the reader's team, or unit, that close within two weeks: those that nobody has
    evaluated, and those that the reader has. However many weeks ago they were drawn."""
    soon = Recording.objects.filter(
        lot=Lot.DRAWN.value,
        line__unit=reader.unit,
        cutoff_at__gt=now,
        cutoff_at__lte=now + SOON,
    )
    if Role(reader.role) is Role.TEAM_LEADER:
        soon = soon.filter(agent__team=reader.team)
    first = soon.order_by("cutoff_at", "pk").values_list("pk", flat=True)[:MOST]
    rows = calls.rows_of(reader, [RecordingId(pk) for pk in first], now=now)
    found = evaluated.waiting(reader, [row.recording for row in rows])
    return [
        Closing(row.recording, row.started_at, row.agent, row.cutoff_at, said == "own")
        for row in rows
        if row.opens and not row.holds and (said := found.get(row.recording, "")) != "another"
    ]


def closing_evaluations(agent: Reader, now: datetime) -> list[Unread]:
    """The evaluations of an agent whose calls close within two weeks, and remarks with them."""
    rows = Evaluation.objects.filter(
        agent=agent,
        call__recording__cutoff_at__gt=now,
        call__recording__cutoff_at__lte=now + SOON,
    ).exclude(state=State.SECOND.value)
    rows = rows.select_related("form", "call__recording").order_by("call__recording__cutoff_at")
    return [_unread(row, helsinki_date(now)) for row in rows[:MOST]]


def unanswered(evaluator: Reader, now: datetime) -> Sequence[Unread]:
    """What the reader has evaluated and its agents have not answered, the oldest first."""
    rows = Evaluation.objects.filter(evaluator=evaluator, state=State.GIVEN.value)
    rows = rows.select_related("form", "call__recording").order_by("ends_on", "pk")
    return [_unread(row, helsinki_date(now)) for row in rows]
