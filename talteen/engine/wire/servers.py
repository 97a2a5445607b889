"""The table of server transactions: found by branch, by dialog, by sender (RFC 3261 17.2.3)."""

from collections import Counter

from talteen.engine.wire import answers
from talteen.engine.wire.answers import Reply
from talteen.engine.wire.core import Alarm, Core, send
from talteen.engine.wire.dialog import DialogId
from talteen.engine.wire.effects import Effect, TransactionId
from talteen.engine.wire.fields import Via
from talteen.engine.wire.flow import Flow
from talteen.engine.wire.sip import Request, Response
from talteen.engine.wire.transaction import InviteServer, NonInviteServer, Server, State

COOKIE = "z9hG4bK"
"""RFC 3261 8.1.1.7: what a branch begins with."""
OFFERS = ("INVITE", "UPDATE")
"""Methods that may carry an offer and refresh the target."""
Merged = tuple[str, str, str]
"""Call-ID, From tag, CSeq: one request, however many ways it took (8.2.2.2)."""


class Servers:
    """All requests of the peers that are not forgotten yet."""

    __slots__ = ("_core", "_first", "_merged", "_offers", "_peers", "_table")

    def __init__(self, core: Core) -> None:
        self._core = core
        self._table: dict[TransactionId, Server] = {}
        self._first: dict[Merged, TransactionId] = {}
        self._merged: dict[TransactionId, Merged] = {}
        self._offers: dict[DialogId, set[TransactionId]] = {}
        self._peers: Counter[str] = Counter()

    def get(self, id_: TransactionId | None) -> Server | None:
        """The transaction of that name."""
        return self._table.get(id_) if id_ else None

    def invite(self, id_: TransactionId | None) -> InviteServer | None:
        """The same if it is an INVITE."""
        server = self.get(id_)
        return server if isinstance(server, InviteServer) else None

    def full(self, flow: Flow, *, reserves: int = 1) -> bool:
        """Whether nothing new is taken from this address; running calls have twice the room."""
        config = self._core.config
        return (
            self._peers.get(flow.remote[0], 0) >= reserves * config.transactions_per_peer
            or len(self._table) >= reserves * config.transactions
        )

    def open(self, id_: TransactionId, request: Request, flow: Flow, now: float) -> Server:
        """A new transaction."""
        kind = InviteServer if request.method == "INVITE" else NonInviteServer
        back, spare = answers.way_back(request, flow), answers.new_way_back(request, flow)
        config = self._core.config
        server = kind(request, back, spare, config.tokens(), config.timers, now)
        self._put(id_, server)
        if request.method in OFFERS:
            self._offers.setdefault(_dialog(request, server), set()).add(id_)
        return server

    def restore(self, dialog: DialogId, answer: Response, flow: Flow, now: float) -> TransactionId:
        """The transaction whose 2xx still waits for its ACK, after a restart."""
        id_ = _id(answer.via, answer, "INVITE")
        tag, timers = dialog.local_tag, self._core.config.timers
        server = InviteServer(None, flow, flow, tag, timers, now)
        server.respond(answer.status, answer.to_bytes(), now)
        self._put(id_, server)
        return id_

    def _put(self, id_: TransactionId, server: Server) -> None:
        self._table[id_] = server
        self._peers[server.flow.remote[0]] += 1
        self.alarm(id_, server)

    def alarm(self, id_: TransactionId, server: Server) -> None:
        """Ring when ``server`` wants it."""
        self._core.alarms.set((Alarm.SERVER, id_), server.due())

    def merges(self, id_: TransactionId, request: Request) -> bool:
        """Whether the same request came before by another way (8.2.2.2)."""
        merged = (request.call_id, request.from_.tag, str(request.cseq))
        if self._first.setdefault(merged, id_) != id_:
            return True
        self._merged[id_] = merged
        return False

    def offers(self, dialog: DialogId) -> frozenset[TransactionId]:
        """INVITE and UPDATE of that dialog that were not answered yet."""
        return frozenset(self._offers.get(dialog, ()))

    def send(self, server: Server, data: bytes) -> list[Effect]:
        """Send along the way that is open."""
        return send(server.flow if self._core.alive(server.flow) else server.spare, data)

    def respond(
        self, id_: TransactionId, server: Server, request: Request, reply: Reply, now: float
    ) -> tuple[bytes, list[Effect]]:
        """Answer ``request``, which is the one of ``server``; the bytes and their sending."""
        data = answers.answer(request, reply, tag=server.tag, flow=server.flow).to_bytes()
        effects = self.send(server, server.respond(reply.status, data, now))
        self.alarm(id_, server)
        if reply.status >= 200 and request.method in OFFERS:
            self._answered(_dialog(request, server), id_)
        return data, effects

    def _answered(self, dialog: DialogId, id_: TransactionId) -> None:
        waiting = self._offers.get(dialog, set())
        waiting.discard(id_)
        if not waiting:
            self._offers.pop(dialog, None)

    def acknowledge(self, id_: TransactionId, server: InviteServer, now: float) -> None:
        """The ACK came, or will never matter."""
        server.acknowledge(now)
        self.alarm(id_, server)

    def tick(self, id_: TransactionId, server: Server, now: float) -> list[Effect]:
        """The alarm rang; the table forgets what is terminated."""
        effects = self.send(server, server.tick(now))
        if server.state is State.TERMINATED:
            self._forget(id_, server)
        else:
            self.alarm(id_, server)
        return effects

    def _forget(self, id_: TransactionId, server: Server) -> None:
        del self._table[id_]
        if server.request is not None and server.request.method in OFFERS:
            self._answered(_dialog(server.request, server), id_)
        if merged := self._merged.pop(id_, None):
            del self._first[merged]
        peer = server.flow.remote[0]
        self._peers[peer] -= 1
        if not self._peers[peer]:
            del self._peers[peer]


def transaction_of(request: Request) -> TransactionId:
    """What the copies of a request have in common, and an INVITE with the ACK of its refusal
    (17.2.3). Malformed without a readable Via."""
    method = "INVITE" if request.method == "ACK" else request.method
    return _id(request.via, request, method)


def cancelled_by(request: Request) -> TransactionId:
    """The INVITE that a CANCEL means (9.2)."""
    return _id(request.via, request, "INVITE")


def _id(via: Via, message: Request | Response, method: str) -> TransactionId:
    if via.branch.startswith(COOKIE):
        return TransactionId(f"{via.branch} {via.sent_by} {method}")
    # RFC 2543 knew no such branch: the whole request is its name. The To tag is left out, so that
    # one rule fits the ACK too; it says nothing that Call-ID, From tag and CSeq do not say.
    parts = (via.sent_by, via.branch, message.call_id, message.from_.tag, message.cseq.number)
    return TransactionId(" ".join(map(str, (*parts, method))))


def _dialog(request: Request, server: Server) -> DialogId:
    return DialogId(request.call_id, request.to.tag or server.tag, request.from_.tag)
