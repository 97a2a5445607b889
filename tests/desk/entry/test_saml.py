"""The door of a sign-in service that speaks SAML, against an identity provider that we did not
write, in its own process (REGISTER 17.1; saml-profiles-2.0-os 4.1; ASVS 5.0, 6.8)."""

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client
from lxml import etree

from talteen import wiring
from talteen.config import Born, OidcSection, SamlSection
from talteen.desk.entry import entering
from talteen.desk.page.visit import CONFIRMED_AT, ENDS_AT, SIGN_IN
from talteen.engine import saml as engine
from talteen.notice.purposes import Role
from talteen.operations import certificates, parts
from talteen.operations.findings import State
from talteen.register.models import House, Staff
from talteen.register.staff import credentials, factors, identities, invitations
from talteen.register.staff.account_models import Identity, SpentAnswer
from talteen.register.staff.people import SignIn
from tests.desk.conftest import Desk
from tests.kit import saml as providers
from tests.kit.entrances import browser, code_now, seed_on
from tests.kit.saml import ISSUER, SamlProvider

pytestmark = pytest.mark.django_db(transaction=True)
BACK = "http://localhost/sign-in/saml/callback"
CALLBACK, DONE = "/sign-in/saml/callback", "/sign-in/saml/done"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamlProvider]:
    with providers.running(tmp_path_factory.mktemp("provider"), BACK) as running:
        yield running


@dataclass(slots=True)
class Door:
    """A live house whose people sign in at a provider."""

    desk: Desk
    provider: SamlProvider

    def set_up(
        self,
        monkeypatch: pytest.MonkeyPatch,
        section: SamlSection,
        oidc: OidcSection | None = None,
    ) -> None:
        built = self.desk.built.house
        config = replace(built.config, saml=section, oidc=oidc or OidcSection())
        house = replace(built, born=Born.LIVE, config=config)
        monkeypatch.setattr(wiring, "house", lambda: house)

    def answer(self, client: Client, path: str, person: str) -> str:
        """What the provider's page brings back for ``person``, who went by ``path``."""
        xml = self.provider.answer(client.get(path)["Location"], person)
        return base64.b64encode(xml).decode()

    def bring(self, answer: str, **also: str) -> HttpResponse:
        """As its page does: from another site, so with none of our cookies."""
        return Client(SERVER_NAME="localhost", enforce_csrf_checks=True).post(  # type: ignore[return-value]
            CALLBACK,
            {"SAMLResponse": answer, "RelayState": "https://evil.example/", **also},
            HTTP_ORIGIN="https://login.example.fi",
        )

    def through(self, client: Client, path: str, person: str) -> str:
        """All the way; gives where it leads, or what the page says."""
        answer = self.bring(self.answer(client, path, person))
        if answer.status_code != 200:
            return answer.content.decode()
        assert f'url={DONE}"' in answer.content.decode()
        done = client.get(DONE)
        return done.headers.get("Location") or done.content.decode()

    def joined(self, person: Staff, name: str) -> Client:
        """The person follows a link, and is ``name`` at the provider from then on."""
        client = browser()
        link = invitations.at_terminal(person.code, None, datetime.now(UTC))
        client.post("/join", {"code": link})
        assert self.through(client, "/join/saml", name) == "/"
        return client


def opened(desk: Desk, started: SamlProvider, monkeypatch: pytest.MonkeyPatch) -> Door:
    """The door of a live house to which nobody has come yet."""
    started.says()
    House.objects.update(born_as="live")
    entering.buckets._left.clear()
    made = Door(desk, started)
    made.set_up(monkeypatch, started.section)
    return made


@pytest.fixture
def door(desk: Desk, started: SamlProvider, monkeypatch: pytest.MonkeyPatch) -> Door:
    return opened(desk, started, monkeypatch)


def kept(client: Client) -> SessionStore:
    """The question of this browser."""
    return SessionStore(client.cookies["saml"].value.partition(".")[0].removeprefix("_"))


def stale(client: Client) -> None:
    """The second factor was shown a while ago."""
    session = client.session
    session[CONFIRMED_AT] = (datetime.now(UTC) - timedelta(minutes=11)).isoformat()
    session.save()


def test_who_was_bound_at_joining_enters_by_the_service_alone(door: Door) -> None:
    eila = door.desk.reader(Role.REGISTER_CONTACT)
    client = door.joined(eila, "aino")
    assert client.session[SIGN_IN] == SignIn.TWO_FACTORS.value
    assert not factors.of(eila)
    row = Identity.objects.get(staff=eila)
    assert (row.issuer, row.subject) == (ISSUER, "aino-5c0f1b")
    first = client.session.session_key
    assert "istunto siellä jatkuu" in client.get("/account").content.decode()
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/calendar").status_code == 302

    page = client.get("/sign-in?next=/calendar").content.decode()
    assert 'href="/sign-in/saml?next=/calendar"' in page
    assert "Jatka organisaation tunnuksilla" in page
    answer = door.answer(client, "/sign-in/saml?next=/calendar", "aino")
    cookie = client.cookies["saml"].value
    assert door.bring(answer).status_code == 200
    assert client.get(DONE)["Location"] == "/calendar"

    assert client.get("/calendar").status_code == 200
    assert client.session.session_key != first
    client.cookies["saml"] = cookie
    assert client.get(DONE).status_code == 422  # an answer is used once


def test_only_a_place_of_this_house_is_gone_on_to(door: Door) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    client.post("/sign-out")

    # ``bring`` sends a RelayState of another site with each answer.
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert door.through(client, f"/sign-in/saml?next={wanted}", "aino") == "/"
        client.post("/sign-out")


def test_nobody_is_known_by_an_address_and_no_role_is_taken_from_an_answer(door: Door) -> None:
    agent = door.desk.reader(Role.AGENT)
    attributes = {"mail": agent.code, "uid": agent.code, "eduPersonAffiliation": ["admin"]}
    door.provider.says(attributes=attributes)
    assert "ei kuulu kenellekään" in door.through(browser(), "/sign-in/saml", "tuomas")

    door.provider.says(format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")
    assert "vastaus ei pidä" in door.through(browser(), "/sign-in/saml", "tuomas")

    door.provider.says(attributes=attributes)
    client = door.joined(agent, "aino")
    agent.refresh_from_db()
    assert agent.role == Role.AGENT.value
    assert client.get("/people").status_code == 403


def test_an_identity_is_one_persons(door: Door) -> None:
    door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    client, dpo = browser(), door.desk.reader(Role.DPO)
    client.post("/join", {"code": invitations.at_terminal(dpo.code, None, datetime.now(UTC))})

    assert "toinen ihminen" in door.through(client, "/join/saml", "aino")

    assert Identity.objects.count() == 1
    assert client.get("/join/password").status_code == 200  # the link is still good


def test_one_factor_of_the_service_is_half_a_way_in(door: Door) -> None:
    eila, client = door.desk.reader(Role.REGISTER_CONTACT), browser()
    door.provider.says(context=PASSWORD)
    client.post("/join", {"code": invitations.at_terminal(eila.code, None, datetime.now(UTC))})
    page = client.get("/join/password").content.decode()
    assert 'href="/join/saml"' in page

    assert door.through(client, "/join/saml", "aino") == "/join/factor"
    seed = seed_on(client.get("/join/factor").content.decode())
    client.post("/join/factor", {"code": code_now(seed)})
    assert client.get("/calendar").status_code == 200
    client.post("/sign-out")

    path = "/sign-in/saml?next=/calendar"
    assert door.through(client, path, "aino").startswith("/sign-in/second")
    assert client.get("/calendar").status_code == 302
    told = {"code": code_now(seed, 1), "next": "/calendar"}
    assert client.post("/sign-in/second", told)["Location"] == "/calendar"

    factors.forget(eila)
    assert "vain yhden tunnisteen" in door.through(browser(), "/sign-in/saml", "aino")


def test_an_act_of_two_asks_the_service_again(door: Door) -> None:
    client, other = door.joined(door.desk.reader(Role.ADMIN), "aino"), door.desk.reader(Role.AGENT)
    stale(client)
    asked = client.post(f"/people/{other.pk}/invite", HTTP_REFERER="http://localhost/people")
    page = client.get(asked["Location"]).content.decode()
    path = re.findall(r'href="(/confirm/saml[?]next=[^"]+)"', page)[0]

    [packed] = parse_qs(urlsplit(client.get(path)["Location"]).query)["SAMLRequest"]
    question = etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
    assert question.get("ForceAuthn") == "true"
    assert door.through(client, path, "aino") == asked["Location"]
    kept = {"kept_form": parse_qs(urlsplit(asked["Location"]).query)["kept_form"][0]}
    assert client.post(f"/people/{other.pk}/invite", kept)["Location"] == "/people"
    assert other.invitations.exists()


@pytest.mark.parametrize("wrong", ["another person", "one factor", "proved before"])
def test_a_step_up_takes_no_other_and_no_older_proof(door: Door, wrong: str) -> None:
    client, agent = door.joined(door.desk.reader(Role.ADMIN), "aino"), door.desk.reader(Role.AGENT)
    door.joined(door.desk.reader(Role.DPO), "dina")
    stale(client)
    door.provider.says(
        context=PASSWORD if wrong == "one factor" else "https://refeds.org/profile/mfa",
        proved_ago=120 if wrong == "proved before" else 0,
    )
    person = "dina" if wrong == "another person" else "aino"

    assert door.through(client, "/confirm/saml?next=/people", person) == "/confirm"

    assert client.post(f"/people/{agent.pk}/invite")["Location"].startswith("/confirm?")


@pytest.mark.parametrize("wrong", ["browser", "no cookie", "secret", "late", "nobody asked"])
def test_an_answer_to_another_question_lets_nobody_in(door: Door, wrong: str) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    client.post("/sign-out")
    answer = door.answer(client, "/sign-in/saml", "aino")
    if wrong == "browser":  # which has begun by itself, and is brought the answer of another
        client = browser()
        client.get("/sign-in/saml")
    elif wrong == "no cookie":
        client = browser()
    elif wrong == "secret":
        client.cookies["saml"] = client.cookies["saml"].value.partition(".")[0] + ".x"
    elif wrong == "late":
        row = kept(client)
        row["at"] = (datetime.now(UTC) - timedelta(minutes=11)).isoformat()
        row.save()
    else:
        kept(client).delete()  # as if the service had begun by itself
    brought = door.bring(answer)

    assert brought.status_code == (422 if wrong in ("late", "nobody asked") else 200)
    assert client.get(DONE).status_code == 422
    assert client.get("/calendar").status_code == 302


def test_an_answer_that_nobody_asked_for_is_refused(door: Door) -> None:
    door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    door.provider.says(args={"in_response_to": ""})  # IdP-initiated
    client = browser()

    assert "Aloita uudelleen" in door.through(client, "/sign-in/saml", "aino")

    assert client.get(DONE).status_code == 422


def test_an_answer_is_used_once_and_forgotten_after_its_end(door: Door) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    client.post("/sign-out")
    SpentAnswer.objects.all().delete()
    answer = door.answer(client, "/sign-in/saml", "aino")
    before = dict(kept(client).items())
    assert door.bring(answer).status_code == 200
    assert door.bring(answer).status_code == 422  # the question was answered

    row = kept(client)
    del row["told"]
    row.save()
    assert dict(row.items()) == before
    assert "vastaus ei pidä" in door.bring(answer).content.decode()  # and so if it was not

    [spent] = SpentAnswer.objects.all()
    assert len(bytes(spent.sha256)) == 32
    ends = timedelta(minutes=5) - (spent.ends_at - datetime.now(UTC) - timedelta(minutes=1))
    assert abs(ends) < timedelta(seconds=30)
    assert client.get("/calendar").status_code == 302
    SpentAnswer.objects.update(ends_at=datetime.now(UTC) - timedelta(seconds=1))
    assert door.through(client, "/sign-in/saml", "aino") == "/"
    assert SpentAnswer.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"sign_assertion": False},
        {"sign_assertion": False, "sign_response": True},
        {"other_key": True},
        {"sign_alg": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"},
        {"digest_alg": "http://www.w3.org/2000/09/xmldsig#sha1"},
    ],
)
def test_what_the_service_did_not_sign_as_it_should_lets_nobody_in(
    door: Door, wrong: dict[str, object]
) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    client.post("/sign-out")
    door.provider.says(**wrong)

    assert "vastaus ei pidä" in door.through(client, "/sign-in/saml", "aino")

    assert client.get(DONE).status_code == 422
    assert client.get("/calendar").status_code == 302


def test_a_session_ends_when_the_service_said(door: Door) -> None:
    ends = (datetime.now(UTC) + timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
    door.provider.says(session_ends=ends)
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    assert client.get("/calendar").status_code == 200
    session = client.session
    assert datetime.fromisoformat(session[ENDS_AT]) == datetime.fromisoformat(ends)

    session[ENDS_AT] = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    session.save()

    assert client.get("/calendar").status_code == 302


def test_a_leaver_is_nobody_at_the_service_too(door: Door) -> None:
    eila = door.desk.reader(Role.REGISTER_CONTACT)
    client = door.joined(eila, "aino")

    credentials.leave(eila.code, datetime.now(UTC))

    assert client.get("/calendar").status_code == 302
    assert not Identity.objects.exists()
    assert "ei kuulu kenellekään" in door.through(client, "/sign-in/saml", "aino")


def test_the_service_is_told_of_us_by_a_file(door: Door) -> None:
    answer = browser().get("/sign-in/saml/metadata")

    assert answer["Content-Type"] == "application/samlmetadata+xml"
    assert answer.content == (door.provider.folder / "us.xml").read_bytes()
    root = etree.fromstring(answer.content)
    assert root.get("entityID") == providers.ENTITY


def test_a_question_goes_to_the_service_and_names_nobody(door: Door) -> None:
    client = browser()
    away = urlsplit(client.get("/sign-in/saml?next=/calls")["Location"])

    assert f"https://{away.netloc}{away.path}" == door.provider.address
    assert "calls" not in away.query
    cookie = client.cookies["saml"]
    assert (cookie["samesite"], bool(cookie["httponly"])) == ("Lax", True)
    assert cookie.value.partition(".")[2] not in str(dict(kept(client).items()))


def test_a_house_without_the_service_offers_none(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.set_up(monkeypatch, SamlSection())
    for path in ("/sign-in/saml", "/sign-in/saml/metadata"):
        assert browser().get(path).status_code == 404
    assert "organisaation tunnuksilla" not in browser().get("/sign-in").content.decode()


def test_what_the_operator_has_not_finished_is_said_and_a_passkey_is_the_way(
    door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nothing = door.provider.section.model_copy(update={"certificate_file": tmp_path / "none.pem"})
    door.set_up(monkeypatch, nothing)
    page = browser().get("/sign-in/saml")
    assert page.status_code == 503
    assert "Kirjaudu siihen asti pääsyavaimella" in page.content.decode()
    names = {one.name: one for one in certificates.look(wiring.house().config, datetime.now(UTC))}
    assert names["certificate:saml.certificate_file"].state is State.FAULT

    door.set_up(monkeypatch, door.provider.section)
    assert parts.sign_in(wiring.house()).state is State.OK
    monkeypatch.setattr(engine.importlib.util, "find_spec", lambda name: None)
    assert browser().get("/sign-in/saml").status_code == 503
    found = parts.sign_in(wiring.house())
    assert (found.state, found.remedy) == (State.WARNING, "install talteen[saml]")


def test_signing_in_leaves_a_name_of_the_session_and_no_answer(door: Door) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")

    assert set(client.session[identities.SESSION]) == {
        "issuer",
        "subject",
        "session",
        "qualifiers",
    }
    assert not client.cookies["saml"].value
