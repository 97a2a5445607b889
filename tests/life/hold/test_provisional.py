"""A complaint holds its call at once, by one person's word, and not for longer than the days until
somebody else has decided (13.6)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from talteen.errors import Conflict, InputError, NoLongerOpens, TalteenError
from talteen.ids import RecordingId
from talteen.life.destroy import acts as destroy
from talteen.life.destroy import applied
from talteen.life.hold import complaint, provisional, rules
from talteen.life.seal.vault import Vault
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.log import ledger, ledger_kinds
from talteen.register.log.ledger_kinds import HoldEnd
from talteen.register.models import Case, Hold, Recording
from talteen.register.staff.people import SignIn
from tests.kit import builders, vaults
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = timedelta(days=7)


@dataclass(slots=True)
class House:
    """A vault with one sealed call, and the people who deal with it."""

    vault: Vault
    row: Recording

    @property
    def recording(self) -> RecordingId:
        return RecordingId(self.row.pk)

    def sweep(self, now: datetime) -> None:
        """What the worker does with holds and ends, in its order."""
        destroy.lapse(self.vault, now)
        destroy.expire(self.vault, now)
        complaint.settle(self.vault, now, held_for=DAYS)

    def complained(self, before_cutoff: timedelta) -> tuple[Hold, datetime]:
        """Its agent calls it a complaint; the hold, and the instant."""
        now = self.row.cutoff_at - before_cutoff
        complaint.mark(self.recording, self.row.agent, now)
        self.sweep(now)
        return Hold.objects.get(), now

    def opens(self, at: datetime) -> bool:
        """Whether the register contact may open it for its case."""
        try:
            access.grant(
                builders.staff("Riitta"),
                Purpose.RIGHTS_OF_PARTIES,
                self.recording,
                case=Case.objects.get().reference,
                sign_in=SignIn.TWO_FACTORS,
                at=at,
            )
        except TalteenError:
            return False
        return bool(self.vault.entry(self.recording, at).dek)


@pytest.fixture
def house(tmp_path: Path) -> House:
    vault = vaults.safe(tmp_path, now=NOON - timedelta(days=1)).vault
    vault = replace(vault, on_apply=lambda roll: applied.apply(roll, margin_days=7))
    later = (NOON + timedelta(days=90)).date()
    for name, role in (("Riitta", Role.REGISTER_CONTACT), ("Kaisa", Role.COMPLAINT_HANDLER)):
        builders.staff(name, role=role, on=later)
    return House(vault, vaults.seal(vault))


def test_a_complaint_opens_a_case_and_holds_its_call_until_nobody_has_confirmed(
    house: House,
) -> None:
    hold, now = house.complained(timedelta(days=4))

    assert (hold.state, hold.case, hold.approved_by) == ("active", Case.objects.get(), None)
    assert hold.provisional_until == now + DAYS
    (told,) = ledger.find(ledger_kinds.HoldPlaced, recording=house.recording)
    assert told.entered.entry.provisional is True  # type: ignore[union-attr]
    # Said twice, or swept twice, it is one.
    complaint.mark_ended(house.recording, house.row.agent, house.row.started_at)
    house.sweep(now)
    assert (Case.objects.count(), Hold.objects.count()) == (1, 1)

    end = now + DAYS  # past its cutoff: it lives by this hold alone
    house.sweep(end - timedelta(seconds=1))
    assert house.opens(end - timedelta(seconds=1))
    assert not house.opens(end)  # whether or not a job has run
    house.sweep(end)

    assert not Recording.objects.exists()
    with pytest.raises(NoLongerOpens):
        house.vault.entry(house.recording, end)
    (ended,) = ledger.find(ledger_kinds.HoldReleased, recording=house.recording)
    assert ended.entered.entry.end is HoldEnd.LAPSED  # type: ignore[union-attr]


def test_what_the_register_contact_confirms_stays(house: House) -> None:
    hold, now = house.complained(timedelta(days=4))
    contact, handler = builders.staff("Riitta"), builders.staff("Kaisa")
    review_on = now.date() + timedelta(days=30)
    with pytest.raises(Conflict, match="only the register contact"):
        provisional.confirm(hold.pk, handler, review_on, now)
    with pytest.raises(InputError):
        provisional.confirm(hold.pk, contact, now.date() + timedelta(days=99), now)

    provisional.confirm(hold.pk, contact, review_on, now)
    with pytest.raises(Conflict, match="does not wait"):
        provisional.let_go(hold.pk, contact, now)
    house.sweep(now + timedelta(days=20))

    assert house.opens(now + timedelta(days=20))
    told = ledger.find(ledger_kinds.HoldPlaced, recording=house.recording)
    assert {one.entered.entry.provisional for one in told} == {True, False}  # type: ignore[union-attr]


def test_what_is_not_confirmed_is_over_at_once_and_the_call_ends_in_its_time(house: House) -> None:
    hold, now = house.complained(timedelta(days=40))
    contact = builders.staff("Riitta")
    assert [one.reference for one in provisional.standing(contact, now)] == [hold.case.reference]

    provisional.let_go(hold.pk, contact, now)
    assert provisional.standing(contact, now) == []
    house.sweep(now)

    assert Hold.objects.get().state == "released"
    assert Recording.objects.get().progress == "sealed"
    assert not provisional.over(now)


def test_a_mark_that_comes_too_late_opens_a_case_and_holds_nothing(house: House) -> None:
    complaint.mark(house.recording, house.row.agent, house.row.started_at)
    complaint.settle(house.vault, house.row.started_at + DAYS, held_for=DAYS)

    assert (Case.objects.count(), Hold.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_one_word_holds_nothing_after_the_cutoff_nor_of_a_role_that_proposes_none() -> None:
    with pytest.raises(NoLongerOpens, match="too late"):
        rules.check_proposing(Role.AGENT, NOON, now=NOON)
    with pytest.raises(Conflict, match="holds nothing alone"):
        rules.check_proposing(Role.ADMIN, NOON + DAYS, now=NOON)
    with pytest.raises(Conflict, match="own proposal"):
        rules.check_confirming(Role.REGISTER_CONTACT, "anna", "anna")
