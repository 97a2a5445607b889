"""Evaluations as people read them: on the page of the call, and on the agent's own.

A second evaluator sees nothing of the first one's answers: only that there is something to do.
Averages of one person are made nowhere, and nobody is ranked (REGISTER 16.1, 16.3).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from talteen.clock import helsinki_date
from talteen.errors import NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.life.seal.vault import Vault
from talteen.life.use.quality import (
    answers,
    calibrating,
    deadlines,
    form,
    published,
    remarks,
    standing,
)
from talteen.life.use.quality.evaluating import State
from talteen.life.use.quality.form import Answer, Form, Score
from talteen.life.use.quality.models import EvaluatedCall, Evaluation
from talteen.life.use.quality.remarks import Remark
from talteen.life.use.quality.standing import Weak
from talteen.life.use.reach import Reader

MOST = 50


@dataclass(frozen=True, slots=True)
class OnCall:
    """What there is for one person to evaluate on one call."""

    own: Score | None
    """What they gave it, if they have."""
    by_another: bool
    """Somebody else has, and nothing is disputed."""
    second: bool
    """The agent disputes it: a second person is asked, blind."""
    form: Form | None
    """The form that must be used, of a second evaluation or a round; None where it is free."""
    round: int | None = None
    """The calibration round that asks this person, blind; it comes before anything else."""

    @property
    def taken(self) -> bool:
        """Whether this person has nothing to answer here."""
        return self.round is None and (self.own is not None or self.by_another)


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of an evaluation, with its answer and what was remarked."""

    id: str
    text: form.Text
    answer: Answer | None
    second: Answer | None
    """What the second evaluator answered."""
    disputed: bool
    remarks: Sequence[Remark]
    left_out: bool
    """People do not agree on what it means yet: it counts in no score, and is not shown as one."""


@dataclass(frozen=True, slots=True)
class OwnEvaluation:
    """One evaluation as its agent reads it."""

    id: UUID
    title: form.Text
    week: str
    state: State
    score: Score
    """The one that counts."""
    first_score: Score
    answered: Sequence[Answered]
    whole: Sequence[Remark]
    """Remarks on no question."""
    evaluator: str
    call: datetime | None
    """When the call began; None once it is gone."""
    recording: UUID | None
    acknowledge_by: date | None
    """None once the call is gone: the day on which it was evaluated went with it."""
    dispute_by: date | None
    today: date

    @property
    def late(self) -> bool:
        """Whether it waits for its agent longer than it should."""
        unread = self.state is State.GIVEN
        return unread and self.acknowledge_by is not None and self.today > self.acknowledge_by

    @property
    def disputable(self) -> bool:
        """Whether its agent may still dispute it."""
        return self.dispute_by is not None and self.today <= self.dispute_by

    @property
    def left_out(self) -> int:
        """How many questions count in no score yet."""
        return sum(one.left_out for one in self.answered)


def on_call(reader: Reader, recording: RecordingId) -> OnCall:
    """What ``reader`` finds on the page of the call."""
    if mark := calibrating.asked(reader.pk, recording):
        used = published.read(mark.round.form.text)
        number = calibrating.number_of(mark.round)
        return OnCall(None, by_another=False, second=False, form=used, round=number)
    rows = Evaluation.objects.filter(call__recording=recording).select_related("form")
    own = next((row for row in rows if row.evaluator_id == reader.pk), None)
    disputed = next((row for row in rows if row.state == State.DISPUTED.value), None)
    return OnCall(
        own=_score(own) if own else None,
        by_another=own is None and bool(rows) and disputed is None,
        second=own is None and disputed is not None,
        form=published.read(disputed.form.text) if disputed else None,
    )


def waiting(reader: Reader, recordings: Sequence[RecordingId]) -> Mapping[UUID, str]:
    """What the reader finds on each call of a list: ``own``, ``another`` or ``second``; a call that
    nobody has evaluated is left out."""
    found: dict[UUID, list[Evaluation]] = defaultdict(list)
    links = EvaluatedCall.objects.filter(recording__in=recordings).select_related("evaluation")
    for link in links:
        found[link.recording_id].append(link.evaluation)
    return {recording: _seen_by(reader, rows) for recording, rows in found.items()}


def _seen_by(reader: Reader, rows: Sequence[Evaluation]) -> str:
    if any(row.evaluator_id == reader.pk for row in rows):
        return "own"
    return "second" if any(row.state == State.DISPUTED.value for row in rows) else "another"


def own(vault: Vault, reader: Reader, now: datetime) -> list[OwnEvaluation]:
    """The evaluations of an agent, the newest first; remarks of calls that still open."""
    rows = Evaluation.objects.filter(agent=reader).exclude(state=State.SECOND.value)
    rows = rows.select_related("form", "evaluator", "second", "call__recording")
    newest = rows.order_by("-ends_on", "-call__made_at")[:MOST]
    weak = standing.weak()
    return [_own(vault, row, weak, now) for row in newest]


def _own(vault: Vault, row: Evaluation, weak: Weak, now: datetime) -> OwnEvaluation:
    used, link = published.read(row.form.text), getattr(row, "call", None)
    said = _remarks(vault, row, link, now)
    first = answers.read(row.answers)
    second = answers.read(row.second.answers) if row.second else {}
    asked, left_out = used.asked(second or first), standing.left_out(used, weak)
    given = helsinki_date(link.made_at) if link else None
    return OwnEvaluation(
        id=row.pk,
        title=used.title,
        week=row.week,
        state=State(row.state),
        score=form.score(used, second or first, left_out),
        first_score=form.score(used, first, left_out),
        answered=[
            Answered(
                id=one.id,
                text=one.text,
                answer=first.get(one.id),
                second=second.get(one.id),
                disputed=one.id in row.disputed,
                remarks=[remark for remark in said if remark.question == one.id],
                left_out=one.id in left_out,
            )
            for one in asked
        ],
        whole=[remark for remark in said if not remark.question],
        evaluator=row.evaluator.name,
        call=link.recording.started_at if link else None,
        recording=link.recording_id if link else None,
        acknowledge_by=deadlines.acknowledge_by(given) if given else None,
        dispute_by=deadlines.dispute_by(given) if given else None,
        today=helsinki_date(now),
    )


def _remarks(
    vault: Vault, row: Evaluation, link: EvaluatedCall | None, now: datetime
) -> Sequence[Remark]:
    if link is None:
        return ()
    try:
        opened = door.open_for_step(vault, RecordingId(link.recording_id), Step.REMARK, now)
    except NoLongerOpens:
        return ()
    known = remarks.of(opened)
    return [*known.get(row.pk, ()), *(known.get(row.second_id, ()) if row.second_id else ())]


def _score(row: Evaluation) -> Score:
    used = published.read(row.form.text)
    return form.score(used, answers.read(row.answers), standing.left_out(used))
