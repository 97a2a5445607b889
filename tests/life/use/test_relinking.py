"""A red team with the whole history of calls tries to tell which call a surviving row is about.

It knows of every call who answered it, when, on which line, in which language and who called, and
how soon people evaluate. It reads every row that outlives the calls. At most one of a hundred of
its guesses may be right (field notes C).
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isclose
from uuid import UUID

import pytest
from django.apps import apps
from django.core import serializers

from talteen.desk.promise import survives_words
from talteen.life.destroy import applied, outliving
from talteen.life.destroy.outliving import Fate, Trace
from talteen.life.use.guide.models import Lesson
from talteen.life.use.quality import lot
from talteen.life.use.quality.models import EvaluatedCall, Evaluation, FormVersion
from talteen.notice import months
from talteen.notice.purposes import Purpose
from talteen.register.models import AccessEntry, Recording, Staff
from tests.kit import builders, pools

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 30)
LAGS = {1: 0.6, 2: 0.3, 3: 0.1}
"""How many weeks behind its call an evaluation is made, and how often."""
BAR = 0.01
KNOWN_TO_LINK = {Trace.ACCESS, Trace.CERTIFICATE}
"""They name a call by its random id: that is what they are for."""


@dataclass(frozen=True)
class Past:
    """What the attacker knows of one call, its caller too."""

    call: UUID
    agent: UUID
    started_at: datetime
    caller: str


def lived(agents: Sequence[Staff], each: int, weeks: int) -> tuple[list[Past], dict[UUID, UUID]]:
    """Weeks of ``each`` calls an agent; some are evaluated and logged, and all die. Gives what
    is known of all of them, and the truth: which evaluation was about which call."""
    dice = random.Random(each)
    builders.notice()
    builders.announcement()
    drawn = []
    for week in range(weeks):
        calls = {("rooms", "fi"): each // 2, ("tables", "fi"): each - each // 2}
        drawn += pools.week(MONDAY + timedelta(days=7 * week), agents, calls=calls, drawn=5)
    known = [
        Past(row.pk, row.agent_id, row.started_at, f"+35850{number:07}")
        for number, row in enumerate(Recording.objects.order_by("started_at", "pk"))
    ]
    truth = {one.pk: call for one, call in evaluated(drawn, dice)}
    applied.forget([one.call for one in known])
    assert not EvaluatedCall.objects.exists()
    return known, truth


def evaluated(drawn: Sequence[Recording], dice: random.Random) -> Iterator[tuple[Evaluation, UUID]]:
    form, _ = FormVersion.objects.get_or_create(form="hotel", version=1, text="", digest=b"")
    evaluators = [builders.staff(f"Leena{number}") for number in range(2)]
    for row in dice.sample(drawn, len(drawn)):
        lag = dice.choices(list(LAGS), weights=list(LAGS.values()))[0]
        monday = lot.monday_of(row.day) + timedelta(days=7 * lag)
        at = datetime(monday.year, monday.month, monday.day, 9, tzinfo=UTC) + timedelta(
            minutes=dice.randrange(5 * 1440)
        )
        made = Evaluation.objects.create(
            form=form,
            agent=row.agent,
            evaluator=dice.choice(evaluators),
            week=lot.week_of(at.date()),
            answers={"greeting": dice.randint(1, 5)},
            state="given",
            ends_on=months.later(lot.monday_of(at.date()) + timedelta(days=7), 12),
        )
        Lesson.objects.create(evaluation=made, text="Kerro ehto ennen hintaa.")
        EvaluatedCall.objects.create(evaluation=made, recording=row, made_at=at)
        AccessEntry.objects.create(
            at=at,
            staff=made.evaluator_id,
            role="quality_analyst",
            purpose=Purpose.SERVICE_QUALITY.value,
            recording=row.pk,
            action="evaluate",
        )
        yield made, row.pk


def guesses(known: Sequence[Past], *, log: bool) -> Mapping[UUID, Mapping[UUID, float]]:
    """For each surviving evaluation how likely the attacker holds each call."""
    by_agent: dict[UUID, list[Past]] = defaultdict(list)
    for one in known:
        by_agent[one.agent].append(one)
    opened: dict[tuple[UUID, str], set[UUID]] = defaultdict(set)
    for entry in AccessEntry.objects.filter(action="evaluate") if log else ():
        assert entry.recording is not None
        opened[entry.staff, lot.week_of(entry.at.date())].add(entry.recording)
    found = {}
    for row in Evaluation.objects.all():
        weighed = {one.call: likely(one, row.week) for one in by_agent[row.agent_id]}
        if log:
            weeks = [
                key for key in opened if key[0] == row.evaluator_id and meets(key[1], row.week)
            ]
            seen = set().union(*(opened[key] for key in weeks))
            weighed = {call: weight for call, weight in weighed.items() if call in seen}
        whole = sum(weighed.values())
        found[row.pk] = {call: weight / whole for call, weight in weighed.items() if weight}
    return found


def likely(one: Past, when: str) -> float:
    """How likely a call is evaluated at the time that the row tells: a week, or a quarter."""
    monday = lot.monday_of(one.started_at.date())
    told = {lag: lot.week_of(monday + timedelta(days=7 * lag)) for lag in LAGS}
    return sum(LAGS[lag] for lag, week in told.items() if meets(week, when))


def meets(week: str, when: str) -> bool:
    if "W" in when:
        return week == when
    year, number = week.split("-W")
    thursday = date.fromisocalendar(int(year), int(number), 4)
    return when == f"{thursday.year}-Q{(thursday.month + 2) // 3}"


def right(found: Mapping[UUID, Mapping[UUID, float]]) -> float:
    """How many of the best guesses are right, as a share to be expected."""
    return sum(max(one.values()) for one in found.values()) / len(found)


def hit(found: Mapping[UUID, Mapping[UUID, float]], truth: Mapping[UUID, UUID]) -> float:
    """The same, measured on the truth, where one is drawn from guesses that are equally good."""
    hits = 0.0
    for row, one in found.items():
        most = max(one.values())
        best = {call for call, weight in one.items() if isclose(weight, most)}
        hits += (truth[row] in best) / len(best)
    return hits / len(found)


def cast(number: int) -> list[Staff]:
    builders.line("tables")
    builders.line("rooms")
    return [builders.staff(f"Agentti{place}") for place in range(number)]


@pytest.mark.parametrize(("agents", "each", "weeks"), [(3, 104, 3), (1, 36, 23)])
def test_at_most_one_of_a_hundred_evaluations_is_linked_to_its_call(
    agents: int, each: int, weeks: int
) -> None:
    known, truth = lived(cast(agents), each, weeks)

    found = guesses(known, log=False)
    assert len(found) == len(truth) == agents * 5 * weeks
    assert right(found) <= BAR
    assert hit(found, truth) <= BAR, "what is thought likely is not what happened"

    # No row that outlives the calls holds an id, an instant or a caller of one.
    kept = "".join(rows_that_outlive())
    for one in known:
        assert one.call.hex not in kept
        assert str(one.call) not in kept
        assert one.caller not in kept
        assert f"{one.started_at:%Y-%m-%dT%H:%M}" not in kept
    # And the order in which rows were made tells nothing that their columns do not.
    keys = [model._meta.pk.get_internal_type() for model in (Evaluation, Lesson)]
    assert keys == ["UUIDField", "OneToOneField"]


def rows_that_outlive() -> Iterator[str]:
    """All rows of all tables that stay, as text; but for those that name a call by its id."""
    for name, (trace, fate) in outliving.TABLES.items():
        if fate is Fate.OUTLIVES and trace not in KNOWN_TO_LINK:
            model = apps.get_model("talteen", name)
            yield json.dumps(serializers.serialize("python", model.objects.all()), default=str)


def test_whoever_reads_the_access_log_too_can_link_and_the_page_says_so() -> None:
    known, truth = lived(cast(5), 36, 3)

    found = guesses(known, log=True)
    assert right(found) > BAR
    assert any(max(one, key=one.__getitem__) == truth[row] for row, one in found.items())
    assert "Lokia lukeva" in str(survives_words.TRACES[Trace.ACCESS][1])
