"""The list of a backup, a line a file, and the signed head that makes a folder a backup. Pure.

Every file is hashed whole and in parts of a mebibyte, so that damage has a place and not only a
name. The head is written last and signed by the house over the hash of the list: a folder without
one was never finished, and one that somebody has changed is no backup of this house.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from talteen.errors import InputError, Tampered

FORMAT = 1
PART_BYTES = 1 << 20
LIST, HEAD = "manifest.jsonl", "backup.json"
DUMP, STORE, REGISTER, SETTINGS = "database.dump", "store/", "register/", "talteen.toml"


class Blobs(Enum):
    """What became of the sealed sound: it may be more than one wants to carry about."""

    COPIED = "copied"
    REFERENCED = "referenced"
    """It stays in its bucket; the backup holds roll files and the log, and names the bucket."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a backup."""

    name: str
    """Its path in the folder, with slashes."""
    size: int
    sha256: str
    parts: tuple[str, ...] = field(default=(), repr=False)
    """SHA-256 of each PART_BYTES of it; none where it is no longer than one part."""

    def line(self) -> bytes:
        """As it stands in the list."""
        told = {"name": self.name, "parts": self.parts, "sha256": self.sha256, "size": self.size}
        return _canonical(told) + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a finished backup says of itself."""

    house: UUID
    taken_at: datetime
    generation: int
    """The newest roll file in it."""
    log_size: int
    """The entries of the newest checkpoint in it."""
    blobs: Blobs
    bucket: str
    """Where the sealed sound is, if it was not copied; else empty."""
    files: int
    size_bytes: int
    list_sha256: str

    def signed(self, signer: Ed25519PrivateKey) -> bytes:
        """The bytes of the head's file."""
        told = self._told()
        return _canonical({**told, "signature": signer.sign(_canonical(told)).hex()}) + b"\n"

    def _told(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "house": str(self.house),
            "taken_at": self.taken_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "generation": self.generation,
            "log_size": self.log_size,
            "blobs": self.blobs.value,
            "bucket": self.bucket,
            "files": self.files,
            "size_bytes": self.size_bytes,
            "list_sha256": self.list_sha256,
        }


class Why(Enum):
    """In which way a file is not what was backed up."""

    MISSING = "missing"
    CHANGED = "changed"
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Damage:
    """A place of a backup that is not what was backed up: bytes ``start`` to ``end`` of a file."""

    name: str
    start: int
    end: int
    why: Why

    def __str__(self) -> str:
        return f"{self.name}: bytes {self.start}-{self.end} {self.why.value}"


def read_head(raw: bytes, signed_by: Ed25519PublicKey) -> Head:
    """The head that ``raw`` is. Raises Tampered unless this house signed exactly it, InputError for
    a format that this release does not read.
    """
    try:
        told: dict[str, Any] = json.loads(raw)
        signature = bytes.fromhex(told.pop("signature"))
        signed_by.verify(signature, _canonical(told))
        if told.pop("format") != FORMAT:
            raise InputError(
                "the backup is of a later release", remedy="restore it with that release"
            )
        return Head(
            house=UUID(told["house"]),
            taken_at=datetime.fromisoformat(told["taken_at"]),
            generation=int(told["generation"]),
            log_size=int(told["log_size"]),
            blobs=Blobs(told["blobs"]),
            bucket=str(told["bucket"]),
            files=int(told["files"]),
            size_bytes=int(told["size_bytes"]),
            list_sha256=str(told["list_sha256"]),
        )
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError):
        raise Tampered(
            f"{HEAD} is not what this house signed",
            remedy="take another copy of the backup, and the signing keys of the house it is of",
        ) from None


def read_line(line: bytes) -> File:
    """The file that a line of the list names. Raises Tampered for anything else."""
    try:
        told = json.loads(line)
        file = File(told["name"], told["size"], told["sha256"], tuple(told["parts"]))
    except (ValueError, KeyError, TypeError):
        file = File("", 0, "")
    if file.line() != line or not file.name or ".." in file.name.split("/"):
        raise Tampered(f"{LIST} is not a list of a backup", remedy="take another copy of it")
    return file


class Hash(Protocol):
    """What hashlib gives."""

    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


@dataclass(slots=True)
class Hashing:
    """Hashes a file that passes by in blocks of any length, whole and in parts."""

    whole: Hash = field(default_factory=sha256)
    size: int = 0
    parts: list[str] = field(default_factory=list)
    _part: Hash = field(default_factory=sha256)

    def take(self, block: bytes) -> None:
        """The next bytes of the file."""
        self.whole.update(block)
        view = memoryview(block)
        while view:
            room = PART_BYTES - self.size % PART_BYTES
            taken = view[:room]
            self._part.update(bytes(taken))
            self.size += len(taken)
            if self.size % PART_BYTES == 0:
                self._end_part()
            view = view[room:]

    def file(self, name: str) -> File:
        """What was hashed, under ``name``. The last call."""
        if self.size % PART_BYTES:
            self._end_part()
        parts = tuple(self.parts) if self.size > PART_BYTES else ()
        return File(name, self.size, self.whole.hexdigest(), parts)

    def _end_part(self) -> None:
        self.parts.append(self._part.hexdigest())
        self._part = sha256()


def differences(wanted: File, found: File) -> list[Damage]:
    """Where ``found`` is not ``wanted``; neighbouring parts are one place."""
    if (wanted.size, wanted.sha256) == (found.size, found.sha256):
        return []
    here, there = _parts(wanted), _parts(found)
    places: list[Damage] = []
    for at, (one, other) in enumerate(zip(here, there, strict=False)):
        start, end = at * PART_BYTES, min((at + 1) * PART_BYTES, wanted.size, found.size)
        if one == other or end <= start:
            continue
        if places and places[-1].end == start:
            places[-1] = Damage(wanted.name, places[-1].start, end, Why.CHANGED)
        else:
            places.append(Damage(wanted.name, start, end, Why.CHANGED))
    if found.size < wanted.size:
        places.append(Damage(wanted.name, found.size, wanted.size, Why.SHORT))
    if found.size > wanted.size:
        places.append(Damage(wanted.name, wanted.size, found.size, Why.LONG))
    return places


def _parts(file: File) -> tuple[str, ...]:
    return file.parts or (file.sha256,)


def _canonical(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
