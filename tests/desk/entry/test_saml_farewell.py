"""A session that ends at the SAML service ends here, one that ends here ends there, and a service
may insist on signed questions (saml-profiles-2.0-os 4.1.3.5, 4.4; REGISTER 17.1). Against an
identity provider that we did not write, in its own process."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID
from django.http import HttpResponse
from django.test import Client
from lxml import etree

from talteen.config import OidcSection
from talteen.config.saml import checked
from talteen.engine.saml import leaving, redirect
from talteen.engine.saml.leaving import Ends, Over, Session
from talteen.engine.saml.signed import NotTrue
from talteen.errors import ConfigError
from talteen.notice.purposes import Purpose, Role
from talteen.register.staff import identities
from talteen.register.staff.account_models import SpentAnswer
from tests.desk.conftest import Desk
from tests.desk.entry.test_saml import BACK, Door, opened
from tests.kit import saml as providers
from tests.kit.entrances import browser
from tests.kit.saml import ENTITY, ISSUER, SamlProvider

pytestmark = pytest.mark.django_db(transaction=True)
ENDED = "http://localhost/sign-in/saml/ended"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamlProvider]:
    with providers.running(tmp_path_factory.mktemp("strict"), BACK, ended=ENDED) as running:
        yield running


@pytest.fixture
def door(desk: Desk, started: SamlProvider, monkeypatch: pytest.MonkeyPatch) -> Door:
    return opened(desk, started, monkeypatch)


def bring(to: str) -> HttpResponse:
    """A browser that the service sends, with none of our cookies."""
    assert to.startswith(f"{ENDED}?"), to
    return Client(SERVER_NAME="localhost").get(to)  # type: ignore[return-value]


def ending(door: Door, **query: str) -> str:
    return door.provider.leads(door.provider.at("end"), **query)


def test_a_service_that_takes_signed_questions_only_lets_people_in(door: Door) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    assert client.get("/calendar").status_code == 200
    away = client.get("/sign-in/saml")["Location"]
    assert {"SAMLRequest", "SigAlg", "Signature"} == set(parse_qs(urlsplit(away).query))

    root = etree.fromstring(browser().get("/sign-in/saml/metadata").content)
    party = root.find("{*}SPSSODescriptor")
    assert party is not None
    assert party.get("AuthnRequestsSigned") == "true"
    out = party.find("{*}SingleLogoutService")
    assert out is not None
    assert out.get("Location") == ENDED


def test_a_question_without_our_signature_is_refused_there(door: Door) -> None:
    away = browser().get("/sign-in/saml")["Location"]
    unsigned = away.partition("&SigAlg")[0]

    with pytest.raises(httpx2.HTTPError):
        door.provider.answer(unsigned, "aino")


def test_signing_out_here_ends_the_session_there_and_comes_back(door: Door) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    session = client.session[identities.SESSION]["session"]
    assert "istunto päättyy täälläkin" in client.get("/account").content.decode()

    page = client.post("/sign-out").content.decode()

    to = page.split("url=", 1)[1].split('"', 1)[0].replace("&amp;", "&")
    back = door.provider.leads(to)
    told = json.loads((door.provider.folder / "ended.json").read_text())
    assert told == ["aino-5c0f1b", [session] if session else []]
    assert bring(back)["Location"] == "/sign-in"
    assert client.get("/calendar").status_code == 302


def test_a_session_that_ends_there_ends_here_with_the_sound_that_plays(door: Door) -> None:
    handler = door.desk.reader(Role.COMPLAINT_HANDLER)
    client, call = door.joined(handler, "aino"), door.desk.call("001")
    case = door.desk.case(call)
    client.post(
        f"/calls/{call.pk}/open",
        {"purpose": Purpose.RIGHTS_OF_PARTIES.value, "case": case.reference},
    )
    assert client.get(f"/calls/{call.pk}/sound", HTTP_RANGE="bytes=0-99").status_code == 206
    other = door.joined(door.desk.reader(Role.DPO), "dina")

    answer = bring(ending(door, person="aino"))

    assert client.get(f"/calls/{call.pk}/sound", HTTP_RANGE="bytes=100-199").status_code == 302
    assert client.get("/calendar").status_code == 302
    assert other.get("/calendar").status_code == 200
    # Our word that it is over: signed, and with what the service wanted back.
    assert door.provider.leads(answer["Location"]) == door.provider.at("over")
    assert parse_qs(urlsplit(answer["Location"]).query)["RelayState"] == ["back-there"]


def test_a_session_that_is_named_ends_alone(door: Door) -> None:
    person = door.desk.reader(Role.REGISTER_CONTACT)
    one = door.joined(person, "aino")
    other = browser()
    assert door.through(other, "/sign-in/saml", "aino") == "/"
    names = [client.session[identities.SESSION]["session"] for client in (one, other)]
    assert names[0] != names[1]

    bring(ending(door, person="aino", session=names[0]))

    assert one.get("/calendar").status_code == 302
    assert other.get("/calendar").status_code == 200
    bring(ending(door, person="dina", session=names[1]))  # the name of another person's session
    assert other.get("/calendar").status_code == 200


@pytest.mark.parametrize("says", [{"unsigned": True}, {"alg": None}])
def test_a_farewell_that_is_not_signed_ends_nothing(door: Door, says: dict[str, object]) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    door.provider.says(**{k: v for k, v in says.items() if v})
    to = ending(door, person="aino")
    if "alg" in says:  # signed, and then another's name for what was signed
        to = to.replace("rsa-sha256", "rsa-sha512")

    assert bring(to).status_code == 422
    assert client.get("/calendar").status_code == 200


def test_a_farewell_counts_once(door: Door) -> None:
    person = door.desk.reader(Role.REGISTER_CONTACT)
    door.joined(person, "aino")
    to = ending(door, person="aino")
    assert bring(to).status_code == 302
    client = browser()
    assert door.through(client, "/sign-in/saml", "aino") == "/"

    assert bring(to).status_code == 422  # who kept it cannot end what was opened since
    assert client.get("/calendar").status_code == 200
    assert SpentAnswer.objects.count() >= 1


def test_without_a_key_of_ours_nobody_signs_out_by_it(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    to = ending(door, person="aino")
    nothing = {"sign_out_url": "", "key_file": None, "key_certificate_file": None}
    door.set_up(monkeypatch, door.provider.section.model_copy(update=nothing))

    assert bring(to).status_code == 404
    assert client.post("/sign-out")["Location"] == "/sign-in"


def test_a_key_that_cannot_be_read_is_said_and_signing_out_goes_on(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = door.joined(door.desk.reader(Role.REGISTER_CONTACT), "aino")
    wrong = door.provider.folder / "wrong.key"
    wrong.write_text("no key")
    wrong.chmod(0o600)
    door.set_up(monkeypatch, door.provider.section.model_copy(update={"key_file": wrong}))

    assert browser().get("/sign-in/saml").status_code == 503
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/calendar").status_code == 302


# --- message by message --------------------------------------------------------------------------


THERE = Ends(us=ISSUER, ours="https://login.example.fi/slo", service=ENTITY, theirs=ENDED)
"""As the service has them."""
HERE = Ends(us=ENTITY, ours=ENDED, service=ISSUER, theirs="https://login.example.fi/slo")


def keys(started: SamlProvider) -> tuple[RSAPrivateKey, list[x509.Certificate]]:
    key = load_pem_private_key((started.folder / "signing.key").read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    return key, [started.certificate]


def query_of(address: str) -> str:
    return urlsplit(address).query


@pytest.mark.parametrize(
    "wrong",
    ["nothing", "late", "early", "for another", "of another", "a response", "no name", "twice"],
)
def test_each_part_of_a_farewell_is_checked(started: SamlProvider, wrong: str) -> None:
    key, trusted = keys(started)
    now = datetime.now(UTC)
    elsewhere = replace(THERE, theirs="https://other.example.fi/ended")
    evil = replace(THERE, us="https://evil.example.fi")
    ends = {"for another": elsewhere, "of another": evil}.get(wrong, THERE)
    subject = "" if wrong == "no name" else "aino-5c0f1b"
    at = {"late": now - timedelta(minutes=7), "early": now + timedelta(minutes=7)}.get(wrong, now)
    address = leaving.request("_a1", Session(subject, "s-1"), ends, key, at)
    if wrong == "a response":
        over = Over("_a1", "aino", (), now)
        address = leaving.response("_b1", over, ends, key, at)
    query = query_of(address)
    if wrong == "twice":
        query += "&" + urlencode({"SAMLRequest": "x"})

    if wrong == "nothing":
        told = leaving.told(redirect.opened(query), HERE, trusted, now)
        assert (told.id, told.subject, told.sessions) == ("_a1", "aino-5c0f1b", ("s-1",))
        return
    with pytest.raises(NotTrue):
        leaving.told(redirect.opened(query), HERE, trusted, now)


@pytest.mark.parametrize("query", ["", "SAMLRequest=%%", "SAMLRequest=AAAA", "SAMLRequest=eA=="])
def test_what_is_no_message_is_refused(query: str) -> None:
    with pytest.raises(NotTrue):
        redirect.opened(query)


def test_what_would_unpack_to_gigabytes_is_refused() -> None:
    bomb = redirect.address("https://x/", redirect.REQUEST, b"<a>" + b" " * 2**20)
    with pytest.raises(NotTrue):
        redirect.opened(query_of(bomb))


def test_a_key_of_an_elliptic_curve_signs_too(started: SamlProvider) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "one")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(now - timedelta(days=2)).not_valid_after(now)
    certificate = builder.sign(key, hashes.SHA256())
    at = now - timedelta(days=1)
    brought = redirect.opened(query_of(leaving.request("_a1", Session("aino", ""), THERE, key, at)))

    assert leaving.told(brought, HERE, [certificate], at).sessions == ()
    with pytest.raises(NotTrue):  # a certificate that has ended signs nothing
        redirect.check(brought, [certificate], now + timedelta(seconds=1))
    with pytest.raises(NotTrue):
        redirect.check(brought, [started.certificate], at)


def test_a_farewell_that_only_partly_succeeded_is_known(started: SamlProvider) -> None:
    key, trusted = keys(started)
    now = datetime.now(UTC)
    over = Over("_a1", "aino", (), now)
    brought = redirect.opened(query_of(leaving.response("_b1", over, THERE, key, now)))
    assert leaving.ended(brought, HERE, trusted, now)

    partly = brought.xml.replace(
        b'Success"/>',
        b'Success"><samlp:StatusCode'
        b' Value="urn:oasis:names:tc:SAML:2.0:status:PartialLogout"/></samlp:StatusCode>',
    )
    assert partly != brought.xml
    address = redirect.address("https://x/", redirect.RESPONSE, partly, key=key)
    assert not leaving.ended(redirect.opened(query_of(address)), HERE, trusted, now)


def test_half_a_key_in_the_settings_is_refused(started: SamlProvider) -> None:
    for lacks in ("key_file", "key_certificate_file"):
        half = started.section.model_copy(update={lacks: None})
        with pytest.raises(ConfigError, match=f"saml.{lacks}: is missing"):
            checked(half, OidcSection())
