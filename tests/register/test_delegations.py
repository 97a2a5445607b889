"""A colleague stands in for one duty and some days, and for nothing else (REGISTER D)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from talteen.clock import helsinki_date
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.ids import RecordingId
from talteen.life.use import reach
from talteen.notice import delegations as law
from talteen.notice.access_reviews import Kept
from talteen.notice.delegations import Duty
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import access_reviews
from talteen.register import access
from talteen.register.models import AccessEntry, Staff, Training, Undertaking
from talteen.register.policy import Rule
from talteen.register.refusals import Denied
from talteen.register.staff import delegations
from talteen.register.staff.people import SignIn
from talteen.register.staff.review_models import RightReview
from tests.desk.conftest import Desk, desk
from tests.kit import builders

__all__ = ["desk"]
pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def colleague(of: Staff, code: str, **told: object) -> Staff:
    """Somebody in the same role and unit, in good standing for the days of these tests."""
    row = Staff.objects.create(
        **{"code": code, "name": f"Sijainen {code}", "role": of.role, "unit": of.unit, **told}
    )
    Undertaking.objects.create(staff=row, version="1", signed_on=date(2026, 1, 1))
    passed, last = date(2026, 8, 1), date(2027, 7, 31)
    Training.objects.create(staff=row, passed_on=passed, valid_until=last)
    return row


@pytest.mark.parametrize("duty", Duty)
def test_it_goes_to_nobody_in_another_role(duty: Duty) -> None:
    pairs = {(a, b) for a in Role for b in Role if law.may_take(duty, a, b)}
    assert pairs == {(role, role) for role in law.ROLES[duty]}


def test_a_deputy_opens_the_cases_of_who_is_away_for_those_days_in_their_own_name(
    desk: Desk,
) -> None:
    call, giver = desk.call("001"), desk.reader(Role.COMPLAINT_HANDLER)
    case, deputy, today = desk.case(call), colleague(giver, "h99"), helsinki_date(desk.now)

    def opened(days: int) -> Rule | None:
        try:
            access.grant(
                deputy,
                Purpose.RIGHTS_OF_PARTIES,
                RecordingId(call.pk),
                case=case.reference,
                sign_in=SignIn.DEMO,
                at=desk.now + days * DAY,
            )
        except Denied as refused:
            return refused.rule
        return None

    assert opened(0) is Rule.NOT_IN_CASE
    row = delegations.give(giver, deputy.pk, Duty.CASES, today + DAY, today + 2 * DAY, desk.now)
    assert [opened(days) for days in range(4)] == [
        Rule.NOT_IN_CASE,
        None,
        None,
        Rule.NOT_IN_CASE,  # it has ended by itself
    ]
    assert {one.staff for one in AccessEntry.objects.filter(action="grant")} == {deputy.pk}
    assert [one.reference for one in reach.cases_of(deputy, desk.now + DAY)] == [case.reference]
    assert reach.cases_of(deputy, desk.now) == []

    # What the deputy has not signed or passed, they do not get from anybody.
    Training.objects.filter(staff=deputy).update(valid_until=today)
    assert opened(1) is Rule.TRAINING
    Training.objects.filter(staff=deputy).update(valid_until=today + 9 * DAY)
    Staff.objects.filter(pk=giver.pk).update(is_active=False)
    assert opened(1) is Rule.NOT_IN_CASE
    Staff.objects.filter(pk=giver.pk).update(is_active=True)
    delegations.end(row.pk, deputy, desk.now)
    assert opened(1) is Rule.NOT_IN_CASE


def test_a_deputy_of_a_leader_looks_at_that_team_and_never_at_themselves(desk: Desk) -> None:
    leader, agent = desk.reader(Role.TEAM_LEADER), desk.reader(Role.AGENT)
    Staff.objects.filter(pk__in=(leader.pk, agent.pk)).update(team="a", unit=leader.unit)
    leader.refresh_from_db()
    deputy = colleague(leader, "t99", team="b")
    access_reviews.begin(desk.reader(Role.OWNER), desk.now)
    right, today = RightReview.objects.get(staff=agent), helsinki_date(desk.now)

    with pytest.raises(NotAllowed):
        access_reviews.decide(right.pk, deputy, Kept.KEPT, desk.now)
    delegations.give(leader, deputy.pk, Duty.RIGHTS_REVIEW, today, today, desk.now)
    board = access_reviews.board(deputy, desk.now)
    assert board is not None
    assert {one.person.team for one in board.rights} == {"a"}
    access_reviews.decide(right.pk, deputy, Kept.KEPT, desk.now)
    right.refresh_from_db()
    assert right.decided_by == deputy
    for person in Staff.objects.filter(is_active=True):
        assert not access_reviews.answers_for(person, person, today)
        assert not access_reviews.answers_for(deputy, leader, today)
    assert not access_reviews.answers_for(deputy, agent, today + DAY)


def test_what_was_taken_on_is_not_handed_on(desk: Desk) -> None:
    giver, today = desk.reader(Role.COMPLAINT_HANDLER), helsinki_date(desk.now)
    second, third = colleague(giver, "h98"), colleague(giver, "h99")
    delegations.give(giver, second.pk, Duty.CASES, today, today, desk.now)
    delegations.give(second, third.pk, Duty.CASES, today, today, desk.now)
    assert delegations.givers(third, Duty.CASES, today) == [second]


def test_wrong_people_and_wrong_days_are_refused(desk: Desk) -> None:
    giver, today = desk.reader(Role.COMPLAINT_HANDLER), helsinki_date(desk.now)
    good = colleague(giver, "h99")
    untrained = colleague(giver, "h98")
    Training.objects.filter(staff=untrained).delete()
    elsewhere = colleague(giver, "h97", unit=builders.unit("muualla"))
    leader = desk.reader(Role.TEAM_LEADER)
    for taker in (giver, untrained, elsewhere, leader):
        with pytest.raises(NotAllowed):
            delegations.give(giver, taker.pk, Duty.CASES, today, today, desk.now)
    with pytest.raises(NotAllowed):
        delegations.give(giver, good.pk, Duty.RIGHTS_REVIEW, today, today, desk.now)
    for first, last in ((-1, 0), (1, 0), (0, 60)):
        with pytest.raises(InputError):
            days = (today + first * DAY, today + last * DAY)
            delegations.give(giver, good.pk, Duty.CASES, *days, desk.now)
    row = delegations.give(giver, good.pk, Duty.CASES, today, today + 59 * DAY, desk.now)
    with pytest.raises(Conflict):
        delegations.give(giver, good.pk, Duty.CASES, today + DAY, today + DAY, desk.now)
    with pytest.raises(Missing):
        delegations.end(row.pk, leader, desk.now)


def test_both_see_it_on_their_page_and_either_ends_it(desk: Desk) -> None:
    giver = desk.reader(Role.COMPLAINT_HANDLER)
    client, today = desk.client(Role.COMPLAINT_HANDLER), helsinki_date(desk.now).isoformat()
    page = reverse("delegations")
    assert "Kukaan ei voi sijaistaa sinua nyt" in client.get(page).content.decode()
    deputy = colleague(giver, "h99")
    form = {"duty": "cases", "taker": str(deputy.pk), "begins": today, "last": "2020-01-01"}
    refused = client.post(page, form)
    assert (refused.status_code, deputy.name in refused.content.decode()) == (422, True)
    assert 'value="2020-01-01"' in refused.content.decode()  # what was typed is kept

    assert client.post(page, {**form, "last": today}).status_code == 302
    assert f"sijaisena {deputy.name}" in client.get(page).content.decode()
    (row,) = delegations.of(deputy, desk.now)
    theirs = desk.client()
    theirs.post(reverse("demo-sign-in"), {"person": str(deputy.pk)})
    assert f"sijaistat: {giver.name}" in theirs.get(page).content.decode()
    assert theirs.post(reverse("delegation-end", args=[row.pk])).status_code == 302
    assert theirs.post(reverse("delegation-end", args=[row.pk])).status_code == 409
    assert delegations.of(giver, desk.now) == []
