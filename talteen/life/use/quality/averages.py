"""What the evaluations of a team or a unit come to: a mean with its interval, of no person.

The lot takes the same number of calls from everybody, so a plain mean of evaluations is one of
agents, and whoever had few calls weighs as much as whoever had many. Each evaluated call stands for
the calls of its agent and week that were in the lot: its chance is how many of them were evaluated,
by how many there were (``weighing``). An agent's week in which nothing was evaluated is not in it,
which the table of who evaluated whom shows. Shown from ten calls (REGISTER 5.6) of five agents on
(16.3), in no order of people; what was left out of scores is left out here (``standing``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from talteen.life.use.quality import answers, form, lot, published, shown, standing, weighing
from talteen.life.use.quality.evaluating import State
from talteen.life.use.quality.form import Form
from talteen.life.use.quality.models import DrawShare, EvaluatedCall
from talteen.life.use.quality.standing import Weak
from talteen.life.use.quality.weighing import Interval, Seen
from talteen.life.use.reach import Reader
from talteen.life.use.study.report import SHOWN_CALLS
from talteen.notice.employees import LEAST_GROUP
from talteen.notice.purposes import Role
from talteen.register.states import Lot

Own = tuple[date, UUID]
"""The calls of one agent in the week of a Monday: all of them were drawn with one chance."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One evaluated call: whose and of which week, and what it was given, 0 to 1."""

    own: Own
    share: float


@dataclass(frozen=True, slots=True)
class Average:
    """What the evaluations by one form come to."""

    title: form.Text
    calls: int
    agents: int
    found: Interval


def of(reader: Reader) -> list[Average]:
    """The averages of the reader's own team, or unit, of the weeks that are shown; only those that
    rest on enough calls and people."""
    rows = EvaluatedCall.objects.filter(
        recording__lot=Lot.DRAWN.value,
        recording__line__unit=reader.unit,
        recording__day__gte=shown.since(),
    )
    if Role(reader.role) is Role.TEAM_LEADER:
        rows = rows.filter(recording__agent__team=reader.team)
    rows = rows.exclude(evaluation__state=State.SECOND.value)
    rows = rows.select_related("recording", "evaluation__form", "evaluation__second")
    by_form: dict[str, list[EvaluatedCall]] = defaultdict(list)
    for row in rows:
        by_form[row.evaluation.form.form].append(row)
    among = _among({lot.monday_of(row.recording.day) for row in rows})
    weak = standing.weak()
    found = (_average(some, among, weak) for _, some in sorted(by_form.items()))
    return [one for one in found if one is not None]


def _average(rows: Sequence[EvaluatedCall], among: Mapping[Own, int], weak: Weak) -> Average | None:
    versions = {row.evaluation.form_id: row.evaluation.form.text for row in rows}
    forms = {which: published.read(text) for which, text in versions.items()}
    told = (_judged(row, forms[row.evaluation.form_id], weak) for row in rows)
    judged = [one for one in told if one is not None and one.own in among]
    if not is_large(judged):
        return None
    newest = max(forms.values(), key=lambda one: one.version)
    found = weighing.estimate(seen(judged, among))
    return Average(newest.title, len(judged), len(_people(judged)), found)


def _judged(row: EvaluatedCall, used: Form, weak: Weak) -> Judged | None:
    counts = row.evaluation.second or row.evaluation
    score = form.score(used, answers.read(counts.answers), standing.left_out(used, weak))
    own = (lot.monday_of(row.recording.day), row.recording.agent_id)
    return None if score.share is None else Judged(own, float(score.share))


def is_large(judged: Sequence[Judged]) -> bool:
    """Whether an average of them may be told."""
    return len(judged) >= SHOWN_CALLS and len(_people(judged)) >= LEAST_GROUP


def seen(judged: Sequence[Judged], among: Mapping[Own, int]) -> list[Seen]:
    """Each with the chance that it came in with: of ``among`` calls of its agent and week in the
    lot, as many as were evaluated."""
    looked_at = Counter(one.own for one in judged)
    return [Seen(one.share, min(1.0, looked_at[one.own] / among[one.own])) for one in judged]


def _people(judged: Iterable[Judged]) -> set[UUID]:
    return {agent for _, agent in (one.own for one in judged)}


def _among(mondays: set[date]) -> dict[Own, int]:
    shares = DrawShare.objects.filter(draw__in=mondays, among__gt=0)
    return {(one.draw_id, one.agent_id): one.among for one in shares}
