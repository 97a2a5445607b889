"""Break-glass: two persons, one call, one hour, a third who looks (REGISTER 17.4, I1, I5, I15)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.notice.emergencies import Stage, Verdict
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import emergencies
from talteen.register import access, refusals
from talteen.register import emergencies as running
from talteen.register.emergency_models import Emergency
from talteen.register.log import ledger
from talteen.register.log.ledger_emergencies import EmergencyBegun, EmergencyReviewed
from talteen.register.models import AccessEntry, Recording, Staff
from talteen.register.policy import Allow, CallFacts, Deny, HoldFacts, Person, Rule
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.refusals import Closed, Denied
from talteen.register.staff.people import SignIn
from talteen.register.states import Progress
from tests.desk.conftest import Desk, desk
from tests.register.test_policy import CALL, CASE, CONTACT, calls, decide, people

__all__ = ["desk"]
BREACH = Purpose.BREACH_INVESTIGATION
GLASS = replace(CASE, by_two=True)


ADMIN = replace(CONTACT, role=Role.ADMIN)
OTHERS = (HoldFacts(frozenset({Purpose.RIGHTS_OF_PARTIES}), person_in_hold=True),)
CLOSED = [
    (replace(ADMIN, active=False), CALL, Rule.NOT_ACTIVE),
    (replace(ADMIN, second_factor=False), CALL, Rule.SECOND_FACTOR),
    (replace(ADMIN, undertaking=False), CALL, Rule.UNDERTAKING),
    (replace(ADMIN, training=False), CALL, Rule.TRAINING),
    (replace(ADMIN, reviewed=False), CALL, Rule.NOT_REVIEWED),
    (ADMIN, replace(CALL, past_cutoff=True), Rule.NO_LONGER_OPENS),
    (ADMIN, replace(CALL, progress=Progress.DESTROYED), Rule.NO_LONGER_OPENS),
    (ADMIN, replace(CALL, progress=Progress.QUARANTINED), Rule.NOT_SEALED),
    (ADMIN, replace(CALL, restricted=True), Rule.RESTRICTED),
    (ADMIN, replace(CALL, special=True), Rule.SPECIAL_CATEGORY),
    (ADMIN, replace(CALL, holds=OTHERS), Rule.HELD_FOR_ANOTHER),
]


@pytest.mark.parametrize(("person", "call", "rule"), CLOSED)
def test_no_emergency_opens_what_is_closed_to_everybody(
    person: Person, call: CallFacts, rule: Rule
) -> None:
    assert isinstance(decide(ADMIN, BREACH, CALL, GLASS), Allow)
    assert decide(person, BREACH, call, GLASS) == Deny(rule)


@given(person=people, call=calls, purpose=st.sampled_from(Purpose))
def test_an_emergency_is_for_its_own_purpose_alone(person, call, purpose) -> None:  # type: ignore[no-untyped-def]
    if purpose is not BREACH:
        assert decide(person, purpose, call, GLASS) == decide(
            person, purpose, call, CASE, balanced=True
        )
    assert not isinstance(decide(person, BREACH, call, CASE), Allow)
    assert not isinstance(decide(person, BREACH, call, None), Allow)
    over = replace(GLASS, open=False)
    assert not isinstance(decide(person, BREACH, call, over), Allow)
    assert isinstance(decide(replace(CONTACT, role=Role.ADMIN), BREACH, CALL, GLASS), Allow)


class Glass:
    """An emergency in a house, step by step."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.call = desk, desk.call("001")
        self.admin, self.dpo, self.eila, self.owner = (
            desk.reader(role) for role in (Role.ADMIN, Role.DPO, Role.REGISTER_CONTACT, Role.OWNER)
        )
        self.file = desk.built.house.register

    def asked(self) -> Emergency:
        vault, now = self.desk.built.house.vault, self.desk.now
        return emergencies.ask(vault, self.admin, self.call.pk, "Ääni vuosi.", now)

    def approved(self) -> Emergency:
        return emergencies.approve(self.file, self.asked().pk, self.eila, self.desk.now)

    def open(self, row: Emergency, by: Staff | None = None) -> access.Grant:
        return access.grant(
            by or self.admin,
            BREACH,
            RecordingId(self.call.pk),
            case=row.reference,
            sign_in=SignIn.DEMO,
            at=self.desk.now,
        )

    def later(self, by: timedelta) -> None:
        self.desk.built.clock.at += by

    def refused(self, act: Callable[[], object]) -> Rule:
        with pytest.raises(Denied) as told:
            act()
        return told.value.rule


@pytest.fixture
def glass(desk: Desk) -> Glass:
    return Glass(desk)


@pytest.mark.django_db(transaction=True)
def test_one_call_opens_for_one_person_for_one_hour(glass: Glass) -> None:
    row = glass.asked()
    assert glass.refused(lambda: glass.open(row)) is Rule.CASE_CLOSED
    row = emergencies.approve(glass.file, row.pk, glass.eila, glass.desk.now)

    grant = glass.open(row)

    assert grant.until - glass.desk.now == timedelta(minutes=30)
    assert glass.refused(lambda: glass.open(row, glass.eila)) is Rule.NOT_IN_CASE
    other = Recording.objects.exclude(pk=glass.call.pk).first()
    assert other is None
    glass.later(timedelta(minutes=50))
    assert glass.open(row).until - glass.desk.now == timedelta(minutes=10)
    second = glass.open(row)
    glass.later(timedelta(minutes=10))
    assert glass.refused(lambda: glass.open(row)) is Rule.CASE_CLOSED
    with pytest.raises((Denied, refusals.GrantOver)):  # a stream ends with its next range
        access.log_range(second, "play", start_ms=0, end_ms=1, at=glass.desk.now)
    marked = AccessEntry.objects.filter(case=row.reference, action="grant")
    assert {one.purpose for one in marked} == {BREACH.value}
    assert emergencies.openings(row) == marked.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_officer_is_told_at_once_and_the_ledger_names_nobody(glass: Glass) -> None:
    row = glass.approved()

    (mail,) = OutgoingMessage.objects.filter(key__startswith="emergency:")
    assert mail.to == glass.file.dpo.email
    words = f"{mail.subject} {mail.body}"
    assert glass.admin.name not in words
    assert row.reference not in words
    assert str(glass.call.pk) not in words
    (begun,) = ledger.find(EmergencyBegun)
    assert (begun.entered.entry.day, begun.entered.entry.minutes) == (
        helsinki_date(glass.desk.now),
        60,
    )
    raw = str(begun.entered.entry)
    assert str(glass.call.pk) not in raw
    assert str(glass.admin.pk) not in raw
    assert b"vuosi" not in bytes(row.reason)
    page = glass.desk.client(Role.DPO).get("/").content.decode()
    assert f"Hätäavaus {row.reference}" in page


@pytest.mark.django_db(transaction=True)
def test_nobody_is_two_of_the_three(glass: Glass) -> None:
    asked = glass.asked()
    with pytest.raises(Exception, match="one person cannot be two"):
        emergencies.approve(glass.file, asked.pk, glass.admin, glass.desk.now)
    for nobody in (glass.owner, glass.desk.reader(Role.AGENT)):
        with pytest.raises(Exception, match="approves no emergency"):
            emergencies.approve(glass.file, asked.pk, nobody, glass.desk.now)
    with pytest.raises(Exception, match="breaks no glass"):
        emergencies.ask(
            glass.desk.built.house.vault, glass.eila, glass.call.pk, "x", glass.desk.now
        )
    row = emergencies.approve(glass.file, asked.pk, glass.dpo, glass.desk.now)
    glass.later(timedelta(hours=2))
    with pytest.raises(Exception, match="one person cannot be two"):
        emergencies.review(row.pk, glass.dpo, Verdict.NEEDED, glass.desk.now)

    emergencies.review(row.pk, glass.owner, Verdict.NOT_NEEDED, glass.desk.now)

    (told,) = ledger.find(EmergencyReviewed)
    assert (told.entered.entry.openings, told.entered.entry.outcome) == (0, Verdict.NOT_NEEDED)


@pytest.mark.django_db(transaction=True)
def test_one_that_nobody_looks_at_alarms_each_day(glass: Glass) -> None:
    row = glass.approved()

    def late() -> int:
        count = emergencies.remind(glass.file, glass.desk.now)
        assert count == emergencies.remind(glass.file, glass.desk.now)
        return count

    glass.later(timedelta(days=5))
    assert (late(), emergencies.stage(row, glass.desk.now)) == (0, Stage.TO_REVIEW)
    glass.later(timedelta(days=1))
    assert (late(), emergencies.stage(row, glass.desk.now)) == (1, Stage.LATE)
    first = OutgoingMessage.objects.filter(key__startswith="emergency-late:").count()
    glass.later(timedelta(days=1))
    late()
    assert OutgoingMessage.objects.filter(key__startswith="emergency-late:").count() == 2 * first
    emergencies.review(row.pk, glass.dpo, Verdict.NEEDED, glass.desk.now)
    assert late() == 0


@pytest.mark.django_db(transaction=True)
def test_a_wish_lapses_and_a_destroyed_call_is_named_no_more(glass: Glass) -> None:
    lapsed, row = glass.asked(), glass.approved()
    glass.later(timedelta(hours=1))
    assert emergencies.stage(lapsed, glass.desk.now) is Stage.LAPSED
    with pytest.raises(Exception, match="waits for nobody"):
        emergencies.approve(glass.file, lapsed.pk, glass.eila, glass.desk.now)

    running.forget([glass.call.pk])

    row.refresh_from_db()
    assert row.recording is None


@pytest.mark.django_db(transaction=True)
def test_what_is_past_its_cutoff_stays_shut(glass: Glass) -> None:
    row = glass.approved()
    Recording.objects.filter(pk=glass.call.pk).update(cutoff_at=glass.desk.now)

    with pytest.raises(Closed):
        glass.open(row)


def press(client: Client, path: str, **told: str) -> str:
    answer = client.post(path, told)
    return str(answer.headers.get("Location") or answer.content.decode())


@pytest.mark.django_db(transaction=True)
def test_three_people_do_it_on_the_screen_and_the_sound_is_heard(glass: Glass) -> None:
    admin, eila, dpo, otso = (
        glass.desk.client(role)
        for role in (Role.ADMIN, Role.REGISTER_CONTACT, Role.DPO, Role.AGENT)
    )
    assert admin.get(f"/calls/{glass.call.pk}").status_code == 404
    assert otso.get("/emergencies").status_code == 403
    assert otso.post("/emergencies", {"call": "x", "why": "y"}).status_code == 403
    wrong = press(admin, "/emergencies", call="abc", why="Ääni vuosi.")
    assert "Kirjoita puhelun koko tunnus." in wrong
    assert "Ääni vuosi." in wrong
    call = str(glass.call.pk)
    assert "mikä on vialla" in press(admin, "/emergencies", call=call, why=" ")
    assert press(admin, "/emergencies", call=call, why="Ääni vuosi.") == "/emergencies"
    row = Emergency.objects.get()
    assert "Ääni vuosi." in eila.get("/emergencies").content.decode()

    assert press(eila, f"/emergencies/{row.pk}/approve") == "/emergencies"
    page = admin.get("/emergencies").content.decode()
    assert f'name="case" value="{row.reference}"' in page
    told = {"purpose": BREACH.value, "case": row.reference}
    assert press(admin, f"/calls/{call}/open", **told) == f"/calls/{call}"
    glass.desk.transcribed(glass.call)  # until its masking stands, nobody hears it so
    sound = admin.get(f"/calls/{call}/sound", HTTP_RANGE="bytes=0-999")
    assert sound.status_code == 206

    assert press(admin, f"/emergencies/{row.pk}/end") == "/emergencies"
    assert admin.get(f"/calls/{call}/sound", HTTP_RANGE="bytes=0-999").status_code in (403, 404)
    assert press(dpo, f"/emergencies/{row.pk}/review", verdict="needed") == "/emergencies"
    assert "Oli tarpeen" in dpo.get("/emergencies").content.decode()
