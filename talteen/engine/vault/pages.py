"""Key pages: what opens what, sealed so that one small key decides over everything below it.

``root_n`` names every page with the key that opens it, under a random key RK_n which two holders
wrap (DESIGN 5). A day page holds the keys of a day's recordings, at most 4,096; a busy day has
several, each from a lowest id on. A hold page holds one entry again, under a key of its own that
dies at release. Every write of a page takes a fresh page key, so an older version opens with no key
that a living root names. The bytes are described in ``docs/formats/page.md``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from struct import Struct
from typing import TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from talteen.engine.vault.canonical import (
    Reader,
    Writer,
    from_ms,
    length_prefixed,
    to_day,
    to_ms,
)
from talteen.engine.vault.entries import Entries, Entry, read_entry, write_entry
from talteen.errors import Tampered
from talteen.ids import CaseId, HoldId, HouseId, IntakeKeyId, PageId, RecordingId

KEY_BYTES = 32
NONCE_BYTES = 12
SHA256_BYTES = 32
ENTRIES_A_PAGE = 4096
"""The most that a page may hold. A house may choose less: an erasure writes one page anew."""

_DAY, _HOLD, _ROOT = b"talteen day page v1", b"talteen hold page v1", b"talteen root page v1"

T = TypeVar("T")
Random = Callable[[int], bytes]
"""So many unpredictable bytes. Handed in, so that vectors can be made and pages stay pure."""


@dataclass(frozen=True, slots=True)
class PageKey:
    """What a root knows of one page: what opens it, and that it is exactly this one."""

    id: PageId
    version: int
    """1 when the page was born, one more at every write."""
    n: int
    """The generation that wrote it."""
    key: bytes = field(repr=False)
    sha256: bytes


_PAGE_KEY = Struct(">16sIQ32s32s")
_DAY_REF = Struct(">I16sIq16sIQ32s32s")
_PAGE_AT = _DAY_REF.size - _PAGE_KEY.size


@dataclass(frozen=True, slots=True)
class DayRef:
    """A day page, as the root names it: the bytes that stand there, read when they are asked for.

    A busy register's root names hundreds of pages, and a roll asks for a handful of them.
    """

    packed: bytes = field(repr=False)

    @classmethod
    def of(
        cls, day: date, first: bytes, count: int, earliest_due: datetime, page: PageKey
    ) -> "DayRef":
        """The reference to a page that was written."""
        due_ms, number = to_ms(earliest_due), page.id.bytes
        told = (number, page.version, page.n, page.key, page.sha256)
        return cls(_DAY_REF.pack(day.toordinal(), first, count, due_ms, *told))

    @property
    def day(self) -> date:
        """The Helsinki date on which its recordings began."""
        return to_day(int.from_bytes(self.packed[:4]))

    @property
    def first(self) -> bytes:
        """The lowest id (16 bytes) for which this page is the right one."""
        return self.packed[4:20]

    @property
    def place(self) -> bytes:
        """Sorts as day and lowest id do."""
        return self.packed[:20]

    @property
    def count(self) -> int:
        """How many entries it has."""
        return int.from_bytes(self.packed[20:24])

    @property
    def earliest_due(self) -> datetime:
        """The due of its entries that comes first."""
        return from_ms(self.earliest_due_ms)

    @property
    def earliest_due_ms(self) -> int:
        """The same in milliseconds since 1970."""
        return int.from_bytes(self.packed[24:32], signed=True)

    @property
    def written_n(self) -> int:
        """The generation that wrote the page."""
        return int.from_bytes(self.packed[_PAGE_AT + 20 : _PAGE_AT + 28])

    @property
    def page_id(self) -> bytes:
        """The page's id, as its 16 bytes."""
        return self.packed[_PAGE_AT : _PAGE_AT + 16]

    @property
    def page(self) -> PageKey:
        """What opens the page, and that it is exactly this one."""
        return _page_key(self.packed[_PAGE_AT:])


def dates(refs: Iterable[DayRef]) -> set[date]:
    """The days of these pages: a year of them is read, and not every page's."""
    return {to_day(int.from_bytes(raw)) for raw in {ref.packed[:4] for ref in refs}}


@dataclass(frozen=True, slots=True)
class HoldRef:
    """A hold page, as the root names it: one hold of one recording."""

    hold: HoldId
    recording: RecordingId
    page: PageKey


@dataclass(frozen=True, slots=True)
class IntakeSecret:
    """The private half of an intake key, and since when roots hold it."""

    id: IntakeKeyId
    node: str
    born_n: int
    opened_at: datetime
    seed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DayPage:
    """The keys of (a part of) a day's recordings."""

    day: date
    entries: Entries


@dataclass(frozen=True, slots=True)
class HoldPage:
    """One entry, kept for one hold."""

    hold: HoldId
    recording: RecordingId
    entry: Entry


@dataclass(frozen=True, slots=True)
class RootPage:
    """Everything that can be opened at generation ``n``."""

    house: HouseId
    n: int
    at: datetime
    days: tuple[DayRef, ...]
    """In ascending order of day and lowest id."""
    holds: tuple[HoldRef, ...]
    """In ascending order of recording and hold."""
    shards: Mapping[date, bytes] = field(repr=False)
    """Day -> key of its word shard, random, new whenever a recording of the day is erased."""
    cases: Mapping[CaseId, bytes] = field(repr=False)
    """Case -> key of its file, which never holds content of a recording."""
    intake: tuple[IntakeSecret, ...]
    nodes: Mapping[str, bytes]
    """Capture node -> its Ed25519 public key (32 bytes): whose envelopes are believed."""
    tombstone_key: bytes = field(repr=False)
    """Keys the hash by which a call that comes back is known."""

    @property
    def count(self) -> int:
        """How many entries all day pages hold."""
        return sum(ref.count for ref in self.days)

    @property
    def earliest_due(self) -> datetime | None:
        """The due that comes first on any day page; None where there is none."""
        first = min((ref.earliest_due_ms for ref in self.days), default=None)
        return None if first is None else from_ms(first)

    def of_day(self, day: date) -> tuple[DayRef, ...]:
        """The pages of ``day``, in ascending order of lowest id."""
        ordinal = day.toordinal().to_bytes(4)
        return tuple(ref for ref in self.days if ref.packed.startswith(ordinal))

    def holds_of(self, recording: RecordingId) -> tuple[HoldRef, ...]:
        """The hold pages of ``recording``."""
        return tuple(ref for ref in self.holds if ref.recording == recording)


@dataclass(frozen=True, slots=True)
class SealedPage:
    """A page as it is stored: bytes, and what a root must say to open them."""

    key: PageKey
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PageName:
    """Which page is to be written: the parts that are bound into it beside its content."""

    house: HouseId
    id: PageId
    version: int
    n: int


def seal_day(page: DayPage, name: PageName, *, random: Random) -> SealedPage:
    """Seal ``page`` under a fresh key."""
    to = Writer()
    to.day(page.day)
    page.entries.write(to)
    return _seal(_DAY, name, to.done(), random=random)


def open_day(sealed: SealedPage, house: HouseId) -> DayPage:
    """Open a day page. Raises Tampered unless it is the very page that ``sealed.key`` names."""
    of = Reader(_open(_DAY, sealed, house))
    page = DayPage(of.day(), Entries.read(of))
    of.end()
    return page


def seal_hold(page: HoldPage, name: PageName, *, random: Random) -> SealedPage:
    """Seal ``page`` under a fresh key."""
    to = Writer()
    to.id(page.hold)
    to.id(page.recording)
    write_entry(page.entry, to)
    return _seal(_HOLD, name, to.done(), random=random)


def open_hold(sealed: SealedPage, house: HouseId) -> HoldPage:
    """Open a hold page. Raises Tampered unless it is the very page that ``sealed.key`` names."""
    of = Reader(_open(_HOLD, sealed, house))
    page = HoldPage(HoldId(of.id()), RecordingId(of.id()), read_entry(of))
    of.end()
    return page


def seal_root(root: RootPage, key: bytes, *, random: Random) -> bytes:
    """Seal ``root`` under ``key`` (RK_n, used for this root alone)."""
    nonce = random(NONCE_BYTES)
    aad = length_prefixed([_ROOT, root.house.bytes, root.n.to_bytes(8)])
    return nonce + AESGCM(key).encrypt(nonce, _root_bytes(root), aad)


def open_root(sealed: bytes, key: bytes, *, house: HouseId, n: int) -> RootPage:
    """Open the root of generation ``n``. Raises Tampered for another house, generation or key."""
    aad = length_prefixed([_ROOT, house.bytes, n.to_bytes(8)])
    of = Reader(_decrypt(sealed, key, aad))
    root = RootPage(
        house=house,
        n=n,
        at=of.time(),
        days=_read_day_refs(of),
        holds=tuple(_read_hold_ref(of) for _ in range(of.number(4))),
        shards={of.day(): of.raw(KEY_BYTES) for _ in range(of.number(4))},
        cases={CaseId(of.id()): of.raw(KEY_BYTES) for _ in range(of.number(4))},
        intake=tuple(_read_intake(of) for _ in range(of.number(4))),
        nodes={of.text(): of.raw(32) for _ in range(of.number(4))},
        tombstone_key=of.raw(KEY_BYTES),
    )
    of.end()
    return root


def _root_bytes(root: RootPage) -> bytes:
    to = Writer()
    to.time(root.at)
    to.number(len(root.days), 4)
    to.raw(b"".join(ref.packed for ref in root.days))
    _each(to, root.holds, _write_hold_ref)
    _each(to, sorted(root.shards.items()), _write_shard)
    _each(to, sorted(root.cases.items()), _write_case)
    _each(to, root.intake, _write_intake)
    _each(to, sorted(root.nodes.items()), _write_node)
    to.raw(root.tombstone_key)
    return to.done()


def _each(to: Writer, values: Iterable[T], write: Callable[[Writer, T], None]) -> None:
    listed = list(values)
    to.number(len(listed), 4)
    for value in listed:
        write(to, value)


def _write_page_key(to: Writer, page: PageKey) -> None:
    to.raw(_PAGE_KEY.pack(page.id.bytes, page.version, page.n, page.key, page.sha256))


def _page_key(raw: bytes) -> PageKey:
    id_, version, n, key, sha = _PAGE_KEY.unpack(raw)
    return PageKey(PageId(UUID(bytes=id_)), version, n, key, sha)


def _read_day_refs(of: Reader) -> tuple[DayRef, ...]:
    size = _DAY_REF.size
    raw = of.raw(of.number(4) * size)
    return tuple(DayRef(raw[at : at + size]) for at in range(0, len(raw), size))


def _write_hold_ref(to: Writer, ref: HoldRef) -> None:
    to.id(ref.hold)
    to.id(ref.recording)
    _write_page_key(to, ref.page)


def _read_hold_ref(of: Reader) -> HoldRef:
    return HoldRef(HoldId(of.id()), RecordingId(of.id()), _page_key(of.raw(_PAGE_KEY.size)))


def _write_shard(to: Writer, shard: tuple[date, bytes]) -> None:
    to.day(shard[0])
    to.raw(shard[1])


def _write_case(to: Writer, case: tuple[CaseId, bytes]) -> None:
    to.id(case[0])
    to.raw(case[1])


def _write_intake(to: Writer, secret: IntakeSecret) -> None:
    to.id(secret.id)
    to.text(secret.node)
    to.number(secret.born_n, 8)
    to.time(secret.opened_at)
    to.block(secret.seed)


def _read_intake(of: Reader) -> IntakeSecret:
    return IntakeSecret(
        id=IntakeKeyId(of.id()),
        node=of.text(),
        born_n=of.number(8),
        opened_at=of.time(),
        seed=of.block(),
    )


def _write_node(to: Writer, node: tuple[str, bytes]) -> None:
    to.text(node[0])
    to.raw(node[1])


def _seal(label: bytes, name: PageName, body: bytes, *, random: Random) -> SealedPage:
    key, nonce = random(KEY_BYTES), random(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, body, _aad(label, name))
    page = PageKey(name.id, name.version, name.n, key, sha256(sealed).digest())
    return SealedPage(page, sealed)


def _open(label: bytes, page: SealedPage, house: HouseId) -> bytes:
    key = page.key
    if sha256(page.sealed).digest() != key.sha256:
        raise _another_page()
    aad = _aad(label, PageName(house, key.id, key.version, key.n))
    return _decrypt(page.sealed, key.key, aad)


def _aad(label: bytes, name: PageName) -> bytes:
    numbers = name.version.to_bytes(4) + name.n.to_bytes(8)
    return length_prefixed([label, name.house.bytes, name.id.bytes, numbers])


def _decrypt(sealed: bytes, key: bytes, aad: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except (InvalidTag, ValueError):
        raise _another_page() from None


def _another_page() -> Tampered:
    return Tampered(
        "a key page is not the one that the root names",
        remedy="run 'talteen keys status': the pages come back from the roll files",
    )
