"""Our own requests within a dialog: BYE, UPDATE, re-INVITE, OPTIONS, INFO (RFC 3261 12.2.1).

What the peer's answer means for the dialog is decided here: its target and session timer move, a
collision is tried again (14.1), a dialog that the peer knows no more is over. A peer that is only
silent keeps its dialog, whatever 12.2.1.2 would do: sound may still be arriving.
"""

from dataclasses import dataclass, replace

from talteen.engine.wire import session_timer
from talteen.engine.wire.core import Alarm, Core, send
from talteen.engine.wire.dialog import Dialog, DialogId, contact_of
from talteen.engine.wire.effects import Answered, Effect, RefreshDue, RequestId, Send, Warned, Why
from talteen.engine.wire.headers import Headers, Pair
from talteen.engine.wire.screening import ALLOW, SUPPORTED
from talteen.engine.wire.servers import COOKIE, OFFERS
from talteen.engine.wire.sip import Request, Response, with_headers
from talteen.engine.wire.transaction import Client, State
from talteen.errors import Conflict

_RETRIES = 3
_RETRY_STEP_S = 0.01
_RETRY_STEPS = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants said in a dialog, so that it can be said again after a collision."""

    dialog: DialogId
    method: str
    headers: tuple[Pair, ...]
    body: bytes
    id: RequestId
    own: bool
    """A refresh or BYE of ours: nobody waits for the answer."""
    attempt: int = 1


class Outbox:
    """The client half of the user agent."""

    __slots__ = ("_clients", "_core", "_retries", "_wishes")

    def __init__(self, core: Core) -> None:
        self._core = core
        self._clients: dict[str, Client] = {}
        self._wishes: dict[str, Wish] = {}
        self._retries: dict[str, Wish] = {}

    def ask(
        self,
        dialog: DialogId,
        method: str,
        now: float,
        *,
        headers: tuple[Pair, ...] = (),
        body: bytes = b"",
        own: bool = False,
    ) -> tuple[RequestId, list[Effect]]:
        """Send a request. Conflict if the dialog is no more, or another offer is under way."""
        if dialog not in self._core.dialogs:
            raise Conflict("this dialog has ended", remedy="let the call end")
        if method in OFFERS and self.offering(dialog):
            raise Conflict(
                "an INVITE or UPDATE of ours is under way in this dialog",
                remedy="wait until it is answered",
            )
        id_ = RequestId(self._core.config.tokens())
        wish = Wish(dialog, method, headers, body, id_, own)
        return id_, self._say(wish, self._core.dialogs[dialog], now)

    def offering(self, dialog: DialogId) -> bool:
        """Whether an INVITE or UPDATE of ours is unanswered there."""
        return any(
            wish.dialog == dialog and wish.method in OFFERS for wish in self._wishes.values()
        )

    def bye(self, dialog: Dialog, why: Why, now: float) -> list[Effect]:
        """Hang up. For us the dialog is over at once (RFC 3261 15.1.1)."""
        self.forget(dialog.id)
        return self.hang_up(dialog, now) + self._core.end(dialog, why)

    def hang_up(self, dialog: Dialog, now: float) -> list[Effect]:
        """The BYE alone."""
        id_ = RequestId(self._core.config.tokens())
        return self._say(Wish(dialog.id, "BYE", (), b"", id_, own=True), dialog, now)

    def forget(self, dialog: DialogId) -> None:
        """Nobody waits for answers in this dialog any more."""
        for wishes in (self._wishes, self._retries):
            for key in [key for key, wish in wishes.items() if wish.dialog == dialog]:
                del wishes[key]

    def _say(self, wish: Wish, dialog: Dialog, now: float) -> list[Effect]:
        core = self._core
        flow = core.way(dialog)
        after, request = dialog.next_request(wish.method, self._headers(wish, dialog), wish.body)
        branch = COOKIE + core.config.tokens()
        via = f"SIP/2.0/{flow.transport.value} {core.address(flow)};branch={branch};rport"
        request = with_headers(request, Headers((("Via", via), *request.headers.pairs)))
        client = Client(request, flow, core.config.timers, now)
        self._clients[branch], self._wishes[branch] = client, wish
        core.alarms.set((Alarm.CLIENT, branch), client.due())
        kept = core.keep(after) if wish.method != "BYE" else []
        return [*kept, Send(flow, request.to_bytes())]

    def _headers(self, wish: Wish, dialog: Dialog) -> tuple[Pair, ...]:
        common = (("Allow", ", ".join(ALLOW)), ("Supported", ", ".join(SUPPORTED)))
        if wish.method not in OFFERS:
            return wish.headers
        if dialog.session is None:
            return (*common, *wish.headers)
        least_s = self._core.config.least_s
        timer = session_timer.refresh_headers(dialog.session, least_s=least_s)
        return (*common, *timer, *wish.headers)

    def received(self, response: Response, now: float) -> list[Effect]:
        """An answer came; one that belongs to nothing of ours is passed over (18.1.2)."""
        branch = response.via.branch
        client = self._clients.get(branch)
        if client is None or response.cseq.method != client.request.method:
            return []
        if not client.received(response.status, now):
            return send(client.flow, client.ack)  # a copy: our ACK was lost
        self._core.alarms.set((Alarm.CLIENT, branch), client.due())
        if response.status < 200:
            return []
        effects: list[Effect] = []
        if client.request.method == "INVITE":
            client.ack = self._acknowledging(client, response)
            effects = send(client.flow, client.ack)
        wish = self._wishes.pop(branch, None)
        return effects + (self._learn(wish, response, now) if wish else [])

    def _acknowledging(self, client: Client, response: Response) -> bytes:
        """The ACK: of a refusal on the same branch (17.1.1.3), of a 2xx on its own (13.2.2.4)."""
        request = client.request
        headers = request.headers
        via = headers.get("Via") or ""
        if response.status < 300:
            fresh = COOKIE + self._core.config.tokens()
            via = via.replace(request.via.branch, fresh)
        pairs = [
            ("Via", via),
            ("Max-Forwards", "70"),
            *(("Route", route) for route in headers.all("Route")),
            ("From", headers.get("From") or ""),
            ("To", response.headers.get("To") or ""),
            ("Call-ID", request.call_id),
            ("CSeq", f"{request.cseq.number} ACK"),
        ]
        target = contact_of(response.headers) if response.status < 300 else ""
        uri = request.uri if headers.get("Route") else target or request.uri
        return Request(Headers(pairs), b"", (), "ACK", uri).to_bytes()

    def _learn(self, wish: Wish, response: Response, now: float) -> list[Effect]:
        """What a final answer means for the dialog."""
        dialog = self._core.dialogs.get(wish.dialog)
        if dialog is None:
            return []
        effects: list[Effect] = []
        if response.status == 481:
            self.forget(dialog.id)
            effects = self._core.end(dialog, Why.GONE)
        elif response.status < 300 and wish.method in OFFERS:
            dialog = _after(dialog, response, now)
            effects = self._core.keep(dialog)
        elif again := self._again(wish, dialog, response, now):
            return again
        return effects if wish.own else [*effects, Answered(wish.id, dialog, response)]

    def _again(self, wish: Wish, dialog: Dialog, response: Response, now: float) -> list[Effect]:
        """Try once more what failed for a reason that passes; empty where nothing is tried."""
        if wish.attempt > _RETRIES or wish.method not in OFFERS:
            return []
        wish = replace(wish, attempt=wish.attempt + 1)
        if response.status == 422 and dialog.session is not None:
            longer = session_timer.lengthened(dialog.session, response.headers)
            return self._say(wish, replace(dialog, session=longer), now)
        if response.status == 491:
            self._retries[wish.id] = wish
            self._core.alarms.set((Alarm.RETRY, wish.id), now + self._chance_s())
            return [Warned("glare", dialog=dialog)]
        return []

    def _chance_s(self) -> float:
        """RFC 3261 14.1: who did not make the Call-ID waits 0 to 2 s, in steps of 10 ms."""
        drawn = int.from_bytes(self._core.config.tokens().encode()) % (_RETRY_STEPS + 1)
        return drawn * _RETRY_STEP_S

    def retry(self, id_: str, now: float) -> list[Effect]:
        """The pause after a collision is over."""
        wish = self._retries.pop(id_, None)
        dialog = self._core.dialogs.get(wish.dialog) if wish else None
        return self._say(wish, dialog, now) if wish and dialog else []

    def tick(self, branch: str, now: float) -> list[Effect]:
        """The alarm of one client transaction rang."""
        client = self._clients[branch]
        effects = send(client.flow, client.tick(now))
        self._core.alarms.set((Alarm.CLIENT, branch), client.due())
        if client.state is not State.TERMINATED:
            return effects
        del self._clients[branch]
        self._core.alarms.set((Alarm.CLIENT, branch), None)
        wish = self._wishes.pop(branch, None)
        dialog = self._core.dialogs.get(wish.dialog) if wish else None
        if wish is None or dialog is None or not client.timed_out:
            return effects
        warned = Warned("request-timeout", dialog=dialog)
        return [warned] if wish.own else [warned, Answered(wish.id, dialog, None)]

    def refresh(self, dialog: Dialog, now: float) -> list[Effect]:
        """Half of the session is over. An UPDATE without a body needs nobody's SDP."""
        if "UPDATE" not in dialog.allow:
            return [RefreshDue(dialog)]
        if self.offering(dialog.id):
            return []  # what is under way refreshes too
        return self.ask(dialog.id, "UPDATE", now, own=True)[1]


def _after(dialog: Dialog, response: Response, now: float) -> Dialog:
    """The dialog after a 2xx to our INVITE or UPDATE (12.2.1.2, RFC 4028 7.2)."""
    target = contact_of(response.headers) or dialog.remote_target
    session = session_timer.answered(response.headers, now)
    return replace(dialog, remote_target=target, session=session)
