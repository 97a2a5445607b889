"""Where bytes come from and go to: a transport, two addresses, and a connection if there is one."""

from dataclasses import dataclass, field, replace
from enum import Enum

Address = tuple[str, int]
"""An IP address without brackets, and a port."""


class Transport(Enum):
    """The value is how SIP writes it in Via."""

    UDP = "UDP"
    TCP = "TCP"
    TLS = "TLS"

    @property
    def reliable(self) -> bool:
        """Whether it delivers or tells (RFC 3261 17 keeps fewer timers then)."""
        return self is not Transport.UDP

    @property
    def default_port(self) -> int:
        """RFC 3261 19.1.2."""
        return 5061 if self is Transport.TLS else 5060


@dataclass(frozen=True, slots=True)
class Flow:
    """A two-way path to a peer."""

    transport: Transport
    local: Address
    remote: Address
    connection: str = ""
    """Who binds the sockets names each connection, anew each time. Empty over UDP; over TCP and TLS
    empty means: open one to ``remote``."""
    names: frozenset[str] = field(default=frozenset(), compare=False)
    """What the peer's certificate proves that it is (``identity``). Of a connection that stands."""

    def to(self, remote: Address) -> "Flow":
        """The same transport to another address, on no connection yet."""
        if remote == self.remote and not self.connection:
            return self
        return replace(self, remote=remote, connection="", names=frozenset())


def host(address: str) -> str:
    """An IP address as SIP writes it: IPv6 in brackets."""
    return f"[{address}]" if ":" in address else address
