"""What a witness does: it signs a head only where that continues the head it signed before. Pure.

C2SP tlog-witness says what is asked and answered, C2SP tlog-cosignature what is signed. A witness
knows the public keys of some logs and, for each, the newest head that it has signed. One that
shrinks, or that says otherwise of what stood before, gets no signature: a log that has a witness
cannot show two histories.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from talteen.engine.tlog import merkle, note, proof
from talteen.engine.tlog.note import Algorithm, Checkpoint, Note, Signature, VerifierKey
from talteen.errors import Tampered

PROOF_LINES_AT_MOST = 63
"""C2SP tlog-witness: no longer proof is sent."""
SIZE_TYPE = "text/x.tlog.size"
"""The media type of the answer that only tells a size."""


class Cosigner(Protocol):
    """Signs checkpoints with the time at which they were seen."""

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        ...

    def cosign(self, text: str, at_s: int) -> Signature:
        """The line for the checkpoint ``text``, seen at the POSIX time ``at_s`` (> 0)."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Cosigner:
    """Signs as C2SP cosignature/v1: Ed25519 over the time and the whole text."""

    name: str
    private_key: Ed25519PrivateKey = field(repr=False)

    @property
    def key(self) -> VerifierKey:
        public = self.private_key.public_key().public_bytes_raw()
        return VerifierKey(self.name, Algorithm.COSIGNATURE_ED25519, public)

    def cosign(self, text: str, at_s: int) -> Signature:
        made = self.private_key.sign(note.cosigned_message(self.key, text, at_s=at_s))
        return Signature(self.name, self.key.key_id, at_s.to_bytes(8) + made)


@dataclass(frozen=True, slots=True)
class MlDsa44Cosigner:
    """Signs as C2SP subtree/v1, over the whole tree: ML-DSA-44, against quantum computers."""

    name: str
    private_key: MLDSA44PrivateKey = field(repr=False)

    @property
    def key(self) -> VerifierKey:
        public = self.private_key.public_key().public_bytes_raw()
        return VerifierKey(self.name, Algorithm.COSIGNATURE_ML_DSA_44, public)

    def cosign(self, text: str, at_s: int) -> Signature:
        made = self.private_key.sign(note.cosigned_message(self.key, text, at_s=at_s))
        return Signature(self.name, self.key.key_id, at_s.to_bytes(8) + made)


class Refusal(Enum):
    """Why a witness does not sign; the value is the HTTP status that says so."""

    BROKEN = 400
    """The request is none, or its old size is beyond its checkpoint."""
    NOT_SIGNED = 403
    """No key that is known for this log signed the checkpoint."""
    UNKNOWN_LOG = 404
    ANOTHER_SIZE = 409
    """The old size is not that of the newest head seen, or that size has another root."""
    NOT_CONTINUED = 422
    """The proof does not show that the newest head seen begins the one asked about."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The checkpoint may be signed once it has been kept."""

    checkpoint: Checkpoint
    asked: Note
    """As it was handed in, with whatever signatures it had."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The checkpoint is not signed. ``seen``: size of the newest head seen, where that helps."""

    why: Refusal
    seen: int | None = None
    origin: str = ""
    """Which log it was about, once its signature was found good; empty before."""


Logs = Mapping[str, Sequence[VerifierKey]]
"""The keys of every log that is witnessed, by its origin."""
Seen = Mapping[str, Checkpoint]
"""The newest head that was signed, by the origin of its log."""


def logs_of(keys: Sequence[VerifierKey]) -> Logs:
    """The logs that ``keys`` speak for: a log's key bears its origin as a name."""
    return {key.name: [one for one in keys if one.name == key.name] for key in keys}


def judge(body: bytes, logs: Logs, seen: Seen) -> Agreed | Refused:
    """Whether a witness signs what the request ``body`` asks it to, in the order of the spec.

    Never raises for what stands in ``body``.
    """
    try:
        asked = proof.parse_growth(body.decode())
        checkpoint = note.parse_checkpoint(asked.checkpoint.text)
    except (Tampered, UnicodeDecodeError):
        return Refused(Refusal.BROKEN)
    keys = logs.get(checkpoint.origin)
    if keys is None:
        return Refused(Refusal.UNKNOWN_LOG)
    try:
        note.verify(asked.checkpoint, keys)
    except Tampered:
        return Refused(Refusal.NOT_SIGNED)
    return _continues(asked, checkpoint, seen.get(checkpoint.origin))


def _continues(
    asked: proof.Growth, checkpoint: Checkpoint, before: Checkpoint | None
) -> Agreed | Refused:
    size, origin = before.size if before else 0, checkpoint.origin
    old_root = before.root if before and size else merkle.EMPTY_ROOT
    if asked.old_size > checkpoint.size or len(asked.hashes) > PROOF_LINES_AT_MOST:
        return Refused(Refusal.BROKEN, origin=origin)
    if asked.old_size != size:
        return Refused(Refusal.ANOTHER_SIZE, size, origin)
    if checkpoint.size == size and checkpoint.root != old_root:
        return Refused(Refusal.ANOTHER_SIZE, size, origin)
    if not grown(size, old_root, checkpoint, asked.hashes):
        return Refused(Refusal.NOT_CONTINUED, size, origin)
    return Agreed(checkpoint, asked.checkpoint)


def grown(old_size: int, old_root: bytes, newer: Checkpoint, hashes: Sequence[bytes]) -> bool:
    """Whether ``hashes`` show that ``newer`` begins with the tree of ``old_size`` leaves.

    Every tree begins with the empty one, which takes no hash to show (C2SP tlog-witness).
    """
    if old_size == 0:
        return not hashes and (newer.size > 0 or newer.root == merkle.EMPTY_ROOT)
    return merkle.verify_consistency(
        first=old_size,
        second=newer.size,
        proof=hashes,
        first_root=old_root,
        second_root=newer.root,
    )


def cosigned(agreed: Agreed, cosigners: Sequence[Cosigner], at_s: int) -> tuple[Signature, ...]:
    """The lines of a witness for a checkpoint that it agreed to."""
    return tuple(one.cosign(agreed.asked.text, at_s) for one in cosigners)


def joined(checkpoint: Note, lines: bytes, keys: Sequence[VerifierKey]) -> tuple[Signature, ...]:
    """Those of a witness's answered ``lines`` that ``keys`` really signed ``checkpoint`` with.

    Lines of unknown keys are left out. Tampered where the lines are none, or none of them fits.
    """
    answered = note.parse(checkpoint.text.encode() + b"\n" + lines)
    witnesses = [key for key in keys if key.algorithm is not Algorithm.ED25519]
    names = {(signed.key.name, signed.key.key_id) for signed in note.verify(answered, witnesses)}
    return tuple(one for one in answered.signatures if (one.name, one.key_id) in names)
