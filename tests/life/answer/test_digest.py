"""The daily word of those who answer for requests and disclosures: asked of what stands, and never
of what is done (docs/decisions/186)."""

from datetime import timedelta

import pytest

from talteen.clock import helsinki_date
from talteen.life.answer import canary, steps
from talteen.life.answer.disclose import acts, article19
from talteen.notice.opinions import Opinion
from talteen.notice.rights import Right
from talteen.oversight import digest
from tests.kit.builders import NOON
from tests.life.answer.conftest import House
from tests.life.answer.test_disclosures import asked, handed_over, request_of, scoped

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def test_a_disclosure_waits_for_the_officer_until_the_officer_has_spoken(house: House) -> None:
    row = asked(house)
    assert not digest.waits(house.dina, NOON), "it is not cut yet"
    scoped(house, row, house.call())
    assert digest.waits(house.dina, NOON)

    acts.opine(house.vault, row.pk, Opinion.FOR, "laillinen", by=house.dina, now=NOON)

    assert not digest.waits(house.dina, NOON)


def test_a_recipient_that_should_know_by_now_is_asked_after_and_not_before(house: House) -> None:
    call = house.call()
    handed_over(house, call)
    request = request_of(house, call, Right.ERASURE)
    house.prepared(request.pk, "erasure_decided.granted")
    house.decided(request.pk, "erasure_decided.granted", house.ilkka)
    steps.delivered(request.pk, by=house.eila, now=NOON, tail_days=14)
    (task,) = article19.standing()
    last = NOON + (task.due_on - NOON.date())

    assert not any(digest.waits(one, last) for one in (house.dina, house.eila))
    assert all(digest.waits(one, last + DAY) for one in (house.dina, house.eila))
    article19.confirm(house.vault, task.pk, "puhelimessa", by=house.eila, now=NOON)
    assert not any(digest.waits(one, last + DAY) for one in (house.dina, house.eila))


def test_the_officer_hears_of_a_request_a_week_before_its_day_and_until_it_is_closed(
    house: House,
) -> None:
    request = house.taken().request
    near = NOON + (request.limit_on - NOON.date()) - 7 * DAY

    assert not digest.waits(house.dina, near - DAY)
    assert digest.waits(house.dina, near)
    assert digest.waits(house.dina, near + 30 * DAY), "late"
    assert digest.waits(house.eila, NOON), "whoever answers hears from the first day"
    steps.withdraw(house.vault, request.pk, "ei enää", by=house.eila, now=near)
    assert not digest.waits(house.dina, near)


def test_the_day_of_a_request_is_before_its_first_call_stops_opening(house: House) -> None:
    call = house.call(days_ago=70)
    request = request_of(house, call, Right.ACCESS)

    (found,) = steps.near_their_day(call.cutoff_at - 10 * DAY)
    assert found == request
    assert steps.answer_by(request, NOON) == helsinki_date(call.cutoff_at) - 3 * DAY
    assert steps.near_their_day(call.cutoff_at - 11 * DAY) == []


def test_a_silent_mailbox_waits_for_those_who_answer_for_it(house: House) -> None:
    canary.write("a@b.example", NOON)

    for one in (house.dina, house.eila):
        assert not digest.waits(one, NOON + DAY - timedelta(seconds=1))
        assert digest.waits(one, NOON + DAY)
