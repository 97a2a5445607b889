"""Write-only intake: how a node hands over the key of a recording that it cannot open itself.

An envelope is the entry of one recording, sealed to an intake key (HPKE, RFC 9180, with ML-KEM-768
and X25519) and signed by the node. ``info`` binds house, intake key, node, recording, segment and
start, each behind its length, so an envelope cannot be moved to another day or another id. HPKE
says nothing about who sealed: the Ed25519 signature does. The private half lives in the root page
only and dies in a roll.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from talteen.engine.vault.canonical import Reader, Writer, length_prefixed, to_ms
from talteen.engine.vault.entries import Entry, read_entry, write_entry
from talteen.errors import Tampered
from talteen.ids import HouseId, IntakeKeyId, RecordingId

SEED_BYTES = 64 + 32
"""Of a private key: the ML-KEM-768 seed, then the X25519 key."""
PUBLIC_BYTES = 1184 + 32
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

_LABEL = b"talteen envelope v1"


@dataclass(frozen=True, slots=True)
class Address:
    """Everything that an envelope is bound to."""

    house: HouseId
    intake_key: IntakeKeyId
    node: str
    recording: RecordingId
    segment: int
    """0 for a call that was sealed in one piece."""
    start: datetime

    def info(self) -> bytes:
        """The address in its one spelling."""
        return length_prefixed(
            [
                _LABEL,
                self.house.bytes,
                self.intake_key.bytes,
                self.node.encode(),
                self.recording.bytes,
                self.segment.to_bytes(4),
                to_ms(self.start).to_bytes(8, signed=True),
            ]
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed entry on its way into a page."""

    address: Address
    sealed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def private_key(seed: bytes) -> MLKEM768X25519PrivateKey:
    """The private key that ``seed`` (96 bytes) stands for."""
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes")
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(seed[:64]),
        X25519PrivateKey.from_private_bytes(seed[64:]),
    )


def public_bytes(seed: bytes) -> bytes:
    """The public half of ``seed``: ML-KEM-768, then X25519 (1,216 bytes)."""
    mlkem = MLKEM768PrivateKey.from_seed_bytes(seed[:64]).public_key().public_bytes_raw()
    return mlkem + X25519PrivateKey.from_private_bytes(seed[64:]).public_key().public_bytes_raw()


def public_key(raw: bytes) -> MLKEM768X25519PublicKey:
    """The public key that ``raw`` writes. Raises Tampered where it is none."""
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(raw[:1184]),
            X25519PublicKey.from_public_bytes(raw[1184:]),
        )
    except ValueError:
        raise Tampered(
            "a public key is not one that was written here",
            remedy="run 'talteen keys roll': the next roll makes a new intake key",
        ) from None


def seal(entry: Entry, address: Address, *, to: bytes, signer: Ed25519PrivateKey) -> Envelope:
    """Seal ``entry`` to the intake key whose public half is ``to``, signed by the node."""
    body = Writer()
    write_entry(entry, body)
    info = address.info()
    sealed = SUITE.encrypt(body.done(), public_key(to), info)
    return Envelope(address, sealed, signer.sign(length_prefixed([info, sealed])))


def unseal(envelope: Envelope, *, seed: bytes, node_key: bytes) -> Entry:
    """The entry inside, if the node whose public key is ``node_key`` sealed it to this address.

    Raises Tampered otherwise.
    """
    info = envelope.address.info()
    try:
        signed = length_prefixed([info, envelope.sealed])
        Ed25519PublicKey.from_public_bytes(node_key).verify(envelope.signature, signed)
        body = SUITE.decrypt(envelope.sealed, private_key(seed), info)
    except (InvalidSignature, InvalidTag, ValueError):
        raise Tampered(
            "an envelope is not what its node sealed",
            remedy="find out who can write to the database; the recording stays closed",
        ) from None
    of = Reader(body)
    entry = read_entry(of)
    of.end()
    return entry
