"""Our answers, and the dialogs that they begin, move and end (RFC 3261 12.1.1, 13.3, 14.2)."""

from dataclasses import replace

from talteen.engine.wire import dialog, session_timer
from talteen.engine.wire.core import Alarm, Core
from talteen.engine.wire.dialog import Dialog, DialogId
from talteen.engine.wire.effects import Effect, TransactionId, Warned, Why
from talteen.engine.wire.headers import Pair, key
from talteen.engine.wire.malformed import Malformed
from talteen.engine.wire.outbox import Outbox
from talteen.engine.wire.reliable import Reliable, required
from talteen.engine.wire.responses import Reply, has_tag
from talteen.engine.wire.screening import ACCEPT, ALLOW, SUPPORTED
from talteen.engine.wire.servers import OFFERS, Servers
from talteen.engine.wire.session_timer import Session
from talteen.engine.wire.sip import Request, Response, parse
from talteen.engine.wire.transaction import InviteServer, Server, State


class Replies:
    """The server half of the user agent, as far as it answers."""

    __slots__ = ("_core", "_outbox", "_reliable", "_servers", "_unacked", "ending")

    def __init__(self, core: Core, servers: Servers, outbox: Outbox) -> None:
        self._core = core
        self._servers = servers
        self._outbox = outbox
        self._unacked: dict[DialogId, dict[int, TransactionId]] = {}
        self._reliable: dict[TransactionId, Reliable] = {}
        self.ending: dict[DialogId, Dialog] = {}
        """Over for everybody but the peer, whose ACK must come before our BYE (RFC 3261 15)."""

    def respond(self, id_: TransactionId, reply: Reply, now: float) -> list[Effect]:
        """Answer ``id_``. Nothing happens where it was answered before."""
        server = self._servers.get(id_)
        if server is None or (request := server.request) is None:
            return []
        provisional = self._reliable.get(id_)
        if provisional is not None and 100 < reply.status < 300:
            provisional.waiting = reply
            return []
        if reply.status >= 200:
            self._forget_reliable(id_)
        if request.method == "INVITE" and 100 < reply.status < 200:
            return self._provisional(id_, server, request, reply, now)
        if request.method in OFFERS and 200 <= reply.status < 300:
            return self._accept(id_, server, request, reply, now)
        _, effects = self._servers.respond(id_, server, request, _complete(request, reply), now)
        if reply.status >= 300:
            self._forget_early(request, server)
        return effects

    def _forget_early(self, request: Request, server: Server) -> None:
        """An INVITE came to nothing: so did the dialog that a provisional answer began."""
        early = DialogId(request.call_id, server.tag, _tag(request))
        if early in self._core.early:
            self._core.early.discard(early)
            del self._core.dialogs[early]

    def _accept(
        self, id_: TransactionId, server: Server, request: Request, reply: Reply, now: float
    ) -> list[Effect]:
        """A 2xx to INVITE or UPDATE: the dialog begins, or takes its new target and timer."""
        session = _session(request, now, self._core.config.least_s)
        known = self._dialog(request, server)
        if known is None:  # it ended while somebody thought about the answer
            return self._servers.respond(id_, server, request, Reply(481), now)[1]
        begins = request.method == "INVITE" and not has_tag(request)
        timer = session_timer.answer_headers(session, request)
        extra = (*_record_route(request), ("Contact", known.contact), *timer)
        full = _complete(request, reply, extra)
        data, effects = self._servers.respond(id_, server, request, full, now)
        if not begins:
            known = known.retargeted(request)
        if request.method == "INVITE":
            cseq = request.cseq.number
            known = replace(known, session=session, unacknowledged=data, invite_cseq=cseq)
            self._unacked.setdefault(known.id, {})[cseq] = id_
        else:
            known = replace(known, session=session)
        return effects + self._core.keep(known, id_ if begins else None)

    def _dialog(self, request: Request, server: Server) -> Dialog | None:
        """The dialog of ``request``; a new one where it begins one."""
        if has_tag(request):
            key = DialogId(request.call_id, request.to.tag, _tag(request))
            return self._core.dialogs.get(key)
        secure = request.uri.lower().startswith("sips:")
        contact = self._core.contact(server.flow, secure=secure)
        return dialog.begun(request, server.flow, server.tag, contact)

    # Provisional answers

    def _provisional(
        self, id_: TransactionId, server: Server, request: Request, reply: Reply, now: float
    ) -> list[Effect]:
        early = self._dialog(request, server)
        if early is None:
            return []
        if early.id not in self._core.dialogs:
            self._core.early.add(early.id)
            self._core.dialogs[early.id] = early
        pairs = (*_record_route(request), ("Contact", early.contact), *reply.headers)
        if not required(request):
            full = replace(reply, headers=pairs)
            return self._servers.respond(id_, server, request, full, now)[1]
        full = replace(reply, headers=(*pairs, ("Require", "100rel"), ("RSeq", "1")))
        data, effects = self._servers.respond(id_, server, request, full, now)
        rack = f"1 {request.cseq}"
        self._reliable[id_] = Reliable(rack, data, self._core.config.timers, now)
        self._core.alarms.set((Alarm.RELIABLE, id_), self._reliable[id_].due())
        return effects

    def prack(
        self, id_: TransactionId, key: DialogId, request: Request, now: float
    ) -> list[Effect]:
        """RFC 3262 3: 200 where it is about what we sent, else 481."""
        for invite in self._servers.offers(key):
            provisional = self._reliable.get(invite)
            if provisional is not None and provisional.confirms(request):
                effects = self.respond(id_, Reply(200), now)
                self._forget_reliable(invite)
                waiting = provisional.waiting
                return effects + (self.respond(invite, waiting, now) if waiting else [])
        return self.respond(id_, Reply(481), now)

    def _forget_reliable(self, invite: TransactionId) -> None:
        self._reliable.pop(invite, None)
        self._core.alarms.set((Alarm.RELIABLE, invite), None)

    def tick_reliable(self, id_: TransactionId, now: float) -> list[Effect]:
        """The alarm of a reliable provisional answer rang."""
        provisional, server = self._reliable[id_], self._servers.get(id_)
        if server is None or provisional.over(now):
            return self.respond(id_, Reply(504), now)
        effects = self._servers.send(server, provisional.tick(now))
        self._core.alarms.set((Alarm.RELIABLE, id_), provisional.due())
        return effects

    # ACK, and the lack of it

    def acknowledged(self, key: DialogId, cseq: int, now: float) -> bool:
        """The ACK of a 2xx came; False where none was awaited."""
        waiting = self._unacked.get(key, {})
        id_ = waiting.pop(cseq, None)
        if not waiting:
            self._unacked.pop(key, None)
        server = self._servers.invite(id_)
        if id_ is None or server is None:
            return False
        self._servers.acknowledge(id_, server, now)
        return True

    def awaits_ack(self, key: DialogId) -> bool:
        """Whether a 2xx of this dialog has no ACK yet."""
        return key in self._unacked

    def forget(self, key: DialogId, now: float) -> None:
        """The dialog is over: nothing in it waits for an ACK any more."""
        for cseq in list(self._unacked.get(key, ())):
            self.acknowledged(key, cseq, now)

    def ends(self, key: DialogId) -> bool:
        """Whether the dialog waited for its end; then it has come."""
        return self.ending.pop(key, None) is not None

    def tick(self, id_: TransactionId, now: float) -> list[Effect]:
        """The alarm of a server transaction rang."""
        server = self._servers.get(id_)
        if server is None:
            return []
        if server.state is State.TRYING and isinstance(server, InviteServer):
            return self.respond(id_, Reply(100), now)
        effects = self._servers.tick(id_, server, now)
        if server.state is not State.TERMINATED:
            return effects
        if server.request is not None:
            self._forget_early(server.request, server)
            return [*effects, Warned("unanswered", server.flow)]
        return effects + self._unacknowledged(id_, server, now)

    def _unacknowledged(self, id_: TransactionId, server: Server, now: float) -> list[Effect]:
        """RFC 3261 13.3.1.4: 64 * T1 without an ACK: the session is to be ended by BYE."""
        if not isinstance(server, InviteServer) or server.acknowledged:
            return []
        key = self._waiting_for(id_)
        if key is None:
            return []
        del self._unacked[key]
        if ending := self.ending.pop(key, None):
            return self._outbox.hang_up(ending, now)
        known = self._core.dialogs.get(key)
        if known is None:
            return []
        warned = Warned("ack-missing", server.flow, known)
        return [warned, *self._outbox.bye(known, Why.UNACKNOWLEDGED, now)]

    def _waiting_for(self, id_: TransactionId) -> DialogId | None:
        """The dialog that awaits the ACK of this INVITE; None after a refusal."""
        found = (key for key, waiting in self._unacked.items() if id_ in waiting.values())
        return next(found, None)

    def restore(self, known: Dialog, now: float) -> list[Effect]:
        """A dialog from before a restart, whose 2xx may still want its ACK."""
        if known.unacknowledged:
            try:
                answer = parse(known.unacknowledged)
            except Malformed:
                answer = None
            if isinstance(answer, Response):
                id_ = self._servers.restore(known.id, answer, known.flow, now)
                self._unacked.setdefault(known.id, {})[known.invite_cseq] = id_
        return self._core.keep(known)


_TAKEN: tuple[Pair, ...] = (("Allow", ", ".join(ALLOW)), ("Supported", ", ".join(SUPPORTED)))


def _complete(request: Request, reply: Reply, first: tuple[Pair, ...] = ()) -> Reply:
    """``first``, the reply's own headers, and what RFC 3261 wants in answers of that kind unless
    it was said already."""
    status, headers = reply.status, (*first, *reply.headers)
    said = {key(name) for name, _ in headers}
    extra: list[Pair] = []
    if 200 <= status < 300 and request.method in ("INVITE", "UPDATE", "OPTIONS"):
        extra += _TAKEN
    if request.method == "OPTIONS" and status == 200:
        extra.append(("Accept", ", ".join(ACCEPT)))
    headers += tuple(pair for pair in extra if key(pair[0]) not in said)
    return Reply(status, headers, reply.body, reply.reason)


def _record_route(request: Request) -> tuple[Pair, ...]:
    """12.1.1: the route goes back as it came, in answers that begin a dialog."""
    if request.method != "INVITE" or has_tag(request):
        return ()
    return tuple(("Record-Route", route) for route in request.headers.values("Record-Route"))


def _session(request: Request, now: float, least_s: int) -> Session | None:
    """``screening`` has refused what is too short or unreadable."""
    wanted = session_timer.asked(request, now, least_s=least_s)
    return wanted if isinstance(wanted, Session) else None


def _tag(request: Request) -> str:
    return request.from_.tag
