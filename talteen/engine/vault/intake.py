"""Write-only intake: how a node hands over the key of a recording that it cannot open itself.

An envelope is the entry of one recording, or the key of its journal while the call goes on, sealed
to an intake key (HPKE, RFC 9180, with ML-KEM-768 and X25519) and signed by the node. ``info`` binds
what kind it is, house, intake key, node, recording, segment and start, each behind its length, so
an envelope cannot be moved to another day or another id, nor be read as the other kind. HPKE says
nothing about who sealed: the Ed25519 signature does. The private half lives in the root page only
and dies in a roll.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache

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
from talteen.engine.vault.journal import JournalKey
from talteen.errors import Tampered
from talteen.ids import HouseId, IntakeKeyId, RecordingId

SEED_BYTES = 64 + 32
"""Of a private key: the ML-KEM-768 seed, then the X25519 key."""
PUBLIC_BYTES = 1184 + 32
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Kind(Enum):
    """What an envelope holds. The label stands in ``info``: one kind never opens as the other."""

    ENTRY = b"talteen envelope v1"
    JOURNAL_KEY = b"talteen journal key v1"


@dataclass(frozen=True, slots=True)
class Address:
    """Everything that an envelope is bound to."""

    house: HouseId
    intake_key: IntakeKeyId
    node: str
    recording: RecordingId
    segment: int
    """0 for a call that was sealed in one piece; else the generation of its journal key."""
    start: datetime

    def info(self, kind: Kind = Kind.ENTRY) -> bytes:
        """The address in its one spelling, for an envelope of ``kind``."""
        return length_prefixed(
            [
                kind.value,
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


@lru_cache(maxsize=8)
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
    return _enclose(body.done(), address, Kind.ENTRY, to=to, signer=signer)


def unseal(envelope: Envelope, *, seed: bytes, node_key: bytes) -> Entry:
    """The entry inside, if the node whose public key is ``node_key`` sealed it to this address.

    Raises Tampered otherwise.
    """
    of = Reader(_disclose(envelope, Kind.ENTRY, seed=seed, node_key=node_key))
    entry = read_entry(of)
    of.end()
    return entry


def seal_journal_key(
    key: JournalKey, address: Address, *, to: bytes, signer: Ed25519PrivateKey
) -> Envelope:
    """Seal the key of a call's journal as ``seal`` seals an entry."""
    return _enclose(key.written(), address, Kind.JOURNAL_KEY, to=to, signer=signer)


def unseal_journal_key(envelope: Envelope, *, seed: bytes, node_key: bytes) -> JournalKey:
    """The journal key inside. Raises Tampered where the node did not seal it to this address."""
    return JournalKey.read(_disclose(envelope, Kind.JOURNAL_KEY, seed=seed, node_key=node_key))


def _enclose(
    body: bytes, address: Address, kind: Kind, *, to: bytes, signer: Ed25519PrivateKey
) -> Envelope:
    info = address.info(kind)
    sealed = SUITE.encrypt(body, public_key(to), info)
    return Envelope(address, sealed, signer.sign(length_prefixed([info, sealed])))


def _disclose(envelope: Envelope, kind: Kind, *, seed: bytes, node_key: bytes) -> bytes:
    info = envelope.address.info(kind)
    try:
        signed = length_prefixed([info, envelope.sealed])
        Ed25519PublicKey.from_public_bytes(node_key).verify(envelope.signature, signed)
        return SUITE.decrypt(envelope.sealed, private_key(seed), info)
    except (InvalidSignature, InvalidTag, ValueError):
        raise Tampered(
            "an envelope is not what its node sealed",
            remedy="find out who can write to the database; the recording stays closed",
        ) from None
