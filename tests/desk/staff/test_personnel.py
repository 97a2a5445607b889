"""Personnel keep what people must have, and open no call alone (REGISTER D, 17.1)."""

from datetime import timedelta

import pytest

from talteen.clock import helsinki_date
from talteen.notice.purposes import Role
from talteen.register.models import Recording, Training, Undertaking
from talteen.register.personnel_opening_models import PersonnelOpening
from tests.desk.conftest import Desk
from tests.desk.evaluation.test_quality_page import read

pytestmark = pytest.mark.django_db(transaction=True)

WAITS = "Pyyntö odottaa yhteyshenkilöä"


def test_personnel_see_what_people_lack_and_enter_the_training_of_others(desk: Desk) -> None:
    helka, anna = desk.reader(Role.HR), desk.reader(Role.AGENT)
    client, today = desk.client(Role.HR), helsinki_date(desk.now)
    assert "Keneltäkään ei puutu mitään" in read(client, "/")
    Training.objects.filter(staff=anna).delete()
    Undertaking.objects.filter(staff=desk.reader(Role.TRAINER)).delete()

    home = read(client, "/")
    assert "2 ihmiseltä puhelut ovat kiinni" in home
    assert "sitoumus puuttuu" in home

    def enter(code: str, on: str) -> int:
        return client.post("/people/standings", {"code": code, "on": on}).status_code

    tomorrow = (today + timedelta(days=1)).isoformat()
    assert [enter(anna.code, ""), enter(anna.code, tomorrow)] == [422, 422]
    assert enter(helka.code, today.isoformat()) == 422, "nobody enters their own"
    page = client.post("/people/standings", {"code": anna.code, "on": tomorrow}).content.decode()
    assert f'type="date" value="{tomorrow}"' in page, "the day that was typed is kept, and marked"
    assert 'aria-describedby="on-help on-fault" aria-invalid="true"' in page
    assert f'value="{anna.code}" selected' in page
    assert not Training.objects.filter(staff=anna).exists()
    assert enter(anna.code, today.isoformat()) == 302
    assert "Koulutus on kirjattu" in read(client, "/people/standings")
    assert "1 ihmiseltä puhelut ovat kiinni" in read(client, "/")
    assert desk.client(Role.TEAM_LEADER).get("/people/standings").status_code == 403


def test_personnel_ask_the_contact_answers_and_the_agent_reads_of_it(desk: Desk) -> None:
    call = desk.call("001")
    Recording.objects.filter(pk=call.pk).update(special_category=False)
    case, helka = desk.case(call), desk.reader(Role.HR)
    helka_at, eila, anna = (
        desk.client(role) for role in (Role.HR, Role.REGISTER_CONTACT, Role.AGENT)
    )
    page, wanted = "/people/openings", f"{case.pk}:{call.pk}"
    assert "Sinua ei ole nimetty" in read(helka_at, page)
    assert helka_at.post(page, {"call": wanted, "why": "hinta"}).status_code == 422
    eila.post(f"/holds/cases/{case.pk}/personnel", {"person": str(helka.pk)})
    assert "nimetty" in read(eila, f"/holds/cases/{case.pk}")
    assert case.reference in read(helka_at, "/")

    lacking = helka_at.post(page, {"call": wanted, "why": " "})
    assert lacking.status_code == 422
    assert 'aria-describedby="why-help why-fault" aria-invalid="true"' in lacking.content.decode()
    assert helka_at.post(page, {"call": wanted, "why": "Hinta"}).status_code == 302
    assert WAITS in read(helka_at, page)
    assert "Odottaa toista henkilöä" in read(eila, "/")
    first = PersonnelOpening.objects.get()
    no = f"{page}/{first.pk}/refuse"
    assert eila.post(no, {"why": "x" * 1001}).status_code == 422
    assert eila.post(no, {"why": "Luen sen itse"}).status_code == 302
    assert "Luen sen itse" in read(helka_at, page)
    assert WAITS not in read(helka_at, page), "it was answered"

    helka_at.post(page, {"call": wanted, "why": "Toinen syy"})
    second = PersonnelOpening.objects.get(refused_at=None)
    assert helka_at.post(f"{page}/{second.pk}/approve").status_code == 403
    assert eila.post(f"{page}/{second.pk}/approve").status_code == 302
    assert "Avaa puhelu" in read(helka_at, page)
    assert WAITS not in read(helka_at, page)
    assert "Avaa puhelu" not in read(eila, page)
    told = "Henkilöstöhallinto sai luvan kuulla puhelusi"
    assert told in read(anna, "/")
    assert anna.post(f"{page}/{second.pk}/end").status_code == 403
    assert anna.post(f"{page}/{second.pk}/read").status_code == 302
    assert told not in read(anna, "/")
    assert "Kuittasit" in read(anna, "/quality")
    assert "kuittasi tiedon" in read(helka_at, page)
    assert eila.post(f"{page}/{second.pk}/end").status_code == 302
    assert "Avaa puhelu" not in read(helka_at, page)
