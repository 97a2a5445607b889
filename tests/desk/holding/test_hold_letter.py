"""Who releases a hold gets the letter that tells the person: before the cutoff and past it, once,
and nothing of it is kept (13.9)."""

from datetime import timedelta

import pytest

from talteen import course
from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.life.destroy.models import Destruction
from talteen.life.hold import acts as hold
from talteen.life.hold import reviewing
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.notice.purposes import Role
from talteen.register.models import Hold, Recording
from talteen.register.post.message_models import OutgoingMessage
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)
SUBJECT = "Emme enää säilytä puheluasi asian vuoksi"


def held(desk: Desk, call: Recording) -> Hold:
    """A hold of two persons, whose release the handler has proposed."""
    eila, riitta = desk.reader(Role.REGISTER_CONTACT), desk.reader(Role.COMPLAINT_HANDLER)
    case, review_on = desk.case(call), desk.now.date() + timedelta(days=20)
    placing = Placing(case, Ground.COMPLAINT, (eila, riitta), review_on, eila, riitta)
    placed = hold.place(desk.built.house.vault, RecordingId(call.pk), placing, desk.now)
    return reviewing.propose(placed.pk, riitta, desk.now)


def release(desk: Desk, row: Hold, **typed: str) -> str:
    contact = desk.client(Role.REGISTER_CONTACT)
    return contact.post(f"/holds/{row.pk}/release", typed, follow=True).content.decode()


def test_before_the_cutoff_the_person_is_told_that_the_call_dies_like_others(desk: Desk) -> None:
    call = desk.call("008")
    row = held(desk, call)
    asked = desk.client(Role.REGISTER_CONTACT).get(f"/holds?ask={row.pk}").content.decode()
    assert "Kenelle kirje kirjoitetaan" in asked

    page = release(desk, row, name="Kaisa Lehtovaara", language="fi")

    assert SUBJECT in page
    assert "Hei Kaisa Lehtovaara" in page
    assert f"Asiasi {row.case.reference} on käsitelty, joten puhelua 1 ei enää tarvita." in page
    assert "Puhelulla on vielä tavallista säilytysaikaa jäljellä." in page
    assert SUBJECT not in desk.client(Role.REGISTER_CONTACT).get("/holds").content.decode()
    assert not OutgoingMessage.objects.filter(body__contains="Kaisa").exists()


def test_past_the_cutoff_the_person_is_told_the_day_of_the_last_key(desk: Desk) -> None:
    call = desk.call("008")
    row = held(desk, call)
    desk.built.clock.at = call.cutoff_at + timedelta(hours=1)
    margin = desk.built.house.register.retention.margin_days
    dead = helsinki_date(desk.now) + timedelta(days=margin)

    page = release(desk, row, language="en")

    assert f"{dead.day} {dead:%B} {dead.year}" in page
    assert "caller" in page
    course.sweep(desk.built.house, desk.now)
    assert Destruction.objects.filter(pk=call.pk).exists()


def test_while_another_hold_keeps_the_call_there_is_nothing_to_tell(desk: Desk) -> None:
    call = desk.call("008")
    row, _ = held(desk, call), held(desk, call)

    page = release(desk, row)

    assert SUBJECT not in page
    assert "Pito on purettu." in page


def test_who_may_not_release_gets_no_letter(desk: Desk) -> None:
    row = held(desk, desk.call("008"))
    handler = desk.client(Role.COMPLAINT_HANDLER)
    answer = handler.post(f"/holds/{row.pk}/release", {"language": "fi"})
    assert answer.status_code == 403
    assert SUBJECT not in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "active"
