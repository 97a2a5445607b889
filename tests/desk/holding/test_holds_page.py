"""The list of holds: who waits for a second person, and what the register contact decides."""

from datetime import timedelta

import pytest
from django.test import Client

from talteen import course
from talteen.life.hold import complaint
from talteen.notice.purposes import Role
from talteen.register.models import Hold, Recording
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def read(client: Client, path: str = "/holds") -> str:
    return client.get(path).content.decode()


def test_a_complaint_waits_on_the_list_and_the_register_contact_decides(desk: Desk) -> None:
    call = desk.call("008")
    agent = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    agent.force_login(call.agent)
    # A call that has just ended stands on the agent's strip, whether or not a node answers.
    strip = read(agent, "/my-call")
    assert "Äsken päättyneet" in strip
    pressed = agent.post(f"/my-call/{call.pk}/complaint", follow=True).content.decode()
    assert "Reklamaatio on merkitty." in pressed
    assert "Reklamaatio merkitty" in pressed
    course.settle_complaints(desk.built.house, desk.now)
    assert "Pidossa" in read(agent, "/my-call")
    assert desk.client(Role.AGENT).get("/holds").status_code == 403

    contact, handler = desk.client(Role.REGISTER_CONTACT), desk.client(Role.COMPLAINT_HANDLER)
    hold = Hold.objects.get()
    listed = read(contact)
    assert "1 pito odottaa toista henkilöä" in listed
    assert "Päättyy itsestään" in listed
    assert hold.case.reference in listed
    assert "Vahvista pito" not in read(handler)
    assert hold.case.reference in read(handler)
    assert "Väliaikainen pito" in read(contact, f"/calls/{call.pk}")

    assert handler.post(f"/holds/{hold.pk}/let-go").status_code == 409
    late = {"review_on": str(desk.now.date() + timedelta(days=91))}
    refused = contact.post(f"/holds/{hold.pk}/confirm", late)
    assert refused.status_code == 422
    assert "seuraavien 90 päivän aikana" in refused.content.decode()
    good = {"review_on": str(desk.now.date() + timedelta(days=30))}
    confirmed = contact.post(f"/holds/{hold.pk}/confirm", good, follow=True).content.decode()
    assert "Pito on vahvistettu." in confirmed
    assert "1 tallenne on pidossa" in confirmed
    # Somebody else has decided meanwhile: nothing changes, and the page says so.
    again = contact.post(f"/holds/{hold.pk}/let-go")
    assert again.status_code == 409
    assert "ei enää odota sinua" in again.content.decode()
    hold.refresh_from_db()
    assert (hold.state, hold.approved_by) == ("active", desk.reader(Role.REGISTER_CONTACT))


def test_what_is_not_confirmed_is_asked_about_and_gone_at_once(desk: Desk) -> None:
    call = desk.call("008")
    contact = desk.client(Role.REGISTER_CONTACT)
    assert "Yhtään tallennetta ei ole pidossa" in read(contact)
    complaint.mark_ended(call.pk, call.agent, desk.now)
    course.settle_complaints(desk.built.house, desk.now)
    hold = Hold.objects.get()

    asked = read(contact, f"/holds?ask={hold.pk}")
    assert "Päätetäänkö pito?" in asked
    assert "häviää omana päivänään" in asked
    done = contact.post(f"/holds/{hold.pk}/let-go", follow=True).content.decode()

    assert "Pitoa ei vahvistettu." in done
    assert "Yhtään tallennetta ei ole pidossa" in done
    assert Recording.objects.get().progress == "sealed"
