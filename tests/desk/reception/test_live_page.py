"""Recording as it is now, on the screen: who sees it, what it says without a node, and with one."""

import re
from collections.abc import Iterator
from copy import copy
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from talteen import ids, wiring
from talteen.clock import helsinki_date
from talteen.desk.reception import live
from talteen.life.capture.models import Promise, Source
from talteen.life.use import lately
from talteen.notice.purposes import Role
from talteen.oversight.models import LostCall
from talteen.register.models import Line, Staff
from tests.desk.conftest import Desk
from tests.kit import builders, livings
from tests.kit.livings import AGENT, Living
from tests.kit.processes import until

pytestmark = pytest.mark.django_db(transaction=True)
CALLER = "505550147"
"""Digits of the number that SIPp calls from."""


@pytest.fixture
def living(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Living]:
    """A house of this minute, its node, and screens that find both."""
    with livings.living(home, tmp_path, silent_after_s=2.0) as made:
        monkeypatch.setattr(wiring, "house", lambda: made.built.house)
        yield made


def promised(desk: Desk, outcome: str) -> None:
    Promise.objects.create(
        mac=ids.new().bytes,
        arrived_at=desk.now,
        day=helsinki_date(desk.now),
        line=Line.objects.get(slug="rooms"),
        outcome=outcome,
        keep_until=desk.now + timedelta(days=1),
        source=Source.NONE.value,
    )


def as_role(role: Role, team: str = "") -> Client:
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    staff = Staff.objects.filter(role=role.value).order_by("code")[0]
    if team:
        Staff.objects.filter(pk=staff.pk).update(team=team)
    client.force_login(Staff.objects.get(pk=staff.pk))
    return client


@pytest.mark.parametrize("role", [Role.TEAM_LEADER, Role.ADMIN, Role.DPO])
def test_leaders_operators_and_the_dpo_may_look(desk: Desk, role: Role) -> None:
    for path in ("/live", "/live/part"):
        assert desk.client(role).get(path).status_code == 200


@pytest.mark.parametrize("role", [Role.AGENT, Role.TRAINER, Role.COMPLAINT_HANDLER, Role.AUDITOR])
def test_nobody_else_may(desk: Desk, role: Role) -> None:
    for path in ("/live", "/live/part"):
        assert desk.client(role).get(path).status_code == 403


def test_a_stranger_is_sent_to_the_door(desk: Desk) -> None:
    assert desk.client().get("/live")["Location"].startswith("/sign-in")


def test_without_a_node_the_page_shows_what_the_register_knows(desk: Desk) -> None:
    for outcome in ("running", "capturing", "refused", "not_announced"):
        promised(desk, outcome)
    LostCall.objects.create(
        day=helsinki_date(desk.now),
        began_at=desk.now,
        source="cucm-cdr",
        reason="never_arrived",
        found_at=desk.now,
    )

    said = desk.client(Role.ADMIN).get("/live").content.decode()

    assert "Tässä talossa ei ole tallenninta" in said
    assert "Rekisterin mukaan 2 puhelua on kesken:" in said
    assert 'class="lost"' in said
    assert 'href="/balance"' in said
    assert said.count("<tr") == 2  # the heading and the one hour of the day that had calls


def test_what_has_just_ended_stands_with_its_outcome_and_long_ago_does_not(desk: Desk) -> None:
    agent = Staff.objects.filter(role=Role.AGENT.value).order_by("code")[0]
    row = builders.recording(agent=agent, started_at=desk.now - timedelta(minutes=5))
    for outcome, minutes in (("recorded", 1), ("refused", 2), ("not_announced", 40)):
        promised(desk, outcome)
        Promise.objects.filter(outcome=outcome).update(
            ended_at=desk.now - timedelta(minutes=minutes),
            recording=row.pk if outcome == "recorded" else None,
        )

    admin, leader = desk.reader(Role.ADMIN), desk.reader(Role.TEAM_LEADER)
    leader.team = agent.team
    elsewhere = replace_team(leader)

    assert [(one.outcome, one.people) for one in lately.lately(admin, desk.now)] == [
        ("recorded", agent.code),
        ("refused", ""),
    ]
    # Of a refusal nobody knows whose it was, so a leader sees what became a recording of the team.
    assert [one.people for one in lately.lately(leader, desk.now)] == [agent.name]
    assert lately.lately(elsewhere, desk.now) == ()
    assert lately.lately(agent, desk.now) == ()


def replace_team(leader: Staff) -> Staff:
    other = copy(leader)
    other.team = "somewhere else"
    return other


def test_a_team_leader_gets_no_link_that_would_refuse_them(desk: Desk) -> None:
    assert 'href="/balance"' not in desk.client(Role.TEAM_LEADER).get("/live").content.decode()


def test_a_running_call_is_shown_with_its_state_without_its_caller_or_other_teams(
    living: Living,
) -> None:
    team = Staff.objects.get(code=AGENT).team
    with living.call():
        pages = {
            "admin": as_role(Role.ADMIN).get("/live").content.decode(),
            "leader": as_role(Role.TEAM_LEADER, team).get("/live").content.decode(),
        }
        elsewhere = as_role(Role.TEAM_LEADER, "somewhere else").get("/live").content.decode()
        following = pages["admin"].split('data-next="')[1].split('"')[0].replace("&amp;", "&")
        followed = as_role(Role.ADMIN).get(following).content.decode()
        astray = as_role(Role.ADMIN).get("/live/part?packets=1&at=2026-11-28").content.decode()

    for said in pages.values():
        assert "Tallentaa" in said
        assert "Tallennus toimii" in said
        assert CALLER not in said
    assert Staff.objects.get(code=AGENT).name in pages["leader"]
    assert Staff.objects.get(code=AGENT).name not in pages["admin"]
    assert AGENT in pages["admin"]
    assert "Ei puheluita juuri nyt" in elsewhere
    # Packets a second are known from the second look on, by what its address tells of the first.
    assert ["lasketaan" in one for one in (pages["admin"], followed, astray)] == [True, False, True]


def test_a_voice_that_does_not_come_is_drawn_and_told_to_whoever_may_see_the_call(
    living: Living,
) -> None:
    """SIPp sends the caller's sound alone."""
    admin, agent = as_role(Role.ADMIN), Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    agent.force_login(Staff.objects.get(code=AGENT))
    with living.call():
        until(lambda: b"puuttuu" in admin.get("/live/part").content, within_s=60)
        page = admin.get("/live").content.decode()
        strip = agent.get("/my-call").content.decode()

    assert "Tallennus toimii, 1 puhelusta puuttuu ääntä" in page
    assert "Asiakaspalvelijan ääni puuttuu" in page
    assert "Soittajan ääni puuttuu" not in page
    assert re.search(r'<i class="f\d+ l\d+ missing">', page)
    assert 'data-missing="1"' in page
    assert "Tallennin ei kuule sinua." in strip
    assert "Tallennin ei kuule soittajaa." not in strip


def test_every_column_has_a_place_in_the_style_of_the_page() -> None:
    assert max(live.PERCENTS) == 100
