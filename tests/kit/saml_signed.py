"""Answers of a SAML service, part by part, signed by libxmlsec1; wrong ones, too."""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import xmlsec
from lxml import etree

ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
Element = etree._Element


@dataclass(frozen=True)
class Parts:
    """What an answer says; each part can be something else."""

    now: datetime
    issuer: str
    audience: str
    back: str
    question: str
    name: str = "aino-5c0f1b"
    name_attributes: str = f'Format="{PERSISTENT}"'
    version: str = "2.0"
    issued: str = ""
    begins: str = ""
    ends: str = ""
    """Of the conditions."""
    confirmed_until: str = ""
    recipient: str = ""
    answers: str | None = None
    """The question of what is signed, where it is another than that of the envelope."""
    method: str = BEARER
    restriction: str = (
        "<saml:AudienceRestriction><saml:Audience>{}</saml:Audience></saml:AudienceRestriction>"
    )
    second_name: str = ""
    proved: str = ""
    session: str = 'SessionIndex="s-1"'
    context: str = "https://refeds.org/profile/mfa"
    attributes: str = ""
    id: str = "a-1"
    namespaces: str = field(default=f'xmlns:saml="{ASSERTION}"')

    def at(self, seconds: float) -> str:
        """An instant so many seconds from now."""
        return (self.now + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")

    def assertion(self) -> Element:
        """Not signed yet."""
        answers = self.question if self.answers is None else self.answers
        until = self.confirmed_until or f'NotOnOrAfter="{self.at(300)}"'
        return etree.fromstring(
            f'<saml:Assertion {self.namespaces} ID="{self.id}" Version="{self.version}"'
            f' IssueInstant="{self.issued or self.at(0)}">'
            f"<saml:Issuer>{self.issuer}</saml:Issuer>"
            f"<saml:Subject><saml:NameID {self.name_attributes}>{self.name}</saml:NameID>"
            f'{self.second_name}<saml:SubjectConfirmation Method="{self.method}">'
            f'<saml:SubjectConfirmationData {until} Recipient="{self.recipient or self.back}"'
            f' InResponseTo="{answers}"/></saml:SubjectConfirmation></saml:Subject>'
            f'<saml:Conditions NotBefore="{self.begins or self.at(0)}"'
            f' NotOnOrAfter="{self.ends or self.at(300)}">'
            f"{self.restriction.format(self.audience)}</saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{self.proved or self.at(-5)}" {self.session}>'
            f"<saml:AuthnContext><saml:AuthnContextClassRef>{self.context}"
            f"</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
            f"{self.attributes}</saml:Assertion>"
        )


def signed(
    node: Element,
    key: Path,
    *,
    method: object = None,
    digest: object = None,
    certificate: Path | None = None,
    canonical: object = None,
    kind: object = None,
) -> Element:
    """``node``, signed as a whole, with the signature behind its first child."""
    canonical = canonical or xmlsec.Transform.EXCL_C14N
    template = xmlsec.template.create(
        node, canonical, method or xmlsec.Transform.RSA_SHA256, ns="ds"
    )
    node.insert(1, template)
    reference = xmlsec.template.add_reference(
        template, digest or xmlsec.Transform.SHA256, uri=f"#{node.get('ID')}"
    )
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, canonical)
    if certificate is not None:
        info = xmlsec.template.ensure_key_info(template)
        xmlsec.template.x509_data_add_certificate(xmlsec.template.add_x509_data(info))
    xmlsec.tree.add_ids(node, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = (
        xmlsec.Key.from_binary_data(kind, key.read_bytes())
        if kind
        else xmlsec.Key.from_file(str(key), xmlsec.KeyFormat.PEM)
    )
    if certificate is not None:
        context.key.load_cert_from_file(str(certificate), xmlsec.KeyFormat.PEM)
    context.sign(template)
    return node


def response(
    *inside: Element,
    parts: Parts,
    question: str | None = None,
    destination: str = "",
    status: str = SUCCESS,
) -> Element:
    """The envelope."""
    asked = parts.question if question is None else question
    root = etree.fromstring(
        f'<samlp:Response xmlns:samlp="{PROTOCOL}" ID="r-1" Version="2.0"'
        f' IssueInstant="{parts.at(0)}" InResponseTo="{asked}"'
        f' Destination="{destination or parts.back}"><saml:Issuer xmlns:saml="{ASSERTION}">'
        f'{parts.issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="{status}"/>'
        f"</samlp:Status></samlp:Response>"
    )
    root.extend(inside)
    return root


def field_of(root: Element | bytes) -> str:
    """As a form brings it."""
    data = root if isinstance(root, bytes) else etree.tostring(root)
    return base64.b64encode(data).decode()
