"""Provisional answers that the peer requires to be acknowledged (RFC 3262).

Only a peer that *requires* 100rel gets them; one at a time, so that a final answer given meanwhile
waits for the PRACK of the last.
"""

from dataclasses import dataclass

from talteen.engine.wire.answers import Reply
from talteen.engine.wire.sip import Request
from talteen.engine.wire.transaction import Timers


def required(request: Request) -> bool:
    """Whether every provisional answer but 100 must be reliable."""
    return "100rel" in request.headers.tokens("Require")


@dataclass(slots=True)
class Reliable:
    """One provisional answer until its PRACK."""

    rack: str
    """What RAck must say: RSeq, CSeq number and method (RFC 3262 7.2)."""
    data: bytes
    timers: Timers
    began: float
    waiting: Reply | None = None
    """The answer that goes out after the PRACK."""
    interval: float = 0.0
    at: float = 0.0

    def __post_init__(self) -> None:
        self.interval = self.timers.t1
        self.at = self.began + self.interval

    def confirms(self, prack: Request) -> bool:
        """Whether ``prack`` is about this answer."""
        return " ".join((prack.headers.get("RAck") or "").split()) == self.rack

    def over(self, now: float) -> bool:
        """RFC 3262 3: after 64 * T1 the INVITE is to be refused."""
        return now >= self.began + self.timers.give_up

    def tick(self, now: float) -> bytes:
        """The answer again; the pause doubles without an end."""
        if now < self.at:
            return b""
        self.interval *= 2
        self.at = now + self.interval
        return self.data

    def due(self) -> float:
        """When to look again."""
        return min(self.at, self.began + self.timers.give_up)
