"""The packets of filled blocks, sorted by the stream to which they came, without a look at each.

The ring lays packets one behind another as they come: those of one stream lie far apart. Their
headers are read in columns (numpy), sorted by port, and gathered stream by stream; so a thousand
streams cost little more than their bytes. Layout: ``struct tpacket3_hdr`` of linux/if_packet.h.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from socket import AF_INET

import numpy as np
from numpy.typing import NDArray

from talteen.engine.vault.journal_bodies import NS, STAMP_BYTES
from talteen.life.capture.ears.ring import Block, Ring
from talteen.life.capture.ears.slate import NAME_BYTES

_NEXT, _SECONDS, _NS, _TAKEN, _STATUS, _IP_AT = 0, 1, 2, 3, 5, 6
"""Words of a packet's head: offset of the next one, arrival, bytes in the ring, status, and where
the link's and (above it) the IP header begin."""
_LOSING, _UNCHECKED, _CHECKED = 4, 8, 128
"""Of a status: others before it found no room; its checksum is not written yet, for it comes from
this machine; the network card has found it right."""
_UDP_BYTES = 8
_U64 = np.uint64
Columns = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Group:
    """The packets of one stream in one round."""

    port: int
    first: int
    """Which of the sorted packets it begins with."""
    count: int
    even: bool
    """They have one size and one source, and there is nothing to be checked in software."""
    size: int
    """Bytes of the first one."""
    name: bytes
    """The source of the first one, as the beginning of a sockaddr."""


class Frames:
    """All packets of some blocks that came to one of ``ports``, sorted by port and arrival."""

    def __init__(self, ring: Ring, blocks: Iterable[Block], ports: NDArray[np.bool_]) -> None:
        self._ring, self._words = ring, np.frombuffer(ring.map, "<u4")
        at = _begin_of_each(self._words, blocks)
        ip = at + (self._words[at + _IP_AT].astype(np.int64) >> 18)
        udp = ip + (self._words[ip].astype(np.int64) & 0xF)
        port = _swapped(self._words[udp].astype(np.int64) >> 16)
        size = _swapped(self._words[udp + 1].astype(np.int64) & 0xFFFF)
        whole = (udp - ip) * 4 + size <= self._words[at + _TAKEN]
        here = np.flatnonzero(ports[port] & whole & (size >= _UDP_BYTES))
        order = here[np.argsort(port[here].astype(np.uint16), kind="stable")]
        self._lost = self._first_after_a_loss(at)
        self.came = len(order)
        self._at, self._ip, self._udp = at[order], ip[order], udp[order]
        self._port, self._size = port[order], size[order] - _UDP_BYTES
        self._status = self._words[self._at + _STATUS].astype(np.int64)
        self._source = self._sources()
        self._stamps = self._all_stamps()
        self.first_ns = self._arrival_ns(int(at[0])) if len(at) else 0
        self.last_ns = self._arrival_ns(int(at[-1])) if len(at) else 0

    def groups(self) -> list[Group]:
        """The packets of each stream, by port."""
        if not len(self._port):
            return []
        first = np.flatnonzero(np.diff(self._port, prepend=-1))
        count = np.diff(first, append=len(self._port))
        own = np.repeat(first, count)
        odd = (
            (self._size != self._size[own])
            | (self._source != self._source[own])
            | ((self._status & (_UNCHECKED | _CHECKED)) == 0)
        )
        columns = (
            self._port[first].tolist(),
            first.tolist(),
            count.tolist(),
            (~np.logical_or.reduceat(odd, first)).tolist(),
            self._size[first].tolist(),
            self._source[first].tolist(),
        )
        return [
            Group(port, begin, many, even, size, name.to_bytes(8, "little"))
            for port, begin, many, even, size, name in zip(*columns, strict=True)
        ]

    def rows(self, groups: Iterable[Group]) -> dict[int, memoryview]:
        """By port, the packets of each even group side by side. All of one size are gathered at
        once."""
        sizes: dict[int, list[Group]] = {}
        for group in groups:
            sizes.setdefault(group.size, []).append(group)
        found: dict[int, memoryview] = {}
        for size, same in sizes.items():
            gathered, at = self._gathered(size, same), 0
            for group in same:
                found[group.port] = gathered[at : at + group.count * size]
                at += group.count * size
        return found

    def stamps_of(self, group: Group) -> memoryview:
        """When they came, as ``struct timespec`` (STAMP_BYTES each)."""
        return self._stamps[group.first * STAMP_BYTES : (group.first + group.count) * STAMP_BYTES]

    def last_of(self, group: Group) -> tuple[bytes, int]:
        """The RTP header and the arrival of the last packet."""
        n = group.first + group.count - 1
        begin = 4 * int(self._udp[n]) + _UDP_BYTES
        return self._ring.map[begin : begin + 12], self._arrival_ns(int(self._at[n]))

    def each(self, group: Group) -> list[tuple[bytes, int, bytes]]:
        """Source as a sockaddr, arrival and bytes of every packet of a group whose checksum is
        right, or that has none (RFC 768)."""
        found = []
        for n in range(group.first, group.first + group.count):
            udp, size = int(self._udp[n]), int(self._size[n])
            if not self._status[n] & (_UNCHECKED | _CHECKED) and not self._is_right(n):
                continue
            name = int(self._source[n]).to_bytes(8, "little").ljust(NAME_BYTES, b"\0")
            packet = self._ring.map[4 * udp + _UDP_BYTES : 4 * udp + _UDP_BYTES + size]
            found.append((name, self._arrival_ns(int(self._at[n])), packet))
        return found

    def lost(self) -> tuple[int, int] | None:
        """Arrivals of the packets before and after those that found no room; the first is 0 where
        none stands before them here. None where the kernel tells of no loss."""
        return self._lost

    def _gathered(self, size: int, groups: list[Group]) -> memoryview:
        spans = [np.arange(one.first, one.first + one.count) for one in groups]
        udp = self._udp[np.concatenate(spans)] + _UDP_BYTES // 4
        # Every word of the ring may begin a packet: one is copied for each that does.
        count = (len(self._ring.map) - size) // 4 + 1
        packets = np.ndarray((count,), f"V{size}", self._ring.map, 0, (4,))
        return memoryview(packets[udp].tobytes())

    def _all_stamps(self) -> memoryview:
        told = np.empty((len(self._at), 2), "<i8")
        told[:, 0] = self._words[self._at + _SECONDS]
        told[:, 1] = self._words[self._at + _NS]
        return memoryview(told.tobytes())

    def _sources(self) -> NDArray[np.uint64]:
        """A sockaddr of IPv4 begins with family, port and address: eight bytes, one number."""
        address = self._words[self._ip + 3].astype(_U64)
        port = self._words[self._udp].astype(_U64) & _U64(0xFFFF)
        source: NDArray[np.uint64] = address << _U64(32) | port << _U64(16) | _U64(AF_INET)
        return source

    def _first_after_a_loss(self, at: Columns) -> tuple[int, int] | None:
        losing = np.flatnonzero(self._words[at + _STATUS] & np.uint32(_LOSING))
        if not len(losing):
            return None
        first = int(losing[0])
        before = self._arrival_ns(int(at[first - 1])) if first else 0
        return before, self._arrival_ns(int(at[first]))

    def _arrival_ns(self, at: int) -> int:
        return int(self._words[at + _SECONDS]) * NS + int(self._words[at + _NS])

    def _is_right(self, n: int) -> bool:
        """RFC 768: the ones' complement sum over addresses, protocol, length and datagram is all
        ones, which is a multiple of 65,535."""
        ip, udp = 4 * int(self._ip[n]), 4 * int(self._udp[n])
        memory, size = self._ring.map, int(self._size[n]) + _UDP_BYTES
        if memory[udp + 6 : udp + 8] == b"\0\0":
            return True
        told = memory[ip + 12 : ip + 20] + b"\0\x11" + size.to_bytes(2)
        whole = told + memory[udp : udp + size] + bytes(size % 2)
        return int.from_bytes(whole) % 0xFFFF == 0


def _begin_of_each(words: NDArray[np.uint32], blocks: Iterable[Block]) -> Columns:
    """Where each packet of ``blocks`` begins, in words."""
    found = [_in_block(words, block) for block in blocks]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _in_block(words: NDArray[np.uint32], block: Block) -> Columns:
    """Most blocks hold packets of one size, at even distances; others are walked through."""
    first = block.at // 4
    step = int(words[first + _NEXT]) // 4
    between = words[first : first + (block.packets - 1) * step : step] if step else words[:0]
    if len(between) == block.packets - 1 and bool((between == 4 * step).all()):
        return first + step * np.arange(block.packets, dtype=np.int64)
    at = [first]
    for _ in range(block.packets - 1):
        at.append(at[-1] + int(words[at[-1] + _NEXT]) // 4)
    return np.array(at, np.int64)


def _swapped(numbers: Columns) -> Columns:
    """Sixteen bits of the network, read as little-endian."""
    return (numbers & 0xFF) << 8 | numbers >> 8
