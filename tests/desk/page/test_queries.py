"""A list page asks the database the same number of questions however much the house holds."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from talteen.clock import helsinki_date
from talteen.desk.ground.rates import Buckets
from talteen.desk.rights import officer, portal
from talteen.life.use.coach.models import Goal, Playlist, PlaylistEntry, PlaylistReader, Script
from talteen.life.use.guide.models import Article, ArticleVersion
from talteen.life.use.quality import lot, published
from talteen.life.use.quality.models import EvaluatedCall, Evaluation
from talteen.notice.purposes import Purpose, Role
from talteen.oversight.use.models import OddUse
from talteen.register.approved import State
from talteen.register.models import AccessEntry, Case, Hold, Recording, Staff
from talteen.register.passage_models import Passage
from tests.desk.conftest import Desk
from tests.kit import builders, pools

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = (
    (Role.AGENT, "/ /quality /coaching /guidance /guidance/lessons /my-use /calendar"),
    (Role.TEAM_LEADER, "/ /quality /coaching /calibration /studies /guidance /passages"),
    (
        Role.QUALITY_ANALYST,
        "/ /quality /studies /calibration /guidance /guidance/lessons /passages",
    ),
    (Role.TRAINER, "/ /coaching /guidance /passages"),
    (Role.COMPLAINT_HANDLER, "/ /holds /purpose"),
    (Role.REGISTER_CONTACT, "/ /calls /requests /holds /disclosures /recipients /do-not-record"),
    (Role.DPO, "/ /breaches /officer /uses /people /requests /disclosures /log"),
    (Role.OWNER, "/ /uses /breaches /emergencies"),
    (Role.ADMIN, "/ /people /vault"),
    (Role.AUDITOR, "/balance /certificates/months"),
)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    for page in (portal, officer):
        monkeypatch.setattr(page, "buckets", Buckets(per_second=1000, at_once=1000), raising=False)


def questions(desk: Desk) -> dict[str, int]:
    """So many queries each page takes."""
    found = {}
    for role, paths in LISTS:
        client = desk.client(role)
        for path in paths.split():
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(path)
            assert answer.status_code == 200, (role, path)
            found[f"{role.value} {path}"] = len(asked)
    return found


def grow(desk: Desk, rows: int, name: str) -> None:
    """``rows`` more of all that lists hold."""
    leena, tuomas = desk.reader(Role.QUALITY_ANALYST), desk.reader(Role.TEAM_LEADER)
    monday = lot.monday_of(helsinki_date(desk.now)) - timedelta(days=14)
    agents = [builders.staff(f"{name}{n}", of="myyntipalvelu") for n in range(rows)]
    Staff.objects.filter(pk__in=[one.pk for one in agents]).update(team=tuomas.team)
    calls = pools.week(monday, agents, calls={("rooms", "fi"): 2}, drawn=2)
    form = published.row_of(published.shipped("hotel"))
    today = helsinki_date(desk.now)
    for number, (call, agent) in enumerate(zip(calls[::2], agents, strict=True)):
        told = {"form": form, "agent": agent, "evaluator": leena, "week": "2026-W47"}
        made = Evaluation.objects.create(
            **told, answers={}, state="given", ends_on=today + timedelta(days=300)
        )
        EvaluatedCall.objects.create(evaluation=made, recording=call, made_at=desk.now)
        days = {"set_on": today, "review_on": today, "ends_on": today + timedelta(days=300)}
        Goal.objects.create(agent=agent, by=tuomas, text="x", state="agreed", **days)
        said = {"title": "t", "text": "t", "language": "fi", "by": leena}
        Script.objects.create(unit=leena.unit, made_at=desk.now, **said)
        article = Article.objects.create(unit=leena.unit, owner=leena)
        ArticleVersion.objects.create(
            article=article,
            number=1,
            published_at=desk.now,
            review_on=today,
            sha256=b"",
            **said,
        )
        _teach(desk, calls[2 * number + 1], agent, f"{name}{number}")
        case = desk.case(call)
        entry = {"staff": agent.pk, "role": agent.role, "purpose": Purpose.CORRECTNESS.value}
        AccessEntry.objects.create(at=desk.now, recording=call.pk, action="play", **entry)
        OddUse.objects.create(staff=agent.pk, rule="night", day=today, count=1, found_at=desk.now)
        _hold(desk, call, case, today)
        stranger = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
        stranger.post("/my-data", {"right": "access", "language": "fi", "name": f"Kaisa {number}"})
        stranger.post("/my-data/officer", {"text": "Saako puheluani kuunnella?", "reach": ""})
        desk.client(Role.AGENT).post(
            "/breaches/report", {"kind": "lost_device", "words": "Kannettava varastettiin"}
        )


def _teach(desk: Desk, call: Recording, agent: Staff, name: str) -> None:
    """A passage that two people approved, in a list of its own for its agent."""
    leena, kaarlo = desk.reader(Role.QUALITY_ANALYST), desk.reader(Role.TRAINER)
    passage = Passage.objects.create(
        recording=call,
        start_ms=1_000,
        end_ms=9_000,
        teaches=f"Opettaa {name}",
        marked_by=leena,
        marked_at=desk.now,
        state=State.APPROVED.value,
        decided_by=desk.reader(Role.TEAM_LEADER),
        decided_at=desk.now,
    )
    playlist = Playlist.objects.create(unit=leena.unit, title=name, by=kaarlo, made_at=desk.now)
    PlaylistEntry.objects.create(playlist=playlist, passage=passage, place=1)
    PlaylistReader.objects.create(playlist=playlist, staff=agent)


def _hold(desk: Desk, call: Recording, case: Case, today: date) -> None:
    contact = desk.reader(Role.REGISTER_CONTACT)
    made = Hold.objects.create(
        recording=call,
        case=case,
        ground="complaint",
        purposes=[Purpose.RIGHTS_OF_PARTIES.value],
        state="active",
        opened_at=desk.now,
        opened_by=contact,
        approved_by=contact,
        review_on=today + timedelta(days=20),
    )
    made.people.set([contact, desk.reader(Role.COMPLAINT_HANDLER)])


def test_no_list_asks_more_the_more_it_lists(desk: Desk) -> None:
    grow(desk, 2, "few")
    before = questions(desk)
    grow(desk, 6, "more")
    after = questions(desk)
    assert b"Opettaa more5" in desk.client(Role.TRAINER).get("/passages").content

    grown = {page: (before[page], after[page]) for page in after if after[page] > before[page]}
    assert grown == {}
