"""Homes: what waits is counted as the page is drawn, and what closes is told two weeks ahead."""

from datetime import timedelta

import pytest

from talteen import course
from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.hold import complaint
from talteen.notice.purposes import Role
from talteen.oversight.models import LostCall
from talteen.register.models import Recording, Staff
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import as_person, drawn, read
from tests.desk.recordings.test_evaluating import answers, opened, sent

pytestmark = pytest.mark.django_db(transaction=True)
CLOSING = "Sulkeutuu kahden viikon sisällä"


def home(desk: Desk, role: Role) -> str:
    return read(desk.client(role), "/")


def test_every_role_begins_with_what_waits_for_it(desk: Desk) -> None:
    for role in {Role(one) for one in Staff.objects.values_list("role", flat=True)}:
        assert home(desk, role).count("<section") >= 2, role
    assert "Yksikään pyyntö ei odota" in home(desk, Role.REGISTER_CONTACT)
    assert "Mikään ei odota sinua" in home(desk, Role.DPO)
    assert "Mikään ei hälytä" in home(desk, Role.ADMIN)
    assert "Otoksessa ei ole mitään arvioitavaa" in home(desk, Role.TEAM_LEADER)
    assert desk.client().get("/")["Location"] == "/sign-in"

    call = drawn(desk)
    Recording.objects.filter(pk=call.pk).update(special_category=False)
    leader = Staff.objects.filter(role=Role.TEAM_LEADER.value)
    assert "Otoksessa ei ole" in home(desk, Role.TEAM_LEADER), "another team's"
    leader.update(team=call.agent.team)
    for role in (Role.TEAM_LEADER, Role.QUALITY_ANALYST):
        said = home(desk, role)
        assert "1 puhelu odottaa arviointia" in said
        assert f'href="/calls/{call.pk}"' in said
        assert CLOSING not in said

    leena = opened(desk, Role.QUALITY_ANALYST, call)
    assert sent(leena, call, answers())[0] == 302
    assert "Otoksessa ei ole mitään arvioitavaa" in home(desk, Role.TEAM_LEADER)
    assert "1 uusi arviointi" in read(as_person(call.agent), "/")
    assert "1 lukematta" in read(as_person(call.agent), "/")

    # Two weeks before it closes, who evaluated it and who was evaluated are told; others are not.
    desk.built.clock.at = call.cutoff_at - timedelta(days=14, hours=1)
    assert CLOSING not in read(leena, "/")
    desk.built.clock.at = call.cutoff_at - timedelta(days=14)
    assert "huomautuksesi häviävät" in read(leena, "/")
    assert CLOSING in read(as_person(call.agent), "/")
    assert CLOSING not in home(desk, Role.TEAM_LEADER)

    # A complaint of one person: the contact has something to confirm, the analyst sees no row.
    complaint.mark(RecordingId(call.pk), call.agent, desk.now)

    course.sweep(desk.built.house, desk.now)
    assert "1 pito odottaa vahvistusta" in home(desk, Role.REGISTER_CONTACT)
    assert CLOSING not in read(leena, "/")
    LostCall.objects.create(
        day=helsinki_date(desk.now),
        began_at=desk.now,
        source="cucm-cdr",
        reason="never_arrived",
        found_at=desk.now,
    )
    for role in (Role.DPO, Role.ADMIN):
        assert "1 puhelu on kateissa" in home(desk, role)
