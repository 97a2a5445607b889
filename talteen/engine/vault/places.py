"""Where the records of a call lie: hints that save the search through a segment.

    RECORDING.GENERATION.places   by its ear, when the call is over
    SEGMENT.index                 by the first who reads in a segment whose ear died

A hint is no promise: each place is looked at, and what an index does not reach is searched.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from zlib import crc32

from talteen.engine.vault import journal
from talteen.engine.vault.journal import Bytes
from talteen.ids import SegmentId

_CHECK_BYTES = 4


@dataclass(frozen=True, slots=True)
class Index:
    """Where the records of each call of one segment begin."""

    reaches: int
    """Offset behind the last record that is in it. What follows came later."""
    places: Mapping[int, "array[int]"]
    """By number of the call."""
    doubtful: frozenset[int]
    """Calls with a frame that cannot be trusted: their records are searched for."""

    @classmethod
    def of(cls, data: Bytes | mmap, segment: SegmentId) -> "Index":
        """By one reading of a whole ``segment``."""
        found: dict[int, array[int]] = {}
        reaches, doubtful = journal.HEAD_BYTES, set()
        for record in journal.records(data, segment):
            found.setdefault(record.call, array("Q")).append(record.at)
            reaches = record.at + record.reach_bytes
            if record.reach_bytes != record.size_bytes:
                doubtful.add(record.call)
        return cls(reaches, found, frozenset(doubtful))

    def of_call(self, call: int) -> "array[int] | None":
        """Where its records begin; None where that is doubtful."""
        return None if call in self.doubtful else self.places.get(call, array("Q"))

    def written(self) -> bytes:
        """The bytes of its file."""
        numbers = array("Q", [self.reaches, len(self.doubtful), *self.doubtful])
        for call, at in self.places.items():
            numbers.extend((call, len(at)))
            numbers.extend(at)
        return packed(numbers)

    @classmethod
    def read(cls, data: bytes) -> "Index | None":
        """The inverse of ``written``; None of what is not whole."""
        numbers = unpacked(data)
        if not numbers:
            return None
        at, places = 2 + numbers[1], {}
        doubtful = frozenset(numbers[2:at])
        while at < len(numbers):
            call, count = numbers[at : at + 2]
            at += 2 + count
            places[call] = numbers[at - count : at]
        return cls(numbers[0], places, doubtful)


def packed(offsets: "array[int]") -> bytes:
    """The bytes of a file of offsets: 8 bytes each, little-endian, then their CRC-32."""
    data = offsets.tobytes()
    return data + crc32(data).to_bytes(_CHECK_BYTES)


def unpacked(data: bytes) -> "array[int] | None":
    """The inverse of ``packed``; None of what is not whole."""
    offsets, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    if len(offsets) % 8 or crc32(offsets).to_bytes(_CHECK_BYTES) != check:
        return None
    return array("Q", offsets)


def read(path: Path) -> bytes:
    """The file at ``path``; nothing where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
