"""A restriction is lifted on the page of its request: told first, called off where refused."""

from datetime import timedelta

import pytest
from django.test import Client

from talteen.clock import helsinki_date
from talteen.demo import cast
from talteen.life.answer import intake
from talteen.life.answer.intake import Asked, Taking, Via
from talteen.life.answer.models import RequestAnswer, RequestPaper
from talteen.life.answer.restriction_models import RestrictionEnd, RestrictionQuestion
from talteen.notice.purposes import Role
from talteen.notice.rights import Right
from talteen.register.models import CaseRecording, Recording
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_end_of_a_restriction_is_told_and_can_be_called_off(desk: Desk) -> None:
    call, eila = desk.call("001"), cast.first_of(Role.REGISTER_CONTACT)
    taking = Taking((Right.RESTRICTION,), Via.LETTER, "sv", desk.now, Asked(), by=eila)
    taken = intake.receive(desk.built.house.vault, taking, desk.now)
    request = taken.request
    CaseRecording.objects.create(case=request.case, recording=call)
    Recording.objects.filter(pk=call.pk).update(restricted=True)
    paper = RequestPaper.objects.filter(request=request)[0]
    RequestAnswer.objects.create(
        request=request, right="restriction", letter="restriction_set", outcome="granted",
        draft=paper, prepared_by=eila, prepared_at=desk.now, decided_by=eila, decided_at=desk.now,
    )  # fmt: skip
    client, url = desk.client(Role.REGISTER_CONTACT), f"/requests/{request.pk}"
    ends_on = helsinki_date(desk.now) + timedelta(days=10)
    typed = {"restriction-lift_reasons": "tvisten är löst", "restriction-next": "samtalet förstörs"}

    assert "Päätä rajoitus" in client.get(url).content.decode()
    for wrong in ({"end": ""}, {"end": ends_on.isoformat(), "restriction-next": " "}):
        assert client.post(f"{url}/lift", {**typed, **wrong}).status_code == 422
    soon = (ends_on - timedelta(days=9)).isoformat()
    assert client.post(f"{url}/lift", {**typed, "end": soon}).status_code == 422
    assert desk.client(Role.AGENT).post(f"{url}/lift", typed).status_code == 403
    assert not RestrictionEnd.objects.exists()

    done = client.post(f"{url}/lift", {**typed, "end": ends_on.isoformat()}, follow=True)
    page = done.content.decode()
    assert "ja siitä on kerrottu" in page
    assert "tvisten är löst" in page  # the letter stands in the file
    page = client.post(f"{url}/call-off", follow=True).content.decode()
    assert "Päätä rajoitus" in page
    assert RestrictionEnd.objects.get().called_off_at is not None

    # Before the call itself ends its person is asked once more, and answers by their code (14.13).
    RestrictionQuestion.objects.create(
        request=request, letter=paper, recordings=[], asked_at=desk.now, reply_by=ends_on
    )
    assert "Rajoitettu puhelu häviää pian" in client.get("/").content.decode()
    assert "Kirjaa vastaus" in client.get(url).content.decode()
    assert client.post(f"{url}/wish", {"wish": ""}).status_code == 422
    person, told = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi"), {"code": taken.code}
    assert "Saako puhelu hävitä?" in person.post("/my-data/follow", told).content.decode()
    assert person.post("/my-data/wish", {**told, "wish": "x"}).status_code == 409
    answered = person.post("/my-data/wish", {**told, "wish": "claim"})
    assert "Puhelu pidetään tallessa" in answered.content.decode()
    assert person.post("/my-data/wish", {**told, "wish": "ends"}).status_code == 409  # said once
    assert RestrictionQuestion.objects.get().wish == "claim"
    assert "Tarvitsen puhelua oikeusvaateeseen" in client.get(url).content.decode()
