"""A hold goes on for a reason or ends by two persons; a missed review is told of (13.8-13.11)."""

from datetime import timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.demo import cast
from talteen.errors import Conflict, InputError, NotAllowed
from talteen.ids import RecordingId
from talteen.life.destroy import releasing
from talteen.life.destroy.models import Destruction
from talteen.life.hold import acts as hold
from talteen.life.hold import reviewing
from talteen.life.hold.reviewing import After, consequence
from talteen.notice.hold_reviews import Renewal
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import hold_reviews
from talteen.register import access
from talteen.register.log import ledger
from talteen.register.log.ledger_holds import HoldReviewed
from talteen.register.models import Hold, Recording, Staff
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.refusals import Denied
from talteen.register.staff.people import SignIn
from tests.life.hold.test_holds import held_call, placing

pytestmark = pytest.mark.django_db(transaction=True)


def people() -> tuple[Staff, Staff]:
    handler = cast.first_of(Role.COMPLAINT_HANDLER)
    return handler, cast.first_of(Role.REGISTER_CONTACT)


def test_the_last_hold_ends_by_two_and_takes_a_call_past_its_cutoff_with_it(home: Path) -> None:
    built, recording, placed = held_call(home)
    handler, contact = people()
    vault, second = built.house.vault, placing(built, recording)
    other = hold.place(vault, recording, second, built.clock.now())
    row = Recording.objects.get(pk=recording)
    built.clock.at = now = row.cutoff_at + timedelta(days=5)
    course.sweep(built.house, now)
    told = consequence(now, row.cutoff_at, row.due_at, others=1, margin_days=7)
    assert told.what is After.STAYS_HELD
    with pytest.raises(Conflict):  # nobody has proposed it
        releasing.approve(vault, placed.pk, contact, now)
    reviewing.propose(placed.pk, contact, now)
    with pytest.raises(Conflict):  # not one's own
        releasing.approve(vault, placed.pk, contact, now)
    reviewing.keep(placed.pk, contact, Renewal.CASE_GOES_ON, now.date() + timedelta(days=9), now)
    assert Hold.objects.get(pk=placed.pk).release_proposed_by is None  # it was looked at anew
    reviewing.propose(placed.pk, handler, now)
    releasing.approve(vault, placed.pk, contact, now)
    assert not Destruction.objects.exists()  # the other one keeps it
    last = consequence(now, row.cutoff_at, row.due_at, others=0, margin_days=7)
    assert (last.what, last.opens_until) == (After.CLOSES_AT_ONCE, now)
    assert reviewing.close_case(other.pk, handler, now) == 1  # proposed the same day
    releasing.approve(vault, other.pk, contact, now)
    assert Destruction.objects.get().recording == recording
    with pytest.raises(Exception, match="there is no such hold"):
        releasing.approve(vault, other.pk, contact, now)


def test_a_missed_review_is_told_of_escalates_and_freezes(home: Path) -> None:
    built, recording, placed = held_call(home)
    handler, contact = people()
    file, day = built.house.register, placed.review_on
    noon = built.clock.now().replace(year=day.year, month=day.month, day=day.day)
    assert hold_reviews.remind(file, noon - timedelta(days=1)) == 0
    for late in (0, 0, 1, 8):
        assert hold_reviews.remind(file, noon + timedelta(days=late)) == 1
    to = list(OutgoingMessage.objects.order_by("written_at").values_list("to", flat=True))
    assert to.count(file.contact.email) == 3
    assert to.count(file.dpo.email) == 1

    def opens(who: Staff, days: int) -> None:
        case, at = placed.case.reference, noon + timedelta(days=days)
        access.grant(
            who,
            Purpose.RIGHTS_OF_PARTIES,
            RecordingId(recording),
            case=case,
            sign_in=SignIn.DEMO,
            at=at,
        )

    opens(handler, 29)
    with pytest.raises(Denied, match="held"):
        opens(handler, 30)
    with pytest.raises(InputError):
        reviewing.keep(placed.pk, contact, Renewal.BEFORE_A_COURT, day, noon + timedelta(days=30))
    with pytest.raises(NotAllowed):
        reviewing.keep(placed.pk, handler, Renewal.BEFORE_A_COURT, day, noon)
    later = day + timedelta(days=60)
    reviewing.keep(placed.pk, contact, Renewal.BEFORE_A_COURT, later, noon + timedelta(days=30))
    opens(handler, 30)
    (entry,) = ledger.find(HoldReviewed)
    assert entry.entered.entry.renewal is Renewal.BEFORE_A_COURT
