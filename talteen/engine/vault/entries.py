"""What a key page says about recordings: one entry each, and many entries as columns.

An entry holds the key of a recording (DEK), its true start and due, the keyed hash of what came in,
the blobs that the key opens, and the caller's number, which stands nowhere else. Entries of a page
are kept as columns sorted by id, so that letting one go is a handful of slices, not 4,096 objects:
an erasure copies a page of a megabyte in about a millisecond.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import accumulate
from struct import Struct, pack, unpack
from typing import NamedTuple
from uuid import UUID

from talteen.engine.vault.canonical import ID_BYTES, Reader, Writer, from_ms, to_ms, torn
from talteen.ids import BlobId, RecordingId

KEY_BYTES = 32
MAC_BYTES = 32
SHA256_BYTES = 32
FIXED_BYTES = KEY_BYTES + MAC_BYTES + 8 + 8
_MAC_AND_DUE = Struct(">32x32s8xq")
REF_BYTES = ID_BYTES + 1 + SHA256_BYTES + 8


class Kind(Enum):
    """What a blob holds. The number stands in pages and contexts for ever: never reuse one."""

    AGENT_SOUND = 1
    CALLER_SOUND = 2
    WAVEFORM = 3
    TRANSCRIPT = 4
    FACTS = 5
    QUOTES = 6
    PAYLOAD = 7
    MASKING = 8
    """A note in a row, never a blob: what is covered of sound and words."""
    CORRECTION = 9
    """A note too: the words as a person has corrected them."""
    UNFINISHED_WORDS = 10
    """What a worker has heard of a call so far: in the database, sealed, until it has all."""
    EVALUATION = 12
    """A note in a row: what people wrote about a call when they evaluated it."""
    STATEMENT = 13
    """A note too: what a person of the call says beside its words (GDPR 16)."""

    @property
    def code(self) -> bytes:
        """The kind as one byte."""
        return bytes([self.value])


@dataclass(frozen=True, slots=True)
class BlobRef:
    """One sealed blob: its id, fresh for every write, and what its ciphertext must be."""

    id: BlobId
    kind: Kind
    sha256: bytes
    """Of the ciphertext, as it lies in the store."""
    size_bytes: int
    """Of the ciphertext."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What opens one recording, and what must be known of it when every column is doubted."""

    dek: bytes = field(repr=False)
    start: datetime
    """When the call began, aware UTC, whole milliseconds."""
    due: datetime
    """The instant at which nothing of it exists any more."""
    mac: bytes
    """Keyed hash of what came in (32 bytes): a destroyed call is known by it when it comes back."""
    number: str = field(repr=False)
    """The caller's number; empty where none was given."""
    blobs: tuple[BlobRef, ...]

    def having(self, blobs: Iterable[BlobRef]) -> "Entry":
        """The same entry with ``blobs`` beside those it names already."""
        merged = {blob.id: blob for blob in (*self.blobs, *blobs)}
        return Entry(self.dek, self.start, self.due, self.mac, self.number, tuple(merged.values()))


class _Row(NamedTuple):
    fixed: bytes
    number: bytes
    refs: bytes


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries by recording id, as columns in ascending order of id."""

    ids: bytes = b""
    fixed: bytes = field(default=b"", repr=False)
    """DEK, keyed hash, start, due."""
    number_sizes: bytes = b""
    numbers: bytes = field(default=b"", repr=False)
    ref_counts: bytes = b""
    refs: bytes = b""

    def __len__(self) -> int:
        return len(self.number_sizes)

    def __iter__(self) -> Iterator[RecordingId]:
        for at in range(0, len(self.ids), ID_BYTES):
            yield RecordingId(UUID(bytes=self.ids[at : at + ID_BYTES]))

    def __contains__(self, recording: RecordingId) -> bool:
        return self._index(recording) is not None

    def get(self, recording: RecordingId) -> Entry | None:
        """The entry of ``recording``, or None."""
        index = self._index(recording)
        return None if index is None else self._entry(index)

    def items(self) -> Iterator[tuple[RecordingId, Entry]]:
        """Every recording with its entry, in ascending order of id."""
        for recording, row in self._rows().items():
            yield RecordingId(UUID(bytes=recording)), _entry(row)

    def dues_and_macs(self) -> tuple[bytes, bytes]:
        """Two columns: every due (8 bytes, milliseconds), and every keyed hash of what came in."""
        macs, dues = (
            zip(*_MAC_AND_DUE.iter_unpack(self.fixed), strict=True) if len(self) else ((), ())
        )
        return pack(f">{len(self)}q", *dues), b"".join(macs)

    def blob_ids(self) -> Iterator[UUID]:
        """Every blob that an entry names."""
        for at in range(0, len(self.refs), REF_BYTES):
            yield UUID(bytes=self.refs[at : at + ID_BYTES])

    def dues(self) -> list[datetime]:
        """Every due, in the order of the ids."""
        return [from_ms(ms) for ms in self._due_ms()]

    def earliest_due(self) -> datetime | None:
        """The due that comes first, or None where there is no entry."""
        return from_ms(min(self._due_ms())) if len(self) else None

    def latest_due(self) -> datetime | None:
        """The due that comes last, or None where there is no entry."""
        return from_ms(max(self._due_ms())) if len(self) else None

    def with_number(self, number: str) -> list[RecordingId]:
        """The recordings of exactly this number."""
        wanted, found = number.encode(), []
        at = self.numbers.find(wanted)
        if not wanted or at < 0:
            return []
        starts = {start: row for row, start in enumerate(accumulate(self.number_sizes, initial=0))}
        while at >= 0:
            row = starts.get(at)
            # Two empty numbers share a start with the next one: its row is the last at this start.
            if row is not None and row < len(self) and self.number_sizes[row] == len(wanted):
                found.append(self._id(row))
            at = self.numbers.find(wanted, at + 1)
        return found

    def without(self, recordings: Iterable[RecordingId]) -> "Entries":
        """All entries but those of ``recordings``; an id that is not here is no error."""
        gone = sorted({i for r in recordings if (i := self._index(r)) is not None})
        if not gone:
            return self
        number_at = list(accumulate(self.number_sizes, initial=0))
        ref_at = [REF_BYTES * count for count in accumulate(self.ref_counts, initial=0)]
        kept = list(zip([0, *(i + 1 for i in gone)], [*gone, len(self)], strict=True))
        return Entries(
            ids=b"".join(self.ids[ID_BYTES * a : ID_BYTES * b] for a, b in kept),
            fixed=b"".join(self.fixed[FIXED_BYTES * a : FIXED_BYTES * b] for a, b in kept),
            number_sizes=b"".join(self.number_sizes[a:b] for a, b in kept),
            numbers=b"".join(self.numbers[number_at[a] : number_at[b]] for a, b in kept),
            ref_counts=b"".join(self.ref_counts[a:b] for a, b in kept),
            refs=b"".join(self.refs[ref_at[a] : ref_at[b]] for a, b in kept),
        )

    def having(self, entries: Mapping[RecordingId, Entry]) -> "Entries":
        """All entries, with ``entries`` added or put in the place of those of the same id."""
        if not entries:
            return self
        fresh = {recording.bytes: _row(entry) for recording, entry in entries.items()}
        return _columns(self._rows() | fresh)

    def halves(self) -> tuple["Entries", "Entries"]:
        """The lower and the upper half of the ids."""
        rows = sorted(self._rows().items())
        middle = len(rows) // 2
        return _columns(dict(rows[:middle])), _columns(dict(rows[middle:]))

    def first(self) -> RecordingId:
        """The lowest id. There must be one."""
        return self._id(0)

    def write(self, to: Writer) -> None:
        """The canonical form: a count, then the columns."""
        to.number(len(self), 4)
        for column in (self.ids, self.fixed, self.number_sizes, self.numbers):
            to.raw(column)
        to.raw(self.ref_counts)
        to.raw(self.refs)

    @classmethod
    def read(cls, of: Reader) -> "Entries":
        """The inverse of ``write``. Raises Tampered on anything that ``write`` never wrote."""
        count = of.number(4)
        ids, fixed = of.raw(ID_BYTES * count), of.raw(FIXED_BYTES * count)
        number_sizes = of.raw(count)
        numbers = of.raw(sum(number_sizes))
        ref_counts = of.raw(count)
        refs = of.raw(REF_BYTES * sum(ref_counts))
        in_order = [ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES)]
        if sorted(set(in_order)) != in_order:
            raise torn()
        return cls(ids, fixed, number_sizes, numbers, ref_counts, refs)

    def _due_ms(self) -> tuple[int, ...]:
        return unpack(f">{'72xq' * len(self)}", self.fixed)

    def _id(self, index: int) -> RecordingId:
        return RecordingId(UUID(bytes=self.ids[ID_BYTES * index : ID_BYTES * (index + 1)]))

    def _index(self, recording: RecordingId) -> int | None:
        wanted, ids = recording.bytes, self.ids
        index = bisect_left(
            range(len(self)), wanted, key=lambda i: ids[ID_BYTES * i : ID_BYTES * (i + 1)]
        )
        found = ids[ID_BYTES * index : ID_BYTES * (index + 1)] == wanted
        return index if found else None

    def _entry(self, index: int) -> Entry:
        number_at = sum(self.number_sizes[:index])
        ref_at = REF_BYTES * sum(self.ref_counts[:index])
        return _entry(
            _Row(
                self.fixed[FIXED_BYTES * index : FIXED_BYTES * (index + 1)],
                self.numbers[number_at : number_at + self.number_sizes[index]],
                self.refs[ref_at : ref_at + REF_BYTES * self.ref_counts[index]],
            )
        )

    def _rows(self) -> dict[bytes, _Row]:
        rows, number_at, ref_at = {}, 0, 0
        for index, (size, count) in enumerate(zip(self.number_sizes, self.ref_counts, strict=True)):
            number_end, ref_end = number_at + size, ref_at + REF_BYTES * count
            rows[self.ids[ID_BYTES * index : ID_BYTES * (index + 1)]] = _Row(
                self.fixed[FIXED_BYTES * index : FIXED_BYTES * (index + 1)],
                self.numbers[number_at:number_end],
                self.refs[ref_at:ref_end],
            )
            number_at, ref_at = number_end, ref_end
        return rows


def _columns(rows: Mapping[bytes, _Row]) -> Entries:
    ids = sorted(rows)
    ordered = [rows[recording] for recording in ids]
    return Entries(
        ids=b"".join(ids),
        fixed=b"".join(row.fixed for row in ordered),
        number_sizes=bytes(len(row.number) for row in ordered),
        numbers=b"".join(row.number for row in ordered),
        ref_counts=bytes(len(row.refs) // REF_BYTES for row in ordered),
        refs=b"".join(row.refs for row in ordered),
    )


def _row(entry: Entry) -> _Row:
    if (len(entry.dek), len(entry.mac)) != (KEY_BYTES, MAC_BYTES):
        raise ValueError("a DEK and a keyed hash have 32 bytes each")
    number = entry.number.encode()
    if len(number) > 255 or len(entry.blobs) > 255:
        raise ValueError("a number has at most 255 bytes, a recording at most 255 blobs")
    instants = pack(">qq", to_ms(entry.start), to_ms(entry.due))
    refs = b"".join(_ref(blob) for blob in sorted(entry.blobs, key=lambda blob: blob.id.bytes))
    return _Row(entry.dek + entry.mac + instants, number, refs)


def _ref(blob: BlobRef) -> bytes:
    return blob.id.bytes + blob.kind.code + blob.sha256 + blob.size_bytes.to_bytes(8)


def _entry(row: _Row) -> Entry:
    start_ms, due_ms = unpack(">qq", row.fixed[KEY_BYTES + MAC_BYTES :])
    try:
        number = row.number.decode()
        blobs = tuple(
            _blob(row.refs[at : at + REF_BYTES]) for at in range(0, len(row.refs), REF_BYTES)
        )
    except ValueError:
        raise torn() from None
    return Entry(
        dek=row.fixed[:KEY_BYTES],
        start=from_ms(start_ms),
        due=from_ms(due_ms),
        mac=row.fixed[KEY_BYTES : KEY_BYTES + MAC_BYTES],
        number=number,
        blobs=blobs,
    )


def _blob(ref: bytes) -> BlobRef:
    sha256_at = ID_BYTES + 1
    return BlobRef(
        id=BlobId(UUID(bytes=ref[:ID_BYTES])),
        kind=Kind(ref[ID_BYTES]),
        sha256=ref[sha256_at : sha256_at + SHA256_BYTES],
        size_bytes=int.from_bytes(ref[sha256_at + SHA256_BYTES :]),
    )


def write_entry(entry: Entry, to: Writer) -> None:
    """One entry alone, as it travels in an envelope or stands on a hold page."""
    row = _row(entry)
    to.raw(row.fixed)
    to.block(row.number)
    to.block(row.refs)


def read_entry(of: Reader) -> Entry:
    """The inverse of ``write_entry``. Raises Tampered."""
    row = _Row(of.raw(FIXED_BYTES), of.block(), of.block())
    if len(row.refs) % REF_BYTES:
        raise torn()
    return _entry(row)
