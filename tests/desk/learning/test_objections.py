"""An agent objects to a passage of an own call: who decides on it, and what comes of it if nobody
does."""

from datetime import timedelta

import pytest

from talteen.life.use.coach import objections
from talteen.notice.purposes import Role
from talteen.register.models import Staff
from talteen.register.passage_models import Passage
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import read
from tests.desk.learning.test_passages import (
    MARKED,
    TEACHES,
    a_call,
    approved,
    as_person,
    person,
    say,
)

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = {"reason": "Olin silloin sairas"}


def nobody_else_judges(row: Passage) -> None:
    """All who could decide on it leave the house, but the two who brought it in."""
    row.refresh_from_db()
    judges = Staff.objects.filter(role__in=[Role.TEAM_LEADER.value, Role.QUALITY_ANALYST.value])
    judges.exclude(pk__in=[row.marked_by_id, row.decided_by_id]).update(is_active=False)


def test_the_agent_is_told_and_an_objection_is_settled_by_a_third_person(desk: Desk) -> None:
    call = a_call(desk)
    row = approved(call)
    agent = as_person(call.agent)
    assert "Koulutus puheluista" in read(agent, "/")
    assert TEACHES in read(agent, "/passages")
    assert agent.post(f"/passages/{row.pk}/object", {"reason": ""}).status_code == 422
    others = Staff.objects.filter(role=Role.AGENT.value).exclude(pk=call.agent_id)
    stranger = as_person(others[0])
    assert stranger.get(f"/passages/{row.pk}").status_code == 404
    assert stranger.post(f"/passages/{row.pk}/object", TOLD).status_code == 404
    assert person("Kaarlo").post(f"/calls/{call.pk}/passage", MARKED).status_code == 403
    for name in ("Kaarlo", "Eila", "Dina"):
        shut = person(name).post(f"/passages/{row.pk}/decline", TOLD)
        assert shut.status_code in (403, 404)
    row.refresh_from_db()
    assert row.state == "approved"
    assert agent.post(f"/passages/{row.pk}/object", TOLD).status_code == 302

    # Neither of the two who brought it in decides; the team leader does, and says why.
    for name in ("Leena", "Ritva"):
        assert say(name, row, "keep", "Hyvä ote") == 403
    leader = Staff.objects.filter(role=Role.TEAM_LEADER.value)[0]
    client = as_person(leader)
    assert client.post(f"/passages/{row.pk}/open").status_code == 302
    assert "Olin silloin sairas" in read(client, f"/passages/{row.pk}")
    assert client.post(f"/passages/{row.pk}/out", {"reason": "Ymmärrän"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "out"
    agent.post(f"/passages/{row.pk}/open")
    assert "Ymmärrän" in read(agent, f"/passages/{row.pk}")
    assert agent.post(f"/passages/{row.pk}/object", TOLD).status_code == 409


def test_an_objection_that_nobody_else_can_decide_on_is_upheld_at_once(desk: Desk) -> None:
    call = a_call(desk)
    row = approved(call)
    nobody_else_judges(row)
    agent = as_person(call.agent)
    assert agent.post(f"/passages/{row.pk}/object", TOLD).status_code == 302

    row.refresh_from_db()
    assert (row.state, row.settled_by) == ("out", None)
    assert "Vastustus jäi voimaan" in read(agent, f"/passages/{row.pk}")
    assert say("Leena", row, "keep", "Hyvä ote") in (403, 409)
    row.refresh_from_db()
    assert row.state == "out"


def test_an_objection_that_nobody_decides_on_within_four_weeks_is_upheld(desk: Desk) -> None:
    call = a_call(desk)
    row = approved(call)
    agent = as_person(call.agent)
    agent.post(f"/passages/{row.pk}/object", TOLD)
    assert "Jos kukaan ei ratkaise sitä" in read(agent, f"/passages/{row.pk}")
    in_time = desk.now + timedelta(weeks=4) - timedelta(minutes=1)

    assert objections.tend(in_time) == 0
    row.refresh_from_db()
    assert row.state == "objected"
    assert objections.tend(in_time + timedelta(minutes=1)) == 1
    assert objections.tend(in_time + timedelta(minutes=1)) == 0, "and once only"
    assert "Vastustus jäi voimaan" in read(agent, f"/passages/{row.pk}")


def test_an_objection_is_upheld_as_soon_as_the_last_who_could_decide_is_gone(desk: Desk) -> None:
    call = a_call(desk)
    row = approved(call)
    as_person(call.agent).post(f"/passages/{row.pk}/object", TOLD)
    assert objections.tend(desk.now) == 0
    nobody_else_judges(row)
    assert objections.tend(desk.now) == 1
    row.refresh_from_db()
    assert row.state == "out"
