"""The journal: what a call is while it goes on. Bytes of a segment file, and who can open them.

A segment holds the records of many calls, one after another, in the order in which they were
sealed. Each call and generation (a life of one ear, an hour of one intake key) has its own random
AES-256-GCM key, so that one call can die alone (keys-review 19). The key leaves the process only in
an envelope (``intake.seal_journal_key``): who holds a segment and no intake key sees lengths.

    segment  = "talteen journal1" segment-id record*           docs/formats/journal.md
    record   = mark length call stream n AEAD(key, nonce = n, body, aad = segment-id and the header)

The mark is the beginning of the random segment id. It lets a reader find the next record behind a
torn or flipped one: a bad sector costs the record that it hit, not the thousand calls behind it.
Here is no file and no clock: ``segment`` writes, ``journals`` keeps the folder.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from mmap import MADV_DONTNEED, PAGESIZE, mmap
from struct import Struct
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from talteen.engine.vault.canonical import Reader, Writer
from talteen.errors import Tampered
from talteen.ids import SegmentId

MAGIC = b"talteen journal1"
KEY_BYTES = 32
TAG_BYTES = 16
MARK_BYTES = 4
HEAD_BYTES = len(MAGIC) + 16
"""Of a segment, before its first record."""
_FRAME = Struct(">4sIIHQ")
"""Mark, length of the whole record, number of the call in its segment, stream, n."""
FRAME_BYTES = _FRAME.size
OVERHEAD_BYTES = FRAME_BYTES + TAG_BYTES
LONGEST_BYTES = 1 << 24
"""Of one record. A longer one is not written, and not believed."""
_READ_BYTES = 1 << 24
"""So much of a mapped segment stays in the memory of who reads it through."""
_MADV_DONTNEED_LOCKED = 24
"""Linux 5.18; Python's mmap does not name it."""
NOBODY = 0
"""The call of a record that was burnt: its length stays, so that the next one is found."""
CALL_STREAM = 0
"""The stream of what belongs to the whole call: facts, gaps of all its sides, its end."""

Bytes = bytes | bytearray | memoryview


def head(segment: SegmentId) -> bytes:
    """How the file of ``segment`` begins."""
    return MAGIC + segment.bytes


def mark(segment: SegmentId) -> bytes:
    """What every record of ``segment`` begins with."""
    return segment.bytes[:MARK_BYTES]


def begins(frame: bytes, segment: SegmentId, call: int, n: int) -> bool:
    """Whether these FRAME_BYTES are those of record ``n`` of the call of that number."""
    if len(frame) < FRAME_BYTES:
        return False
    marked, _, of, _, number = _FRAME.unpack(frame)
    return (marked, of, number) == (mark(segment), call, n)


@dataclass(frozen=True, slots=True)
class JournalKey:
    """What an envelope holds: the key of one call and generation, and where its records lie."""

    key: bytes = field(repr=False)
    segment: SegmentId
    call: int
    """Its number in the segment, from 1."""

    def written(self) -> bytes:
        """The one spelling of it."""
        to = Writer()
        to.raw(self.key)
        to.id(self.segment)
        to.number(self.call, 4)
        return to.done()

    @classmethod
    def read(cls, data: bytes) -> "JournalKey":
        """The inverse of ``written``. Raises Tampered on anything else."""
        of = Reader(data)
        read = cls(of.raw(KEY_BYTES), SegmentId(of.id()), of.number(4))
        of.end()
        return read


class Sealing:
    """The writing half of one journal key: seals bodies, counts them, and never opens one twice.

    The nonce is the count of records under this key, and a key lives in one object of one process:
    after a crash there is a new key, never a second count (SP 800-38D 8.2.1).
    """

    __slots__ = ("_aead", "_call", "_segment", "n")

    def __init__(self, key: JournalKey) -> None:
        self._aead = AESGCM(key.key)
        self._segment, self._call = key.segment.bytes, key.call
        self.n = 0
        """Records sealed so far."""

    def seal_into(self, out: memoryview, at: int, stream: int, body: Bytes) -> int:
        """Write the record of ``body`` to ``out`` from byte ``at`` on; gives where it ends."""
        n = self.n
        self.n = n + 1
        sealed_at, end = at + FRAME_BYTES, at + OVERHEAD_BYTES + len(body)
        # The mark is how the segment's id begins: of what is longer, pack takes as much.
        frame = _FRAME.pack(self._segment, end - at, self._call, stream, n)
        out[at:sealed_at] = frame
        self._aead.encrypt_into(n.to_bytes(12), body, self._segment + frame, out[sealed_at:end])
        return end

    def seal(self, stream: int, body: Bytes) -> bytes:
        """The record of ``body``."""
        out = bytearray(len(body) + OVERHEAD_BYTES)
        self.seal_into(memoryview(out), 0, stream, body)
        return bytes(out)


@dataclass(frozen=True, slots=True)
class Record:
    """A record as anybody sees it who holds the segment: where it lies, and whose it says it is."""

    call: int
    stream: int
    n: int
    at: int
    """Offset of its first byte."""
    size_bytes: int
    """By its frame."""
    reach_bytes: int
    """So much is certainly nobody else's: less where the frame's length is doubtful."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that its key opened."""

    stream: int
    n: int
    body: bytes = field(repr=False)


def records(data: Bytes | mmap, segment: SegmentId, *, start: int = HEAD_BYTES) -> Iterator[Record]:
    """Every record of ``segment`` whose frame stands in ``data``, from ``start`` on.

    What is torn, cut off or never written (zeros of the reserve) is passed over. Frames are not
    signed: the key decides whether a record is true. Where another mark stands within a record, its
    length is doubtful: it is given all the same, and the search goes on within it.
    """
    view, wanted, at, kept = memoryview(data), mark(segment), start, 0
    searched = bytes(view) if isinstance(data, memoryview) else data
    while (at := searched.find(wanted, at)) >= 0 and at + OVERHEAD_BYTES <= len(view):
        _, size, call, stream, n = _FRAME.unpack_from(view, at)
        if not OVERHEAD_BYTES <= size <= min(LONGEST_BYTES, len(view) - at):
            at += 1
            continue
        # A mark that begins within, be it in the last byte: else a length too long by one hid it.
        within = searched.find(wanted, at + 1, at + size + MARK_BYTES - 1)
        reach = size if within < 0 else within - at
        yield Record(call, stream, n, at, size, reach)
        at += reach
        if isinstance(data, mmap) and at - kept > _READ_BYTES:
            # What was read goes back to the page cache: else it counts as memory of the reader,
            # and a segment has gigabytes.
            behind = at - at % PAGESIZE
            _forget(data, kept, behind - kept)
            kept = behind


def _forget(data: mmap, at: int, size: int) -> None:
    """Let go of what was read. An ear locks all its memory, maps of sealed files among it, and of
    that a kernel lets go only if it is told so (Linux 5.18); an older one keeps it until the end of
    the map."""
    for advice in (MADV_DONTNEED, _MADV_DONTNEED_LOCKED):
        with suppress(OSError):
            data.madvise(advice, at, size)
            return


def at_places(
    data: Bytes | mmap, segment: SegmentId, call: int, offsets: Iterable[int] | None
) -> list[Record] | None:
    """The records of ``call`` at ``offsets``; None where one of them is not there."""
    if offsets is None:
        return None
    view, wanted, found = memoryview(data), mark(segment), []
    for at in offsets:
        if at + OVERHEAD_BYTES > len(view):
            return None
        marked, size, of, stream, n = _FRAME.unpack_from(view, at)
        if marked != wanted or of != call or not OVERHEAD_BYTES <= size <= len(view) - at:
            return None
        found.append(Record(of, stream, n, at, size, size))
    return found


def opened(data: Bytes, key: JournalKey, *, start: int = HEAD_BYTES) -> Iterator[Opened]:
    """What ``key`` opens in ``data``, in the order in which it lies there.

    A record that is not true (torn, flipped, moved, of another segment) is passed over: it is
    missing from the count n, which the reader of the call sees.
    """
    aead, view = AESGCM(key.key), memoryview(data)
    for record in records(data, key.segment, start=start):
        if record.call == key.call and (body := _open(aead, key.segment, view, record)) is not None:
            yield Opened(record.stream, record.n, body)


def open_one(record: bytes, key: JournalKey) -> Opened:
    """What the single ``record`` holds. Raises Tampered where ``key`` does not open it."""
    for found in opened(record, key, start=0):
        return found
    raise Tampered(
        "a record of the journal is not what was sealed",
        remedy="check the disk of this capture node; what stands before and after it is whole",
    )


def _open(aead: AESGCM, segment: UUID, view: memoryview, record: Record) -> bytes | None:
    body_at = record.at + FRAME_BYTES
    try:
        return aead.decrypt(
            record.n.to_bytes(12),
            view[body_at : record.at + record.size_bytes],
            segment.bytes + bytes(view[record.at : body_at]),
        )
    except InvalidTag:
        return None


def burnt(segment: SegmentId, size_bytes: int) -> bytes:
    """What stands in the place of a burnt record of ``size_bytes``: its length, and zeros."""
    frame = _FRAME.pack(mark(segment), size_bytes, NOBODY, 0, 0)
    return frame.ljust(size_bytes, b"\0")[:size_bytes]
