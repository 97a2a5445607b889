"""What the holder leaves to a child: open files and where they are, told in a memfd of its own.

The environment names one descriptor, TALTEEN_INHERITANCE. Behind it stands JSON with the numbers
of all others: an environment would be too small for ten thousand sockets. A child started again
finds the same files under the same numbers.
"""

import ctypes
import json
import os
import signal
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from talteen.errors import ConfigError

VARIABLE = "TALTEEN_INHERITANCE"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Inheritance:
    """The open files of one child, and words of its own that mean nothing to the holder."""

    logbook: int
    """A memfd that stays the same over restarts."""
    slate: int | None = None
    """An ear's other memfd (``slate``)."""
    ring: int | None = None
    """An ear's ring, where media are gathered in one (``ring``)."""
    ring_bytes: int = 0
    control: int | None = None
    """An ear's end of its socket to the signaller."""
    ears: tuple[int, ...] = ()
    """The other ends, one an ear, in the order of their shares."""
    ports: Mapping[int, int] = field(default_factory=dict)
    """Media port -> socket. For an ear, its share."""
    listening: Mapping[str, int] = field(default_factory=dict)
    """Name that the plan gave -> bound socket."""
    shares: tuple[tuple[int, int], ...] = ()
    """First and last media port of each ear, in the order of ``ears``."""
    words: Mapping[str, str] = field(default_factory=dict)
    restarted: bool = False
    """Whether another process has had all this before."""

    def files(self) -> list[int]:
        """Every descriptor that the child must get."""
        single = [self.logbook, self.slate, self.ring, self.control]
        many = [*self.ears, *self.ports.values(), *self.listening.values()]
        return [file for file in (*single, *many) if file is not None]

    def leave(self) -> int:
        """A memfd in which this is written; the caller passes it on and closes it."""
        memory = os.memfd_create("inheritance")
        os.write(memory, json.dumps({**asdict(self), "holder": os.getpid()}).encode())
        return memory


def inherit(environment: Mapping[str, str] = os.environ) -> Inheritance:
    """What the holder left to this process. Raises ConfigError where it was not started by one.

    From now on it is told to finish (SIGTERM) when its holder dies of whatever: nobody would start
    it again, and the next holder needs its sockets.
    """
    try:
        memory = int(environment[VARIABLE])
        told = json.loads(os.pread(memory, os.fstat(memory).st_size, 0))
    except (KeyError, ValueError, OSError):
        raise ConfigError(
            "this process was not started by a holder", remedy="start 'talteen capture' instead"
        ) from None
    end_with_parent()
    if os.getppid() != told["holder"]:  # it died before
        raise SystemExit
    return Inheritance(
        logbook=told["logbook"],
        slate=told["slate"],
        ring=told["ring"],
        ring_bytes=told["ring_bytes"],
        control=told["control"],
        ears=tuple(told["ears"]),
        ports={int(port): file for port, file in told["ports"].items()},
        listening=told["listening"],
        shares=tuple((first, last) for first, last in told["shares"]),
        words=told["words"],
        restarted=told["restarted"],
    )


def end_with_parent() -> None:
    """Tell this process to finish (SIGTERM) when the one that started it dies of whatever."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def socket_of(file: int) -> socket.socket:
    """The socket behind an inherited descriptor."""
    return socket.socket(fileno=file)
