"""Personnel keep what people must have, and open no call alone (REGISTER D, 17.1)."""

from datetime import timedelta

import pytest

from talteen.clock import helsinki_date
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.models import Training, Undertaking
from talteen.register.policy import Rule
from talteen.register.refusals import Denied
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.desk.test_quality_page import read

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_case_that_names_personnel_opens_nothing_to_them_alone(desk: Desk) -> None:
    call = desk.call("001")
    case, helka = desk.case(call), desk.reader(Role.HR)
    case.people.add(helka)

    with pytest.raises(Denied) as denied:
        access.grant(
            helka,
            Purpose.RIGHTS_OF_PARTIES,
            call.pk,
            case=case.reference,
            sign_in=SignIn.DEMO,
            at=desk.now,
        )

    assert denied.value.rule is Rule.TWO_PERSONS
    assert case.reference in read(desk.client(Role.HR), "/")
