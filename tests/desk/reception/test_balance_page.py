"""The balance and the question why, on the screen."""

from datetime import timedelta

import pytest

from talteen.clock import HELSINKI, helsinki_date
from talteen.notice.purposes import Role
from talteen.oversight.models import DayBalance, LostCall
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)

OVERSEERS = (Role.REGISTER_CONTACT, Role.DPO, Role.ADMIN, Role.AUDITOR)
PAGE_BYTES = 60_000


def balanced(desk: Desk, *, ago: int, **counts: int) -> None:
    DayBalance.objects.create(
        day=helsinki_date(desk.now) - timedelta(days=ago),
        source="cucm-cdr",
        counts=counts,
        orphans=0,
        unlawful=0,
        unreadable=0,
        made_at=desk.now,
        sha256=bytes(32),
    )


@pytest.mark.parametrize("role", OVERSEERS)
def test_those_who_answer_for_the_register_see_the_sums(desk: Desk, role: Role) -> None:
    balanced(desk, ago=1, recorded=24, partial=1, lost=2, **{"lawful:internal": 19})

    answer = desk.client(role).get("/balance")

    said = answer.content.decode()
    assert answer.status_code == 200
    assert "88,8 % puheluista tallentui kokonaan" in said
    assert "Tallentaa piti 27 puhelua" in said
    assert len(answer.content) < PAGE_BYTES


@pytest.mark.parametrize("path", ["/balance", "/balance/table", "/why"])
def test_an_agent_sees_none_of_it(desk: Desk, path: str) -> None:
    assert desk.client(Role.AGENT).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/balance", "/balance/table", "/why"])
def test_a_stranger_is_sent_to_the_door(desk: Desk, path: str) -> None:
    assert desk.client().get(path)["Location"].startswith("/sign-in")


def test_a_register_that_was_never_balanced_says_so(desk: Desk) -> None:
    said = desk.client(Role.DPO).get("/balance").content.decode()

    assert "Puheluita ei ole vielä täsmäytetty" in said
    assert "talteen balance" in said


def test_the_table_tells_the_same_days(desk: Desk) -> None:
    balanced(desk, ago=1, recorded=24, lost=2)
    balanced(desk, ago=2, recorded=7)

    said = desk.client(Role.AUDITOR).get("/balance/table").content.decode()

    assert said.count("<tr") == 3
    assert "cucm-cdr" in said


def test_a_missing_call_is_named_by_time_line_and_reason(desk: Desk) -> None:
    balanced(desk, ago=1, recorded=24, lost=1)
    balanced(desk, ago=3, recorded=1)
    at = desk.now - timedelta(days=1)
    LostCall.objects.create(
        day=helsinki_date(at),
        began_at=at,
        source="cucm-cdr",
        reason="never_arrived",
        found_at=desk.now,
    )

    said = desk.client(Role.ADMIN).get("/balance").content.decode()

    assert "1 puhelu puuttuu" in said
    assert "ei koskaan tullut rekisteriin" in said
    assert "1 päivä on täsmäyttämättä" in said


def test_why_answers_in_a_sentence_with_what_it_rests_on(desk: Desk) -> None:
    call = desk.call("001")
    local = call.started_at.astimezone(HELSINKI)

    answer = desk.client(Role.DPO).get(
        "/why", {"at": f"{local:%Y-%m-%dT%H:%M}", "line": call.line_id}
    )

    said = answer.content.decode()
    assert "Puhelu tallennettiin, koska se ilmoitettiin tallennettavaksi." in said
    assert str(call.pk) in said
    assert call.notice_id in said


def test_why_says_what_a_question_lacks(desk: Desk) -> None:
    answer = desk.client(Role.DPO).get("/why", {"at": "eilen", "line": "x"})

    assert answer.status_code == 422
    assert "Anna päivä ja kellonaika." in answer.content.decode()


def test_why_offers_no_search_by_number(desk: Desk) -> None:
    said = desk.client(Role.DPO).get("/why").content.decode()

    form = said[said.index('<form class="stack" method="get"') :].split("</form>")[0]
    assert form.count("<input") == form.count('type="datetime-local"') == 1
    assert form.count("<select") == 2
