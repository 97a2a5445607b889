"""A SIP user agent server without sockets and clock: bytes and the time in, effects out.

Its caller puts what the network brings into ``received``, does what the effects say, calls ``tick``
when ``deadline`` has come, and answers each ``Asked`` by ``respond``. Peers that are not on the
list meet silence: a scanner learns nothing, not even that something listens (decision 081).
"""

from collections.abc import Iterable
from ipaddress import ip_address

from talteen.engine.wire import responses
from talteen.engine.wire.core import Alarm, Config, Core, send
from talteen.engine.wire.dialog import Dialog, DialogId
from talteen.engine.wire.effects import (
    Close,
    Effect,
    Refused,
    RequestId,
    Send,
    TransactionId,
    Warned,
    Why,
)
from talteen.engine.wire.flow import Flow
from talteen.engine.wire.framing import Broken, Framer, Ping
from talteen.engine.wire.headers import Pair
from talteen.engine.wire.inbox import Inbox
from talteen.engine.wire.malformed import Malformed
from talteen.engine.wire.outbox import Outbox
from talteen.engine.wire.replies import Replies
from talteen.engine.wire.responses import Reply
from talteen.engine.wire.servers import Servers
from talteen.engine.wire.sip import Request, parse

_REMEMBERED_ADDRESSES = 4096
_STRANGERS_EVERY_S = 60.0


class UserAgentServer:
    """All dialogs of one node. ``now`` is monotonic seconds everywhere, and never goes back."""

    __slots__ = (
        "_admitted",
        "_core",
        "_framers",
        "_inbox",
        "_outbox",
        "_replies",
        "_strangers_told",
    )

    def __init__(self, config: Config) -> None:
        self._core = Core(config)
        servers = Servers(self._core)
        self._outbox = Outbox(self._core)
        self._replies = Replies(self._core, servers, self._outbox)
        self._inbox = Inbox(self._core, servers, self._replies, self._outbox)
        self._framers: dict[str, tuple[Framer, Flow]] = {}
        self._admitted: dict[str, bool] = {}
        self._strangers_told: float | None = None

    # What the caller calls

    def received(self, flow: Flow, data: bytes, now: float) -> list[Effect]:
        """One datagram, or the next bytes of a connection. Never raises for what they hold."""
        if not (self._knows(flow.remote[0]) or self._core.config.names & flow.names):
            return self._stranger(flow, now)
        if flow.transport.reliable:
            return self._stream(flow, data, now)
        if not data.strip(b"\r\n\x00"):  # keep-alives of NAT
            return []
        return self._message(flow, data, now)

    def closed(self, flow: Flow) -> None:
        """The connection of ``flow`` is gone. Its calls go on: what we send opens another."""
        self._core.connections.discard(flow.connection)
        self._framers.pop(flow.connection, None)
        self._core.alarms.set((Alarm.STALLED, flow.connection), None)

    def opened(self, flow: Flow) -> None:
        """The caller opened a connection, since a ``Send`` named none; ``flow`` names it."""
        self._framer(flow)

    def respond(
        self,
        transaction: TransactionId,
        status: int,
        now: float,
        *,
        headers: Iterable[Pair] = (),
        body: bytes = b"",
        reason: str = "",
    ) -> list[Effect]:
        """Answer what was asked; headers of the dialog, Contact, Allow and timers are added.

        A 2xx to an INVITE begins a dialog, which comes back as ``Kept``. Nothing happens where the
        request was cancelled or answered meanwhile.
        """
        return self._replies.respond(transaction, Reply(status, tuple(headers), body, reason), now)

    def request(
        self,
        dialog: DialogId,
        method: str,
        now: float,
        *,
        headers: Iterable[Pair] = (),
        body: bytes = b"",
    ) -> tuple[RequestId, list[Effect]]:
        """Ask the peer in a dialog; ``Answered`` brings what it says. Conflict if the dialog is
        no more, or an INVITE or UPDATE of ours is unanswered there."""
        return self._outbox.ask(dialog, method, now, headers=tuple(headers), body=body)

    def end(self, dialog: DialogId, now: float) -> list[Effect]:
        """Hang up; ``Ended`` comes at once. Nothing happens where it has ended."""
        known = self._core.dialogs.get(dialog)
        if known is None:
            return []
        if not self._replies.awaits_ack(dialog):
            return self._outbox.bye(known, Why.OURS, now)
        self._replies.ending[dialog] = known
        self._outbox.forget(dialog)
        return self._core.end(known, Why.OURS)

    def tick(self, now: float) -> list[Effect]:
        """What the time itself brings: copies, expiries, refreshes."""
        effects: list[Effect] = []
        for alarm, key in self._core.alarms.due(now):
            effects += self._rang(alarm, key, now)
        return effects

    def deadline(self) -> float | None:
        """When ``tick`` must be called next; ask again after each call."""
        return self._core.alarms.next()

    def restore(self, dialogs: Iterable[Dialog], now: float) -> list[Effect]:
        """Take over the dialogs of a server that died on this machine (its clock goes on)."""
        return [e for dialog in dialogs for e in self._replies.restore(dialog, now)]

    def dialog(self, id_: DialogId) -> Dialog | None:
        """Its value now."""
        return self._core.dialogs.get(id_)

    def dialogs(self) -> tuple[Dialog, ...]:
        """All that have not ended."""
        return tuple(self._core.dialogs.values())

    # Who may speak

    def _knows(self, address: str) -> bool:
        """Looked at before a byte is parsed. Remembered, since peers are few and packets many."""
        known = self._admitted.get(address)
        if known is None:
            known = self._listed(address)
            if len(self._admitted) >= _REMEMBERED_ADDRESSES:
                self._admitted.clear()
            self._admitted[address] = known
        return known

    def _listed(self, address: str) -> bool:
        try:
            ip = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return any(ip in network for network in self._core.config.peers)

    def _stranger(self, flow: Flow, now: float) -> list[Effect]:
        """Silence; told to the operator once a minute, however loud the stranger is."""
        effects: list[Effect] = [Close(flow)] if flow.transport.reliable else []
        told = self._strangers_told
        if told is None or now >= told + _STRANGERS_EVERY_S:
            self._strangers_told = now
            effects.append(Warned("stranger", flow))
        return effects

    # What comes

    def _framer(self, flow: Flow) -> Framer:
        if flow.connection not in self._framers:
            self._framers[flow.connection] = (Framer(self._core.config.limits), flow)
            self._core.connections.add(flow.connection)
        return self._framers[flow.connection][0]

    def _stream(self, flow: Flow, data: bytes, now: float) -> list[Effect]:
        framer, effects = self._framer(flow), list[Effect]()
        pieces = framer.feed(data)
        for piece in pieces:
            match piece:
                case Ping():
                    effects.append(Send(flow, piece.pong))
                case Broken():
                    effects += [*self._malformed(flow, piece.error), Close(flow)]
                    self.closed(flow)
                case _:
                    effects += self._message(flow, piece, now)
        self._watch(framer, flow, now, fresh=bool(pieces))
        return effects

    def _watch(self, framer: Framer, flow: Flow, now: float, *, fresh: bool) -> None:
        """A message that has begun must end in time; each one has its own time."""
        if flow.connection not in self._framers:
            return
        alarm = (Alarm.STALLED, flow.connection)
        if not framer.partial:
            self._core.alarms.set(alarm, None)
        elif fresh or not self._core.alarms.has(alarm):
            self._core.alarms.set(alarm, now + self._core.config.stalled_s)

    def _message(self, flow: Flow, data: bytes, now: float) -> list[Effect]:
        request = None
        try:
            message = parse(data, self._core.config.limits)
            if not isinstance(message, Request):
                return self._outbox.received(message, now)
            request = message
            return self._inbox.received(request, flow, now)
        except Malformed as error:
            known = error.request or request
            return self._malformed(flow, Malformed(error.status, error.reason, known))

    def _malformed(self, flow: Flow, error: Malformed) -> list[Effect]:
        """Answered without a transaction where the way back is known (RFC 3261 8.2.6, 21.4.1)."""
        warned = Warned("malformed", flow)
        request = error.request
        if request is None or request.method == "ACK":
            return [warned]
        reply = Reply(error.status, reason=error.reason)
        response = responses.answer(request, reply, tag=self._core.config.tokens(), flow=flow)
        effects = send(responses.way_back(request, flow), response.to_bytes())
        if request.method == "INVITE":
            effects.append(Refused(request, error.status, flow))
        return [*effects, warned]

    # What the time brings

    def _rang(self, alarm: Alarm, key: str | DialogId, now: float) -> list[Effect]:
        if isinstance(key, DialogId):
            known = self._core.dialogs.get(key)
            return self._timed(alarm, known, now) if known else []
        match alarm:
            case Alarm.SERVER:
                return self._replies.tick(TransactionId(key), now)
            case Alarm.RELIABLE:
                return self._replies.tick_reliable(TransactionId(key), now)
            case Alarm.CLIENT:
                return self._outbox.tick(key, now)
            case Alarm.RETRY:
                return self._outbox.retry(key, now)
        return self._stalled(key)

    def _timed(self, alarm: Alarm, known: Dialog, now: float) -> list[Effect]:
        if alarm is Alarm.REFRESH:
            return self._outbox.refresh(known, now)
        self._replies.forget(known.id, now)
        return self._outbox.bye(known, Why.EXPIRED, now)

    def _stalled(self, connection: str) -> list[Effect]:
        _, flow = self._framers[connection]
        self.closed(flow)
        return [Warned("stalled", flow), Close(flow)]
