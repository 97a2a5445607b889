"""Each quarter rights are kept or withdrawn; what nobody looks at lapses (REGISTER 17.2, I15)."""

from datetime import date, timedelta

import pytest

from talteen import course
from talteen.clock import helsinki_date
from talteen.ids import RecordingId
from talteen.notice import access_reviews as law
from talteen.notice.access_reviews import Kept
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import access_reviews
from talteen.register import access
from talteen.register.log import ledger
from talteen.register.log.ledger_reviews import AccessReviewBegun, AccessReviewClosed
from talteen.register.models import House, Staff
from talteen.register.policy import Rule
from talteen.register.refusals import Denied
from talteen.register.staff import invitations, reviews
from talteen.register.staff.people import SignIn
from talteen.register.staff.review_models import AccessReview, RightReview
from tests.desk.conftest import Desk, desk

__all__ = ["desk"]
RIGHTS = Purpose.RIGHTS_OF_PARTIES


def test_the_days_of_a_round_are_counted_as_the_law_counts() -> None:
    assert law.due_on(date(2026, 11, 24)) == date(2026, 12, 8)
    assert law.next_on(date(2026, 11, 30)) == date(2027, 2, 28)


def right_of(person: Staff) -> RightReview:
    return RightReview.objects.filter(staff=person).order_by("-review")[0]


class Opening:
    """A complaint handler with a call open, and who answers for them."""

    def __init__(self, desk: Desk) -> None:
        self.desk, call = desk, desk.call("001")
        self.case, self.call = desk.case(call), RecordingId(call.pk)
        self.handler, self.owner = desk.reader(Role.COMPLAINT_HANDLER), desk.reader(Role.OWNER)

    def open(self) -> access.Grant:
        return access.grant(
            self.handler,
            RIGHTS,
            self.call,
            case=self.case.reference,
            sign_in=SignIn.DEMO,
            at=self.desk.now,
        )

    def refused(self) -> Rule:
        with pytest.raises(Denied) as told:
            self.open()
        return told.value.rule


@pytest.fixture
def opening(desk: Desk) -> Opening:
    made = Opening(desk)
    access_reviews.begin(made.owner, desk.now)
    return made


@pytest.mark.django_db(transaction=True)
def test_what_is_withdrawn_closes_the_open_call_at_once(opening: Opening) -> None:
    grant = opening.open()

    row = right_of(opening.handler)
    access_reviews.decide(row.pk, opening.owner, Kept.WITHDRAWN, opening.desk.now)

    with pytest.raises(Denied) as told:
        access.log_range(grant, "play", start_ms=0, end_ms=1, at=opening.desk.now)
    assert told.value.rule is Rule.NOT_REVIEWED
    with pytest.raises(Exception, match="this was withdrawn"):
        access_reviews.decide(row.pk, opening.owner, Kept.KEPT, opening.desk.now)
    wish = invitations.ask(opening.handler.pk, opening.desk.reader(Role.ADMIN), opening.desk.now)
    assert opening.refused() is Rule.NOT_REVIEWED
    invitations.approve(wish.pk, opening.desk.reader(Role.DPO), opening.desk.now)
    assert opening.open()


@pytest.mark.django_db(transaction=True)
def test_what_nobody_looks_at_lapses_after_its_days_without_any_job(opening: Opening) -> None:
    clock, due = opening.desk.built.clock, right_of(opening.handler).review.due_on
    clock.at += timedelta(days=14)
    assert helsinki_date(opening.desk.now) == due
    assert opening.open()

    clock.at += timedelta(days=1)

    assert opening.refused() is Rule.NOT_REVIEWED
    row = right_of(opening.handler)
    access_reviews.decide(row.pk, opening.owner, Kept.KEPT, opening.desk.now)  # late, and said
    assert opening.open()


@pytest.mark.django_db(transaction=True)
def test_a_round_begins_each_quarter_and_the_ledger_counts_it(opening: Opening) -> None:
    clock, begun = opening.desk.built.clock, helsinki_date(opening.desk.now)
    people = Staff.objects.filter(is_active=True).exclude(role="auditor").count()
    access_reviews.decide(right_of(opening.handler).pk, opening.owner, Kept.KEPT, opening.desk.now)
    access_reviews.tend(opening.desk.now)
    assert AccessReview.objects.count() == 1

    clock.at += timedelta(days=15)
    access_reviews.tend(opening.desk.now)
    access_reviews.tend(opening.desk.now)
    (closed,) = ledger.find(AccessReviewClosed)
    told = closed.entered.entry
    assert (told.day, told.kept, told.withdrawn, told.lapsed) == (begun, 1, 0, people - 1)

    clock.at += timedelta(days=80)
    access_reviews.tend(opening.desk.now)
    access_reviews.tend(opening.desk.now)
    days = [one.entered.entry.day for one in ledger.find(AccessReviewBegun)]
    assert sorted(days) == [begun, helsinki_date(opening.desk.now)]  # the day of the sweep
    assert reviews.stands(opening.handler, helsinki_date(opening.desk.now))  # it has just begun
    # What had lapsed before stays shut: a new round gives nothing back.
    assert not reviews.stands(opening.desk.reader(Role.AGENT), helsinki_date(opening.desk.now))


@pytest.mark.django_db(transaction=True)
def test_each_is_looked_at_by_one_other_person(desk: Desk) -> None:
    people = list(Staff.objects.filter(is_active=True).exclude(role="auditor"))
    today = helsinki_date(desk.now)

    for person in people:
        found = {one.role for one in people if access_reviews.answers_for(one, person, today)}
        assert not access_reviews.answers_for(person, person, today)
        assert len(found) == 1, person.role
    assert access_reviews.answers_for(desk.reader(Role.DPO), desk.reader(Role.OWNER), today)
    with pytest.raises(Exception, match="begins no review"):
        access_reviews.begin(desk.reader(Role.DPO), desk.now)


@pytest.mark.django_db(transaction=True)
def test_the_first_round_of_a_live_house_begins_by_itself_after_a_quarter(desk: Desk) -> None:
    born = desk.now - timedelta(days=80)
    House.objects.update(born_as="live", born_at=born)
    turn = law.next_on(helsinki_date(born))
    shown = desk.client(Role.OWNER).get("/reviews").content.decode()
    assert f"alkaa itsestään {turn.day}.{turn.month}.{turn.year}" in shown
    course.sweep(desk.built.house, desk.now)
    assert not AccessReview.objects.exists()

    House.objects.update(born_at=desk.now - timedelta(days=200))  # no sweep ran for a long time
    course.sweep(desk.built.house, desk.now)

    (row,) = AccessReview.objects.all()
    today = helsinki_date(desk.now)
    assert (row.begun_on, row.due_on) == (today, law.due_on(today))
    handler = desk.reader(Role.COMPLAINT_HANDLER)
    assert access_reviews.waiting(desk.reader(Role.OWNER), desk.now) > 0
    assert reviews.stands(handler, today)  # nobody is shut out before somebody was asked
    assert not reviews.stands(handler, row.due_on + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_in_a_demo_whose_clock_leaps_only_its_owner_begins(desk: Desk) -> None:
    desk.built.clock.at += timedelta(days=200)
    course.sweep(desk.built.house, desk.now)

    assert not AccessReview.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_leader_keeps_and_withdraws_on_the_screen_and_sees_no_others(opening: Opening) -> None:
    opening.open()
    leader, dpo = (opening.desk.client(role) for role in (Role.TEAM_LEADER, Role.DPO))
    owner, otso = opening.desk.client(Role.OWNER), opening.desk.client(Role.AGENT)
    tuomas = opening.desk.reader(Role.TEAM_LEADER)
    agent = Staff.objects.filter(role="agent", team=tuomas.team, unit=tuomas.unit)[0]
    assert otso.get("/reviews").status_code == 403
    page = leader.get("/reviews").content.decode()
    assert agent.name in page
    assert opening.handler.name not in page
    mine, theirs = right_of(agent), right_of(opening.handler)
    assert leader.post(f"/reviews/{theirs.pk}", {"verdict": "withdrawn"}).status_code == 403
    assert otso.post(f"/reviews/{mine.pk}", {"verdict": "withdrawn"}).status_code == 403
    assert leader.post(f"/reviews/{mine.pk}", {"verdict": "kept"})["Location"] == "/reviews"
    assert "Oikeudet jatkuvat." in leader.get("/reviews").content.decode()

    page = owner.get("/reviews").content.decode()

    used = f"{opening.desk.now.day}.{opening.desk.now.month}."
    assert used in page
    assert "ei käytetty" in page
    assert owner.post(f"/reviews/{theirs.pk}", {"verdict": "withdrawn"}).status_code == 302
    assert opening.refused() is Rule.NOT_REVIEWED
    assert "Peruttu" in owner.get("/reviews").content.decode()
    assert opening.owner.name in dpo.get("/reviews").content.decode()
    assert owner.post("/reviews/begin").status_code == 409
