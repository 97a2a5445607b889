"""A time-stamp authority by RFC 3161 on loopback: a CA of its own, and real signatures.

What the house asks is read, and what is answered is written, by another ASN.1 library than the one
that the house uses.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})
STAMPS_FOR = [ExtendedKeyUsageOID.TIME_STAMPING]


@dataclass
class Authority:
    """Signs what it is asked to; ``at``, ``status`` and ``nonce`` are what it says."""

    at: datetime
    purpose: list[x509.ObjectIdentifier] = field(default_factory=lambda: STAMPS_FOR)
    status: str = "granted"
    echoes_nonce: bool = True
    asked: list[bytes] = field(default_factory=list)
    """The hashes that it was asked to stamp."""
    url: str = ""

    def __post_init__(self) -> None:
        self._root_key, self._key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = _certificate("Root", self._root_key, "Root", self._root_key, self.at, ca=True)
        self.own = _certificate(
            "Stamps", self._key, "Root", self._root_key, self.at, purpose=self.purpose
        )

    def answer(self, request: bytes) -> bytes:
        """A TimeStampResp in DER."""
        asked = tsp.TimeStampReq.load(request)
        self.asked.append(asked["message_imprint"]["hashed_message"].native)
        status = tsp.PKIStatusInfo({"status": self.status})
        if self.status != "granted":
            return bytes([0x30, len(status.dump())]) + status.dump()  # no token: RFC 3161 2.4.2
        told = {"status": status, "time_stamp_token": self._token(asked)}
        return bytes(tsp.TimeStampResp(told).dump())

    def _token(self, asked: tsp.TimeStampReq) -> cms.ContentInfo:
        nonce = asked["nonce"].native
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.3.6.1.4.1.99999.1",
                "message_imprint": asked["message_imprint"],
                "serial_number": len(self.asked),
                "gen_time": self.at.replace(microsecond=0),
                "nonce": nonce if self.echoes_nonce else nonce + 1,
            }
        ).dump()
        own = asn1_x509.Certificate.load(self.own.public_bytes(serialization.Encoding.DER))
        signed = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(info).digest()]},
                {
                    "type": "signing_certificate_v2",
                    "values": [{"certs": [{"cert_hash": hashlib.sha256(own.dump()).digest()}]}],
                },
            ]
        )
        signer = {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": own.issuer,
                    "serial_number": own.serial_number,
                }
            },
            "digest_algorithm": _SHA256,
            "signed_attrs": signed,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": self._key.sign(signed.untag().dump(force=True), ec.ECDSA(hashes.SHA256())),
        }
        content = {"content_type": "tst_info", "content": core.ParsableOctetString(info)}
        return cms.ContentInfo(
            {
                "content_type": "signed_data",
                "content": {
                    "version": "v3",
                    "digest_algorithms": [_SHA256],
                    "encap_content_info": content,
                    "certificates": [own],
                    "signer_infos": [signer],
                },
            }
        )


@contextmanager
def serving(authority: Authority) -> Iterator[Authority]:
    """``authority`` on loopback, with its ``url``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            body = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/tsa"
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    by: str,
    by_key: ec.EllipticCurvePrivateKey,
    at: datetime,
    *,
    ca: bool = False,
    purpose: list[x509.ObjectIdentifier] | None = None,
) -> x509.Certificate:
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(at.astimezone(UTC) + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_usage(ca=ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()),
            critical=False,
        )
    )
    if purpose is not None:
        made = made.add_extension(x509.ExtendedKeyUsage(purpose), critical=True)
    return made.sign(by_key, hashes.SHA256())


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        **dict.fromkeys(
            [
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ],
            False,
        ),
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
