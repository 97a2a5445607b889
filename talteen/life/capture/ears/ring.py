"""A ring in the kernel's memory into which all media of an ear come: AF_PACKET, TPACKET_V3 (Linux).

The other way to gather (``recvmmsg`` is the first): instead of a call to the kernel a stream and
round, the kernel lays every packet into memory that this process sees, with its arrival. The media
sockets stay bound, and deaf: that nobody listens there must not be told to the sender by ICMP.

What a socket would take, the ring takes, and once each: IPv4 to the address of the node and to an
even port of the ear, from wherever it is received (VLAN tags are off by then, a loopback has no
second copy), put together where it came in fragments. The ring belongs to the holder: what the
kernel has laid there is still there when an ear has died (docs/decisions/163).
"""

import ctypes
import errno
import mmap
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address
from struct import Struct, pack

from talteen.errors import ConfigError
from talteen.life.capture.ears.sockets import Ports

BLOCK_BYTES = 1 << 17
"""The largest datagram fits into one. At low load a block is used up by each RETIRED_MS."""
RETIRED_MS = 50
"""A block that is not full is given to us after one or two of these."""
LATEST_NS = 2_000_000 * RETIRED_MS + 20_000_000
"""What came so long ago is there to be read."""

_SOL_PACKET = 263
_RX_RING, _STATISTICS, _VERSION, _FANOUT = 5, 6, 10, 18
_V3 = 2
_DEFRAGMENTED = 0x8000 | 0x2000
"""PACKET_FANOUT_FLAG_DEFRAG, and UNIQUEID: a group of this one socket alone."""
_FRAME_BYTES = 2048
"""Of no meaning in V3, but it must divide a block."""
_ETH_P_IP = 0x0800
_USER = 1
_BLOCK_HEAD = Struct("<8xIIIIQ")
"""Of a block: status, number of packets, offset of the first, length; which block it is."""
_ATTACH_FILTER = 26
_ALL = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Block:
    """A block that the kernel has filled."""

    index: int
    number: int
    """Counts all blocks of this ring since it was made."""
    at: int
    """Where its first packet begins, from the beginning of the ring."""
    packets: int


def opened(ports: Ports, size_bytes: int) -> socket.socket:
    """A ring of ``size_bytes`` for the streams of ``ports``. Raises ConfigError where this system
    or this user has none."""
    if not hasattr(socket, "AF_PACKET"):
        raise _none("this system has none", "write capture.gather = 'sockets' (rings are Linux's)")
    address = ip_address(ports.host)
    if not isinstance(address, IPv4Address):
        raise _none("it takes IPv4 alone", "write capture.gather = 'sockets', or an IPv4 address")
    try:
        made = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    except PermissionError:
        raise _none(
            "this process lacks CAP_NET_RAW",
            "give it to the unit (AmbientCapabilities=CAP_NET_RAW), or write"
            " capture.gather = 'sockets'",
        ) from None
    try:
        _prepare(made, address, ports, size_bytes // BLOCK_BYTES)
    except OSError as error:
        made.close()
        raise _none(
            f"the kernel refused it ({errno.errorcode.get(error.errno or 0, 'unknown')})",
            "make capture.ring_mib smaller, or write capture.gather = 'sockets'",
        ) from None
    return made


def _prepare(made: socket.socket, address: IPv4Address, ports: Ports, blocks: int) -> None:
    """In this order: nothing may come in before the filter stands."""
    made.setsockopt(_SOL_PACKET, _VERSION, _V3)
    _attach(made, wanted(address, ports))
    frames = blocks * (BLOCK_BYTES // _FRAME_BYTES)
    ring = pack("=7I", BLOCK_BYTES, blocks, _FRAME_BYTES, frames, RETIRED_MS, 0, 0)
    made.setsockopt(_SOL_PACKET, _RX_RING, ring)
    # By the protocol and not ETH_P_ALL: so it is given what IP is given, and nothing that goes out.
    _bind(made)
    made.setsockopt(_SOL_PACKET, _FANOUT, pack("=I", _DEFRAGMENTED << 16))


def wanted(address: IPv4Address, ports: Ports) -> list[tuple[int, int, int, int]]:
    """The filter, as a program of the kernel's classic packet machine (BPF): operation, jump if
    true, jump if false, operand. It sees a packet from its IP header on."""
    load_word, load_half, load_byte = 0x20, 0x28, 0x30
    equal, at_least, above, any_bit = 0x15, 0x35, 0x25, 0x45
    return [
        (load_word, 0, 0, 0xFFFFF000 + 4),  # SKF_AD_PKTTYPE
        (equal, 0, 12, 0),  # PACKET_HOST: to this machine
        (load_byte, 0, 0, 9),
        (equal, 0, 10, socket.IPPROTO_UDP),
        (load_half, 0, 0, 6),
        (any_bit, 8, 0, 0x3FFF),  # a fragment that lacks the others
        (load_word, 0, 0, 16),
        (equal, 0, 6, int(address)),
        (0xB1, 0, 0, 0),  # X = the length of the IP header
        (0x48, 0, 0, 2),  # the UDP port that it goes to
        (at_least, 0, 3, ports.first),
        (above, 2, 0, ports.last),
        (any_bit, 1, 0, 1),  # RTCP
        (0x06, 0, 0, _ALL),
        (0x06, 0, 0, 0),
    ]


def _attach(to: socket.socket, program: list[tuple[int, int, int, int]]) -> None:
    code = b"".join(pack("=HBBI", *step) for step in program)
    memory = ctypes.create_string_buffer(code)
    to.setsockopt(
        socket.SOL_SOCKET, _ATTACH_FILTER, pack("HP", len(program), ctypes.addressof(memory))
    )


def _bind(made: socket.socket) -> None:
    """To IP of all interfaces; Python's own bind wants the name of one."""
    address = pack("=HHiHBB8x", socket.AF_PACKET, socket.htons(_ETH_P_IP), 0, 0, 0, 0)
    if ctypes.CDLL(None, use_errno=True).bind(made.fileno(), address, len(address)):
        raise OSError(ctypes.get_errno(), "bind")


class Ring:
    """The ring behind an inherited descriptor, as an ear reads it."""

    def __init__(self, file: int, size_bytes: int) -> None:
        self.map = mmap.mmap(file, size_bytes)
        self.blocks = size_bytes // BLOCK_BYTES
        self._socket = socket.socket(fileno=file)
        self._words = memoryview(self.map).cast("I")
        self._next: int | None = None

    def filled(self) -> Iterator[Block]:
        """The blocks that wait to be read, the oldest first. ``release`` gives them back."""
        if self._next is None:
            self._next = self._oldest()
        if self._next is None:
            return
        for step in range(self.blocks):
            index = (self._next + step) % self.blocks
            block = self._block(index)
            if block is None:
                return
            yield block

    def release(self, block: Block) -> None:
        """Let the kernel fill it anew. Blocks are released in their order."""
        self._words[block.index * (BLOCK_BYTES // 4) + 2] = 0
        self._next = (block.index + 1) % self.blocks

    def dropped(self) -> int:
        """How many packets found no room since this was asked last."""
        told = self._socket.getsockopt(_SOL_PACKET, _STATISTICS, 12)
        return int.from_bytes(told[4:8], "little")

    def _oldest(self) -> int | None:
        """Where a killed reader was, or where the kernel began."""
        filled = [block for index in range(self.blocks) if (block := self._block(index))]
        return min(filled, key=lambda block: block.number).index if filled else None

    def _block(self, index: int) -> Block | None:
        base = index * BLOCK_BYTES
        status, packets, first, _, number = _BLOCK_HEAD.unpack_from(self.map, base)
        return Block(index, number, base + first, packets) if status & _USER else None


def _none(why: str, remedy: str) -> ConfigError:
    return ConfigError(f"capture.gather is 'ring', and there can be none: {why}", remedy=remedy)
