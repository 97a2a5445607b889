"""The sockets of media: bound once, by the holder, for the whole life of the node.

A port is a stream's identity, so each has its own kernel buffer and its own count of drops. A port
that nobody listens to is deaf: a filter in the kernel lets nothing in, or strangers could fill the
machine's memory. It is opened before its number is told to anybody.
"""

import ctypes
import errno
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from struct import pack

from talteen.errors import ConfigError

BUFFER_BYTES = 1 << 20
"""Of one stream: 25 s of G.711 on loopback, several on a network card."""
SO_TIMESTAMPNS, SO_RXQ_OVFL = 35, 40
"""Beside a packet: when it came, and how many in all the kernel dropped before it."""
_SO_ATTACH_FILTER, _SO_DETACH_FILTER = 26, 27
_BPF_RETURN_NOTHING = ctypes.create_string_buffer(pack("=HBBI", 0x06, 0, 0, 0))


@dataclass(frozen=True, slots=True)
class Ports:
    """The media ports of a node: ``first`` is even, RTP on even and RTCP on odd ones."""

    host: str
    first: int
    last: int

    def __post_init__(self) -> None:
        if self.first % 2 or not self.last % 2 or not 0 < self.first < self.last < 65536:
            raise ConfigError(
                "capture.ports is no range of pairs", remedy="begin even and end odd: 20000-29999"
            )

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))

    def __len__(self) -> int:
        return self.last - self.first + 1

    def shares(self, ears: int) -> "list[Ports]":
        """One range of pairs for each ear; fewer where there are more ears than pairs."""
        pairs = len(self) // 2
        edges = [pairs * n // ears for n in range(ears + 1)]
        return [
            Ports(self.host, self.first + 2 * a, self.first + 2 * b - 1)
            for a, b in pairwise(edges)
            if b > a
        ]


def bind(ports: Ports) -> list[socket.socket]:
    """A deaf socket for each port, in order. Raises ConfigError where one is taken, or too many."""
    made: list[socket.socket] = []
    try:
        for port in ports:
            made.append(_bind(ports.host, port))
    except OSError as error:
        for one in made:
            one.close()
        raise _refused(ports, error) from None
    return made


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    made.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
    deafen(made)
    try:
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


def deafen(of: socket.socket) -> None:
    """Let nothing in any more."""
    program = pack("HP", 1, ctypes.addressof(_BPF_RETURN_NOTHING))
    of.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def listen(of: socket.socket) -> None:
    """Let packets in again. Where nothing was in the way, nothing changes."""
    try:
        of.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise


def _refused(ports: Ports, error: OSError) -> ConfigError:
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return ConfigError(
            f"capture.ports needs {len(ports)} open files, more than this process may have",
            remedy="raise LimitNOFILE of the unit, or make the range smaller",
        )
    return ConfigError(
        f"capture.ports cannot be bound ({errno.errorcode.get(error.errno or 0, 'unknown')})",
        remedy="choose a range that no other program uses: 'ss -lun' lists them",
    )
