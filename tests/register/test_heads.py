"""Units and teams have a head, who looks at the rights of their people (REGISTER 17.2)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client

from talteen.clock import helsinki_date
from talteen.errors import InputError, Missing, NotAllowed
from talteen.notice.access_reviews import Kept
from talteen.notice.delegations import Duty
from talteen.notice.purposes import Role
from talteen.oversight import access_reviews
from talteen.register.models import Staff
from talteen.register.staff import delegations, heads, placing
from talteen.register.staff.head_models import UnitHead
from talteen.register.staff.two_persons import SamePerson
from tests.desk.conftest import Desk, desk

__all__ = ["desk"]
pytestmark = pytest.mark.django_db(transaction=True)
BY = ("pirkko", "r01")
UNIT = "myyntipalvelu"


@dataclass(frozen=True)
class Led:
    """An agent, the leader of the team, and another leader of the unit, who has no team."""

    desk: Desk
    agent: Staff
    leader: Staff
    other: Staff

    def who(self, person: Staff) -> set[str]:
        """Who looks at the rights of ``person`` today."""
        today = helsinki_date(self.desk.now)
        people = Staff.objects.filter(is_active=True)
        return {one.code for one in people if access_reviews.answers_for(one, person, today)}


@pytest.fixture
def led(desk: Desk) -> Led:
    leader = desk.reader(Role.TEAM_LEADER)
    agent = Staff.objects.filter(role="agent", team=leader.team, unit=leader.unit)[0]
    other = Staff(code="head", name="Helka Johto", role="team_leader", unit_id=UNIT)
    other.save()
    return Led(desk, agent, leader, other)


def test_the_head_of_the_team_goes_before_that_of_the_unit_and_both_before_the_owner(
    led: Led,
) -> None:
    handler, owner = (led.desk.reader(one) for one in (Role.COMPLAINT_HANDLER, Role.OWNER))
    assert led.who(led.agent) == {led.leader.code}
    assert led.who(handler) == led.who(led.leader) == {owner.code}

    heads.name((UNIT, ""), "head", BY, led.desk.now)
    assert led.who(led.agent) == led.who(handler) == led.who(led.leader) == {"head"}
    assert led.who(led.other) == {owner.code}  # nobody looks at their own

    heads.name((UNIT, led.agent.team), led.leader.code, BY, led.desk.now)
    assert led.who(led.agent) == {led.leader.code}
    assert led.who(led.leader) == led.who(handler) == {"head"}
    for role in (Role.DPO, Role.ADMIN, Role.REGISTER_CONTACT):
        assert led.who(led.desk.reader(role)) == {owner.code}, "the house's own duties"


def test_a_head_keeps_and_withdraws_and_the_owner_no_more(led: Led) -> None:
    heads.name((UNIT, ""), "head", BY, led.desk.now)
    owner = led.desk.reader(Role.OWNER)
    access_reviews.begin(owner, led.desk.now)
    board = access_reviews.board(led.other, led.desk.now)
    assert board is not None
    (right,) = [one for one in board.rights if one.person == led.agent]
    assert access_reviews.waiting(led.other, led.desk.now) == len(board.rights)

    with pytest.raises(NotAllowed, match="you do not answer"):
        access_reviews.decide(right.id, owner, Kept.KEPT, led.desk.now)
    access_reviews.decide(right.id, led.other, Kept.WITHDRAWN, led.desk.now)

    assert access_reviews.waiting(led.other, led.desk.now) == len(board.rights) - 1


def test_a_deputy_of_a_head_looks_in_their_place(led: Led) -> None:
    heads.name((UNIT, ""), "head", BY, led.desk.now)
    today = helsinki_date(led.desk.now)
    delegations.give(
        led.other, led.leader.pk, Duty.RIGHTS_REVIEW, today, today + timedelta(days=5), led.desk.now
    )

    assert led.who(led.agent) == {"head", led.leader.code}
    assert led.who(led.leader) == {"head"}


@pytest.mark.parametrize("changed", [{"is_active": False}, {"role": "trainer"}, {"unit": None}])
def test_who_has_left_or_does_something_else_heads_nothing(
    led: Led, changed: dict[str, object]
) -> None:
    heads.name((UNIT, ""), "head", BY, led.desk.now)
    Staff.objects.filter(pk=led.other.pk).update(**changed)

    assert led.who(led.agent) == {led.leader.code}
    assert heads.now().by_place == {}


def test_a_new_head_takes_the_place_of_the_one_before_and_none_is_possible(led: Led) -> None:
    heads.name((UNIT, ""), "head", BY, led.desk.now)
    heads.name((UNIT, ""), led.leader.code, BY, led.desk.now)
    assert led.who(led.agent) == {led.leader.code}
    assert UnitHead.objects.filter(ended_at=None).count() == 1

    heads.end((UNIT, ""), BY, led.desk.now)

    assert heads.now().by_place == {}
    with pytest.raises(Missing):
        heads.end((UNIT, ""), BY, led.desk.now)


def test_two_others_name_a_head_and_only_who_leads_there(led: Led) -> None:
    place, at = (UNIT, ""), led.desk.now
    for by in (("pirkko", "pirkko"), ("pirkko", "head")):
        with pytest.raises(NotAllowed):
            heads.name(place, "head", by, at)
    with pytest.raises(NotAllowed, match="leads nobody"):
        heads.name(place, led.agent.code, BY, at)
    with pytest.raises(NotAllowed, match="leads nobody"):
        heads.name(("hotelli-kaisla", ""), "head", BY, at)
    with pytest.raises(InputError, match="no such unit"):
        heads.name(("kuu", ""), "head", BY, at)
    with pytest.raises(InputError, match="nobody works in that team"):
        heads.name((UNIT, "Tähdet"), "head", BY, at)
    with pytest.raises(InputError, match="unknown"):
        heads.name(place, "nobody", BY, at)


def test_the_page_says_who_answers_for_what(led: Led) -> None:
    heads.name((UNIT, ""), led.leader.code, BY, led.desk.now)
    heads.name((UNIT, led.agent.team), "head", BY, led.desk.now)

    def main(client: Client) -> str:
        return client.get("/reviews").content.decode().split("<main", 1)[1]

    owners = main(led.desk.client(Role.OWNER))
    assert "Helka Johto" in owners
    assert led.leader.name in owners
    own = led.desk.client(Role.TEAM_LEADER)
    own.force_login(led.other)
    assert "Kuka vastaa mistäkin" in main(own)
    assert led.leader.name not in main(own)
    assert "Kuka vastaa mistäkin" not in main(led.desk.client(Role.DPO))


def test_two_others_say_in_which_unit_and_team_somebody_works(led: Led) -> None:
    placed = placing.place(led.agent.code, "hotelli-kaisla", " Aamu ", BY)
    assert (placed.unit_id, placed.team) == ("hotelli-kaisla", "Aamu")
    assert led.who(led.agent.__class__.objects.get(pk=led.agent.pk)) == {
        led.desk.reader(Role.OWNER).code
    }
    assert placing.place(led.agent.code, "", "", BY).unit_id is None

    with pytest.raises(SamePerson):
        placing.place("r01", UNIT, "", BY)
    for unit, team in (("kuu", ""), ("", "Aamu"), (UNIT, "x" * 65)):
        with pytest.raises(InputError):
            placing.place(led.agent.code, unit, team, BY)
    with pytest.raises(InputError, match="unknown"):
        placing.place("nobody", UNIT, "", BY)
