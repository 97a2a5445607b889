"""What an ear has in its hands, kept where its death does not reach.

Between taking packets from the kernel and writing their record there is a moment in which a kill
would lose them: a busy ear spends a third of its time there. So packets are received, and records
sealed, in memory that the holder gave (a memfd). Whoever is started next finds there the records
that were not written, and the packets that were not sealed. One 64-bit word says which; it is
stored whole or not at all. Nothing of this ever touches a disk.

    sealed bytes (23) | port that a round of the ring has reached (16) | shape (4) | socket (17)
"""

import mmap
from dataclasses import dataclass
from struct import Struct
from uuid import UUID

from talteen.ids import SegmentId

SLOTS = 64
"""Packets taken with one call: 1.3 s of a stream of 20 ms packets."""
WIDE_BYTES = 2048
"""Of a slot for a stream whose packets have no known size yet, or differ."""
SPILL_BYTES = 1 << 16
"""Of the room behind a slot that proved too small: the largest datagram fits."""
SHAPES = 16
"""How many sizes of slots may be in use."""
HEADER_BYTES, CONTROL_BYTES, NAME_BYTES, STAMP_BYTES = 64, 64, 28, 16
SEALED_BYTES = 5 << 20
"""Room for the records of one slice, and for more than any visit takes: 64 of the largest
datagrams."""
SOCKETS = 1 << 17
"""How many an ear may have."""

ALL_PORTS = 0xFFFF
"""A round through the ring has reached them all."""

_STATE, _WHERE, _BLOCK, _SIZES = 0, 8, 32, 64
HEADERS = 4096
CONTROLS = HEADERS + SHAPES * SLOTS * HEADER_BYTES
NAMES = CONTROLS + SLOTS * CONTROL_BYTES
SLOT = NAMES + 2048
_SLOT_AREA = SLOTS * (WIDE_BYTES + STAMP_BYTES) + 64
SPILL = SLOT + _SLOT_AREA + (-_SLOT_AREA) % 64
SEALED = SPILL + SLOTS * SPILL_BYTES
PAUSED = SEALED + SEALED_BYTES
SIZE_BYTES = PAUSED + 8 * SOCKETS
_PLACE = Struct("<16sQ")
_SEALED_AT, _REACHED_AT, _SHAPE_AT = 41, 21, 17
_U32, _U64, _STAMP = Struct("<I"), Struct("<Q"), Struct("<qq")
_CONTROL_SIZE_AT, _SIZE_AT = 40, 56
"""In ``struct mmsghdr``: msg_controllen, and msg_len."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What the ear before had sealed and not yet written, or perhaps written already."""

    segment: SegmentId
    at: int
    """Offset in the segment where it goes: to write it twice changes nothing."""
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """A segment, and where the next records went; they stand there if a write was not noted."""

    id: SegmentId
    at: int


@dataclass(frozen=True, slots=True)
class Unsealed:
    """What the ear before had taken from the kernel and not yet sealed."""

    socket: int
    """Index of the socket among those of the ear."""
    shape: int
    count: int


class Slate:
    """The memory of one ear. ``commit`` is the only thing that moves the word of state."""

    __slots__ = (
        "_block", "_paused", "_reached", "_stamps", "_state", "map", "sealed", "shapes", "view",
    )  # fmt: skip

    def __init__(self, memory: int) -> None:
        """Of the memfd ``memory``, which has SIZE_BYTES."""
        self.map = mmap.mmap(memory, SIZE_BYTES)
        self.view = memoryview(self.map)
        self._state = self.view[_STATE : _STATE + 8].cast("Q")
        self._block = self.view[_BLOCK : _BLOCK + 8].cast("Q")
        self._reached = self._state[0] & ALL_PORTS << _REACHED_AT
        self.sealed = self.view[SEALED : SEALED + SEALED_BYTES]
        self._paused = self.view[PAUSED : PAUSED + 8 * SOCKETS].cast("Q")
        self.shapes = self.view[_SIZES : _SIZES + 2 * SHAPES].cast("H")
        # In rows of one stamp: each is the second row of its control data.
        controls = self.view[CONTROLS : CONTROLS + SLOTS * CONTROL_BYTES]
        rows = SLOTS * CONTROL_BYTES // STAMP_BYTES
        self._stamps = controls.cast("B", (rows, STAMP_BYTES))[1:]

    def commit(self, sealed_bytes: int, socket: int = -1, shape: int = 0) -> None:
        """So many bytes are sealed and not written; packets of ``socket`` are being received."""
        self._state[0] = (
            sealed_bytes << _SEALED_AT | self._reached | shape << _SHAPE_AT | socket + 1
        )

    def written(self) -> None:
        """Nothing is sealed any more that is not written; what is being received stays so."""
        self._state[0] &= (1 << _SEALED_AT) - 1

    def paused(self, socket: int) -> int:
        """When the last packet came of which nobody knew whether it fell into a pause; 0 if there
        is none. Such packets are in the memory of their ear alone."""
        return self._paused[socket]

    def pause(self, socket: int, arrival_ns: int) -> None:
        """A packet of that instant was taken, and may be wanted if a pause ended before; 0: all
        that were taken are judged."""
        self._paused[socket] = arrival_ns

    @property
    def reached(self) -> int:
        """Of the blocks of the ring up to ``round_to``, the streams up to this port are sealed."""
        return self._reached >> _REACHED_AT

    @property
    def round_to(self) -> int:
        """Up to which block the round goes, or went."""
        return self._block[0]

    def begin_round(self, last: int, sealed_bytes: int) -> None:
        """Go through the ring up to the block ``last``; all of the round before are given back."""
        self.reach(0, sealed_bytes)
        self._block[0] = last

    def reach(self, port: int, sealed_bytes: int) -> None:
        """The round has come so far, and so many bytes are sealed and not written."""
        self._reached = reached = port << _REACHED_AT
        self._state[0] = sealed_bytes << _SEALED_AT | reached

    def place(self, segment: SegmentId, at: int) -> None:
        """What is sealed next goes to ``at`` in ``segment``. Nothing may be unwritten."""
        _PLACE.pack_into(self.map, _WHERE, segment.bytes, at)

    def unwritten(self) -> Unwritten | None:
        """The records that may not have been written."""
        sealed_bytes = self._state[0] >> _SEALED_AT
        if not sealed_bytes:
            return None
        segment, at = _PLACE.unpack_from(self.map, _WHERE)
        return Unwritten(SegmentId(UUID(bytes=segment)), at, bytes(self.sealed[:sealed_bytes]))

    def segment(self) -> Place | None:
        """Where the ear before wrote last; None on a fresh slate."""
        segment, at = _PLACE.unpack_from(self.map, _WHERE)
        return Place(SegmentId(UUID(bytes=segment)), at) if at else None

    def unsealed(self) -> Unsealed | None:
        """The packets of the visit that was going on."""
        state = self._state[0]
        socket, shape = (state & (1 << _SHAPE_AT) - 1) - 1, state >> _SHAPE_AT & SHAPES - 1
        if socket < 0:
            return None
        # The kernel writes how much it told about each packet; before, all the room stands there.
        headers, count = HEADERS + shape * SLOTS * HEADER_BYTES + _CONTROL_SIZE_AT, 0
        while count < SLOTS and self._told(headers + count * HEADER_BYTES):
            count += 1
        return Unsealed(socket, shape, count) if count else None

    def _told(self, at: int) -> bool:
        return bool(_U64.unpack_from(self.map, at)[0] != CONTROL_BYTES)

    def size(self, slot: int, shape: int) -> int:
        """Bytes of the packet in ``slot``."""
        at = HEADERS + (shape * SLOTS + slot) * HEADER_BYTES + _SIZE_AT
        size: int = _U32.unpack_from(self.map, at)[0]
        return size

    def stamps(self, count: int) -> memoryview:
        """When the first ``count`` packets came, as the kernel writes it (STAMP_BYTES each)."""
        return self._stamps[:: CONTROL_BYTES // STAMP_BYTES][:count]

    def name(self, slot: int) -> bytes:
        """The source of the packet in ``slot``, as a sockaddr."""
        at = NAMES + slot * NAME_BYTES
        return self.map[at : at + NAME_BYTES]

    def arrival_ns(self, slot: int) -> int:
        """When the packet in ``slot`` came."""
        at = CONTROLS + slot * CONTROL_BYTES + 16
        seconds, ns = _STAMP.unpack_from(self.map, at)
        return int(seconds) * 1_000_000_000 + int(ns)

    def packet(self, slot: int, shape: int) -> bytes:
        """The packet in ``slot``; what its slot did not hold stands in the spill."""
        width, size = self.shapes[shape], self.size(slot, shape)
        at = SLOT + slot * width
        if size <= width:
            return self.map[at : at + size]
        spilt = SPILL + slot * SPILL_BYTES
        return self.map[at : at + width] + self.map[spilt : spilt + size - width]
