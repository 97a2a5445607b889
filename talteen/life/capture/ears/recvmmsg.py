"""Many datagrams with one call to the kernel: ``recvmmsg`` of the C library.

The packets of one socket land side by side in the slate, each in a slot of just the size that the
stream's packets have: then they can be sealed where they lie, and no byte of an older packet stands
between them. What is larger than its slot spills into a room of its own and is put together again.
Beside each packet the kernel writes when it came (SO_TIMESTAMPNS) and, once packets were dropped
for want of room, how many in all (SO_RXQ_OVFL).
"""

import ctypes
import errno
import socket
import sys
from struct import Struct
from typing import Protocol, cast

from talteen.engine.vault.journal_bodies import EVEN_TAIL, Kind
from talteen.life.capture.ears import slate as at
from talteen.life.capture.ears.slate import SLOTS, Slate
from talteen.life.capture.ears.sockets import SO_RXQ_OVFL, SO_TIMESTAMPNS

_PIECE = Struct("@PN")
"""``struct iovec``: where, and how much."""
_HEADER = Struct("@PIPNPNi4xI4x")
"""``struct mmsghdr``: name and its size, iovecs and their count, control data and their size, flags
(``struct msghdr``); then how many bytes came."""
TOLD_BYTES = 32
"""Of control data with an arrival alone."""
_DROPS_AT = TOLD_BYTES + 16
_WIDE = 0
SO_MEMINFO = 55
_U32, _U64 = Struct("<I"), Struct("<Q")
_NAME_SIZE_AT, _CONTROL_SIZE_AT = 8, 40
"""In ``struct mmsghdr``: msg_namelen and msg_controllen."""
_HEADER_TAIL = Struct("<QiiI")
"""Of an mmsghdr: msg_controllen, msg_flags and its padding, msg_len."""


class Batch:
    """What all visits have in common that bring so many packets, each of the size of its slot:
    where they lie in the slate, and what is to be found and put there."""

    __slots__ = ("arrivals", "behind", "body", "clean", "headers", "names", "plain", "tail")

    def __init__(self, slate: Slate, shape: "Shape", count: int) -> None:
        headers = at.HEADER_BYTES * count
        end = at.SLOT + count * (shape.width + at.STAMP_BYTES) + EVEN_TAIL.size
        self.headers = slice(shape.start, shape.start + headers)
        self.plain = [plain[:headers] for plain in shape.plain]
        self.clean = shape.template[:headers]
        self.names = slice(at.NAMES, at.NAMES + at.NAME_BYTES * count)
        self.arrivals = slate.stamps(count)
        self.behind = slice(at.SLOT + count * shape.width, end)
        """Arrivals and tail, behind the packets."""
        self.tail = EVEN_TAIL.pack(count, shape.width, Kind.EVEN.value)
        self.body = slate.view[at.SLOT : end]


class Shape:
    """Slots of one size over the slots of the slate, with the headers that the kernel reads."""

    __slots__ = (
        "_as_parameter_",
        "_slate",
        "batches",
        "index",
        "pieces",
        "plain",
        "start",
        "template",
        "width",
    )

    def __init__(self, slate: Slate, index: int, width: int) -> None:
        base = ctypes.addressof(ctypes.c_char.from_buffer(slate.view))
        self.index, self.width = index, width
        self.start = at.HEADERS + index * SLOTS * at.HEADER_BYTES
        self._as_parameter_ = ctypes.c_void_p(base + self.start)
        """Where a function of C finds the headers."""
        self.pieces = ctypes.create_string_buffer(2 * SLOTS * _PIECE.size)
        pieces = ctypes.addressof(self.pieces)
        for n in range(SLOTS):
            near, far = 2 * n * _PIECE.size, (2 * n + 1) * _PIECE.size
            _PIECE.pack_into(self.pieces, near, base + at.SLOT + n * width, width)
            _PIECE.pack_into(self.pieces, far, base + at.SPILL + n * at.SPILL_BYTES, at.SPILL_BYTES)
            name, control = at.NAMES + n * at.NAME_BYTES, at.CONTROLS + n * at.CONTROL_BYTES
            who, parts = (base + name, at.NAME_BYTES), (pieces + near, 2)
            told = (base + control, at.CONTROL_BYTES, 0, 0)
            _HEADER.pack_into(slate.view, self.start + n * at.HEADER_BYTES, *who, *parts, *told)
        whole = slice(self.start, self.start + SLOTS * at.HEADER_BYTES)
        self.template = slate.map[whole]
        self.plain = [self._plain(size) for size in (16, 28)]
        """What the kernel makes of the headers where every packet fills its slot and nothing is
        told but arrivals: from an IPv4 socket, from an IPv6 one."""
        self._slate = slate
        self.batches: list[Batch | None] = [None] * (SLOTS + 1)
        slate.shapes[index] = width

    def batch(self, count: int) -> Batch:
        """That of ``count`` packets, made when so many come for the first time."""
        made = self.batches[count] = Batch(self._slate, self, count)
        return made

    def _plain(self, name_size: int) -> bytes:
        plain = bytearray(self.template)
        for header in range(0, len(plain), at.HEADER_BYTES):
            _U32.pack_into(plain, header + _NAME_SIZE_AT, name_size)
            _HEADER_TAIL.pack_into(plain, header + _CONTROL_SIZE_AT, TOLD_BYTES, 0, 0, self.width)
        return bytes(plain)


class Receive(Protocol):
    """``recvmmsg``, or what stands for it."""

    def __call__(self, file: int, shape: Shape, most: int, flags: int, timeout: None, /) -> int:
        """Take at most ``most`` packets that wait on ``file`` into the slate; gives how many. With
        MSG_DONTWAIT it never blocks, and gives -1 where none waits."""
        ...


def _recvmmsg() -> Receive:
    """That of the C library. It never waits, so nobody needs the interpreter meanwhile (PyDLL).
    Without argtypes, whole numbers go as C's int, which they are here, a shape goes as where its
    headers are, and nothing is asked about them."""
    return cast(Receive, ctypes.PyDLL(None).recvmmsg)


class OneByOne:
    """For systems without ``recvmmsg``: a call a packet, with the same traces in the slate."""

    def __init__(self, slate: Slate) -> None:
        self._slate = slate
        self._sockets: dict[int, socket.socket] = {}

    def __call__(self, file: int, shape: Shape, most: int, flags: int, timeout: None, /) -> int:
        known = self._sockets.get(file) or self._sockets.setdefault(
            file, socket.socket(fileno=file)
        )
        for n in range(most):
            if not self._take(known, n, shape):
                return n
        return most

    def _take(self, of: socket.socket, n: int, shape: Shape) -> bool:
        view, width = self._slate.view, shape.width
        near = view[at.SLOT + n * width :][:width]
        far = view[at.SPILL + n * at.SPILL_BYTES :][: at.SPILL_BYTES]
        try:
            size, told, flags, name = of.recvmsg_into([near, far], 256, socket.MSG_DONTWAIT)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EINTR):
                raise
            return False
        control = at.CONTROLS + n * at.CONTROL_BYTES
        told_size = TOLD_BYTES
        for _, kind, data in told:
            if kind == SO_TIMESTAMPNS:
                view[control + 16 : control + 32] = data[:16]
            elif kind == SO_RXQ_OVFL:
                view[control + _DROPS_AT : control + _DROPS_AT + 4] = data[:4]
                told_size = TOLD_BYTES + 24
        self._name(of, n, name)
        header = shape.start + n * at.HEADER_BYTES
        _HEADER_TAIL.pack_into(view, header + _CONTROL_SIZE_AT, told_size, flags, 0, size)
        return True

    def _name(self, of: socket.socket, n: int, name: tuple[str, int]) -> None:
        packed = socket.inet_pton(of.family, name[0].partition("%")[0])
        port = name[1].to_bytes(2)
        between = b"" if of.family == socket.AF_INET else bytes(4)
        written = int(of.family).to_bytes(2, sys.byteorder) + port + between + packed
        start = at.NAMES + n * at.NAME_BYTES
        self._slate.view[start : start + at.NAME_BYTES] = written.ljust(at.NAME_BYTES, b"\0")


class Hands:
    """The slate with its shapes: what an ear receives with."""

    def __init__(self, slate: Slate, receive: Receive | None = None) -> None:
        self.slate = slate
        self.shapes: dict[int, Shape] = {}
        self.receive = receive or best(slate)
        self.wide = self.shape(at.WIDE_BYTES)

    def shape(self, width: int) -> Shape:
        """Slots of ``width`` bytes; wide ones where as many sizes are in use as there may be."""
        if (found := self.shapes.get(width)) is not None:
            return found
        if len(self.shapes) == at.SHAPES or not 0 < width <= at.WIDE_BYTES:
            return self.wide
        made = self.shapes[width] = Shape(self.slate, len(self.shapes), width)
        return made

    def clear(self, shape: Shape, count: int) -> None:
        """Make ``count`` headers ready again. Before this the packets count as received."""
        end = shape.start + count * at.HEADER_BYTES
        self.slate.map[shape.start : end] = shape.template[: count * at.HEADER_BYTES]

    def dropped(self, shape: Shape, slot: int) -> int:
        """Packets that the kernel dropped on this socket before the one in ``slot``; 0 if none."""
        header = shape.start + slot * at.HEADER_BYTES
        if _U64.unpack_from(self.slate.map, header + _CONTROL_SIZE_AT)[0] <= TOLD_BYTES:
            return 0
        control = at.CONTROLS + slot * at.CONTROL_BYTES
        drops: int = _U32.unpack_from(self.slate.map, control + _DROPS_AT)[0]
        return drops


def best(slate: Slate) -> Receive:
    """``recvmmsg`` where the C library has it."""
    try:
        return _recvmmsg()
    except (AttributeError, OSError):
        return OneByOne(slate)


def dropped_in_all(of: socket.socket) -> int:
    """Packets that the kernel dropped on this socket since it was made (SO_MEMINFO, Linux 4.12).

    SO_RXQ_OVFL comes with the next packet only: at the end of a call nothing comes any more.
    """
    answer = of.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36)
    return int.from_bytes(answer[32:36], sys.byteorder)
