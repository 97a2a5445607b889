"""The sample: drawn calls for those who evaluate, the draw anew and the listeners for an agent."""

import hashlib
import hmac
import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from talteen.clock import helsinki_date, start_of_day
from talteen.desk.page.visit import SIGN_IN
from talteen.ids import RecordingId
from talteen.life.use.quality import drawing, lot
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import AccessEntry, Recording, Staff
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.kit import transcripts

pytestmark = pytest.mark.django_db(transaction=True)
ALL = 100
"""Of the one call that a test takes in, the whole is drawn."""


def drawn(desk: Desk, percent: int = ALL) -> Recording:
    """A spoken call with words, drawn into the sample of its week."""
    call = desk.call("001")
    monday = lot.monday_of(call.day)
    drawing.tend(desk.built.house.vault.lot_seed, percent, start_of_day(monday) - timedelta(days=1))
    house, recording = desk.built.house, RecordingId(call.pk)
    transcripts.write(house.vault, recording, transcripts.of_call("001", call), desk.now)
    desk.built.clock.at = max(desk.now, start_of_day(monday) + timedelta(days=9))
    drawing.tend(desk.built.house.vault.lot_seed, percent, desk.now)
    return Recording.objects.get(pk=call.pk)


def as_person(person: Staff) -> Client:
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="fi")
    client.force_login(person)
    session = client.session
    session[SIGN_IN] = SignIn.DEMO.value
    session.save()
    return client


def read(client: Client, path: str = "/quality") -> str:
    return client.get(path).content.decode()


def test_an_analyst_opens_a_drawn_call_with_the_callers_voice_masked(desk: Desk) -> None:
    call = drawn(desk)
    Recording.objects.filter(pk=call.pk).update(special_category=False)
    leena = desk.client(Role.QUALITY_ANALYST)

    listed = read(leena)
    assert "1 puhelu odottaa arviointia" in listed
    assert f'href="/calls/{call.pk}"' in listed
    assert call.agent.name not in listed
    form = {"purpose": Purpose.SERVICE_QUALITY.value}
    said = leena.post(f"/calls/{call.pk}/open", form, follow=True).content.decode()
    assert "Soittajan ääni ja peitetyt kohdat eivät avaudu." in said
    assert "Avaa peitetty" not in said
    assert "Väärä kieli?" not in said
    assert leena.post(f"/calls/{call.pk}/words", {"language": "sv"}).status_code == 403
    assert leena.post(f"/calls/{call.pk}/export", {"form": "json"}).status_code == 403
    assert call.agent.name not in said
    masked = sound(leena, call)

    riitta, case = desk.client(Role.COMPLAINT_HANDLER), desk.case(call)
    rights = {"purpose": Purpose.RIGHTS_OF_PARTIES.value, "case": case.reference}
    riitta.post(f"/calls/{call.pk}/open", rights)
    whole = sound(riitta, call)
    # Frames are caller, agent, each of two bytes: the agent's are the same, the caller's are not.
    frames = [body[44 : 44 + 400_000] for body in (masked, whole)]
    assert frames[0] != frames[1]
    agent = [body[2::4] + body[3::4] for body in frames]
    differing = sum(one != other for one, other in zip(*agent, strict=True))
    assert differing < len(agent[0]) // 10, "only what is covered differs in the agent's lane"


def sound(client: Client, call: Recording) -> bytes:
    return b"".join(client.get(f"/calls/{call.pk}/sound", HTTP_RANGE="bytes=0-500000"))


def test_an_agent_computes_the_draw_from_the_file_and_sees_who_listened(desk: Desk) -> None:
    call = drawn(desk)
    agent = as_person(call.agent)
    leader = desk.reader(Role.TEAM_LEADER)
    AccessEntry.objects.create(
        at=desk.now,
        staff=leader.pk,
        role=leader.role,
        purpose=Purpose.SERVICE_QUALITY.value,
        recording=call.pk,
        action="play",
        start_ms=0,
        end_ms=12_000,
    )

    said = read(agent)
    assert "Puheluitasi on kuunneltu" in said
    assert leader.name in said
    assert "Palvelun laatu" in said
    assert "ääntä 12 s" in said
    week = lot.monday_of(call.day)
    told = json.loads(read(agent, f"/quality/{week}.json"))

    seed = bytes.fromhex(told["seed"])
    assert hashlib.sha256(seed).hexdigest() == told["commitment"]
    tickets = sorted(
        (hmac.new(seed, UUID(one["id"]).bytes, "sha256").hexdigest(), one["side"])
        for one in told["calls"]
        if one["ticket"]
    )
    assert [side for _, side in tickets[: told["quota"]]] == ["drawn"] * told["quota"]


def test_before_the_first_draw_the_page_says_when_it_comes(desk: Desk) -> None:
    drawing.tend(desk.built.house.vault.lot_seed, 5, desk.now)

    for role in (Role.TEAM_LEADER, Role.QUALITY_ANALYST, Role.AGENT):
        said = read(desk.client(role))
        assert "Otosta ei ole vielä arvottu" in said
        assert "Siemen lukitaan ennen viikon alkua" in said
    monday = lot.monday_of(helsinki_date(desk.now)) + timedelta(days=7)
    assert desk.client(Role.AGENT).get(f"/quality/{monday}.json").status_code == 404


def test_otso_finds_no_sample(desk: Desk) -> None:
    for role in (Role.ADMIN, Role.DPO, Role.REGISTER_CONTACT, Role.AUDITOR, Role.TRAINER):
        assert desk.client(role).get("/quality").status_code == 403
        assert desk.client(role).get("/quality/2026-11-16.json").status_code == 403


def test_the_sweep_fixes_the_seed_of_the_week_to_come(desk: Desk) -> None:
    from talteen import course
    from talteen.life.use.quality.models import Draw

    course.sweep(desk.built.house, desk.now)

    assert Draw.objects.get().monday > helsinki_date(desk.now)
    assert desk.built.house.register.pool.percent <= 5
