"""A purpose whose balancing test lapsed is shut at every door, and opens when two have renewed it
(REGISTER 6.1)."""

from datetime import timedelta

import pytest
from django.conf import settings

from talteen.clock import SystemClock, helsinki_date
from talteen.desk.ground.rates import Buckets
from talteen.desk.interface import api
from talteen.life.use.study.models import Study
from talteen.notice.purposes import Purpose, Role
from talteen.oversight import digest, near
from talteen.register import access, balanced
from talteen.register.models import AccessEntry, NoticeVersion, Staff
from talteen.register.programs import api_tokens
from talteen.register.programs.api_scopes import Scope
from talteen.register.refusals import NotBalanced
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk, desk
from tests.desk.evaluation.test_studies import plan
from tests.kit import builders

__all__ = ["desk"]

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
RIGHTS, QUALITY = Purpose.RIGHTS_OF_PARTIES, Purpose.SERVICE_QUALITY


def renew(desk: Desk, paper: str) -> None:
    """The owner proposes the words of the folder, the officer speaks, the contact adopts."""
    owner, contact, officer = map(desk.client, (Role.OWNER, Role.REGISTER_CONTACT, Role.DPO))
    page = owner.get("/assessments").content.decode()
    form = page.split(f'action="/assessments/{paper}/propose"')[1]
    told = {"sha256": form.split('name="sha256" value="')[1].split('"')[0]}
    assert owner.post(f"/assessments/{paper}/propose", told).status_code == 302
    opinion = {**told, "stand": "for", "opinion": "Ennallaan."}
    assert officer.post(f"/assessments/{paper}/opinion", opinion).status_code == 302
    assert contact.post(f"/assessments/{paper}/adopt", told).status_code == 302


def test_a_lapsed_test_shuts_calls_searches_and_open_streams_until_two_renew_it(desk: Desk) -> None:
    call = desk.call("001")
    case = desk.case(call)
    handler, asked = desk.client(Role.COMPLAINT_HANDLER), {"purpose": RIGHTS.value}
    opened, told = f"/calls/{call.pk}", {**asked, "case": case.reference}
    assert handler.post(f"{opened}/open", told).status_code == 302
    assert handler.get(f"{opened}/sound", HTTP_RANGE="bytes=0-99").status_code == 206

    paper = builders.lapse_test(RIGHTS, helsinki_date(desk.now))

    # The open stream ends with its next range; the page says which test, since when, and who mends.
    assert handler.get(f"{opened}/sound", HTTP_RANGE="bytes=100-199").status_code == 403
    page = handler.get(opened).content.decode()
    day = helsinki_date(desk.now)
    assert f"tasapainotesti {paper} vanheni {day.day}.{day.month}.{day.year}" in page
    owner = desk.reader(Role.OWNER)
    assert owner.name in page
    refused = handler.post(f"{opened}/open", told)
    assert refused.status_code == 403
    assert owner.name in refused.content.decode()
    assert 'value="rights_of_parties"' not in handler.get("/purpose").content.decode()
    with pytest.raises(NotBalanced):
        access.permit_search(
            desk.reader(Role.COMPLAINT_HANDLER),
            RIGHTS,
            case=case.reference,
            sign_in=SignIn.DEMO,
            at=desk.now,
        )
    denied = AccessEntry.objects.filter(action="denied", rule="no_test")
    assert denied.filter(recording=call.pk).count() == 3

    # A duty of law goes on: nothing is to be balanced there.
    contact = desk.reader(Role.REGISTER_CONTACT)
    request = builders.case(contact, calls=(call,), opened_at=desk.now)
    duty = {"purpose": Purpose.DATA_SUBJECT_REQUEST.value, "case": request.reference}
    assert desk.client(Role.REGISTER_CONTACT).post(f"{opened}/open", duty).status_code == 302

    for role in (Role.OWNER, Role.REGISTER_CONTACT, Role.DPO):
        home = desk.client(role).get("/").content.decode()
        assert f"tasapainotesti {paper}" in home, role
    renew(desk, paper)
    assert handler.post(f"{opened}/open", told).status_code == 302
    assert handler.get(f"{opened}/sound", HTTP_RANGE="bytes=100-199").status_code == 206
    assert f"tasapainotesti {paper}" not in desk.client(Role.OWNER).get("/").content.decode()


def test_programs_and_studies_meet_the_same_closed_door(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CONFIG", desk.built.house.config)
    monkeypatch.setattr(api, "buckets", Buckets(10_000, 10_000))
    made = api_tokens.make(
        "crm",
        [Scope.RECORDINGS_READ],
        owner=desk.reader(Role.TEAM_LEADER).code,
        purpose=QUALITY,
        by=(desk.reader(Role.ADMIN).code, desk.reader(Role.DPO).code),
        ends_at=SystemClock().now() + timedelta(days=30),
        now=SystemClock().now(),
    )
    program = desk.client()
    program.defaults["HTTP_AUTHORIZATION"] = f"Bearer {made}"
    assert program.get("/api/v1/recordings").status_code == 200

    builders.lapse_test(QUALITY, helsinki_date(desk.now))

    answer = program.get("/api/v1/recordings")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert "service_quality lapsed on" in answer.json()["title"]
    assert "adopts it" in answer.json()["detail"]
    typed = plan(question="Kerrottiinko peruutusehdot?")
    told = desk.client(Role.QUALITY_ANALYST).post("/studies/new", typed)
    assert told.status_code == 403
    assert "Kerrottiinko peruutusehdot?" in told.content.decode()
    assert not Study.objects.exists()


def test_the_days_before_a_test_lapses_are_told_to_those_who_renew_it(desk: Desk) -> None:
    due = helsinki_date(desk.now) + 40 * DAY
    builders.lapse_test(QUALITY, due)
    owner, handler = desk.reader(Role.OWNER), desk.reader(Role.COMPLAINT_HANDLER)

    def told(person: Staff) -> list[int]:
        return [n for n in range(40, 0, -1) if near.comes(person, desk.now + (40 - n) * DAY)]

    assert told(owner) == [30, 7, 1]
    assert told(handler) == []
    assert not near.overdue(owner, desk.now + 39 * DAY)
    assert digest.waits(owner, desk.now + 40 * DAY), "daily, once the purpose is shut"
    assert digest.waits(owner, desk.now + 47 * DAY)
    desk.built.clock.at = desk.now + 9 * DAY
    assert "sulkeutuu" not in desk.client(Role.OWNER).get("/").content.decode()
    desk.built.clock.at = desk.now + 2 * DAY
    assert f"sulkeutuu {due.day}.{due.month}." in desk.client(Role.OWNER).get("/").content.decode()


def test_what_carries_a_purpose_is_what_was_adopted_last_by_the_notice_in_force(
    desk: Desk,
) -> None:
    today = helsinki_date(desk.now)
    whole = balanced.tests(today)
    assert set(whole) == {one.purpose for one in balanced.grounds(today)}
    assert all(balanced.stands(one, today) for one in Purpose)

    # A notice that promises a shorter time is kept, whatever the folder says.
    NoticeVersion.objects.filter(legacy=False).update(review_months=1)
    assert balanced.tests(today)[RIGHTS].ends_on < whole[RIGHTS].ends_on
    assert not balanced.stands(RIGHTS, balanced.tests(today)[RIGHTS].ends_on)
    # The newest adoption counts, also where it ends earlier; another purpose is left alone.
    builders.lapse_test(RIGHTS, today)
    assert not balanced.stands(RIGHTS, today)
    assert balanced.stands(QUALITY, today)
    assert balanced.stands(Purpose.DATA_SUBJECT_REQUEST, today)
