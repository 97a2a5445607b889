"""The log on the screen: its head, its witnesses, its growth, and a head to take along."""

import pytest

from talteen import wiring
from talteen.engine.stamp import Authority
from talteen.engine.tlog import note
from talteen.notice.purposes import Role
from talteen.register.log import ledger
from talteen.register.log.ledger_models import LedgerStamp
from talteen.register.log.ledger_stamps import Stamping
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)

OVERSEERS = (Role.REGISTER_CONTACT, Role.DPO, Role.ADMIN, Role.AUDITOR)


@pytest.mark.parametrize("role", OVERSEERS)
def test_those_who_answer_for_the_register_see_the_newest_head(desk: Desk, role: Role) -> None:
    head = ledger.publish(desk.built.house.log, desk.now)

    said = desk.client(role).get("/log").content.decode()

    assert head.root.hex() in said
    assert "Pöytäkirjalla ei ole todistajia" in said
    assert "eivät sano samaa" not in said


@pytest.mark.parametrize("path", ["/log", "/log/table", "/log/checkpoint.txt"])
def test_an_agent_sees_none_of_the_log(desk: Desk, path: str) -> None:
    assert desk.client(Role.AGENT).get(path).status_code == 403


def test_the_head_is_taken_along_as_it_was_signed(desk: Desk) -> None:
    ledger.publish(desk.built.house.log, desk.now)

    taken = desk.client(Role.AUDITOR).get("/log/checkpoint.txt").content

    assert note.verify(note.parse(taken), desk.built.house.log.keys)


def test_a_store_that_says_otherwise_is_said_in_front(desk: Desk) -> None:
    ledger.publish(desk.built.house.log, desk.now)
    desk.built.house.log.store.delete(["log/checkpoint"])

    assert "eivät sano samaa" in desk.client(Role.DPO).get("/log").content.decode()


def test_the_table_has_every_day_of_the_drawing(desk: Desk) -> None:
    head = ledger.publish(desk.built.house.log, desk.now)

    said = desk.client(Role.DPO).get("/log/table").content.decode()

    assert said.count("<tr") == 1 + 1 + 1 + 31
    assert head.root.hex()[:16] in said


def test_an_authority_that_stamps_is_shown_with_its_own_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Stamping(Authority("https://tsa.example/tsr", ()))
    monkeypatch.setattr(wiring, "stamping_of", lambda _config: authority)
    size = ledger.publish(desk.built.house.log, desk.now).size
    LedgerStamp.objects.create(
        size=size, stated_at=desk.now, got_at=desk.now, tried_at=desk.now, trouble=""
    )

    said = desk.client(Role.DPO).get("/log").content.decode()

    assert "tsa.example" in said
    assert "Aikaleima puuttuu" not in said
    LedgerStamp.objects.update(trouble="tampered")
    assert "vastaus ei kelpaa" in desk.client(Role.DPO).get("/log").content.decode()
