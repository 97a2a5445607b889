"""Messages in the query of an address (saml-bindings-2.0-os 3.4), signed or not. No network.

A signature lies over the octets of the query as they were sent (3.4.4.1): what came is checked as
it came, never as we would write it.
"""

import base64
import binascii
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlencode

from talteen.engine.saml.signed import MOST_BYTES, NotTrue

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

    Key = RSAPrivateKey | EllipticCurvePrivateKey

REQUEST, RESPONSE = "SAMLRequest", "SAMLResponse"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_HASHES = {"sha256": "SHA256", "sha384": "SHA384", "sha512": "SHA512"}
_RSA = {f"{_MORE}rsa-{name}": of for name, of in _HASHES.items()}
_ECDSA = {f"{_MORE}ecdsa-{name}": of for name, of in _HASHES.items()}
"""No SHA-1 and no DSA, as for assertions (``signed``)."""
_SIGNED = (REQUEST, RESPONSE, "RelayState", "SigAlg")


@dataclass(frozen=True, slots=True)
class Brought:
    """What a browser brought. Nothing in it is proved."""

    name: str
    """REQUEST or RESPONSE."""
    xml: bytes = field(repr=False)
    relay: str = field(repr=False)
    octets: bytes = field(repr=False)
    """What a signature would be over."""
    algorithm: str
    signature: bytes = field(repr=False)


def address(
    to: str, name: str, xml: bytes, *, key: "Key | None" = None, relay: str | None = None
) -> str:
    """Where the browser goes with ``xml`` as its ``name``; signed with SHA-256 where ``key`` is
    given."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)  # 3.4.4.1: raw, without a header
    told = {name: base64.b64encode(deflate.compress(xml) + deflate.flush()).decode()}
    if relay is not None:
        told["RelayState"] = relay
    if key is not None:
        told["SigAlg"] = f"{_MORE}{'rsa' if _is_rsa(key) else 'ecdsa'}-sha256"
    query = urlencode(told)
    if key is not None:
        signature = base64.b64encode(_sign(key, query.encode())).decode()
        query += "&" + urlencode({"Signature": signature})
    return f"{to}{'&' if '?' in to else '?'}{query}"


def opened(query: str) -> Brought:
    """Read the query of an address. Raises NotTrue."""
    parts: dict[str, str] = {}
    for name, written in _pairs(query):
        if name in parts:  # which of the two was signed would be a guess
            raise NotTrue("query")
        parts[name] = written
    found = [name for name in (REQUEST, RESPONSE) if name in parts]
    if len(found) != 1:
        raise NotTrue("query")
    order = [name for name in _SIGNED if name in parts]
    return Brought(
        name=found[0],
        xml=_inflated(_unbased(parts[found[0]])),
        relay=unquote_plus(parts.get("RelayState", "")),
        octets="&".join(f"{name}={parts[name]}" for name in order).encode(),
        algorithm=unquote_plus(parts.get("SigAlg", "")),
        signature=_unbased(parts.get("Signature", "")),
    )


def check(brought: Brought, certificates: Sequence["Certificate"], now: datetime) -> None:
    """Raise NotTrue unless one of ``certificates`` that is good ``now`` signed it."""
    if not brought.signature or not any(_signed_by(one, brought, now) for one in certificates):
        raise NotTrue("signature")


def _signed_by(certificate: "Certificate", brought: Brought, now: datetime) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return False
    public = certificate.public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey) and brought.algorithm in _RSA:
            how = getattr(hashes, _RSA[brought.algorithm])()
            public.verify(brought.signature, brought.octets, padding.PKCS1v15(), how)
        elif isinstance(public, ec.EllipticCurvePublicKey) and brought.algorithm in _ECDSA:
            how = getattr(hashes, _ECDSA[brought.algorithm])()
            public.verify(_der(brought.signature), brought.octets, ec.ECDSA(how))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def _sign(key: "Key", octets: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(octets, padding.PKCS1v15(), hashes.SHA256())
    return _raw(key.sign(octets, ec.ECDSA(hashes.SHA256())), (key.key_size + 7) // 8)


def _is_rsa(key: "Key") -> bool:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return isinstance(key, rsa.RSAPrivateKey)


def _raw(der: bytes, size: int) -> bytes:
    """r and s one after the other (XML Signature 1.1, 6.4.3)."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    r, s = decode_dss_signature(der)
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def _der(raw: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    half = len(raw) // 2
    return encode_dss_signature(
        int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    )


def _pairs(query: str) -> Iterable[tuple[str, str]]:
    if len(query) > MOST_BYTES:
        raise NotTrue("length")
    for pair in filter(None, query.split("&")):
        name, _, written = pair.partition("=")
        if name in (*_SIGNED, "Signature"):
            yield name, written


def _unbased(written: str) -> bytes:
    try:
        return base64.b64decode("".join(unquote_plus(written).split()), validate=True)
    except (binascii.Error, ValueError):
        raise NotTrue("base64") from None


def _inflated(packed: bytes) -> bytes:
    inflate = zlib.decompressobj(-15)
    try:
        data = inflate.decompress(packed, MOST_BYTES)
    except zlib.error:
        raise NotTrue("deflate") from None
    if inflate.unconsumed_tail or not inflate.eof:  # also: what would unpack to gigabytes
        raise NotTrue("deflate")
    return data
