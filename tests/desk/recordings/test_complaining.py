"""Reklamaatio on the page of a call that ended long ago (13.6): whose word it takes, and that no
other hold on the call swallows it (13.8)."""

from datetime import timedelta

import pytest
from django.test import Client

from talteen.errors import Conflict
from talteen.life.answer import calls, intake
from talteen.life.answer.intake import Asked, Taking, Via
from talteen.life.hold import provisional
from talteen.notice.purposes import Role
from talteen.notice.rights import Right
from talteen.register.models import Hold, Recording, Staff
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def of(person: Staff) -> Client:
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    client.force_login(person)
    return client


def press(person: Staff, call: Recording) -> str:
    """Press the button of the call's page; the page that follows."""
    answer = of(person).post(f"/calls/{call.pk}/complaint", follow=True)
    return answer.content.decode()


def test_only_who_may_know_of_a_call_and_hold_it_alone_complains_of_it(desk: Desk) -> None:
    call = desk.call("008")
    desk.built.clock.at += timedelta(days=30)
    other = Staff.objects.filter(role=Role.AGENT.value).exclude(pk=call.agent_id)[0]

    assert "Sivua ei ole" in press(other, call)
    for role in (Role.COMPLAINT_HANDLER, Role.QUALITY_ANALYST, Role.TRAINER):
        assert of(desk.reader(role)).post(f"/calls/{call.pk}/complaint").status_code == 403
    assert not Hold.objects.exists()

    assert "Merkitsit tämän reklamaatioksi" in press(call.agent, call)
    hold = Hold.objects.get()
    assert (hold.state, hold.opened_by) == ("active", call.agent)
    assert press(call.agent, call).count("Merkitsit tämän") == 1
    assert Hold.objects.count() == 1


def test_a_complaint_by_letter_is_held_by_the_contact_and_confirmed_by_another(desk: Desk) -> None:
    call, contact = desk.call("008"), desk.reader(Role.REGISTER_CONTACT)
    assert "Merkitsit tämän reklamaatioksi" in press(contact, call)
    hold = Hold.objects.get()
    assert (hold.opened_by, hold.approved_by) == (contact, None)
    assert hold.provisional_until is not None, "it ends by itself unless somebody else confirms it"
    contacts = Staff.objects.filter(role=Role.REGISTER_CONTACT.value, is_active=True)
    other, review_on = contacts.exclude(pk=contact.pk)[0], (desk.now + timedelta(days=30)).date()
    with pytest.raises(Conflict):  # I15
        provisional.confirm(hold.pk, contact, review_on, desk.now)
    provisional.confirm(hold.pk, other, review_on, desk.now)
    assert Hold.objects.get().provisional_until is None


def test_a_complaint_about_a_call_that_a_request_holds_is_a_case_of_its_own(desk: Desk) -> None:
    call = desk.call("008")
    vault, contact = desk.built.house.vault, desk.reader(Role.REGISTER_CONTACT)
    told = Asked(number=vault.entry(call.pk, desk.now).number, day=str(call.day))
    taking = Taking((Right.ACCESS,), Via.LETTER, "fi", desk.now, told, by=contact)
    intake.receive(vault, taking, desk.now)
    calls.settle(vault, desk.now)
    assert Hold.objects.get().ground == "request_pending"

    assert "Merkitsit tämän reklamaatioksi" in press(call.agent, call)

    assert set(Hold.objects.values_list("ground", flat=True)) == {"request_pending", "complaint"}
    assert call.cases.count() == 2
