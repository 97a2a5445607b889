"""The roll file: everything that one roll decided, in one immutable, signed file of the key plane.

PostgreSQL may be behind, never in charge: whoever has the newest live key and the roll files can
bring any older database to the present by applying them in order. A file carries both wraps of the
root's key, the root, every changed page whole, which recordings died and why, and the ledger leaves
of the roll; it names the hash of the file before it and is signed by the house. Nothing in it is
secret without the generation's key, and nothing in it is personal data.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from talteen.engine.vault.canonical import Reader, Writer
from talteen.engine.vault.dead import Dead, Group
from talteen.errors import Tampered
from talteen.ids import BlobId, HoldId, HouseId, IntakeKeyId, PageId, RecordingId

MAGIC = b"talteen roll file v1\n"
PREFIX = "rolls/"
NO_FILE = bytes(32)
"""What the first roll file names as the hash of the one before."""
SIGNATURE_BYTES = 64

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GenerationKey:
    """A generation's key in one holder: its name there, and RK_n wrapped under it."""

    name: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class PageBytes:
    """A changed page, whole."""

    id: PageId
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class IntakeKeyBorn:
    """The public half of an intake key that envelopes may be sealed to from now on."""

    id: IntakeKeyId
    node: str
    public: bytes


@dataclass(frozen=True, slots=True)
class HoldChange:
    """A hold of a recording that came into force, or ended, with this roll."""

    hold: HoldId
    recording: RecordingId


@dataclass(frozen=True, slots=True)
class Death:
    """A backup key and the moment from which it is dead."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Leaf:
    """One ledger leaf, as the ledger wrote it; the vault does not read it."""

    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class RollFile:
    """What roll ``n`` decided."""

    house: HouseId
    n: int
    base_n: int
    """The generation from which it was built; n - 1 unless the read-back of that one failed."""
    at: datetime
    previous: bytes
    """SHA-256 of the roll file before this one."""
    live: GenerationKey
    backup: GenerationKey | None
    """None for an unbacked roll: the backup holder did not answer."""
    root: bytes = field(repr=False)
    pages: tuple[PageBytes, ...]
    entries_before: int
    removed: int
    """How many entries left day pages, destroyed or moved to hold pages."""
    destroyed: Dead
    folded: tuple[RecordingId, ...]
    """Recordings whose envelope became an entry."""
    attached: tuple[BlobId, ...]
    """Derived blobs that an entry names from now on."""
    holds_placed: tuple[HoldChange, ...]
    holds_released: tuple[HoldChange, ...]
    intake_opened: tuple[IntakeKeyBorn, ...]
    intake_closed: tuple[IntakeKeyId, ...]
    deaths: tuple[Death, ...]
    leaves: tuple[Leaf, ...]


def key_of(n: int) -> str:
    """Where roll file ``n`` lies in the blob store."""
    return f"{PREFIX}{n:012d}"


def n_of(key: str) -> int:
    """Which roll file lies at ``key``. Raises Tampered for a name that no roll wrote."""
    digits = key.removeprefix(PREFIX)
    if not digits.isascii() or not digits.isdigit() or key_of(int(digits)) != key:
        raise _forged()
    return int(digits)


def digest(data: bytes) -> bytes:
    """The hash by which the next file names this one."""
    return sha256(data).digest()


def write(file: RollFile, signer: Ed25519PrivateKey) -> bytes:
    """The file as it is put into the store: canonical bytes, then a signature over them."""
    body = MAGIC + _body(file)
    return body + signer.sign(body)


def read(data: bytes, signed_by: Ed25519PublicKey) -> RollFile:
    """The file that ``data`` writes. Raises Tampered unless the house signed exactly this."""
    body, signature = data[:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:]
    try:
        signed_by.verify(signature, body)
    except InvalidSignature:
        raise _forged() from None
    if not body.startswith(MAGIC):
        raise _forged()
    of = Reader(body, len(MAGIC))
    file = _read(of)
    of.end()
    return file


def _body(file: RollFile) -> bytes:
    to = Writer()
    to.id(file.house)
    to.number(file.n, 8)
    to.number(file.base_n, 8)
    to.time(file.at)
    to.raw(file.previous)
    _generation_key(to, file.live)
    _each(to, [file.backup] if file.backup else [], _generation_key)
    to.block(file.root)
    _each(to, file.pages, _page)
    to.number(file.entries_before, 8)
    to.number(file.removed, 8)
    _each(to, file.destroyed.groups, lambda to, group: group.write(to))
    _each(to, file.folded, Writer.id)
    _each(to, file.attached, Writer.id)
    _each(to, file.holds_placed, _hold_change)
    _each(to, file.holds_released, _hold_change)
    _each(to, file.intake_opened, _intake_key)
    _each(to, file.intake_closed, Writer.id)
    _each(to, file.deaths, _death)
    _each(to, file.leaves, _leaf)
    return to.done()


def _read(of: Reader) -> RollFile:
    return RollFile(
        house=HouseId(of.id()),
        n=of.number(8),
        base_n=of.number(8),
        at=of.time(),
        previous=of.raw(32),
        live=_read_generation_key(of),
        backup=_read_backup(of),
        root=of.block(),
        pages=_read_each(of, lambda of: PageBytes(PageId(of.id()), of.block())),
        entries_before=of.number(8),
        removed=of.number(8),
        destroyed=Dead(_read_each(of, Group.read)),
        folded=_read_each(of, lambda of: RecordingId(of.id())),
        attached=_read_each(of, lambda of: BlobId(of.id())),
        holds_placed=_read_each(of, _read_hold_change),
        holds_released=_read_each(of, _read_hold_change),
        intake_opened=_read_each(of, _read_intake_key),
        intake_closed=_read_each(of, lambda of: IntakeKeyId(of.id())),
        deaths=_read_each(of, lambda of: Death(of.text(), of.time())),
        leaves=_read_each(of, lambda of: Leaf(of.text(), of.block())),
    )


def _each(to: Writer, values: Iterable[T], write_one: Callable[[Writer, T], None]) -> None:
    listed = list(values)
    to.number(len(listed), 4)
    for value in listed:
        write_one(to, value)


def _read_each(of: Reader, read_one: Callable[[Reader], T]) -> tuple[T, ...]:
    return tuple(read_one(of) for _ in range(of.number(4)))


def _generation_key(to: Writer, key: GenerationKey) -> None:
    to.text(key.name)
    to.block(key.wrapped)


def _read_generation_key(of: Reader) -> GenerationKey:
    return GenerationKey(of.text(), of.block())


def _read_backup(of: Reader) -> GenerationKey | None:
    keys = _read_each(of, _read_generation_key)
    if len(keys) > 1:
        raise _forged()
    return keys[0] if keys else None


def _page(to: Writer, page: PageBytes) -> None:
    to.id(page.id)
    to.block(page.sealed)


def _hold_change(to: Writer, change: HoldChange) -> None:
    to.id(change.hold)
    to.id(change.recording)


def _read_hold_change(of: Reader) -> HoldChange:
    return HoldChange(HoldId(of.id()), RecordingId(of.id()))


def _intake_key(to: Writer, key: IntakeKeyBorn) -> None:
    to.id(key.id)
    to.text(key.node)
    to.block(key.public)


def _read_intake_key(of: Reader) -> IntakeKeyBorn:
    return IntakeKeyBorn(IntakeKeyId(of.id()), of.text(), of.block())


def _death(to: Writer, death: Death) -> None:
    to.text(death.name)
    to.time(death.at)


def _leaf(to: Writer, leaf: Leaf) -> None:
    to.text(leaf.kind)
    to.block(leaf.data)


def _forged() -> Tampered:
    return Tampered(
        "a roll file is not what this house wrote",
        remedy="restore the key plane from its second copy before you go on",
    )
