"""What a browser is sent away with, and what a service is told of us. No network.

What binds an answer to its question is the question's id, an xs:ID of at least 128 random bits
(saml-core-2.0-os 1.3.4). It is signed where the house has a key for it: some services insist.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from talteen.engine.saml.redirect import Key

ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_DSIG = "http://www.w3.org/2000/09/xmldsig#"


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are to a service."""

    entity: str
    back: str
    """Where its answers come to."""


def address(
    sign_in: str,
    question: str,
    us: Us,
    now: datetime,
    *,
    contexts: Sequence[str] = (),
    again: bool = False,
    key: "Key | None" = None,
) -> str:
    """Where the browser goes with the question of the id ``question``. ``contexts``: how sure the
    service should be; ``again``: the person proves it now, whatever they proved before; ``key``:
    what it is signed with. No RelayState: where somebody wanted to go stays here."""
    from talteen.engine.saml import redirect

    written = _question(sign_in, question, us, now, contexts, again)
    return redirect.address(sign_in, redirect.REQUEST, written, key=key)


def metadata(us: Us, *, certificate: "Certificate | None" = None, ended: str = "") -> bytes:
    """What a service is given to know us (saml-metadata-2.0-os 2.4.4), as XML in UTF-8.
    ``certificate``: of what we sign with; ``ended``: where farewells come to."""
    root = etree.Element(_in(_METADATA, "EntityDescriptor"), nsmap={"md": _METADATA})
    root.set("entityID", us.entity)
    party = etree.SubElement(root, _in(_METADATA, "SPSSODescriptor"))
    party.set("AuthnRequestsSigned", "false" if certificate is None else "true")
    party.set("WantAssertionsSigned", "true")
    party.set("protocolSupportEnumeration", PROTOCOL)
    if certificate is not None:
        _signs_with(party, certificate)
    if ended:
        out = etree.SubElement(party, _in(_METADATA, "SingleLogoutService"))
        out.set("Binding", _REDIRECT)
        out.set("Location", ended)
    etree.SubElement(party, _in(_METADATA, "NameIDFormat")).text = PERSISTENT
    back = etree.SubElement(party, _in(_METADATA, "AssertionConsumerService"))
    for key, value in {"Binding": _POST, "Location": us.back, "index": "0"}.items():
        back.set(key, value)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _signs_with(party: etree._Element, certificate: "Certificate") -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    described = etree.SubElement(party, _in(_METADATA, "KeyDescriptor"))
    described.set("use", "signing")
    info = etree.SubElement(described, _in(_DSIG, "KeyInfo"), nsmap={"ds": _DSIG})
    data = etree.SubElement(info, _in(_DSIG, "X509Data"))
    der = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    etree.SubElement(data, _in(_DSIG, "X509Certificate")).text = der


def _question(
    sign_in: str, question: str, us: Us, now: datetime, contexts: Sequence[str], again: bool
) -> bytes:
    root = etree.Element(
        _in(PROTOCOL, "AuthnRequest"), nsmap={"samlp": PROTOCOL, "saml": ASSERTION}
    )
    told = {
        "ID": question,
        "Version": "2.0",
        "IssueInstant": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Destination": sign_in,
        "AssertionConsumerServiceURL": us.back,
        "ProtocolBinding": _POST,
        "ForceAuthn": "true" if again else "false",
    }
    for key, value in told.items():
        root.set(key, value)
    etree.SubElement(root, _in(ASSERTION, "Issuer")).text = us.entity
    policy = etree.SubElement(root, _in(PROTOCOL, "NameIDPolicy"))
    policy.set("Format", PERSISTENT)
    policy.set("AllowCreate", "true")
    if contexts:
        wanted = etree.SubElement(root, _in(PROTOCOL, "RequestedAuthnContext"))
        wanted.set("Comparison", "exact")
        for one in contexts:
            etree.SubElement(wanted, _in(ASSERTION, "AuthnContextClassRef")).text = one
    return etree.tostring(root, encoding="UTF-8")


def _in(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"
