"""Transactions: one request and its answers, over a transport that may lose both (RFC 3261 17).

Four small machines. Each holds what it would send again and the instants when it would; it is told
what came and what time it is, and gives bytes to send. Who sends them and what a request means is
``agent``'s business.

The server machine for INVITE has the accepted state of RFC 6026, and also repeats the 2xx until its
ACK comes (RFC 3261 13.3.1.4), since who answers and who repeats are one here.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

from talteen.engine.wire.flow import Flow
from talteen.engine.wire.sip import Request


@dataclass(frozen=True, slots=True)
class Timers:
    """RFC 3261 17.1.1.1, in seconds."""

    t1: float = 0.5
    """A round trip, as it is guessed."""
    t2: float = 4.0
    """The longest pause between two copies."""
    t4: float = 5.0
    """How long a message may wander in the network."""
    trying: float = 0.2
    """A request that waits longer than this is told 100 Trying (RFC 3261 17.2.1)."""
    ringing: float = 180.0
    """How long an INVITE of ours may be in progress (timer C of 16.6)."""

    @property
    def give_up(self) -> float:
        """64 * T1: timers B, F, H, J and L."""
        return 64 * self.t1


class State(Enum):
    """Where a transaction stands."""

    TRYING = auto()
    """Nothing was answered. A client INVITE is *calling* here."""
    PROCEEDING = auto()
    """A provisional answer went out, or came."""
    COMPLETED = auto()
    """A final answer, of an INVITE one that refuses."""
    CONFIRMED = auto()
    """The refusal of an INVITE was acknowledged."""
    ACCEPTED = auto()
    """An INVITE was answered with 2xx (RFC 6026)."""
    TERMINATED = auto()


@dataclass(slots=True)
class _Repeated:
    """A message that goes out again at growing intervals until something stops it."""

    data: bytes = b""
    at: float | None = None
    interval: float = 0.0

    def start(self, data: bytes, now: float, interval: float) -> None:
        self.data, self.interval, self.at = data, interval, now + interval

    def stop(self) -> None:
        self.at = None

    def tick(self, now: float, longest: float) -> bytes:
        """The message if its instant has come. Late is late: no copies are caught up."""
        if self.at is None or now < self.at:
            return b""
        self.interval = min(2 * self.interval, longest)
        self.at = now + self.interval
        return self.data


@dataclass(slots=True)
class InviteServer:
    """RFC 3261 17.2.1 with RFC 6026 7.1."""

    request: Request | None
    """None once it is answered: a call is long, its INVITE large."""
    flow: Flow
    """The way of the answers."""
    spare: Flow
    """Their way when the connection of ``flow`` is gone."""
    tag: str
    """Our To tag in every answer."""
    timers: Timers
    began: float
    state: State = State.TRYING
    answer: bytes = b""
    acknowledged: bool = False
    _copies: _Repeated = field(default_factory=_Repeated)
    _ends: float | None = None

    def __post_init__(self) -> None:
        self._ends = self.began + self.timers.ringing

    def received_again(self) -> bytes:
        """What a copy of the INVITE is told. After a 2xx too, until its ACK: RFC 6026 would leave
        that to the timer alone, but the copy shows that the answer was lost."""
        return b"" if self.acknowledged else self.answer

    def respond(self, status: int, data: bytes, now: float) -> bytes:
        """Answer; gives back what to send, which is nothing after a final answer."""
        if self.state not in (State.TRYING, State.PROCEEDING):
            return b""
        self.answer = data
        if status < 200:
            self.state = State.PROCEEDING
            return data
        self.request = None
        self._ends = now + self.timers.give_up
        self.state = State.ACCEPTED if status < 300 else State.COMPLETED
        # A 2xx is repeated over any transport: a hop further on may be UDP (13.3.1.4).
        if status < 300 or not self.flow.transport.reliable:
            self._copies.start(data, now, self.timers.t1)
        return data

    def acknowledge(self, now: float) -> None:
        """An ACK came."""
        self.acknowledged = True
        self._copies.stop()
        if self.state is State.COMPLETED:
            self.state = State.CONFIRMED
            self._ends = now + (0.0 if self.flow.transport.reliable else self.timers.t4)

    def due(self) -> float | None:
        """When to call ``tick`` next."""
        if self.state is State.TRYING:
            return self.began + self.timers.trying
        return _earliest(self._copies.at, self._ends)

    def tick(self, now: float) -> bytes:
        """What to send again now. ``state`` may be TERMINATED after it; ``request`` is still there
        then if nobody ever answered."""
        if self._ends is not None and now >= self._ends:
            self.state = State.TERMINATED
            return b""
        return self._copies.tick(now, self.timers.t2)


@dataclass(slots=True)
class NonInviteServer:
    """RFC 3261 17.2.2."""

    request: Request | None
    flow: Flow
    spare: Flow
    tag: str
    timers: Timers
    began: float
    state: State = State.TRYING
    answer: bytes = b""
    _ends: float | None = None

    def __post_init__(self) -> None:
        self._ends = self.began + self.timers.give_up  # the peer stops waiting then (timer F)

    def received_again(self) -> bytes:
        """What a copy of the request is told: the same again, or nothing yet."""
        return self.answer

    def respond(self, status: int, data: bytes, now: float) -> bytes:
        """Answer; gives back what to send, which is nothing after a final answer."""
        if self.state not in (State.TRYING, State.PROCEEDING):
            return b""
        self.answer, self.state = data, State.PROCEEDING
        if status >= 200:
            self.request, self.state = None, State.COMPLETED
            self._ends = now + (0.0 if self.flow.transport.reliable else self.timers.give_up)
        return data

    def due(self) -> float | None:
        """When to call ``tick`` next."""
        return self._ends

    def tick(self, now: float) -> bytes:
        """Sends nothing; ``state`` may be TERMINATED after it."""
        if self._ends is not None and now >= self._ends:
            self.state = State.TERMINATED
        return b""


Server = InviteServer | NonInviteServer


class Client:
    """A request of ours (RFC 3261 17.1.1 with RFC 6026 8, and 17.1.2)."""

    __slots__ = ("_copies", "_ends", "ack", "flow", "request", "state", "timed_out", "timers")

    def __init__(self, request: Request, flow: Flow, timers: Timers, now: float) -> None:
        self.request = request
        self.flow = flow
        self.timers = timers
        self.state = State.TRYING
        self.ack = b""
        """What acknowledges the final answer of an INVITE, and each copy of it."""
        self.timed_out = False
        self._ends: float | None = now + timers.give_up
        self._copies = _Repeated()
        if not flow.transport.reliable:
            self._copies.start(request.to_bytes(), now, timers.t1)

    @property
    def _invite(self) -> bool:
        return self.request.method == "INVITE"

    def received(self, status: int, now: float) -> bool:
        """An answer came. True if it is the first final one, or a provisional one."""
        if self.state not in (State.TRYING, State.PROCEEDING):
            return False
        if status < 200:
            self._provisional(now)
            return True
        self._copies.stop()
        self.state = State.ACCEPTED if self._invite and status < 300 else State.COMPLETED
        self._ends = now + self._lingering(status)
        return True

    def _provisional(self, now: float) -> None:
        if self._invite:
            self._copies.stop()
            if self.state is State.TRYING:
                self._ends = now + self.timers.ringing
        else:
            self._copies.interval = self.timers.t2  # 17.1.2.2: E is reset to T2
        self.state = State.PROCEEDING

    def _lingering(self, status: int) -> float:
        """How long copies of the final answer are awaited: timers M, D and K."""
        if self._invite and status < 300:
            return self.timers.give_up
        if self.flow.transport.reliable:
            return 0.0
        return self.timers.give_up if self._invite else self.timers.t4

    def due(self) -> float | None:
        """When to call ``tick`` next."""
        return _earliest(self._copies.at, self._ends)

    def tick(self, now: float) -> bytes:
        """What to send again now. ``state`` may be TERMINATED after it, ``timed_out`` set."""
        if self._ends is not None and now >= self._ends:
            self.timed_out = self.state in (State.TRYING, State.PROCEEDING)
            self.state = State.TERMINATED
            return b""
        # 17.1.1.2: timer A of an INVITE doubles without an end; timer E stops at T2.
        longest = self.timers.give_up if self._invite else self.timers.t2
        return self._copies.tick(now, longest)


def _earliest(*instants: float | None) -> float | None:
    return min((instant for instant in instants if instant is not None), default=None)
