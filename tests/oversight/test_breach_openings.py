"""A call opens for the investigation of a breach by the word of two, for 24 hours, for the officer
alone; what is covered, special or held stays shut, and the agent is told afterwards (table D, J1).
"""

from datetime import timedelta

import pytest

from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.ids import RecordingId
from talteen.life.use import calls
from talteen.life.use.quality import shown
from talteen.notice.breaches import BreachKind, BreachStep
from talteen.notice.openings import OpeningState
from talteen.notice.purposes import Purpose, Role
from talteen.oversight.breaches import acts, opening, report
from talteen.oversight.breaches.models import Breach
from talteen.oversight.breaches.report import Seen
from talteen.register import access, investigations, refusals
from talteen.register.access import Grant
from talteen.register.investigation_models import BreachOpening
from talteen.register.log import ledger
from talteen.register.log.ledger_breaches import BreachStepped
from talteen.register.models import AccessEntry, Recording, Staff
from talteen.register.policy import Rule
from talteen.register.refusals import Closed, Denied
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk, desk

__all__ = ["desk"]

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(hours=24)


class Room:
    """A breach of one call, step by step."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.call = desk, desk.call("001")
        self.vault, self.file = desk.built.house.vault, desk.built.house.register
        self.dina, self.eila, self.owner = (
            desk.reader(role) for role in (Role.DPO, Role.REGISTER_CONTACT, Role.OWNER)
        )
        kind = BreachKind.UNAUTHORISED_ACCESS
        seen = Seen(kind, desk.now, calls=[self.call.pk])
        self.breach = report.report(self.vault, self.file, seen, self.eila).breach

    def asked(self, by: Staff | None = None, why: str = "mitä siinä sanottiin") -> BreachOpening:
        return opening.ask(
            self.vault, self.file, self.breach.pk, self.call.pk, why,
            by=by or self.dina, now=self.desk.now,
        )  # fmt: skip

    def agreed(self) -> BreachOpening:
        row = self.asked()
        opening.approve(self.breach.pk, row.pk, by=self.eila, now=self.desk.now)
        return BreachOpening.objects.get(pk=row.pk)

    def open(self, by: Staff | None = None, call: Recording | None = None) -> Grant:
        return access.grant(
            by or self.dina,
            Purpose.BREACH_INVESTIGATION,
            RecordingId((call or self.call).pk),
            case=self.breach.case.reference,
            sign_in=SignIn.DEMO,
            at=self.desk.now,
        )

    def later(self, by: timedelta) -> None:
        self.desk.built.clock.at += by


@pytest.fixture
def room(desk: Desk) -> Room:
    return Room(desk)


def refused(room: Room, by: Staff | None = None) -> Rule:
    with pytest.raises(Denied) as told:
        room.open(by)
    return told.value.rule


def test_one_call_opens_for_the_officer_for_a_day_by_the_word_of_two(room: Room) -> None:
    assert refused(room) is Rule.PURPOSE_NOT_OPEN
    row = room.asked()
    assert refused(room) is Rule.CASE_CLOSED
    assert calls.call(room.dina, RecordingId(room.call.pk), now=room.desk.now) is None
    opening.approve(room.breach.pk, row.pk, by=room.eila, now=room.desk.now)

    grant = room.open()

    assert calls.call(room.dina, RecordingId(room.call.pk), now=room.desk.now) is not None
    assert grant.until - room.desk.now == access.GRANT_LIFE
    assert refused(room, room.eila) is Rule.CASE_CLOSED
    other = room.desk.call("002")
    with pytest.raises(Denied) as told:
        room.open(call=other)
    assert told.value.rule is Rule.CALL_NOT_IN_CASE
    with pytest.raises(Denied) as told:  # what is covered stays covered
        access.log_unmasked(grant, "unmask", start_ms=0, end_ms=1, at=room.desk.now)
    assert told.value.rule is Rule.MASKED
    room.later(DAY - timedelta(minutes=10))
    last = room.open()
    assert last.until - room.desk.now == timedelta(minutes=10)
    room.later(timedelta(minutes=10))
    assert refused(room) is Rule.CASE_CLOSED
    with pytest.raises((Denied, refusals.GrantOver)):  # a stream ends with its next range
        access.log_range(last, "play", start_ms=0, end_ms=1, at=room.desk.now)
    row = BreachOpening.objects.get()
    assert opening.state(row, room.desk.now) is OpeningState.OVER
    assert opening.openings(room.breach) == {room.call.pk: 2}
    steps = [one.entered.entry.step for one in ledger.find(BreachStepped)]
    assert steps == [BreachStep.OPENING_ASKED, BreachStep.OPENING_BEGUN]


def test_nobody_agrees_to_their_own_wish_and_nobody_else_asks(room: Room) -> None:
    for who in (room.eila, room.owner):
        with pytest.raises(NotAllowed):
            room.asked(by=who)
    with pytest.raises(InputError):
        room.asked(why=" ")
    with pytest.raises(Missing):
        opening.ask(
            room.vault,
            room.file,
            room.breach.pk,
            room.breach.pk,
            "x",
            by=room.dina,
            now=room.desk.now,
        )
    row = room.asked()
    with pytest.raises(NotAllowed):
        opening.approve(room.breach.pk, row.pk, by=room.dina, now=room.desk.now)
    Staff.objects.filter(pk=room.dina.pk).update(role=Role.REGISTER_CONTACT.value)
    room.dina.refresh_from_db()
    with pytest.raises(NotAllowed):  # I15: by a change of role neither
        opening.approve(room.breach.pk, row.pk, by=room.dina, now=room.desk.now)
    opening.refuse(room.breach.pk, row.pk, by=room.eila, now=room.desk.now)
    with pytest.raises(Conflict):
        opening.approve(room.breach.pk, row.pk, by=room.eila, now=room.desk.now)


def test_a_wish_that_nobody_answers_is_over_after_a_day(room: Room) -> None:
    row = room.asked()
    room.later(DAY)
    assert opening.state(row, room.desk.now) is OpeningState.LAPSED
    with pytest.raises(Conflict):
        opening.approve(room.breach.pk, row.pk, by=room.eila, now=room.desk.now)


def test_it_closes_at_once(room: Room) -> None:
    """Given back, by another role, with the breach."""
    row = room.agreed()
    grant = room.open()
    opening.end(room.breach.pk, row.pk, by=room.dina, now=room.desk.now)
    shut(room, grant)
    room.agreed()
    grant = room.open()
    Staff.objects.filter(pk=room.dina.pk).update(role=Role.ADMIN.value)
    shut(room, grant)
    Staff.objects.filter(pk=room.dina.pk).update(role=Role.DPO.value)
    room.dina.refresh_from_db()
    access.log_range(grant, "play", start_ms=0, end_ms=1, at=room.desk.now)
    what = BreachStep.DISMISSAL_PROPOSED
    breach, vault = room.breach.pk, room.vault
    acts.propose(vault, breach, what, "ei ole", by=room.dina, now=room.desk.now)
    acts.end(vault, breach, BreachStep.DISMISSED, {}, by=room.eila, now=room.desk.now)
    shut(room, grant)


def shut(room: Room, grant: Grant) -> None:
    """Neither an open stream goes on, nor does it open anew."""
    with pytest.raises(Denied):
        access.log_range(grant, "play", start_ms=0, end_ms=1, at=room.desk.now)
    room.dina.refresh_from_db()
    refused(room)


def test_nothing_opens_that_is_closed_to_everybody(room: Room) -> None:
    room.agreed()
    for shut in (
        {"special_category": True},
        {"special_category": False, "restricted": True},
        {"restricted": False, "cutoff_at": room.desk.now},
    ):
        Recording.objects.filter(pk=room.call.pk).update(**shut)
        with pytest.raises((Denied, Closed)):
            room.open()


def test_the_agent_is_told_when_it_is_over_and_a_suspect_when_the_breach_is(room: Room) -> None:
    agent = Recording.objects.get(pk=room.call.pk).agent
    room.agreed()
    access.log_range(room.open(), "play", start_ms=0, end_ms=1000, at=room.desk.now)
    assert shown.heard(agent, room.desk.now) == []
    room.later(DAY)
    (heard,) = shown.heard(agent, room.desk.now)
    assert (heard.who, heard.purpose) == (room.dina.name, Purpose.BREACH_INVESTIGATION)
    BreachOpening.objects.update(of_suspect=True)
    assert shown.heard(agent, room.desk.now) == []
    case = Breach.objects.get().case
    case.closed_at = room.desk.now
    case.save()
    assert len(shown.heard(agent, room.desk.now)) == 1


def test_of_a_destroyed_call_the_opening_stays_and_not_which(room: Room) -> None:
    room.agreed()
    investigations.forget([room.call.pk])
    assert BreachOpening.objects.get().recording is None
    refused(room)
    assert AccessEntry.objects.filter(action="denied").exists()
