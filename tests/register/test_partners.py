"""Partner staff work here by a contract, and no longer (REGISTER 17.1)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, NotAllowed
from talteen.ids import RecordingId
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import access_reviews
from talteen.register import access
from talteen.register.models import Staff
from talteen.register.policy import Rule
from talteen.register.refusals import Denied
from talteen.register.staff import credentials, partners, people
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk, desk
from tests.kit import database

__all__ = ["desk"]
pytestmark = pytest.mark.django_db(transaction=True)
COMPANY, OTHER = "Malliryhmän Tietopalvelut Oy", "Mallikonesali Oy"
FAR = date(2027, 12, 31)


def test_the_contract_is_the_records_own_and_ends_with_its_review(desk: Desk) -> None:
    file, handler = desk.built.house.register, desk.reader(Role.COMPLAINT_HANDLER)
    made = partners.enter(file, handler.code, COMPANY, FAR, now=desk.now)
    assert (made.contract, made.valid_until) == ("KS-2026-021", date(2027, 5, 18))
    sooner = partners.enter(file, handler.code, COMPANY, date(2026, 12, 1), now=desk.now)
    assert sooner.valid_until == date(2026, 12, 1)


def test_without_a_record_in_force_nobody_of_a_partner_is_entered(desk: Desk) -> None:
    file, code = desk.built.house.register, desk.reader(Role.COMPLAINT_HANDLER).code
    today = helsinki_date(desk.now)
    lapsed, early = (
        replace(file, processors=tuple(replace(one, **told) for one in file.processors))
        for told in ({"review_on": today - timedelta(days=1)}, {"contract_on": FAR})
    )
    with pytest.raises(InputError, match="no processor"):
        partners.enter(file, code, "Tuntematon Oy", FAR, now=desk.now)
    for record in (lapsed, early):
        with pytest.raises(NotAllowed, match="not in force"):
            partners.enter(record, code, COMPANY, FAR, now=desk.now)
    with pytest.raises(InputError, match="over"):
        partners.enter(file, code, COMPANY, today - timedelta(days=1), now=desk.now)
    with pytest.raises(InputError, match="unknown"):
        partners.enter(file, "nobody", COMPANY, FAR, now=desk.now)
    assert people.standing(desk.reader(Role.COMPLAINT_HANDLER), SignIn.DEMO, FAR).contract


def test_a_call_opens_through_the_last_day_and_not_on_the_next(desk: Desk) -> None:
    call, handler = desk.call("001"), desk.reader(Role.COMPLAINT_HANDLER)
    case, today = desk.case(call), helsinki_date(desk.now)
    partners.enter(desk.built.house.register, handler.code, COMPANY, today, now=desk.now)

    def opened(days: int) -> None:
        access.grant(
            handler,
            Purpose.RIGHTS_OF_PARTIES,
            RecordingId(call.pk),
            case=case.reference,
            sign_in=SignIn.DEMO,
            at=desk.now + timedelta(days=days),
        )

    opened(0)
    with pytest.raises(Denied) as refused:
        opened(1)  # no job has run
    assert refused.value.rule is Rule.CONTRACT


def test_the_house_ends_the_rest_the_day_after_and_a_new_contract_brings_a_joiner(
    desk: Desk,
) -> None:
    file, handler = desk.built.house.register, desk.reader(Role.COMPLAINT_HANDLER)
    today = helsinki_date(desk.now)
    partners.enter(file, handler.code, COMPANY, today, now=desk.now)
    assert [row.staff_id for row in partners.ending(desk.now)] == [handler.pk]
    client = desk.client(Role.COMPLAINT_HANDLER)
    assert client.get("/").status_code == 200
    assert partners.tend(desk.now) == 0

    tomorrow = desk.now + timedelta(days=1)
    with database.as_the_worker():
        assert (partners.tend(tomorrow), partners.tend(tomorrow)) == (1, 0)
    assert client.get("/account").status_code == 302
    assert not Staff.objects.get(pk=handler.pk).is_active

    partners.enter(file, handler.code, OTHER, FAR, now=tomorrow)
    again = Staff.objects.get(pk=handler.pk)
    assert (again.is_active, again.has_usable_password()) == (True, False)
    assert client.get("/account").status_code == 302  # they have no way in yet
    assert partners.tend(tomorrow) == 0
    credentials.leave(handler.code, tomorrow)
    with pytest.raises(Conflict, match="has left"):  # by their own going, not the contract's
        partners.enter(file, handler.code, OTHER, FAR, now=tomorrow)


def test_lists_and_reviews_show_the_contract(desk: Desk) -> None:
    file, handler = desk.built.house.register, desk.reader(Role.COMPLAINT_HANDLER)
    last = helsinki_date(desk.now) + timedelta(days=20)
    partners.enter(file, handler.code, COMPANY, last, now=desk.now)
    access_reviews.begin(desk.reader(Role.OWNER), desk.now)

    shown = f"{COMPANY}, sopimus KS-2026-021, {last.day}.{last.month}.{last.year} asti"
    assert shown in desk.client(Role.OWNER).get("/reviews").content.decode()
    assert shown in desk.client(Role.ADMIN).get("/people").content.decode()
    assert "Kumppanin sopimus päättyy" in desk.client(Role.ADMIN).get("/").content.decode()
    (one,) = (one for one in credentials.everybody(last) if one.code == handler.code)
    assert (one.contract, one.complete(last), one.complete(last + timedelta(days=1))) == (
        "KS-2026-021",
        True,
        False,
    )
    assert partners.uncovered(file, last) == 0
    other = replace(file, processors=tuple(p for p in file.processors if p.name != COMPANY))
    assert partners.uncovered(other, last) == 1
