"""Signed notes and checkpoints: short texts that machines sign and people can read.

A note is a text, an empty line and signature lines (C2SP signed-note). A checkpoint is the note in
which a log states its origin, its size and its root (C2SP tlog-checkpoint). Signatures of unknown
keys are carried along and ignored, so that a log may change keys and witnesses may join; a known
key whose signature fails makes the whole note worthless. Reading is strict: there is one way to
write each value.
"""

import base64
import re
from binascii import Error as BadBase64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from talteen.engine.tlog.merkle import HASH_BYTES
from talteen.errors import InputError, Tampered

SIGNATURES_AT_MOST = 64
_KEY_ID_BYTES = 4
_TIME_BYTES = 8
_NUMBER_LIMIT = 2**63
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_VERIFIER_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""C2SP signed-note forbids those below U+0020; DEL and C1 move a terminal's cursor as well."""


class Algorithm(Enum):
    """How a signature line was made; the value is the type byte of C2SP signed-note."""

    ED25519 = 0x01
    """Ed25519 over the text of the note: how a Talteen log signs."""
    COSIGNATURE_ED25519 = 0x04
    """A witness: Ed25519 over the text and the time (C2SP tlog-cosignature)."""
    COSIGNATURE_ML_DSA_44 = 0x06
    """A witness, or the log itself, against quantum computers (C2SP tlog-cosignature)."""


_PUBLIC_KEY_BYTES = {
    Algorithm.ED25519: 32,
    Algorithm.COSIGNATURE_ED25519: 32,
    Algorithm.COSIGNATURE_ML_DSA_44: 1312,
}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and the name it signs under. People hand around its text form, a *vkey*."""

    name: str
    algorithm: Algorithm
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        kind = bytes([self.algorithm.value])
        return sha256(self.name.encode() + b"\n" + kind + self.public_key).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        material = bytes([self.algorithm.value]) + self.public_key
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(material).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who claims to have signed, and the bytes that prove it."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and at least one signature."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """The note as it is stored and sent."""
        return (self.text + "\n" + "".join(map(str, self.signatures))).encode()


@dataclass(frozen=True, slots=True)
class Signed:
    """That a known key did sign. ``at_s``: the POSIX time that a witness states, if it does."""

    key: VerifierKey
    at_s: int | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its origin, the number of its entries, the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text that is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


class Signer(Protocol):
    """Holds a private key and signs texts with it. The key itself need never be seen."""

    @property
    def key(self) -> VerifierKey:
        """The public half, as verifiers know it."""
        ...

    def sign(self, text: str) -> Signature:
        """The signature line for ``text``, which ends in a newline."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Signs as a log does: plain Ed25519 over the text."""

    name: str
    private_key: Ed25519PrivateKey

    @property
    def key(self) -> VerifierKey:
        public = self.private_key.public_key().public_bytes_raw()
        return VerifierKey(self.name, Algorithm.ED25519, public)

    def sign(self, text: str) -> Signature:
        return Signature(self.name, self.key.key_id, self.private_key.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class MlDsa44Signer:
    """Signs checkpoints so that a quantum computer cannot forge them.

    It states no time (zero, as C2SP tlog-cosignature allows): a log does not witness itself.
    """

    name: str
    private_key: MLDSA44PrivateKey

    @property
    def key(self) -> VerifierKey:
        public = self.private_key.public_key().public_bytes_raw()
        return VerifierKey(self.name, Algorithm.COSIGNATURE_ML_DSA_44, public)

    def sign(self, text: str) -> Signature:
        message = cosigned_message(self.key, text, at_s=0)
        return Signature(self.name, self.key.key_id, bytes(8) + self.private_key.sign(message))


def sign(text: str, *signers: Signer) -> Note:
    """``text`` signed by each of ``signers``."""
    return Note(text, tuple(signer.sign(text) for signer in signers))


def parse(raw: bytes) -> Note:
    """The note that ``raw`` writes. Tampered where it writes none. No signature is checked yet."""
    try:
        whole = raw.decode()
    except UnicodeDecodeError:
        raise _broken("it is not UTF-8") from None
    if _CONTROL.search(whole):
        raise _broken("it has a control character")
    text, gap, lines = whole.rpartition("\n\n")
    if not (gap and text and lines.endswith("\n")):
        raise _broken("text, empty line and signatures are not there")
    signatures = lines[:-1].split("\n")
    if len(signatures) > SIGNATURES_AT_MOST:
        raise _broken("it has too many signatures")
    return Note(text + "\n", tuple(map(_parse_signature, signatures)))


def verify(note: Note, keys: Sequence[VerifierKey]) -> tuple[Signed, ...]:
    """Those of ``keys`` that signed ``note``, in the order of its lines.

    Raises Tampered if a known key's signature fails, or if none of ``keys`` signed.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found = [
        _verify_one(note.text, signature, known[signature.name, signature.key_id])
        for signature in note.signatures
        if (signature.name, signature.key_id) in known
    ]
    if not found:
        raise Tampered(
            "none of the trusted keys signed this",
            remedy="compare the key names in the text with the keys that you were given",
        )
    return tuple(found)


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that the text of a note states, which must be exactly three lines.

    Extension lines are refused: a Talteen log writes none, and no ML-DSA signature covers them.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise _broken("a checkpoint has three lines")
    root = from_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise _broken("its root is not a hash")
    return Checkpoint(lines[0], from_decimal(lines[1]), root)


def parse_key(vkey: str) -> VerifierKey:
    """The key that the text ``name+id+base64`` writes. InputError where it writes none we know."""
    match = _VERIFIER_KEY.fullmatch(vkey)
    try:
        if match is None:
            raise ValueError
        material = from_base64(match[3])
        key = VerifierKey(match[1], Algorithm(material[0]), material[1:])
        if len(key.public_key) != _PUBLIC_KEY_BYTES[key.algorithm] or key.key_id.hex() != match[2]:
            raise ValueError
    except (ValueError, IndexError, Tampered):
        raise InputError(
            "this is not a verifier key that we know", remedy="copy it whole: name+id+key"
        ) from None
    return key


def check_name(name: str) -> str:
    """``name`` itself, if a key or a log may bear it (C2SP signed-note); InputError otherwise."""
    if not re.fullmatch(r"[^\s+\x00-\x1f]+", name):
        raise InputError(
            "a key name is empty or has a space or a plus sign",
            remedy="take a web address without https://, such as log.example/calls",
        )
    return name


def from_base64(text: str) -> bytes:
    """The bytes that ``text`` writes in the one canonical form of RFC 4648 section 4."""
    try:
        value = base64.b64decode(text, validate=True)
    except (BadBase64, ValueError):
        raise _broken("base64 was expected") from None
    if base64.b64encode(value).decode() != text:
        raise _broken("base64 in another than its one form")
    return value


def from_decimal(text: str) -> int:
    """The number that ``text`` writes in ASCII digits without leading zeros (below 2**63)."""
    if not _DECIMAL.fullmatch(text) or int(text) >= _NUMBER_LIMIT:
        raise _broken("a plain number was expected")
    return int(text)


def _parse_signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not re.fullmatch(r"[^\s+]+", parts[1]):
        raise _broken("a signature line has another form")
    signature = from_base64(parts[2])
    if len(signature) <= _KEY_ID_BYTES:
        raise _broken("a signature line is too short")
    return Signature(parts[1], signature[:_KEY_ID_BYTES], signature[_KEY_ID_BYTES:])


def _verify_one(text: str, signature: Signature, key: VerifierKey) -> Signed:
    try:
        if key.algorithm is Algorithm.ED25519:
            Ed25519PublicKey.from_public_bytes(key.public_key).verify(
                signature.signature, text.encode()
            )
            return Signed(key, None)
        at_s = _time_of(text, signature, key)
        _verify_cosignature(
            key, signature.signature[_TIME_BYTES:], cosigned_message(key, text, at_s=at_s)
        )
        return Signed(key, at_s or None)
    except InvalidSignature:
        raise Tampered(
            f"the signature of {key.name} does not fit the text",
            remedy="ask for the file again; if it fails again, the text was changed",
        ) from None


def _time_of(text: str, signature: Signature, key: VerifierKey) -> int:
    """The POSIX time that a cosigner states, 0 where it states none.

    InvalidSignature where it can be none: C2SP tlog-cosignature gives it 63 bits, and a log that
    signs a second time states none, for it does not witness itself.
    """
    at_s = int.from_bytes(signature.signature[:_TIME_BYTES])
    own = key.algorithm is Algorithm.COSIGNATURE_ML_DSA_44 and text.startswith(f"{key.name}\n")
    if at_s >= _NUMBER_LIMIT or (own and at_s):
        raise InvalidSignature
    return at_s


def _verify_cosignature(key: VerifierKey, signature: bytes, message: bytes) -> None:
    if key.algorithm is Algorithm.COSIGNATURE_ED25519:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, message)
    else:
        MLDSA44PublicKey.from_public_bytes(key.public_key).verify(signature, message)


def cosigned_message(key: VerifierKey, text: str, *, at_s: int) -> bytes:
    """What a cosigner signs, by C2SP tlog-cosignature. ``at_s``: POSIX time, 0 for none."""
    if key.algorithm is Algorithm.COSIGNATURE_ED25519:
        return f"cosignature/v1\ntime {at_s}\n{text}".encode()
    checkpoint = parse_checkpoint(text)
    return b"".join(
        [
            b"subtree/v1\n\x00",
            _short(key.name.encode()),
            at_s.to_bytes(_TIME_BYTES),
            _short(checkpoint.origin.encode()),
            bytes(8),  # the subtree begins at leaf 0: it is the whole tree
            checkpoint.size.to_bytes(8),
            checkpoint.root,
        ]
    )


def _short(value: bytes) -> bytes:
    """``value`` with its length in one byte before it (RFC 8446 3.4: 1 to 255 bytes)."""
    if not 0 < len(value) < 256:
        raise _broken("a name is longer than 255 bytes")
    return bytes([len(value)]) + value


def _broken(why: str) -> Tampered:
    return Tampered(f"this text is broken: {why}", remedy="take the file again, whole")
