"""The holder: binds every socket, starts the others again when they die, and never reads.

It does as little as a process can, because what it owns must not die with anybody: sockets, the two
ends of each ear's control line, and a few memfds. A child that was killed is started again at once
with the same files; one that keeps dying, later and later. On SIGTERM the children are told to
finish, in the order of the plan, and the holder goes when the last of them has gone.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain
from socket import socket

from talteen.errors import ConfigError
from talteen.life.capture.ears import control, ring, sockets
from talteen.life.capture.ears.inheritance import VARIABLE, Inheritance
from talteen.life.capture.ears.slate import SIZE_BYTES
from talteen.life.capture.ears.sockets import Ports

EAR = (sys.executable, "-m", "talteen.life.capture.ears.ear")
GRACE_S = 20.0
"""To finish in, when told to; then it is killed."""
_STEADY_S = 1.0
"""Who lives so long has begun to work: its death is no reason to wait."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.1, 5.0


@dataclass(frozen=True, slots=True)
class Other:
    """A child that is no ear: the signaller, the uplink."""

    name: str
    command: Sequence[str]
    listening: Mapping[str, socket] = field(default_factory=dict)
    """Sockets that it gets, by name."""
    ears: bool = False
    """Whether it speaks to the ears: it gets the other ends of their control lines."""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a holder holds."""

    ports: Ports
    ears: int
    """How many; one a core."""
    words: Mapping[str, str]
    """For every ear (``ear``)."""
    ring_bytes: int = 0
    """Of each ear's ring (``ring``); none where it reads its sockets one by one."""
    others: tuple[Other, ...] = ()
    """Stopped in this order, before the ears."""
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


@dataclass(slots=True)
class Child:
    """One child, and when it may be started again."""

    name: str
    command: Sequence[str]
    left: Inheritance
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    started_s: float = 0.0
    wait_s: float = 0.0
    start_at_s: float = 0.0

    def start(self, now_s: float) -> None:
        """Start it with what it inherits."""
        left = replace(self.left, restarted=self.starts > 0)
        told = left.leave()
        try:
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                pass_fds=[told, *left.files()],
                env={**self.environment, VARIABLE: str(told)},
            )
        finally:
            os.close(told)
        self.starts, self.started_s = self.starts + 1, now_s

    def died(self, now_s: float) -> None:
        """Decide when it is started again: at once, unless it has only just been."""
        self.process = None
        steady = now_s - self.started_s >= _STEADY_S
        self.wait_s = 0.0 if steady else min(_LONGEST_WAIT_S, max(_FIRST_WAIT_S, 2 * self.wait_s))
        first = steady or self.starts == 1
        self.start_at_s = now_s if first else now_s + self.wait_s


class Holder:
    """What ``plan`` says, held. Making one binds the sockets; ``run`` starts the children."""

    def __init__(self, plan: Plan) -> None:
        self._shares = plan.ports.shares(plan.ears)
        if not self._shares:
            raise ConfigError("capture.ears is 0", remedy="give one ear a core")
        self._media, self._rings = _opened(self._shares, plan.ring_bytes)
        self._lines = [control.pair() for _ in self._shares]
        self._plan = plan
        self.ports = plan.ports
        self.others = [self._other(other) for other in plan.others]
        self.ears = [self._ear(n, share) for n, share in enumerate(self._shares)]
        self._wakes = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._stopping = self._draining = False

    def run(self) -> None:
        """Until SIGTERM or SIGINT, and until every child has ended after it."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGUSR1):
            signal.signal(number, self._signalled)
        signal.set_wakeup_fd(self._wakes[1], warn_on_full_buffer=False)
        while not self._stopping:
            self.look(time.monotonic())
            self._sleep()
        self.stop()

    def look(self, now_s: float) -> None:
        """Start whoever is dead and due."""
        for child in (*self.ears, *self.others):
            if child.process is not None and child.process.poll() is not None:
                self._stopping |= self._draining and child.process.returncode == 0
                child.died(now_s)
            if child.process is None and child.start_at_s <= now_s and not self._stopping:
                child.start(now_s)

    def stop(self) -> None:
        """Let every child finish: first those who speak, then those who listen."""
        for child in (*self.others, *self.ears):
            if child.process is None or child.process.poll() is not None:
                continue
            child.process.terminate()
            try:
                child.process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()

    def release(self) -> None:
        """Give back every socket and memfd. Only for a process that goes on without a holder."""
        for one in (
            *(end for pair in self._lines for end in pair),
            *chain.from_iterable(self._media),
            *self._rings,
        ):
            one.close()
        for child in (*self.ears, *self.others):
            for memory in (child.left.logbook, child.left.slate):
                if memory is not None:
                    os.close(memory)
        for end in self._wakes:
            os.close(end)

    def lines(self) -> list[socket]:
        """The signaller's end of every ear's line: for a signaller in the holder's process."""
        return [theirs for _, theirs in self._lines]

    def _ear(self, n: int, share: Ports) -> Child:
        files = [one.fileno() for one in self._media[n]]
        left = Inheritance(
            logbook=os.memfd_create(f"logbook-ear{n}"),
            slate=_memory(f"slate-ear{n}", SIZE_BYTES),
            ring=self._rings[n].fileno() if self._rings else None,
            ring_bytes=self._plan.ring_bytes,
            control=self._lines[n][0].fileno(),
            ports=dict(zip(share, files, strict=True)),
            words=self._plan.words,
        )
        return Child(f"ear{n}", EAR, left, self._plan.environment)

    def _other(self, other: Other) -> Child:
        ends = tuple(theirs.fileno() for _, theirs in self._lines) if other.ears else ()
        left = Inheritance(
            logbook=os.memfd_create(f"logbook-{other.name}"),
            ears=ends,
            listening={name: one.fileno() for name, one in other.listening.items()},
            shares=tuple((share.first, share.last) for share in self._shares),
            words=other.words,
        )
        return Child(other.name, other.command, left, self._plan.environment)

    def _signalled(self, number: int, frame: object) -> None:
        if number == signal.SIGUSR1:
            self._drain()
        else:
            self._stopping = self._stopping or number != signal.SIGCHLD

    def _drain(self) -> None:
        """Tell those who speak to take nothing new; when one of them has done all, all end."""
        self._draining = True
        for child in self.others:
            if child.process is not None:
                child.process.send_signal(signal.SIGUSR1)

    def _sleep(self) -> None:
        """Until a signal comes, or a child is due."""
        waits = [c.start_at_s for c in (*self.ears, *self.others) if c.process is None]
        until = max(0.0, min(waits) - time.monotonic()) if waits else None
        poll = select.poll()
        poll.register(self._wakes[0], select.POLLIN)
        poll.poll(None if until is None else 1 + int(1000 * until))
        try:
            os.read(self._wakes[0], 4096)
        except BlockingIOError:
            return


def _opened(shares: Sequence[Ports], ring_bytes: int) -> tuple[list[list[socket]], list[socket]]:
    """The sockets and the rings of all shares; where one is refused, none stays open."""
    media, rings = [], []
    with ExitStack() as kept:
        for share in shares:
            media.append([kept.enter_context(one) for one in sockets.bind(share)])
            if ring_bytes:
                rings.append(kept.enter_context(ring.opened(share, ring_bytes)))
        kept.pop_all()
    return media, rings


def _memory(name: str, size_bytes: int) -> int:
    memory = os.memfd_create(name)
    os.ftruncate(memory, size_bytes)
    return memory
