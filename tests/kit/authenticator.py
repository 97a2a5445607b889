"""A device that holds passkeys, in a few lines: what a browser would send, signed by a real key.

It can misbehave: answer for another page, without having seen its person, or with a count that
stands still.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

_SEEN = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class Device:
    """One device with one passkey."""

    origin: str = "http://localhost"
    id: bytes = b"a passkey of the tests"
    count: int = 0
    seen: AuthenticatorData.FLAG = _SEEN
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, question: str) -> str:
        """The answer to ``navigator.credentials.create``, as the form carries it."""
        asked = json.loads(question)["publicKey"]
        public = ES256.from_cryptography_key(self._key.public_key())
        credential = AttestedCredentialData.create(Aaguid(bytes(16)), self.id, public)
        told = AuthenticatorData.create(
            sha256(asked["rp"]["id"].encode()),
            self.seen | AuthenticatorData.FLAG.AT,
            self.count,
            credential,
        )
        client = self._client(CollectedClientData.TYPE.CREATE, asked)
        attestation = AttestationObject.create("none", told, {})
        return self._written(
            {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(attestation),
            }
        )

    def answer(self, question: str) -> str:
        """The answer to ``navigator.credentials.get``."""
        asked = json.loads(question)["publicKey"]
        self.count += 1
        told = AuthenticatorData.create(sha256(asked["rpId"].encode()), self.seen, self.count)
        client = self._client(CollectedClientData.TYPE.GET, asked)
        signature = self._key.sign(told + client.hash, ec.ECDSA(SHA256()))
        return self._written(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(told),
                "signature": websafe_encode(signature),
            }
        )

    def _client(self, kind: str, asked: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(asked["challenge"]), self.origin)

    def _written(self, response: dict[str, str]) -> str:
        name = websafe_encode(self.id)
        told = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps({**told, "clientExtensionResults": {}})
