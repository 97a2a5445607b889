"""The door of the controller's own sign-in service, against a real provider in its own process
(REGISTER 17.1; OpenID Connect Core, RP-Initiated and Back-Channel Logout; ASVS 5.0 chapter 10)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from talteen import wiring
from talteen.config import Born, OidcSection
from talteen.desk.entry import entering
from talteen.desk.page.visit import CONFIRMED_AT, SIGN_IN
from talteen.notice.purposes import Purpose, Role
from talteen.register.models import House, Staff
from talteen.register.staff import credentials, factors, identities, invitations
from talteen.register.staff.account_models import Identity
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.kit import provider as providers
from tests.kit.entrances import browser, code_now, seed_on
from tests.kit.provider import MFA, Provider

pytestmark = pytest.mark.django_db(transaction=True)
CALLBACK = "http://localhost/sign-in/oidc/callback"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with providers.running(tmp_path_factory.mktemp("provider"), CALLBACK) as running:
        yield running


@dataclass(slots=True)
class Door:
    """A live house whose people sign in at a provider."""

    desk: Desk
    provider: Provider

    def set_up(self, monkeypatch: pytest.MonkeyPatch, section: OidcSection) -> None:
        built = self.desk.built.house
        house = replace(built, born=Born.LIVE, config=replace(built.config, oidc=section))
        monkeypatch.setattr(wiring, "house", lambda: house)

    def back(self, client: Client, path: str, person: str) -> str:
        """Where the provider sends the browser of ``person`` back to, who went by ``path``."""
        return self.provider.browse(client.get(path)["Location"], person)

    def through(self, client: Client, path: str, person: str) -> str:
        """The same, and on through the house; gives where it leads, or what the page says."""
        answer = client.get(self.back(client, path, person))
        if answer.status_code != 200:
            return answer.content.decode()
        done = client.get("/sign-in/oidc/done")
        return done.headers.get("Location") or done.content.decode()

    def joined(self, person: Staff, name: str) -> Client:
        """The person follows a link, and is ``name`` at the provider from then on."""
        client = browser()
        link = invitations.at_terminal(person.code, None, datetime.now(UTC))
        client.post("/join", {"code": link})
        assert self.through(client, "/join/oidc", name) == "/"
        return client


@pytest.fixture
def door(desk: Desk, started: Provider, monkeypatch: pytest.MonkeyPatch) -> Door:
    started.jar.clear()
    (started.folder / "claims.json").write_text("{}")
    for name in ("aino", "tuomas", "dina"):
        started.says(name, **MFA)
    House.objects.update(born_as="live")
    entering.buckets._left.clear()
    made = Door(desk, started)
    made.set_up(monkeypatch, started.section)
    return made


def test_who_was_bound_at_joining_enters_by_the_service_alone(door: Door) -> None:
    eila = door.desk.reader(Role.REGISTER_CONTACT)
    client = door.joined(eila, "aino")
    assert client.session[SIGN_IN] == SignIn.TWO_FACTORS.value
    assert not factors.of(eila)
    first = client.session.session_key
    client.post("/sign-out")
    assert client.get("/calendar").status_code == 302

    assert "Jatka organisaation tunnuksilla" in client.get("/sign-in").content.decode()
    assert door.through(client, "/sign-in/oidc?next=/calendar", "aino") == "/calendar"

    assert client.get("/calendar").status_code == 200
    assert client.session.session_key != first
    assert client.get("/sign-in/oidc/done").status_code == 422  # an answer is used once


def test_nobody_is_known_by_an_address_and_no_role_is_taken_from_a_token(door: Door) -> None:
    agent = door.desk.reader(Role.AGENT)
    same = {"email": agent.code, "preferred_username": agent.code, "name": agent.name}
    door.provider.says("tuomas", **MFA, **same, email_verified=True)

    assert "ei kuulu kenellekään" in door.through(browser(), "/sign-in/oidc", "tuomas")

    door.provider.jar.clear()
    door.provider.says("aino", **MFA, role="admin", roles=["admin"], groups=["admin"])
    client = door.joined(agent, "aino")
    agent.refresh_from_db()
    assert agent.role == Role.AGENT.value
    assert client.get("/people").status_code == 403


def test_an_identity_is_one_persons(door: Door) -> None:
    door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    client, dpo = browser(), door.desk.reader(Role.DPO)
    client.post("/join", {"code": invitations.at_terminal(dpo.code, None, datetime.now(UTC))})

    assert "toinen ihminen" in door.through(client, "/join/oidc", "aino")

    assert Identity.objects.count() == 1
    assert client.get("/join/password").status_code == 200  # the link is still good


def test_one_factor_of_the_service_is_half_a_way_in(door: Door) -> None:
    eila, client = door.desk.reader(Role.REGISTER_CONTACT), browser()
    door.provider.says("aino", amr=["pwd"])
    client.post("/join", {"code": invitations.at_terminal(eila.code, None, datetime.now(UTC))})

    assert door.through(client, "/join/oidc", "aino") == "/join/factor"
    seed = seed_on(client.get("/join/factor").content.decode())
    client.post("/join/factor", {"code": code_now(seed)})
    assert client.get("/calendar").status_code == 200
    client.post("/sign-out")

    assert door.through(client, "/sign-in/oidc?next=/calendar", "aino").startswith(
        "/sign-in/second"
    )
    assert client.get("/calendar").status_code == 302
    told = {"code": code_now(seed, 1), "next": "/calendar"}
    assert client.post("/sign-in/second", told)["Location"] == "/calendar"

    factors.forget(eila)
    assert "vain yhden tunnisteen" in door.through(browser(), "/sign-in/oidc", "aino")


def test_an_act_of_two_asks_the_service_again(door: Door) -> None:
    admin = door.desk.reader(Role.ADMIN)
    client, other = door.joined(admin, "aino"), door.desk.reader(Role.AGENT)
    session = client.session
    session[CONFIRMED_AT] = (datetime.now(UTC) - timedelta(minutes=11)).isoformat()
    session.save()
    asked = client.post(f"/people/{other.pk}/invite", HTTP_REFERER="http://localhost/people")
    page = client.get(asked["Location"]).content.decode()
    link = re.search(r'href="(/confirm/oidc\?next=[^"]+)"', page)
    assert link is not None

    away = client.get(link[1])["Location"]
    assert parse_qs(urlsplit(away).query)["prompt"] == ["login"]
    client.get(door.provider.browse(away, "aino"))
    back = client.get("/sign-in/oidc/done")["Location"]
    assert back == asked["Location"]  # not done by an address: one press is left
    assert not other.invitations.exists()
    page = client.get(back).content.decode()
    kept = re.search(r'name="kept_form" value="([^"]+)"', page)
    assert kept is not None
    assert f'action="/people/{other.pk}/invite"' in page
    done = client.post(f"/people/{other.pk}/invite", {"kept_form": kept[1]})
    assert done["Location"] == "/people"
    assert other.invitations.exists()


@pytest.mark.parametrize("wrong", ["another person", "one factor", "proved before"])
def test_a_step_up_takes_no_other_and_no_older_proof(door: Door, wrong: str) -> None:
    client = door.joined(door.desk.reader(Role.ADMIN), "aino")
    door.provider.jar.clear()
    door.joined(door.desk.reader(Role.DPO), "dina")
    session = client.session
    session[CONFIRMED_AT] = (datetime.now(UTC) - timedelta(minutes=11)).isoformat()
    session.save()
    if wrong == "one factor":
        door.provider.says("aino", amr=["pwd"])
    away = client.get("/confirm/oidc?next=/people")["Location"]
    if wrong == "proved before":
        kept = SessionStore(client.cookies["oidc"].value)
        kept["at"] = (datetime.now(UTC) + timedelta(minutes=3)).isoformat()
        kept.save()
    door.provider.jar.clear()
    client.get(door.provider.browse(away, "dina" if wrong == "another person" else "aino"))

    assert client.get("/sign-in/oidc/done")["Location"] == "/confirm"
    assert client.post(f"/people/{uuid4()}/invite")["Location"].startswith("/confirm?")


@pytest.mark.parametrize(
    "wrong", ["browser", "state", "no state", "letters", "nonce", "verifier", "late"]
)
def test_an_answer_to_another_question_lets_nobody_in(door: Door, wrong: str) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    client.post("/sign-out")
    back = door.back(client, "/sign-in/oidc", "aino")
    kept = SessionStore(client.cookies["oidc"].value)
    if wrong == "browser":
        client = browser()
    elif wrong == "state":
        back = back.replace("state=", "state=x")
    elif wrong == "no state":
        kept["state"], back = "", back.split("&state=")[0]
    elif wrong == "letters":
        back = back.split("&state=")[0] + "&state=ä"
    elif wrong == "late":
        kept["at"] = (datetime.now(UTC) - timedelta(minutes=11)).isoformat()
    else:
        kept[wrong] = "x" * 43
    kept.save()

    assert client.get(back).status_code == 422

    assert client.get("/sign-in/oidc/done").status_code == 422
    assert client.get("/calendar").status_code == 302


def test_signing_out_goes_on_to_the_service_and_keeps_no_token(door: Door) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    assert set(client.session[identities.SESSION]) == {"issuer", "subject", "session"}

    page = client.post("/sign-out").content.decode()

    assert f"{door.provider.issuer}/logout/?client_id=talteen" in page
    assert client.get("/calendar").status_code == 302


def logout_token(provider: Provider, subject: str, typ: str = "logout+jwt", **other: object) -> str:
    now = int(datetime.now(UTC).timestamp())
    told: dict[str, object] = {
        "iss": provider.issuer,
        "aud": "talteen",
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid4()),
        "sub": subject,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }
    claims = {key: value for key, value in (told | other).items() if value != ""}
    return provider.signed(claims, typ=typ)


def test_the_service_ends_sessions_and_the_sound_that_is_open_in_them(door: Door) -> None:
    call = door.desk.call("001")
    case = door.desk.case(call)
    eila = door.desk.reader(Role.REGISTER_CONTACT)
    client = door.joined(eila, "aino")
    door.provider.jar.clear()
    other = door.joined(door.desk.reader(Role.DPO), "dina")
    told = {"purpose": Purpose.RIGHTS_OF_PARTIES.value, "case": case.reference}
    client.post(f"/calls/{call.pk}/open", told)
    sound = f"/calls/{call.pk}/sound"
    assert client.get(sound, HTTP_RANGE="bytes=0-999").status_code == 206
    subject = Identity.objects.get(staff=eila).subject

    for wrong in ({"aud": "another"}, {"events": {}}, {"nonce": "n"}, {"iat": 1}, {"sub": ""}):
        token = logout_token(door.provider, subject, **wrong)
        assert browser().post("/sign-in/oidc/ended", {"logout_token": token}).status_code == 400
    token = logout_token(door.provider, subject, typ="JWT")  # another kind of token of theirs
    assert browser().post("/sign-in/oidc/ended", {"logout_token": token}).status_code == 400
    assert client.get(sound, HTTP_RANGE="bytes=0-999").status_code == 206

    token = logout_token(door.provider, subject)
    assert browser().post("/sign-in/oidc/ended", {"logout_token": token}).status_code == 200

    assert client.get(sound, HTTP_RANGE="bytes=0-999").status_code == 302
    assert client.get("/calendar").status_code == 302
    assert other.get("/calendar").status_code == 200


def test_a_leaver_is_nobody_at_the_service_too(door: Door) -> None:
    eila = door.desk.reader(Role.REGISTER_CONTACT)
    client = door.joined(eila, "aino")

    credentials.leave(eila.code, datetime.now(UTC))

    assert client.get("/calendar").status_code == 302
    assert not Identity.objects.exists()
    assert "ei kuulu kenellekään" in door.through(client, "/sign-in/oidc", "aino")


def test_a_service_whose_certificate_nobody_vouches_for_is_asked_nothing(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.set_up(monkeypatch, door.provider.section.model_copy(update={"ca_file": None}))

    answer = browser().get("/sign-in/oidc")

    assert answer.status_code == 503
    assert "Kirjautumispalvelu ei vastaa" in answer.content.decode()
    assert "pääsyavaimella" in answer.content.decode()


def test_a_house_without_a_service_offers_none(
    door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    door.set_up(monkeypatch, OidcSection())
    assert browser().get("/sign-in/oidc").status_code == 404
    assert "organisaation tunnuksilla" not in browser().get("/sign-in").content.decode()
