"""Requests of the peers: which are copies, which are refused, which are asked about (RFC 3261 8.2).

ACK, CANCEL, BYE and PRACK are dealt with here; INVITE, UPDATE, INFO and OPTIONS go on as ``Asked``
and come back to ``replies``.
"""

from dataclasses import replace

from talteen.engine.wire import answers, dialog, screening
from talteen.engine.wire.answers import Reply
from talteen.engine.wire.core import Core, send
from talteen.engine.wire.dialog import Dialog, DialogId
from talteen.engine.wire.effects import (
    Asked,
    Cancelled,
    Confirmed,
    Effect,
    Refused,
    TransactionId,
    Warned,
    Why,
)
from talteen.engine.wire.flow import Flow
from talteen.engine.wire.outbox import Outbox
from talteen.engine.wire.replies import Replies
from talteen.engine.wire.servers import OFFERS, Servers, cancelled_by, transaction_of
from talteen.engine.wire.sip import Request
from talteen.engine.wire.transaction import State

_SOON = (("Retry-After", "1"),)


class Inbox:
    """The server half of the user agent, as far as it needs nobody's opinion."""

    __slots__ = ("_core", "_outbox", "_replies", "_servers")

    def __init__(self, core: Core, servers: Servers, replies: Replies, outbox: Outbox) -> None:
        self._core = core
        self._servers = servers
        self._replies = replies
        self._outbox = outbox

    def received(self, request: Request, flow: Flow, now: float) -> list[Effect]:
        """A request came. Malformed where Via, From or To, which say what it belongs to, cannot
        be read."""
        if request.method == "ACK":
            return self._acknowledged(request, now)
        id_ = transaction_of(request)
        _ = request.from_, request.to
        server = self._servers.get(id_)
        if server is not None:
            return self._servers.send(server, server.received_again())
        if turned_away := self._turned_away(request, flow):
            return self._stateless(request, turned_away, flow)
        if request.method == "CANCEL":
            return self._cancelled(id_, request, flow, now)
        self._servers.open(id_, request, flow, now)
        refusal = screening.refusal(request, least_s=self._core.config.least_s)
        if refusal is not None:
            return self._refuse(id_, request, refusal, flow, now)
        if answers.has_tag(request):
            return self._within(id_, request, flow, now)
        return self._outside(id_, request, flow, now)

    def _turned_away(self, request: Request, flow: Flow) -> Reply | None:
        """The answer to what a full house does not take in; None: come in.

        Calls that run are served on in a reserve of their own, and a BYE always is.
        """
        config = self._core.config
        later = Reply(503, (("Retry-After", str(config.retry_after_s)),))
        if self._known(request):
            beyond = request.method != "BYE" and self._servers.full(flow, reserves=2)
            return later if beyond else None
        if self._servers.full(flow):
            stray = request.method == "CANCEL" or answers.has_tag(request)
            return Reply(481) if stray else later
        crowded = len(self._core.dialogs) >= config.dialogs
        return later if crowded and request.method == "INVITE" else None

    def _known(self, request: Request) -> bool:
        """Whether the request is about something that we remember."""
        if request.method == "CANCEL":
            return self._servers.invite(cancelled_by(request)) is not None
        return DialogId(request.call_id, request.to.tag, request.from_.tag) in self._core.dialogs

    def _stateless(self, request: Request, reply: Reply, flow: Flow) -> list[Effect]:
        """Answer without keeping anything: a flood must not fill the memory that calls need."""
        tag = self._core.config.tokens()
        response = answers.answer(request, reply, tag=tag, flow=flow)
        told: list[Effect] = [Warned("flood", flow)]
        if request.method == "INVITE" and not self._known(request):
            told.append(Refused(request, reply.status, flow))
        return [*send(answers.way_back(request, flow), response.to_bytes()), *told]

    def _refuse(
        self, id_: TransactionId, request: Request, refusal: Reply, flow: Flow, now: float
    ) -> list[Effect]:
        """A refusal; of a call that would have begun it is told. The call itself goes on when a
        change to it is refused, or its copy (482)."""
        effects = self._replies.respond(id_, refusal, now)
        if request.method == "INVITE" and refusal.status != 482 and not self._known(request):
            effects.append(Refused(request, refusal.status, flow))
        return effects

    def _outside(
        self, id_: TransactionId, request: Request, flow: Flow, now: float
    ) -> list[Effect]:
        """A request that begins something."""
        if self._servers.merges(id_, request):
            return self._refuse(id_, request, Reply(482), flow, now)
        if request.method not in ("INVITE", "OPTIONS"):
            return self._refuse(id_, request, Reply(481), flow, now)
        warnings = request.warnings
        if request.method == "INVITE" and not dialog.contact_of(request.headers):
            warnings = (*warnings, "contact-missing")
        return [Asked(id_, None, request, warnings, flow)]

    # Within a dialog

    def _within(self, id_: TransactionId, request: Request, flow: Flow, now: float) -> list[Effect]:
        key = DialogId(request.call_id, request.to.tag, request.from_.tag)
        known = self._core.dialogs.get(key)
        if known is None:
            if request.method == "BYE" and self._replies.ends(key):
                return self._replies.respond(id_, Reply(200), now)
            return self._refuse(id_, request, Reply(481), flow, now)
        if request.cseq.number < known.remote_cseq:  # 12.2.2
            return self._refuse(id_, request, Reply(500), flow, now)
        if refusal := self._glare(id_, known, request):
            return self._refuse(id_, request, refusal, flow, now)
        seen = known.seen(request, flow)
        match request.method:
            case "BYE":
                return self._bye(id_, seen, request, now)
            case "PRACK":
                return self._core.keep(seen) + self._replies.prack(id_, seen.id, request, now)
        return [*self._core.keep(seen), Asked(id_, seen, request, request.warnings, flow)]

    def _glare(self, id_: TransactionId, known: Dialog, request: Request) -> Reply | None:
        """Offers that cross each other (RFC 3261 14.2, RFC 3311 5.2). An UPDATE without a body
        offers nothing and never collides."""
        if request.method not in OFFERS or (request.method == "UPDATE" and not request.body):
            return None
        if self._outbox.offering(known.id):
            return Reply(491)
        if self._servers.offers(known.id) - {id_}:
            return Reply(500, _SOON)
        return None

    def _bye(self, id_: TransactionId, seen: Dialog, request: Request, now: float) -> list[Effect]:
        effects = self._replies.respond(id_, Reply(200), now)
        if screening.unknown_extensions(request):
            effects.append(Warned("require-unknown", dialog=seen))
        for waiting in sorted(self._servers.offers(seen.id)):  # 15.1.2
            effects += [*self._replies.respond(waiting, Reply(487), now), Cancelled(waiting)]
        self._replies.forget(seen.id, now)
        self._outbox.forget(seen.id)
        return effects + self._core.end(seen, Why.BYE, request)

    # ACK and CANCEL

    def _acknowledged(self, ack: Request, now: float) -> list[Effect]:
        """An ACK is never answered, so one that belongs to nothing is passed over."""
        id_ = transaction_of(ack)
        server = self._servers.invite(id_)
        if server is not None and server.state is State.COMPLETED:
            self._servers.acknowledge(id_, server, now)
            return []
        key = DialogId(ack.call_id, ack.to.tag, ack.from_.tag)
        if not self._replies.acknowledged(key, ack.cseq.number, now):
            return []
        ending = self._replies.ending.pop(key, None)
        if ending is not None:
            return self._outbox.hang_up(ending, now)
        known = self._core.dialogs.get(key)
        if known is None:
            return []
        known = replace(known, unacknowledged=b"")
        return [*self._core.keep(known), Confirmed(known, ack)]

    def _cancelled(
        self, id_: TransactionId, request: Request, flow: Flow, now: float
    ) -> list[Effect]:
        """RFC 3261 9.2: what is not answered yet is answered 487; the CANCEL itself 200."""
        target = cancelled_by(request)
        invite = self._servers.invite(target)
        own = self._servers.open(id_, request, flow, now)
        if invite is None:
            return self._replies.respond(id_, Reply(481), now)
        own.tag = invite.tag
        effects = self._replies.respond(id_, Reply(200), now)
        if invite.request is None:
            return effects
        return [*effects, *self._replies.respond(target, Reply(487), now), Cancelled(target)]
