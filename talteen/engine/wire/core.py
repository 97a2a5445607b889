"""What the two halves of the user agent share: dialogs, live connections, alarms and settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from ipaddress import IPv4Network, IPv6Network

from talteen.engine.wire.alarms import Alarms
from talteen.engine.wire.dialog import Dialog, DialogId
from talteen.engine.wire.effects import Effect, Ended, Kept, Send, TransactionId, Why
from talteen.engine.wire.flow import Flow, Transport, host
from talteen.engine.wire.session_timer import MIN_SE_S
from talteen.engine.wire.sip import LIMITS, Limits, Request
from talteen.engine.wire.transaction import Timers

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Config:
    """How one server behaves."""

    peers: tuple[Network, ...]
    """Who is spoken to at all. Everybody else meets silence."""
    tokens: Callable[[], str]
    """A new unguessable token each time: for tags and branches, at least 64 random bits."""
    names: frozenset[str] = frozenset()
    """Domains that are spoken to from any address, if their certificate proves them (RFC 5922)."""
    user: str = "talteen"
    """The user part of our Contact."""
    host: str = ""
    """What Contact and Via name; empty: the local address of the flow."""
    timers: Timers = field(default_factory=Timers)
    limits: Limits = LIMITS
    least_s: int = MIN_SE_S
    """Shorter session intervals are refused."""
    transactions_per_peer: int = 20_000
    """Beyond it new calls of that address are answered 503; running calls are served on."""
    transactions: int = 60_000
    """The same for all peers together."""
    dialogs: int = 20_000
    retry_after_s: int = 10
    stalled_s: float = 30.0
    """A message on a stream that is not whole by then ends the connection."""


class Alarm(Enum):
    """What an alarm is about; its key follows."""

    SERVER = auto()
    CLIENT = auto()
    RELIABLE = auto()
    RETRY = auto()
    REFRESH = auto()
    EXPIRY = auto()
    STALLED = auto()


class Core:
    """The memory of one user agent."""

    __slots__ = ("alarms", "config", "connections", "dialogs", "early")

    def __init__(self, config: Config) -> None:
        self.config = config
        self.alarms: Alarms[tuple[Alarm, str | DialogId]] = Alarms()
        self.dialogs: dict[DialogId, Dialog] = {}
        self.early: set[DialogId] = set()
        """Dialogs of an INVITE that has no final answer: nobody outside hears of them."""
        self.connections: set[str] = set()
        """Names of the connections that are there."""

    def keep(self, dialog: Dialog, transaction: TransactionId | None = None) -> list[Effect]:
        """``dialog`` has this value now. ``transaction``: the INVITE that begins it."""
        if transaction is not None:
            self.early.discard(dialog.id)
        before = self.dialogs.get(dialog.id)
        self.dialogs[dialog.id] = dialog
        if (before.session if before else None) != dialog.session:
            self._time(dialog)
        if dialog.id in self.early or (before == dialog and transaction is None):
            return []
        return [Kept(dialog, transaction)]

    def _time(self, dialog: Dialog) -> None:
        session = dialog.session
        self.alarms.set((Alarm.REFRESH, dialog.id), session.refresh_at if session else None)
        self.alarms.set((Alarm.EXPIRY, dialog.id), session.gives_up_at if session else None)

    def end(self, dialog: Dialog, why: Why, request: Request | None = None) -> list[Effect]:
        """``dialog`` is over."""
        if self.dialogs.pop(dialog.id, None) is None:
            return []
        if dialog.id in self.early:
            self.early.discard(dialog.id)
            return []
        self.alarms.set((Alarm.REFRESH, dialog.id), None)
        self.alarms.set((Alarm.EXPIRY, dialog.id), None)
        return [Ended(dialog, why, request)]

    def alive(self, flow: Flow) -> bool:
        """Whether ``flow`` can be sent on as it is."""
        return not flow.transport.reliable or flow.connection in self.connections

    def way(self, dialog: Dialog) -> Flow:
        """Where our requests in ``dialog`` go now: along a connection that lives, if there is."""
        flow = dialog.flow
        return flow if flow.transport.reliable and self.alive(flow) else dialog.way()

    def address(self, flow: Flow) -> str:
        """Host and port as the peer reaches us."""
        return f"{self.config.host or host(flow.local[0])}:{flow.local[1]}"

    def contact(self, flow: Flow, *, secure: bool) -> str:
        """Our Contact: with the feature tag of a recording server (RFC 7866 6.2)."""
        scheme = "sips" if secure else "sip"
        transport = flow.transport.value.lower()
        param = "" if secure or flow.transport is Transport.UDP else f";transport={transport}"
        return f"<{scheme}:{self.config.user}@{self.address(flow)}{param}>;+sip.srs"


def send(flow: Flow, data: bytes) -> list[Effect]:
    """The effect of sending; none where there is nothing to send."""
    return [Send(flow, data)] if data else []
