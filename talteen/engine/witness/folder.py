"""What a witness keeps: its keys, the keys of the logs that it knows, the newest head of each.

    name                what it is called
    key.ed25519         seed of its cosignature/v1 key; readable by its user only
    key.mldsa44         seed of its ML-DSA-44 key
    logs                a vkey a line: the logs that it witnesses
    heads/<sha256>      the newest head that it signed for the log of this origin

A head stands on the disk before its signature leaves the house: written beside, synced, renamed,
the folder synced. A witness that lost its heads would sign any history once more, so a folder with
keys and without ``heads`` is refused: that witness is retired under its name, and a new one made.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from talteen.engine.tlog import note
from talteen.engine.tlog.cosign import Cosigner, Ed25519Cosigner, MlDsa44Cosigner
from talteen.engine.tlog.note import Checkpoint, Note, VerifierKey
from talteen.errors import Conflict, InputError, Tampered

_NAME, _LOGS, _HEADS, _LOCK = "name", "logs", "heads", "lock"
_ED25519, _ML_DSA = "key.ed25519", "key.mldsa44"


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """The folder of one witness."""

    root: Path

    def found(self, name: str) -> None:
        """Make a witness called ``name``, with new keys. Conflict where one stands already."""
        note.check_name(name)
        if (self.root / _ED25519).exists():
            raise Conflict(
                "this folder holds a witness already", remedy="start it without a new name"
            )
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.root / _HEADS).mkdir(mode=0o700, exist_ok=True)
        _write(self.root / _NAME, name.encode() + b"\n")
        _write(self.root / _ML_DSA, MLDSA44PrivateKey.generate().private_bytes_raw())
        _write(self.root / _ED25519, Ed25519PrivateKey.generate().private_bytes_raw())

    def cosigners(self) -> tuple[Cosigner, ...]:
        """Its two keys. InputError where no witness stands here or it has lost its heads."""
        try:
            name = (self.root / _NAME).read_text().strip()
            ed25519 = Ed25519PrivateKey.from_private_bytes((self.root / _ED25519).read_bytes())
            ml_dsa = MLDSA44PrivateKey.from_seed_bytes((self.root / _ML_DSA).read_bytes())
        except (OSError, ValueError):
            raise InputError(
                "no witness stands in this folder", remedy="make one with --name witness.example/w1"
            ) from None
        if not (self.root / _HEADS).is_dir():
            raise InputError(
                "this witness has lost the heads that it signed",
                remedy="retire it and make another under a new name; it may not sign again",
            )
        return Ed25519Cosigner(name, ed25519), MlDsa44Cosigner(name, ml_dsa)

    def logs(self) -> list[VerifierKey]:
        """The keys of the logs that it witnesses."""
        path = self.root / _LOGS
        lines = path.read_text().splitlines() if path.exists() else []
        return [note.parse_key(line) for line in lines if line and not line.startswith("#")]

    def add_logs(self, keys: list[VerifierKey]) -> None:
        """Let it witness the logs of ``keys``, too."""
        known = self.logs()
        lines = [str(key) for key in dict.fromkeys([*known, *keys])]
        _write(self.root / _LOGS, "".join(f"{line}\n" for line in lines).encode())

    def heads(self) -> dict[str, Note]:
        """The newest head that it signed for each log, with its signatures.

        Tampered where one is torn or was not signed by this witness: then nothing is signed.
        """
        own = [one.key for one in self.cosigners()]
        found: dict[str, Note] = {}
        for path in sorted((self.root / _HEADS).iterdir()):
            if path.name.startswith("."):
                continue  # its writing was cut short: it was never promised
            head = note.parse(path.read_bytes())
            note.verify(head, own)
            origin = note.parse_checkpoint(head.text).origin
            if path.name != _file_name(origin):
                raise Tampered(
                    f"heads/{path.name} is the head of another log",
                    remedy="bring back the folder as it was; nothing is signed until then",
                )
            found[origin] = head
        return found

    def keep(self, checkpoint: Checkpoint, head: Note) -> None:
        """Remember ``head`` as the newest of its log; it survives a power cut from here on."""
        _write(self.root / _HEADS / _file_name(checkpoint.origin), head.to_bytes())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else signs with this folder within the block; Conflict where somebody does."""
        handle = os.open(self.root / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise Conflict(
                "another process runs this witness", remedy="end it first, or leave it running"
            ) from None
        try:
            yield
        finally:
            os.close(handle)


def _file_name(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()


def _write(path: Path, value: bytes) -> None:
    """Put ``value`` in the place of what stood at ``path``, whole or not at all, and durably."""
    making = path.with_name(f".{path.name}.new")
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(value)
        file.flush()
        os.fsync(handle)
    making.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
