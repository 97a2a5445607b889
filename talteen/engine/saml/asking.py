"""What a browser is sent away with, and what a service is told of us. No network.

The question is not signed: it asks for nothing that its answer would not have to prove. What binds
the answer to it is its id, an xs:ID of at least 128 random bits (saml-core-2.0-os 1.3.4).
"""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from lxml import etree

ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


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
) -> str:
    """Where the browser goes with the question of the id ``question``. ``contexts``: how sure the
    service should be; ``again``: the person proves it now, whatever they proved before. No
    RelayState: where somebody wanted to go stays here."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)  # bindings 3.4.4.1: raw, without a header
    written = _question(sign_in, question, us, now, contexts, again)
    packed = deflate.compress(written) + deflate.flush()
    told = urlencode({"SAMLRequest": base64.b64encode(packed).decode()})
    return f"{sign_in}{'&' if '?' in sign_in else '?'}{told}"


def metadata(us: Us) -> bytes:
    """What a service is given to know us (saml-metadata-2.0-os 2.4.4), as XML in UTF-8."""
    root = etree.Element(_in(_METADATA, "EntityDescriptor"), nsmap={"md": _METADATA})
    root.set("entityID", us.entity)
    party = etree.SubElement(root, _in(_METADATA, "SPSSODescriptor"))
    party.set("AuthnRequestsSigned", "false")
    party.set("WantAssertionsSigned", "true")
    party.set("protocolSupportEnumeration", PROTOCOL)
    etree.SubElement(party, _in(_METADATA, "NameIDFormat")).text = PERSISTENT
    back = etree.SubElement(party, _in(_METADATA, "AssertionConsumerService"))
    for key, value in {"Binding": _POST, "Location": us.back, "index": "0"}.items():
        back.set(key, value)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


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
