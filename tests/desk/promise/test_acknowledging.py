"""Agents read the employees' notice before their calls are recorded; the owner sees who (E.0)."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from talteen import capturing, founding, wiring
from talteen.demo import cast
from talteen.errors import InputError, NotAllowed
from talteen.life.capture.house_file import HouseFile
from talteen.life.capture.rules import Reason
from talteen.life.seal.acts import What
from talteen.notice.acknowledgements import EmployeeWord, Standing
from talteen.notice.purposes import Role
from talteen.register import shelf
from talteen.register.log import ledger
from talteen.register.log.ledger_employees import EmployeeAnswered, EmployeesTold
from talteen.register.models import Recording, Staff, Tally
from talteen.register.staff import acknowledgements
from talteen.register.staff.acknowledgement_models import Acknowledgement
from tests.desk.conftest import BORN, TODAY, Desk, desk
from tests.kit import houses

__all__ = ["desk"]
pytestmark = pytest.mark.django_db(transaction=True)
PAGE, SAY, ANSWERS = "/notice/employees", "/notice/employees/say", "/notice/employees/answers"


def code_of_the_first_call() -> str:
    """The agent of the demo's first call."""
    told = json.loads(houses.spoken("001", TODAY).files.with_suffix(".json").read_text())
    return str(told["agents"][0])


@dataclass(frozen=True, slots=True)
class Untold:
    """A house in which one agent has said nothing yet."""

    desk: Desk
    agent: Staff


@pytest.fixture
def untold(home: Path, monkeypatch: pytest.MonkeyPatch) -> Untold:
    code, says = code_of_the_first_call(), cast.acknowledge
    silent = lambda staff, on: None if staff.code == code else says(staff, on)  # noqa: E731
    monkeypatch.setattr(cast, "acknowledge", silent)
    built = houses.build(home, born_at=BORN, anew=True)
    monkeypatch.setattr(wiring, "house", lambda: built.house)
    return Untold(Desk(built), Staff.objects.get(code=code))


def browser(desk: Desk, person: Staff) -> Client:
    client = desk.client()
    answer = client.post(reverse("demo-sign-in"), {"person": str(person.pk)})
    client.landed = answer["Location"]  # type: ignore[attr-defined]
    return client


def digest(client: Client) -> str:
    page = client.get(PAGE).content.decode()
    return page.partition('name="sha256" value="')[2].partition('"')[0]


def test_a_call_of_an_agent_who_has_not_read_it_leaves_a_count_and_nothing_else(
    untold: Untold,
) -> None:
    desk = untold.desk
    outcome = desk.built.take_in(houses.spoken("001", TODAY))

    assert (outcome.what, outcome.kind) == (What.NOTHING, Reason.AGENT_UNTOLD.value)
    assert not Recording.objects.exists()
    assert Tally.objects.get(kind="agent_untold").count == 1


def test_an_agent_is_led_to_it_at_sign_in_and_answers_with_one_press(untold: Untold) -> None:
    desk, agent = untold.desk, untold.agent
    client = browser(desk, agent)

    assert client.landed == PAGE  # type: ignore[attr-defined]
    assert "Lue ja kuittaa" in client.get("/").content.decode()
    page = client.get(PAGE).content.decode()
    assert "Puheluitasi ei tallenneta." in page
    # No answer is chosen for them, and none is guessed.
    assert " checked" not in page.partition('id="kuittaus"')[2]
    empty = client.post(SAY, {"sha256": digest(client)})
    assert (empty.status_code, Acknowledgement.objects.filter(staff=agent).count()) == (422, 0)
    assert "Kumpikin vastaus kelpaa." in empty.content.decode()
    stale = client.post(SAY, {"answer": "yes", "sha256": "00" * 32})
    assert (stale.status_code, Acknowledgement.objects.filter(staff=agent).count()) == (409, 0)

    assert client.post(SAY, {"answer": "yes", "sha256": digest(client)})["Location"] == PAGE
    rows = Acknowledgement.objects.filter(staff=agent).order_by("pk")
    assert [row.word for row in rows] == ["read", "permitted"]
    assert {(bytes(row.sha256), row.language, row.on_paper) for row in rows} == {
        (bytes(acknowledgements.newest().sha256), "fi", False)  # type: ignore[union-attr]
    }
    assert "Puhelusi tallennetaan" in client.get(PAGE).content.decode()
    assert browser(desk, agent).landed == "/"  # type: ignore[attr-defined]


def test_a_permission_is_taken_back_with_one_press_and_no_reason(desk: Desk) -> None:
    agent = Staff.objects.get(code=code_of_the_first_call())
    client = browser(desk, agent)

    assert "Peru lupa" in client.get(PAGE).content.decode()
    assert client.post(SAY, {"answer": "withdraw"}).status_code == 302
    assert "Kirjattu: puheluitasi ei tallenneta" in client.get(PAGE).content.decode()
    desk.built.clock.at += timedelta(minutes=1)
    assert desk.built.take_in(houses.spoken("001", TODAY)).kind == Reason.AGENT_UNTOLD.value
    assert acknowledgements.standings([agent], desk.now)[agent.pk] is Standing.WITHDRAWN
    assert not acknowledgements.waits(agent, desk.now)  # who said no is not asked again
    assert client.post(SAY, {"answer": "yes", "sha256": digest(client)}).status_code == 302
    assert acknowledgements.standings([agent], desk.now)[agent.pk] is Standing.READ


def test_the_node_is_told_whose_calls_it_must_not_keep(untold: Untold) -> None:
    agent, house = untold.agent, untold.desk.built.house
    founding.enrol_node(house, untold.desk.now)
    file = HouseFile.read(capturing.folder(house.config).house)
    assert agent.code in file.untold
    assert file.fallback_agent not in file.untold


def test_owner_and_leader_see_who_has_not_and_an_agent_sees_nobody(untold: Untold) -> None:
    desk, agent = untold.desk, untold.agent
    owner = desk.client(Role.OWNER)
    page = owner.get(ANSWERS).content.decode()
    assert "1 ihmisen puheluita ei tallenneta" in page
    assert agent.name in page
    assert reverse("employees-answers") in owner.get("/").content.decode()
    leader = desk.reader(Role.TEAM_LEADER)
    Staff.objects.filter(pk=leader.pk).update(team="toinen")
    assert agent.name not in desk.client(Role.TEAM_LEADER).get(ANSWERS).content.decode()
    assert desk.client(Role.AGENT).get(ANSWERS).status_code == 403


def test_other_words_are_another_wording_and_the_old_one_lasts_for_its_days(desk: Desk) -> None:
    house, agents = desk.built.house, Staff.objects.filter(role=Role.AGENT.value)
    path = house.config.paths.register / "register.toml"
    path.write_text(path.read_text().replace('version = "H-2026-1"', 'version = "H-2026-2"'))
    folder = shelf.read(house.config.paths.register).register
    assert "talteen staff tell" in desk.client(Role.OWNER).get(ANSWERS).content.decode()
    client = browser(desk, agents[0])
    assert client.post(SAY, {"answer": "yes", "sha256": digest(client) or "00"}).status_code == 409

    told = acknowledgements.enter(folder, desk.now)
    assert acknowledgements.enter(folder, desk.now + timedelta(days=1)) == told  # nothing anew
    assert [e.since for e in entries(EmployeesTold)][-1] == told.since
    for after, expected in ((0, Standing.EARLIER), (14, Standing.UNREAD)):
        at = desk.now + timedelta(days=after)
        assert set(acknowledgements.standings(agents, at).values()) == {expected}
    assert browser(desk, agents[0]).landed == PAGE  # type: ignore[attr-defined]

    with pytest.raises(NotAllowed, match="another version"):
        acknowledgements.on_paper(agents[0].code, "H-2026-1", [EmployeeWord.READ], desk.now)
    with pytest.raises(InputError):
        acknowledgements.on_paper("nobody", "H-2026-2", [EmployeeWord.READ], desk.now)
    acknowledgements.on_paper(agents[0].code, "H-2026-2", [EmployeeWord.READ], desk.now)
    assert acknowledgements.standings(agents, desk.now)[agents[0].pk] is Standing.READ


def test_each_word_stands_in_the_ledger_without_a_name_and_is_never_changed(desk: Desk) -> None:
    agents = Staff.objects.filter(role=Role.AGENT.value)
    found = entries(EmployeeAnswered)
    assert len(found) == 2 * agents.count()
    assert {one.word for one in found} == {EmployeeWord.READ, EmployeeWord.PERMITTED}
    for change in (
        lambda: Acknowledgement.objects.update(word="withdrawn"),
        lambda: Acknowledgement.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def entries(kind: type[Any]) -> list[Any]:
    return [found.entered.entry for found in ledger.find(kind)]
