"""The one assertion of an answer, as it was signed, and nothing beside it. No network.

An answer comes from a stranger's browser. It is read without DTD, entities, comments or processing
instructions, because each of them has let one program read what another did not sign. The signature
must be the assertion's own, over all of it, by a key that the operator pinned; what is read from
then on is the tree that the signature gives back, never the one that came.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from talteen.engine.saml import require_installed
from talteen.engine.saml.asking import ASSERTION, PROTOCOL
from talteen.errors import NotAllowed

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from signxml.verifier import SignatureConfiguration, VerifyResult

Element = etree._Element
DSIG = "http://www.w3.org/2000/09/xmldsig#"
MOST_BYTES = 256 * 1024
_ENVELOPED = f"{DSIG}enveloped-signature"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_METHODS = (
    "RSA_SHA256 RSA_SHA384 RSA_SHA512 SHA256_RSA_MGF1 SHA384_RSA_MGF1 SHA512_RSA_MGF1 "
    "ECDSA_SHA256 ECDSA_SHA384 ECDSA_SHA512"
).split()
"""No SHA-1, no DSA, and no secret that both sides would have to know."""
_DIGESTS = "SHA256 SHA384 SHA512".split()


class NotTrue(NotAllowed):
    """An answer is not what it should be. Which check failed is for the log and for nobody else."""

    slug = "assertion-not-true"

    def __init__(self, check: str) -> None:
        super().__init__("the sign-in service's answer does not hold", remedy="sign in again")
        self.check = check


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser brought. Nothing in it is proved."""

    response: Element
    question: str
    """Which question it says it answers; empty where none."""


def opened(written: str) -> Answer:
    """Read the SAMLResponse field of a form (bindings 3.5.4). Raises NotTrue."""
    if len(written) > MOST_BYTES:
        raise NotTrue("length")
    try:
        data = base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError):
        raise NotTrue("base64") from None
    root = parsed(data)
    if root.tag != f"{{{PROTOCOL}}}Response":
        raise NotTrue("response")
    return Answer(root, root.get("InResponseTo", ""))


def assertion(answer: Answer, certificates: Sequence["Certificate"], now: datetime) -> Element:
    """The assertion in ``answer``, as one of ``certificates`` signed it. Raises NotTrue."""
    found = _the_only(answer.response)
    name = found.get("ID", "")
    # A document of its own: a reference can find nothing else by its id.
    alone = etree.fromstring(etree.tostring(found, with_tail=False), _parser())
    for certificate in certificates:
        result = _verified(alone, certificate, now)
        if result is not None:
            return _whole(result, name)
    raise NotTrue("signature")


def only(parent: Element, name: str) -> Element:
    """The one child of ``parent`` called ``name`` in the namespace of assertions. Raises NotTrue
    where there is none or more than one."""
    found = parent.findall(f"{{{ASSERTION}}}{name}")
    if len(found) != 1:
        raise NotTrue(name)
    return found[0]


def parsed(data: bytes) -> Element:
    """The root of a message, read as narrowly as this file says. Raises NotTrue."""
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError):
        raise NotTrue("xml") from None
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None:
        raise NotTrue("dtd")
    around = [*root.itersiblings(preceding=True), *root.itersiblings()]
    inside = root.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity)
    if around or next(inside, None) is not None:
        raise NotTrue("comment")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False
    )


def _the_only(response: Element) -> Element:
    found = list(response.iter(f"{{{ASSERTION}}}Assertion"))
    sealed = next(response.iter(f"{{{ASSERTION}}}EncryptedAssertion"), None)
    if len(found) != 1 or sealed is not None or found[0].getparent() is not response:
        raise NotTrue("assertion")
    if len(list(found[0].iter(f"{{{DSIG}}}Signature"))) != 1:
        raise NotTrue("signature")
    return found[0]


def _verified(alone: Element, certificate: "Certificate", now: datetime) -> "VerifyResult | None":
    """None where ``certificate`` did not sign it, or may sign nothing now."""
    require_installed()
    from cryptography.exceptions import InvalidSignature  # loaded when they are used
    from signxml.exceptions import SignXMLException
    from signxml.verifier import XMLVerifier

    try:
        # No uri_resolver: nothing is fetched, and nothing outside this document is signed.
        result = XMLVerifier().verify(
            alone, x509_cert=certificate, id_attribute="ID", expect_config=_expected(now)
        )
    except (SignXMLException, InvalidSignature, etree.LxmlError, ValueError, KeyError, TypeError):
        return None
    return None if isinstance(result, list) else result


def _expected(now: datetime) -> "SignatureConfiguration":
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.verifier import SignatureConfiguration

    return SignatureConfiguration(
        require_x509=True,
        location="./",
        expect_references=1,
        signature_methods=frozenset(SignatureMethod[name] for name in _METHODS),
        digest_algorithms=frozenset(DigestAlgorithm[name] for name in _DIGESTS),
        verification_time=now,
    )


def _whole(result: "VerifyResult", name: str) -> Element:
    """What was signed, if it is the assertion called ``name`` and all of it (core 5.4.2-5.4.4)."""
    signed, signature = result.signed_xml, result.signature_xml
    reference = signature.find(f".//{{{DSIG}}}Reference")
    how = {one.get("Algorithm") for one in signature.iter(f"{{{DSIG}}}Transform")}
    how |= {one.get("Algorithm") for one in signature.iter(f"{{{DSIG}}}CanonicalizationMethod")}
    if (
        signed is None
        or reference is None
        or not name
        or reference.get("URI") != f"#{name}"
        or how != {_ENVELOPED, _EXCLUSIVE}
        or signed.tag != f"{{{ASSERTION}}}Assertion"
        or signed.get("ID") != name
    ):
        raise NotTrue("reference")
    return signed
