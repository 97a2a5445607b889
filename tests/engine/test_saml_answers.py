"""An answer counts when all of it is true and signed (saml-profiles-2.0-os 4.1.4; ASVS 6.8).

The answers are signed by libxmlsec1 and checked by signxml: two that share no code of signatures.
"""

import base64
import copy
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import xmlsec
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from talteen.engine.saml import answers, asking, signed
from talteen.engine.saml.answers import Declined, Expected, Told
from talteen.engine.saml.asking import Us
from talteen.engine.saml.signed import NotTrue
from tests.kit.saml import pair
from tests.kit.saml_signed import ASSERTION, DSIG, PROTOCOL, Element, Parts, field_of, response
from tests.kit.saml_signed import signed as signed_by

NOW = datetime.now(UTC).replace(microsecond=0)
US = Us("https://talteen.example.fi/sign-in/saml/metadata", "https://talteen.example.fi/back")
PARTS = Parts(NOW, "https://login.example.fi/realms/staff", US.entity, US.back, "_0123456789abcdef")


class Service:
    """The keys of one, and what we expect of it."""

    def __init__(self, folder: Path) -> None:
        self.certificate, self.key = pair(folder / "signing.pem")
        self.other_certificate, self.other_key = pair(folder / "other.pem")

    def expected(self, *files: Path) -> Expected:
        pinned = [x509.load_pem_x509_certificate(f.read_bytes()) for f in files]
        return Expected(
            PARTS.issuer, pinned or self.pinned, US, PARTS.question, NOW - timedelta(seconds=20)
        )

    @property
    def pinned(self) -> list[x509.Certificate]:
        return [x509.load_pem_x509_certificate(self.certificate.read_bytes())]

    def answer(self, parts: Parts = PARTS, **how: Any) -> Element:
        return response(signed_by(parts.assertion(), self.key, **how), parts=parts)

    def told(self, root: Element | bytes, now: datetime = NOW, *files: Path) -> Told:
        return answers.checked(signed.opened(field_of(root)), self.expected(*files), now)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return Service(tmp_path_factory.mktemp("service"))


def refused(
    service: Service, root: Element | bytes, *, check: str = "", now: datetime = NOW
) -> None:
    with pytest.raises(NotTrue) as caught:
        service.told(root, now)
    assert not check or caught.value.check == check


def test_a_true_answer_says_who_and_how(service: Service) -> None:
    methods = "".join(
        f"<saml:AttributeValue>{one}</saml:AttributeValue>" for one in ("urn:pwd", "urn:mfa")
    )
    attributes = (
        f'<saml:AttributeStatement><saml:Attribute Name="{answers.METHODS}">{methods}'
        "</saml:Attribute></saml:AttributeStatement>"
    )
    ends = PARTS.at(3600)
    session = f'SessionIndex="s-1" SessionNotOnOrAfter="{ends}"'

    told = service.told(service.answer(replace(PARTS, attributes=attributes, session=session)))

    assert (told.issuer, told.subject, told.session) == (PARTS.issuer, "aino-5c0f1b", "s-1")
    assert (told.context, told.methods) == (PARTS.context, {"urn:pwd", "urn:mfa"})
    assert told.proved_at == NOW - timedelta(seconds=5)
    assert (told.id, told.ends_at) == ("a-1", NOW + timedelta(seconds=300))
    assert told.session_ends_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        ({"issuer": "https://login.example.fi/"}, "Issuer"),
        ({"version": "1.1"}, "Issuer"),
        ({"audience": "https://another.example.fi"}, "Audience"),
        ({"restriction": ""}, "Audience"),
        ({"restriction": PARTS.restriction + PARTS.restriction.format("another")}, "Audience"),
        ({"restriction": PARTS.restriction + "<saml:Condition/>"}, "Conditions"),
        ({"recipient": "https://talteen.example.fi/elsewhere"}, "Recipient"),
        ({"answers": "_another"}, "InResponseTo"),
        ({"answers": ""}, "InResponseTo"),
        ({"method": "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"}, "SubjectConfirmation"),
        ({"ends": PARTS.at(-61)}, "time"),
        ({"begins": PARTS.at(61)}, "time"),
        ({"confirmed_until": f'NotOnOrAfter="{PARTS.at(-61)}"'}, "time"),
        ({"confirmed_until": 'Address="192.0.2.1"'}, "NotOnOrAfter"),  # it never ends
        ({"ends": "2026-11-29T12:00:00"}, "NotOnOrAfter"),
        ({"ends": "9999-12-31T23:59:59.9Z"}, "NotOnOrAfter"),
        ({"ends": "later"}, "NotOnOrAfter"),
        ({"issued": PARTS.at(-81)}, "IssueInstant"),
        ({"issued": PARTS.at(61)}, "IssueInstant"),
        ({"proved": PARTS.at(61)}, "AuthnStatement"),
        ({"session": f'SessionNotOnOrAfter="{PARTS.at(-1)}"'}, "AuthnStatement"),
        ({"name": ""}, "NameID"),
        ({"name": "ä"}, "NameID"),
        ({"name": "x" * 256}, "NameID"),
        ({"name": "aino<saml:Extra/>"}, "text"),
        ({"name_attributes": ""}, "NameID"),
        (
            {"name_attributes": 'Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"'},
            "NameID",
        ),
        ({"name_attributes": f'{PARTS.name_attributes} SPNameQualifier="another"'}, "NameID"),
        ({"name_attributes": f'{PARTS.name_attributes} NameQualifier="another"'}, "NameID"),
        ({"second_name": "<saml:NameID>dina</saml:NameID>"}, "NameID"),
    ],
)
def test_an_answer_with_one_wrong_part_says_nothing(
    service: Service, wrong: dict[str, str], check: str
) -> None:
    refused(service, service.answer(replace(PARTS, **wrong)), check=check)


@pytest.mark.parametrize(
    ("around", "check"),
    [
        ({"question": "_another"}, "InResponseTo"),
        ({"question": ""}, "InResponseTo"),
        ({"destination": "https://another.example.fi/back"}, "Destination"),
    ],
)
def test_the_envelope_is_of_this_question_too(
    service: Service, around: dict[str, str], check: str
) -> None:
    inside = signed_by(PARTS.assertion(), service.key)

    refused(service, response(inside, parts=PARTS, **around), check=check)


def test_a_service_that_says_no_is_not_a_service_that_lies(service: Service) -> None:
    denied = "urn:oasis:names:tc:SAML:2.0:status:Responder"
    with pytest.raises(Declined):
        service.told(response(parts=PARTS, status=denied))


def test_clocks_may_be_a_minute_apart_and_no_more(service: Service) -> None:
    answer = service.answer()
    assert service.told(answer, NOW + timedelta(seconds=359))
    refused(service, answer, now=NOW + timedelta(seconds=361), check="time")


# --- who signed --------------------------------------------------------------------------------


def test_only_the_pinned_certificates_sign(service: Service) -> None:
    other = {"certificate": service.other_certificate}
    bad = signed_by(PARTS.assertion(), service.other_key, **other)
    answer = response(bad, parts=PARTS)
    refused(service, answer, check="signature")  # whatever certificate it brings along

    assert service.told(answer, NOW, service.certificate, service.other_certificate)


def test_a_certificate_that_has_ended_signs_nothing(service: Service, tmp_path: Path) -> None:
    old, key = pair(tmp_path / "old.pem", until=timedelta(days=-1))
    answer = response(signed_by(PARTS.assertion(), key), parts=PARTS)
    with pytest.raises(NotTrue, match="does not hold"):
        service.told(answer, NOW, old)


@pytest.mark.parametrize(
    ("how", "check"),
    [
        ({"method": xmlsec.Transform.RSA_SHA1}, "signature"),
        ({"digest": xmlsec.Transform.SHA1}, "signature"),
        ({"canonical": xmlsec.constants.TransformExclC14NWithComments}, "reference"),
        ({"canonical": xmlsec.constants.TransformInclC14N}, ""),
    ],
)
def test_weak_and_loose_signatures_do_not_count(
    service: Service, how: dict[str, Any], check: str
) -> None:
    refused(service, service.answer(**how), check=check)


def test_a_public_certificate_is_no_secret_to_sign_by(service: Service, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(service.certificate.read_bytes())
    how = {"method": xmlsec.Transform.HMAC_SHA256, "kind": xmlsec.constants.KeyDataHmac}
    refused(service, response(signed_by(PARTS.assertion(), secret, **how), parts=PARTS))


def test_the_assertion_itself_must_be_signed(service: Service) -> None:
    refused(service, response(PARTS.assertion(), parts=PARTS), check="signature")

    around = signed_by(response(PARTS.assertion(), parts=PARTS), service.key)
    refused(service, around, check="signature")  # the envelope's signature is not asked for

    changed = service.answer()
    name = changed.find(f".//{{{ASSERTION}}}NameID")
    assert name is not None
    name.text = "dina-5c0f1b"
    refused(service, changed, check="signature")


def test_an_envelope_that_is_signed_beside_it_does_no_harm(service: Service) -> None:
    inside = signed_by(PARTS.assertion(), service.key)
    assert service.told(signed_by(response(inside, parts=PARTS), service.key))


# --- what is read is what was signed -----------------------------------------------------------


def evil() -> Element:
    """What somebody would like to be read."""
    return replace(PARTS, name="dina-5c0f1b", id="a-2").assertion()


def _beside(root: Element, true: Element, *, first: bool) -> None:
    root.insert(0 if first else len(root), evil())


def _extension(root: Element, true: Element) -> None:
    box = etree.SubElement(root, f"{{{PROTOCOL}}}Extensions")
    box.append(true)
    root.append(evil())


def _in_evil(root: Element, true: Element, *, at: int) -> None:
    bad = evil()
    root.append(bad)
    bad.insert(at, true)


def _signature_moved(root: Element, true: Element, *, same_id: bool) -> None:
    """The evil one wears the signature, which holds the true one in an Object (XSW 3-8)."""
    bad, signature = evil(), true.find(f"{{{DSIG}}}Signature")
    assert signature is not None
    if same_id:
        bad.set("ID", true.get("ID", ""))
    root.remove(true)
    bad.insert(1, signature)
    etree.SubElement(signature, f"{{{DSIG}}}Object").append(true)
    root.append(bad)


def _signature_alone(root: Element, true: Element) -> None:
    """The evil one stands alone, with the signature of the true one and its id."""
    bad, signature = evil(), true.find(f"{{{DSIG}}}Signature")
    assert signature is not None
    bad.set("ID", true.get("ID", ""))
    bad.insert(1, signature)
    root.replace(true, bad)


def _advice(root: Element, true: Element) -> None:
    """The true one stands in what nobody has to read, and its signature on the evil one."""
    bad = evil()
    root.remove(true)
    signature = true.find(f"{{{DSIG}}}Signature")
    assert signature is not None
    bad.insert(1, copy.deepcopy(signature))
    etree.SubElement(bad, f"{{{ASSERTION}}}Advice").append(true)
    root.append(bad)


def _clear_beside_sealed(root: Element, true: Element) -> None:
    etree.SubElement(root, f"{{{ASSERTION}}}EncryptedAssertion")


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda root, true: _beside(root, true, first=True),
        lambda root, true: _beside(root, true, first=False),
        _extension,
        lambda root, true: _in_evil(root, true, at=1),
        lambda root, true: _in_evil(root, true, at=4),
        lambda root, true: _signature_moved(root, true, same_id=False),
        lambda root, true: _signature_moved(root, true, same_id=True),
        _signature_alone,
        _advice,
        _clear_beside_sealed,
    ],
)
def test_a_signature_covers_what_is_read_and_nothing_stands_in_for_it(
    service: Service, wrapped: Callable[[Element, Element], None]
) -> None:
    root = service.answer()
    true = root.find(f"{{{ASSERTION}}}Assertion")
    assert true is not None
    wrapped(root, true)

    refused(service, root)


@pytest.mark.parametrize("inside", ["<!---->", "<!--x-->", "<?x?>", "<!-- a -->.evil.example"])
def test_nothing_is_hidden_in_a_name(service: Service, inside: str) -> None:
    # The signature of a name holds with a comment in it, too: it signs the name without.
    data = etree.tostring(service.answer())
    assert data.count(b"aino-5c0f1b") == 1

    refused(service, data.replace(b"aino-", f"aino{inside}-".encode()), check="comment")


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY e "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
        "<!DOCTYPE r>",
    ],
)
def test_no_entity_is_resolved_and_nothing_is_fetched(service: Service, before: str) -> None:
    data = etree.tostring(service.answer()).replace(b"aino-5c0f1b", b"aino&e;-5c0f1b")
    if "ENTITY e" not in before:
        data = data.replace(b"&e;", b"")

    refused(service, before.encode() + data)

    with pytest.raises(NotTrue) as caught:
        signed.opened(field_of(before.encode() + etree.tostring(service.answer())))
    assert caught.value.check == "dtd"


def test_an_answer_has_a_size(service: Service) -> None:
    much = replace(PARTS, attributes=f"<!-- {'x' * signed.MOST_BYTES} -->")
    refused(service, service.answer(much), check="length")


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80).map(field_of)))
def test_any_text_is_an_answer_or_is_none(text: str) -> None:
    with pytest.raises(NotTrue):
        signed.opened(text)


@given(where=st.floats(0, 1, exclude_max=True), byte=st.integers(1, 255))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_changes_nothing_or_makes_it_nothing(
    service: Service, where: float, byte: int
) -> None:
    data = bytearray(etree.tostring(service.answer()))
    true = service.told(bytes(data))
    data[int(where * len(data))] = byte
    try:
        told = service.told(bytes(data))
    except NotTrue:
        return
    assert told == true  # of the envelope, or of white space in a tag


# --- what we say ---------------------------------------------------------------------------------


def question(address: str) -> Element:
    [packed] = parse_qs(urlsplit(address).query)["SAMLRequest"]
    return etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))


def test_a_question_says_who_asks_and_where_to(service: Service) -> None:
    asked = PARTS.question
    to = asking.address("https://login.example.fi/sso?x=1", asked, US, NOW, contexts=("urn:mfa",))

    assert to.startswith("https://login.example.fi/sso?x=1&SAMLRequest=")
    assert "RelayState" not in to
    found = question(to)
    assert (found.get("ID"), found.get("AssertionConsumerServiceURL")) == (asked, US.back)
    assert found.get("ForceAuthn") == "false"
    assert found.findtext(f"{{{ASSERTION}}}Issuer") == US.entity
    assert found.findtext(f".//{{{ASSERTION}}}AuthnContextClassRef") == "urn:mfa"
    again = asking.address("https://login.example.fi/sso", asked, US, NOW, again=True)
    assert question(again).get("ForceAuthn") == "true"
