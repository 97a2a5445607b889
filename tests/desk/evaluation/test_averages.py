"""What a unit's evaluations come to: weighed by the lot's chances, and of no few people."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from talteen.clock import start_of_day
from talteen.life.use.quality import averages, published
from talteen.life.use.quality.models import EvaluatedCall, Evaluation
from talteen.notice.purposes import Role
from talteen.register.models import Recording
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import read
from tests.desk.evaluation.test_studies import agents
from tests.kit import pools

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = date(2026, 9, 7)
GOOD, BAD = 5, 1


def evaluated(desk: Desk, calls: Sequence[Recording], points: int) -> None:
    """Each of them was given so many points in every question."""
    used = published.current("hotel")
    version = published.row_of(used)
    for call in calls:
        given = Evaluation.objects.create(
            form=version,
            agent=call.agent,
            evaluator=desk.reader(Role.QUALITY_ANALYST),
            week="2026-W38",
            answers={one.id: points for one in used.questions},
            state="given",
            ends_on=MONDAY + timedelta(days=365),
        )
        EvaluatedCall.objects.create(evaluation=given, recording=call, made_at=desk.now)


def test_a_mean_is_one_of_calls_not_of_agents_and_of_at_least_five_people(desk: Desk) -> None:
    people = agents(desk)
    # The lot took two calls from each: of four people who had three, and of two who had thirty.
    few = pools.week(MONDAY, people[:4], calls={("rooms", "fi"): 3}, drawn=2)
    many = pools.week(MONDAY, people[4:6], calls={("rooms", "fi"): 30}, drawn=2)
    desk.built.clock.at = start_of_day(MONDAY + timedelta(days=9))
    leena = desk.reader(Role.QUALITY_ANALYST)

    evaluated(desk, few, GOOD)
    assert averages.of(leena) == [], "eight calls of four people"
    assert "Keskiarvo kerrotaan, kun" in read(desk.client(Role.QUALITY_ANALYST))
    evaluated(desk, many, BAD)
    (found,) = averages.of(leena)
    assert (found.calls, found.agents) == (12, 6)
    assert found.found.share == pytest.approx(4 * 3 / (4 * 3 + 2 * 30))
    assert found.found.low < found.found.share < found.found.high

    page = read(desk.client(Role.QUALITY_ANALYST))
    assert "Yksikön arvioinnit yhdessä" in page
    assert "17 %" in page
    for one in people[:6]:
        assert one.name not in page.split("keskiarvot")[1].split("tasaisuus")[0]
