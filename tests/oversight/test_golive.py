"""Calls are recorded while every condition is met that keeps recording off, and one page says how
each stands (REGISTER 6.2)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from talteen import capturing, enrolling, wiring
from talteen.clock import SystemClock, helsinki_date
from talteen.desk.promise import golive_words
from talteen.life.capture.house_file import HouseFile
from talteen.life.capture.models import Promise
from talteen.notice.purposes import Purpose, Role
from talteen.operations import parts
from talteen.operations.findings import State as Health
from talteen.oversight import digest, golive
from talteen.oversight.drill_models import DrillRun
from talteen.oversight.golive import Condition, Looked, State
from talteen.register import balanced
from talteen.register import house as register_house
from talteen.register.models import AnnouncementVersion, NoticeVersion, Staff
from tests.desk.conftest import TODAY, Desk, desk
from tests.kit import builders, houses
from tests.oversight.test_lapsed_purpose import renew

__all__ = ["desk"]

pytestmark = pytest.mark.django_db(transaction=True)
C = Condition


def look(desk: Desk) -> dict[Condition, State]:
    house = desk.built.house
    asked = Looked(
        house.config,
        house.register,
        wiring.witnesses_of(house.config),
        desk.now,
        SystemClock().now(),
    )
    return {one.condition: one.state for one in golive.look(asked).items}


def test_recording_is_off_while_the_impact_assessment_is_past_its_review(desk: Desk) -> None:
    config, owner = desk.built.house.config, desk.client(Role.OWNER)
    enrolling.tell(config, desk.now)
    told = capturing.folder(config).house
    assert HouseFile.read(told).prompts
    page = owner.get("/go-live").content.decode()
    assert "Tallennus on auki" in page
    assert "Tallennus</" not in owner.get("/").content.decode()

    paper = builders.lapse_test(None, helsinki_date(desk.now))

    enrolling.tell(config, desk.now)
    assert HouseFile.read(told).prompts == (), "a node keeps nothing without an announcement"
    outcome = desk.built.take_in(houses.spoken("001", TODAY))
    assert outcome.recording is None
    assert Promise.objects.get().outcome == "not_announced"
    page = owner.get("/go-live").content.decode()
    assert "Tallennus on kiinni: 1 ehto puuttuu" in page
    assert "pitää tallennuksen kiinni" in page
    assert 'href="/assessments"' in page.split('id="impact"')[1].split("</tr>")[0]
    assert parts.go_live(desk.built.house).state is Health.FAULT
    assert "recording is off: impact" in parts.go_live(desk.built.house).says
    for role in (Role.OWNER, Role.REGISTER_CONTACT, Role.DPO, Role.ADMIN):
        assert "kiinni" in desk.client(role).get("/").content.decode(), role
    assert digest.waits(desk.reader(Role.OWNER), desk.now)

    renew(desk, paper)
    enrolling.tell(config, desk.now)
    assert HouseFile.read(told).prompts
    assert desk.built.take_in(houses.spoken("002", TODAY)).recording is not None
    assert "Tallennus on auki" in owner.get("/go-live").content.decode()


def test_recording_is_off_when_no_purpose_stands_and_goes_on_while_one_does(desk: Desk) -> None:
    today = helsinki_date(desk.now)
    *most, last = [one.purpose for one in balanced.grounds(today)]
    for purpose in most:
        builders.lapse_test(purpose, today)
    assert look(desk)[C.TESTS] is State.ASKED
    assert balanced.may_record(today)
    builders.lapse_test(last, today)
    assert look(desk)[C.TESTS] is State.OFF
    assert not balanced.may_record(today)


def test_a_node_knows_the_first_notice_before_its_day(desk: Desk) -> None:
    day = NoticeVersion.objects.get(legacy=False).valid_from
    assert balanced.may_record(day - timedelta(days=1)), "its announcements have days of their own"
    builders.lapse_test(None, day - timedelta(days=1))
    assert not balanced.may_record(day - timedelta(days=1))


def _no_sound(desk: Desk) -> None:
    AnnouncementVersion.objects.filter(language="sv", direction="inbound").update(sound_sha256=None)


def _one_contact(desk: Desk) -> None:
    people = Staff.objects.filter(role=Role.REGISTER_CONTACT.value).order_by("code")
    Staff.objects.exclude(pk=people[0].pk).filter(role=Role.REGISTER_CONTACT.value).update(
        is_active=False
    )


def _no_officer(desk: Desk) -> None:
    Staff.objects.filter(role=Role.DPO.value).update(is_active=False)


def _drill(desk: Desk, *, ok: bool) -> None:
    counts = dict.fromkeys(("dead", "revived", "controls", "played", "files"), 0)
    DrillRun.objects.create(kind="weekly", at=desk.now, ok=ok, verdict="x", **counts)


BREAKS: dict[Condition, tuple[Callable[[Desk], None], State]] = {
    C.ANNOUNCEMENTS: (_no_sound, State.OFF),
    C.CONTACTS: (_one_contact, State.ASKED),
    C.OFFICER: (_no_officer, State.ASKED),
}


@pytest.mark.parametrize("condition", BREAKS, ids=lambda one: one.value)
def test_a_condition_that_is_lacking_says_so(desk: Desk, condition: Condition) -> None:
    breaks, state = BREAKS[condition]
    assert look(desk)[condition] is State.MET
    breaks(desk)
    assert look(desk)[condition] is state
    assert look(desk)[C.NOTICE] is State.MET
    page = desk.client(Role.OWNER).get("/go-live").content.decode()
    assert str(golive_words.NAMED[condition].name) in page
    if state is State.ASKED:
        assert str(golive_words.GOES_ON[condition]) in page


def test_what_has_never_run_is_asked_for_and_what_has_is_met(desk: Desk) -> None:
    assert look(desk)[C.RETENTION] is State.ASKED
    assert look(desk)[C.DRILL] is State.ASKED
    assert look(desk)[C.WITNESS] is State.ASKED
    register_house.swept(SystemClock().now())
    _drill(desk, ok=True)
    assert look(desk)[C.RETENTION] is State.MET
    assert look(desk)[C.DRILL] is State.MET
    _drill(desk, ok=False)
    assert look(desk)[C.DRILL] is State.ASKED
    register_house.swept(SystemClock().now() - timedelta(days=2))
    assert look(desk)[C.RETENTION] is State.ASKED


def test_those_who_do_not_answer_for_the_register_do_not_see_the_list(desk: Desk) -> None:
    assert desk.client(Role.AGENT).get("/go-live").status_code == 403
    assert desk.client(Role.AUDITOR).get("/go-live").status_code == 200


def test_every_condition_has_its_words_in_every_state(desk: Desk) -> None:
    today = helsinki_date(desk.now)
    always_off = {C.NOTICE, C.COOPERATION, C.ANNOUNCEMENTS}
    assert set(golive_words.GOES_ON) == set(Condition) - always_off, "each says why it goes on"
    for condition in Condition:
        for state in State:
            for told in ({}, {"on": today}, {"count": 2, "on": None}):
                if "count" in told and condition not in COUNTED:
                    continue
                said = golive_words.says(golive.Item(condition, state, **told))  # type: ignore[arg-type]
                assert said
                assert "%(" not in said or not told, (condition, state, told)


COUNTED = {C.TESTS, C.EMPLOYEES, C.ANNOUNCEMENTS, C.PROCESSORS, C.CONTACTS, C.KEYS}


def test_a_house_of_an_earlier_release_records_until_its_first_adoption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    today = builders.NOON.date()
    monkeypatch.setattr(builders, "adopt_tests", lambda _day: None)
    builders.notice()
    assert balanced.may_record(today)
    assert not any(one.stands(today) for one in balanced.grounds(today)), "nothing opens meanwhile"

    builders.adopt_test("LIA-1", Purpose.RIGHTS_OF_PARTIES, today)
    assert not balanced.may_record(today), "from then on the impact assessment is asked for too"
