"""The packets of filled blocks, sorted by the stream to which they came, without a look at each.

The ring lays packets one behind another as they come: those of one stream lie far apart. Their
heads are read once, block by block, into a table (``heads``), sorted by port, and gathered stream
by stream; so a thousand streams cost little more than their bytes.
"""

from collections.abc import Iterator, Sequence
from itertools import compress
from socket import AF_INET
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from talteen.engine.vault.journal_bodies import NS, STAMP_BYTES
from talteen.life.capture.ears import heads
from talteen.life.capture.ears.heads import Columns
from talteen.life.capture.ears.ring import Block, Ring
from talteen.life.capture.ears.slate import NAME_BYTES

_UDP_BYTES = 8
_AT_ONCE = 64
"""Streams whose packets are gathered at once: a quarter of a megabyte in a round of 400 ms."""
_U64 = np.uint64


class Group(NamedTuple):
    """The packets of one stream in one round."""

    port: int
    first: int
    """Which of the sorted packets it begins with."""
    packets: int
    even: bool
    """They have one size and one source, and there is nothing to be checked in software."""
    size: int
    """Bytes of the first one."""
    name: bytes
    """The source of the first one, as the beginning of a sockaddr."""


class Frames:
    """All packets of some blocks that came to one of ``ports``, sorted by port and arrival."""

    def __init__(self, ring: Ring, blocks: Sequence[Block], ports: NDArray[np.bool_]) -> None:
        self._ring = ring
        table = heads.of(np.frombuffer(ring.map, "<u4"), blocks)
        port = _swapped(table[:, heads.PORTS] >> 16)
        size = _swapped(table[:, heads.LENGTH] & 0xFFFF)
        above_ip = 4 * (table[:, heads.UDP] - table[:, heads.IP])
        whole = above_ip + size <= table[:, heads.TAKEN]
        here = np.flatnonzero(ports[port] & whole & (size >= _UDP_BYTES))
        order = here[np.argsort(port[here].astype(np.uint16), kind="stable")]
        self._lost = _first_after_a_loss(table)
        self.first_ns, self.last_ns = (
            (_arrival_ns(table[0]), _arrival_ns(table[-1])) if len(table) else (0, 0)
        )
        self.came = len(order)
        self._heads, self._port, self._size = table[order], port[order], size[order] - _UDP_BYTES
        self._source = self._sources()
        self._stamps = memoryview(self._heads[:, heads.ARRIVAL].tobytes())

    def groups(self) -> list[Group]:
        """The packets of each stream, by port."""
        if not len(self._port):
            return []
        first = np.flatnonzero(np.diff(self._port, prepend=-1))
        count = np.diff(first, append=len(self._port))
        own = np.repeat(first, count)
        status = self._heads[:, heads.STATUS]
        odd = (
            (self._size != self._size[own])
            | (self._source != self._source[own])
            | ((status & (heads.UNCHECKED | heads.CHECKED)) == 0)
        )
        even = ~np.logical_or.reduceat(odd, first)
        name = self._source[first].view("V8")
        columns = (self._port[first], first, count, even, self._size[first], name)
        return list(map(Group._make, zip(*(column.tolist() for column in columns), strict=True)))

    def rows(self, groups: Sequence[Group], wanted: Sequence[bool]) -> Iterator[memoryview | None]:
        """For each of ``groups``, if it is wanted and thus even, its packets side by side. A few
        streams are gathered at a time: their bytes are still near when they are sealed."""
        for begin in range(0, len(groups), _AT_ONCE):
            part = slice(begin, begin + _AT_ONCE)
            yield from self._rows(groups[part], wanted[part])

    def stamps_of(self, group: Group) -> memoryview:
        """When they came, as ``struct timespec`` (STAMP_BYTES each)."""
        return self._stamps[group.first * STAMP_BYTES : (group.first + group.packets) * STAMP_BYTES]

    def last_of(self, group: Group) -> tuple[bytes, int]:
        """The RTP header and the arrival of the last packet."""
        head = self._heads[group.first + group.packets - 1]
        begin = 4 * int(head[heads.UDP]) + _UDP_BYTES
        return self._ring.map[begin : begin + 12], _arrival_ns(head)

    def each(self, group: Group) -> list[tuple[bytes, int, bytes]]:
        """Source as a sockaddr, arrival and bytes of every packet of a group whose checksum is
        right, or that has none (RFC 768)."""
        found = []
        for n in range(group.first, group.first + group.packets):
            head, size = self._heads[n], int(self._size[n])
            checked = int(head[heads.STATUS]) & (heads.UNCHECKED | heads.CHECKED)
            if not checked and not self._is_right(head, size + _UDP_BYTES):
                continue
            name = int(self._source[n]).to_bytes(8, "little").ljust(NAME_BYTES, b"\0")
            begin = 4 * int(head[heads.UDP]) + _UDP_BYTES
            found.append((name, _arrival_ns(head), self._ring.map[begin : begin + size]))
        return found

    def lost(self) -> tuple[int, int] | None:
        """Arrivals of the packets before and after those that found no room; the first is 0 where
        none stands before them here. None where the kernel tells of no loss."""
        return self._lost

    def _rows(self, groups: Sequence[Group], wanted: Sequence[bool]) -> Iterator[memoryview | None]:
        gathered = {
            size: self._gathered(size, groups, wanted)
            for size in {group.size for group in compress(groups, wanted)}
        }
        for group, one in zip(groups, wanted, strict=True):
            yield next(gathered[group.size]) if one else None

    def _gathered(
        self, size: int, groups: Sequence[Group], wanted: Sequence[bool]
    ) -> Iterator[memoryview]:
        """All of one size are copied at once."""
        counts = [
            group.packets if one and group.size == size else 0
            for group, one in zip(groups, wanted, strict=True)
        ]
        # ``groups`` may lack the first ones: those of a round that is done again.
        offset = groups[0].first
        every = np.repeat(np.array(counts, np.int64) > 0, [group.packets for group in groups])
        udp = self._heads[offset : offset + len(every), heads.UDP][every]
        # Every word of the ring may begin a packet: one is copied for each that does.
        room = (len(self._ring.map) - size) // 4 + 1
        packets = np.ndarray((room,), f"V{size}", self._ring.map, 0, (4,))
        side_by_side = packets[udp + _UDP_BYTES // 4].view(np.uint8).data  # no second copy
        at = 0
        for count in counts:
            if count:
                yield side_by_side[at : at + count * size]
                at += count * size

    def _sources(self) -> NDArray[np.uint64]:
        """A sockaddr of IPv4 begins with family, port and address: eight bytes, one number."""
        address = self._heads[:, heads.ADDRESS].astype(_U64)
        port = (self._heads[:, heads.PORTS] & 0xFFFF).astype(_U64)
        source: NDArray[np.uint64] = address << _U64(32) | port << _U64(16) | _U64(AF_INET)
        return source

    def _is_right(self, head: Columns, size: int) -> bool:
        """RFC 768: the ones' complement sum over addresses, protocol, length and datagram is all
        ones, which is a multiple of 65,535."""
        ip, udp = 4 * int(head[heads.IP]), 4 * int(head[heads.UDP])
        memory = self._ring.map
        if memory[udp + 6 : udp + 8] == b"\0\0":
            return True
        told = memory[ip + 12 : ip + 20] + b"\0\x11" + size.to_bytes(2)
        whole = told + memory[udp : udp + size] + bytes(size % 2)
        return int.from_bytes(whole) % 0xFFFF == 0


def _first_after_a_loss(table: Columns) -> tuple[int, int] | None:
    losing = np.flatnonzero(table[:, heads.STATUS] & heads.LOSING)
    if not len(losing):
        return None
    first = int(losing[0])
    before = _arrival_ns(table[first - 1]) if first else 0
    return before, _arrival_ns(table[first])


def _arrival_ns(head: Columns) -> int:
    return int(head[heads.SECONDS]) * NS + int(head[heads.NANOSECONDS])


def _swapped(numbers: Columns) -> Columns:
    """Sixteen bits of the network, read as little-endian."""
    return (numbers & 0xFF) << 8 | numbers >> 8
