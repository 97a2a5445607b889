"""A call of a dispute opens to personnel by the word of two, for a day; what is covered stays it,
and its agent is told before a second of it can be heard (REGISTER D, 5.4, E.3).
"""

from datetime import timedelta

import pytest

from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.ids import RecordingId
from talteen.life.destroy import applied
from talteen.life.use import calls
from talteen.life.use.quality import shown
from talteen.notice.openings import OpeningState
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import digest, personnel_openings
from talteen.register import access, refusals
from talteen.register.access import Grant
from talteen.register.models import AccessEntry, Hold, Recording, Staff
from talteen.register.personnel_opening_models import PersonnelOpening
from talteen.register.policy import Rule, View
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.refusals import Closed, Denied
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk, desk

__all__ = ["desk"]

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(hours=24)
WHY = "Mitä soittajalle luvattiin"


class Dispute:
    """A complaint about one call, in which personnel are named."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.call = desk, desk.call("001")
        self.helka, self.eila = desk.reader(Role.HR), desk.reader(Role.REGISTER_CONTACT)
        Recording.objects.filter(pk=self.call.pk).update(special_category=False)
        self.case = desk.case(self.call)
        personnel_openings.name(self.case.pk, self.helka.pk, by=self.eila)

    def asked(self, by: Staff | None = None, why: str = WHY) -> PersonnelOpening:
        house = self.desk.built.house
        return personnel_openings.ask(
            house.vault, house.register, self.case.pk, self.call.pk, why,
            by=by or self.helka, now=self.desk.now,
        )  # fmt: skip

    def agreed(self) -> PersonnelOpening:
        row = self.asked()
        personnel_openings.approve(row.pk, by=self.eila, now=self.desk.now)
        return PersonnelOpening.objects.get(pk=row.pk)

    def open(self) -> Grant:
        return access.grant(
            self.helka,
            Purpose.RIGHTS_OF_PARTIES,
            RecordingId(self.call.pk),
            case=self.case.reference,
            sign_in=SignIn.DEMO,
            at=self.desk.now,
        )

    def refused(self) -> Rule:
        with pytest.raises(Denied) as told:
            self.open()
        return told.value.rule

    def shut(self, grant: Grant) -> None:
        """Neither an open stream goes on, nor does it open anew."""
        with pytest.raises(Denied):
            access.log_range(grant, "play", start_ms=0, end_ms=1, at=self.desk.now)
        self.helka.refresh_from_db()
        self.refused()

    def later(self, by: timedelta) -> None:
        self.desk.built.clock.at += by

    def state(self) -> OpeningState:
        row = PersonnelOpening.objects.select_related("case").get()
        return personnel_openings.state(row, self.desk.now)


@pytest.fixture
def dispute(desk: Desk) -> Dispute:
    return Dispute(desk)


def test_one_call_opens_to_personnel_for_a_day_by_the_word_of_two(dispute: Dispute) -> None:
    one, vault = dispute, dispute.desk.built.house.vault
    assert one.refused() is Rule.TWO_PERSONS
    row = one.asked()
    assert WHY.encode() not in bytes(row.why)
    assert personnel_openings.reasons(vault, row) == (WHY, "")
    assert OutgoingMessage.objects.filter(subject__contains="henkilöstöhallinto").count() == 1
    assert calls.call(one.helka, RecordingId(one.call.pk), now=one.desk.now) is None
    assert one.refused() is Rule.TWO_PERSONS
    personnel_openings.approve(row.pk, by=one.eila, now=one.desk.now)

    grant = one.open()

    assert grant.view is View.COVERED
    assert calls.call(one.helka, RecordingId(one.call.pk), now=one.desk.now) is not None
    access.log_range(grant, "play", start_ms=0, end_ms=1000, at=one.desk.now)
    with pytest.raises(Denied) as told:  # what is covered stays covered
        access.log_unmasked(grant, "unmask", start_ms=0, end_ms=1, at=one.desk.now)
    assert told.value.rule is Rule.MASKED
    with pytest.raises(Conflict):
        one.asked()  # it is open
    one.later(DAY - timedelta(minutes=10))
    last = one.open()
    assert last.until - one.desk.now == timedelta(minutes=10)
    one.later(timedelta(minutes=10))
    assert one.refused() is Rule.TWO_PERSONS
    with pytest.raises((Denied, refusals.GrantOver)):  # a stream ends with its next range
        access.log_range(last, "play", start_ms=0, end_ms=1, at=one.desk.now)
    assert one.state() is OpeningState.OVER
    (told_of,) = personnel_openings.of(one.helka, one.desk.now)
    assert told_of.times == 2


def test_the_agent_is_told_with_the_yes_and_sees_who_listened(dispute: Dispute) -> None:
    one = dispute
    agent = Recording.objects.get(pk=one.call.pk).agent
    row = one.asked()
    assert personnel_openings.to_agent(agent, one.desk.now) == []
    assert not digest.waits(agent, one.desk.now)
    personnel_openings.approve(row.pk, by=one.eila, now=one.desk.now)
    (told,) = personnel_openings.waiting(agent, one.desk.now)
    assert (told.row.asked_by, told.row.approved_by) == (one.helka, one.eila)
    assert digest.waits(agent, one.desk.now)
    access.log_range(one.open(), "play", start_ms=0, end_ms=1000, at=one.desk.now)
    (heard,) = shown.heard(agent, one.desk.now)
    assert (heard.who, heard.purpose) == (one.helka.name, Purpose.RIGHTS_OF_PARTIES)

    for other in (one.helka, one.eila):
        with pytest.raises(Missing):
            personnel_openings.read(row.pk, by=other, now=one.desk.now)
    personnel_openings.read(row.pk, by=agent, now=one.desk.now)

    assert personnel_openings.waiting(agent, one.desk.now) == []
    assert PersonnelOpening.objects.get().read_at == one.desk.now


def test_nobody_is_both_and_no_party_of_the_call_decides(dispute: Dispute) -> None:
    one, vault = dispute, dispute.desk.built.house.vault
    for by in (one.eila, one.desk.reader(Role.DPO)):
        with pytest.raises(NotAllowed):
            one.asked(by=by)
    with pytest.raises(InputError):
        one.asked(why=" ")
    row = one.asked()
    agent = Recording.objects.get(pk=one.call.pk).agent
    for by in (one.helka, one.desk.reader(Role.OWNER), agent):
        with pytest.raises(NotAllowed):
            personnel_openings.approve(row.pk, by=by, now=one.desk.now)
        Staff.objects.filter(pk=by.pk).update(role=Role.REGISTER_CONTACT.value)
    for by in (one.helka, agent):  # I15: by a change of role neither
        by.refresh_from_db()
        with pytest.raises(NotAllowed):
            personnel_openings.approve(row.pk, by=by, now=one.desk.now)
    with pytest.raises(InputError):
        personnel_openings.refuse(vault, row.pk, "", by=one.eila, now=one.desk.now)
    personnel_openings.refuse(vault, row.pk, "Luen sen itse", by=one.eila, now=one.desk.now)
    row.refresh_from_db()
    assert personnel_openings.reasons(vault, row) == (WHY, "Luen sen itse")
    with pytest.raises(Conflict):
        personnel_openings.approve(row.pk, by=one.eila, now=one.desk.now)


def test_only_a_call_of_an_open_complaint_that_names_them_is_asked_for(dispute: Dispute) -> None:
    one = dispute
    with pytest.raises(NotAllowed):
        personnel_openings.name(one.case.pk, one.helka.pk, by=one.helka)
    with pytest.raises(InputError):
        personnel_openings.name(one.case.pk, one.eila.pk, by=one.eila)
    one.case.people.remove(one.helka)
    with pytest.raises(Missing):
        one.asked()
    personnel_openings.name(one.case.pk, one.helka.pk, by=one.eila)
    Recording.objects.filter(pk=one.call.pk).update(agent=one.helka)
    with pytest.raises(Missing):  # their own, of the days when they answered calls
        one.asked()


def test_it_closes_at_once(dispute: Dispute) -> None:
    """Given back, taken back, by another role, with the case."""
    one = dispute
    for by in (one.helka, one.eila):
        row, grant = one.agreed(), one.open()
        with pytest.raises(NotAllowed):
            personnel_openings.end(row.pk, by=one.desk.reader(Role.OWNER), now=one.desk.now)
        personnel_openings.end(row.pk, by=by, now=one.desk.now)
        one.shut(grant)
    row, grant = one.agreed(), one.open()
    Staff.objects.filter(pk=one.helka.pk).update(role=Role.ADMIN.value)
    one.shut(grant)
    Staff.objects.filter(pk=one.helka.pk).update(role=Role.HR.value)
    access.log_range(grant, "play", start_ms=0, end_ms=1, at=one.desk.now)
    one.case.closed_at = one.desk.now
    one.case.save()
    one.shut(grant)
    row = PersonnelOpening.objects.select_related("case").get(pk=row.pk)
    assert personnel_openings.state(row, one.desk.now) is OpeningState.OVER


def test_what_is_closed_to_everybody_stays_closed(dispute: Dispute) -> None:
    dispute.agreed()
    cutoff = dispute.call.cutoff_at
    for shut in (
        {"special_category": True},
        {"special_category": False, "restricted": True},
        {"restricted": False, "cutoff_at": dispute.desk.now},
    ):
        Recording.objects.filter(pk=dispute.call.pk).update(**shut)
        with pytest.raises((Denied, Closed)):
            dispute.open()
    Recording.objects.filter(pk=dispute.call.pk).update(cutoff_at=cutoff)
    hold = Hold.objects.create(
        recording=dispute.call,
        case=dispute.case,
        ground="complaint",
        purposes=[Purpose.RIGHTS_OF_PARTIES.value],
        opened_by=dispute.eila,
        opened_at=dispute.desk.now,
        review_on=dispute.desk.now + timedelta(days=30),
        state="active",
    )
    hold.people.add(dispute.eila)
    assert dispute.open().view is View.COVERED, "held for this very case"
    hold.case = dispute.desk.case(dispute.call)
    hold.save()
    assert dispute.refused() is Rule.HELD_FOR_ANOTHER


def test_a_wish_lapses_and_words_die_with_their_call(dispute: Dispute) -> None:
    one = dispute
    row = one.asked()
    one.later(timedelta(days=7))
    assert one.state() is OpeningState.LAPSED
    with pytest.raises(Conflict):
        personnel_openings.approve(row.pk, by=one.eila, now=one.desk.now)
    one.agreed()
    for forget in applied.FORGET[:3]:
        forget([one.call.pk])
    kept = PersonnelOpening.objects.values_list("recording", "why", "why_not")
    assert {(call, bytes(why), bytes(no)) for call, why, no in kept} == {(None, b"", b"")}
    one.refused()
    assert AccessEntry.objects.filter(action="denied").exists()
