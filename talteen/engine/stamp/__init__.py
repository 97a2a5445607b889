"""A time stamp on bytes by an authority that is not us (RFC 3161): asked for, and checked.

The authority sees a hash and nothing else. What it answers is believed only under the roots that
the operator named: signature, chain at the stated time, the purpose *time stamping*, our own hash
and our nonce. Whether a certificate was revoked is not asked.
"""

import http.client
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import rfc3161_client as tsp
from cryptography.x509 import Certificate

from talteen.errors import Tampered, Unavailable

ANSWER_BYTES_AT_MOST = 1 << 16
_ASKS, _ANSWERS = "application/timestamp-query", "application/timestamp-reply"
"""RFC 3161 section 3.4."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Where a time-stamp authority is asked, and under which certificates it is believed."""

    url: str
    roots: tuple[Certificate, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """Its host."""
        return urlsplit(self.url).hostname or self.url


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority answered, checked."""

    stated_at: datetime
    """The time that it states (genTime), in UTC."""
    raw: bytes
    """The whole answer, a TimeStampResp in DER: a ``.tsr`` file, as ``openssl ts`` reads it."""


def ask(authority: Authority, data: bytes, *, timeout_s: float) -> Stamp:
    """A stamp on ``data``, checked.

    Unavailable where the authority does not answer, or grants none; Tampered where its answer does
    not hold.
    """
    builder = tsp.TimestampRequestBuilder().data(data).hash_algorithm(tsp.HashAlgorithm.SHA256)
    request = builder.build()
    answer = _post(authority, request.as_bytes(), timeout_s)
    return _checked(authority.roots, answer, data, nonce=request.nonce)


def check(roots: Sequence[Certificate], raw: bytes, data: bytes) -> Stamp:
    """The stamp that was kept as ``raw``, on ``data``. Tampered where it does not hold."""
    return _checked(roots, raw, data, nonce=None)


def _checked(roots: Sequence[Certificate], raw: bytes, data: bytes, *, nonce: int | None) -> Stamp:
    try:
        answer = tsp.decode_timestamp_response(raw)
        if answer.status != tsp.PKIStatus.GRANTED:
            raise Unavailable(
                f"the time-stamp authority grants no stamp (status {answer.status})",
                remedy="ask it what it wants: a contract, another address, another hash",
            )
        tsp.VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(answer, data)
        return Stamp(answer.tst_info.gen_time, raw)
    except (ValueError, TypeError, AttributeError, tsp.VerificationError) as error:
        raise Tampered(
            "the answer of the time-stamp authority does not hold",
            remedy="compare the roots in ledger.stamp_roots_file with its own page",
        ) from error


def _post(authority: Authority, request: bytes, timeout_s: float) -> bytes:
    at = urlsplit(authority.url)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    line = kind(at.hostname or "", at.port, timeout=timeout_s)
    try:
        where = (at.path or "/") + (f"?{at.query}" if at.query else "")
        line.request("POST", where, request, {"Content-Type": _ASKS, "Accept": _ANSWERS})
        answer = line.getresponse()
        body = answer.read(ANSWER_BYTES_AT_MOST)
        if answer.status != 200 or answer.length:
            raise http.client.HTTPException(answer.status)
        return body
    except (OSError, http.client.HTTPException):
        raise Unavailable(
            f"the time-stamp authority {authority.name} does not answer",
            remedy="nothing waits for it; ask its operator whether it runs",
        ) from None
    finally:
        line.close()
