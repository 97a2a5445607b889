"""The signaller without sockets: the SIP user agent on one side of the switchboard, ears on the
other. Bytes, reports and two clocks in; bytes, words to ears and notes out.

SIP counts in monotonic seconds, calls in the wall clock's instants. A restarted signaller folds the
inputs of the one before it, takes over its dialogs, and answers the BYE of a call that it never saw
begin. What that one was killed in is owed: its notes and its words to the ears are given once more,
and its answer when the client asks again (RFC 3261 17.1.1.2).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from talteen.engine.wire import effects as sip_effects
from talteen.engine.wire.agent import UserAgentServer
from talteen.engine.wire.dialog import Dialog, DialogId
from talteen.engine.wire.effects import (
    Answered,
    Asked,
    Cancelled,
    Close,
    Confirmed,
    Ended,
    Kept,
    RefreshDue,
    Refused,
    Send,
    TransactionId,
    Warned,
)
from talteen.engine.wire.flow import Flow, Transport
from talteen.engine.wire.sip import Request
from talteen.ids import RecordingId
from talteen.life.capture import folding
from talteen.life.capture.ears import messages
from talteen.life.capture.ears.messages import Report
from talteen.life.capture.effects import RETRY_AFTER_S, Answer, Ask, Effect, Tell, Wish
from talteen.life.capture.facts import Evidence
from talteen.life.capture.heard import Heard
from talteen.life.capture.note import About, Note
from talteen.life.capture.out import Out
from talteen.life.capture.remembered import Draws, Input, Memory, What
from talteen.life.capture.reply import ACCEPTED
from talteen.life.capture.switchboard import Switchboard

IN_DIALOG = frozenset({"INVITE", "UPDATE", "INFO"})
ASKED_AGAIN_WITHIN_S = 32.0
"""A client that waits for an answer gives up after 64 T1 (RFC 3261 17.1.1.2, timer B)."""

MOST_REFUSED = 4096
"""So many refused INVITEs are told apart from their copies; a flood of more counts as it comes."""


class Signaller:
    """All of one node's signalling."""

    def __init__(
        self, agent: UserAgentServer, board: Switchboard, memory: Memory, draws: Draws
    ) -> None:
        self.agent, self.board = agent, board
        self._memory, self._draws = memory, draws
        self._keys: dict[DialogId, str] = {}
        """SIP dialog -> the switchboard's name of it."""
        self._ids: dict[str, DialogId] = {}
        self._pending: dict[str, TransactionId] = {}
        self._said: dict[str, set[str]] = {}
        """Dialog -> the keys under which something was said of its calls."""
        self._refused: dict[tuple[str, str], float] = {}
        """Call-ID and CSeq of INVITEs that were refused, and until when they may be repeated."""
        self._owed: dict[str, float] = {}
        """Dialogs whose answer may not have left, and until when the client may ask again."""

    # --- what comes in ------------------------------------------------------------------

    def received(self, flow: Flow, data: bytes, now_s: float, at: datetime) -> Out:
        """Bytes of the network."""
        out = Out()
        self._sip(self.agent.received(flow, data, now_s), now_s, at, out)
        return out

    def enter(self, ear: int, at: datetime, report: bytes) -> None:
        """Remember what an ear says, before it is taken off its line: killed in between, it is
        heard a second time, never not at all."""
        if report[0] in messages.REMEMBERED and not self._says_nothing_new(report):
            dialog = self.board.dialog_of(_call_of(report))
            seed = self._draws.begin()
            self._memory.keep(Input(What.REPORTED, at, dialog, report, ear, seed=seed))

    def _says_nothing_new(self, report: bytes) -> bool:
        """An ear that was started anew has a new key for every call."""
        return report[0] == messages.KEPT and self.board.is_kept(_call_of(report))

    def reported(self, ear: int, report: Report, now_s: float, at: datetime) -> Out:
        """What follows from what an ear said, and ``enter`` remembered."""
        out = Out()
        dialog = self._dialog_about(report)
        effects = self.board.reported(ear, report, at)
        self._draws.taken()
        self._done(effects, now_s, at, out)
        self._let_go(dialog, at)
        return out

    def settle(self) -> None:
        """All that was given out is done: the next signaller owes none of it."""
        self._memory.settle(self.board.dialogs)

    def heard(
        self, call: RecordingId, evidence: Evidence, now_s: float, at: datetime, *, key: str = ""
    ) -> Out:
        """Evidence from elsewhere, remembered like all that comes in; under ``key``, if it has one,
        so that its speaker may ask whether it was said (``keys_of``)."""
        out, dialog = Out(), self.board.dialog_of(call)
        if dialog:
            said = Heard(call, evidence, key)
            one = Input(What.HEARD, at, dialog, said.written())
            self._desk(one, self._heard(said, at), now_s, at, out)
            self._let_go(dialog, at)
        return out

    def keys_of(self, call: RecordingId) -> frozenset[str]:
        """Under which keys something was said of a call that runs."""
        return frozenset(self._said.get(self.board.dialog_of(call), ()))

    def _heard(self, one: Heard, at: datetime) -> list[Effect]:
        if one.key:
            self._said.setdefault(self.board.dialog_of(one.call), set()).add(one.key)
        return self.board.heard(one.call, one.evidence, at)

    def tick(self, now_s: float, at: datetime) -> Out:
        """What the time brings."""
        out = Out()
        self._sip(self.agent.tick(now_s), now_s, at, out)
        effects = self.board.tick(at)
        if effects:
            self._desk(Input(What.TICK, at), effects, now_s, at, out)
        for key in [key for key, until in self._owed.items() if until <= now_s]:
            del self._owed[key]
            self._lost(key, now_s, at, out)
        return out

    def closed(self, flow: Flow) -> None:
        """A connection is gone."""
        self.agent.closed(flow)

    def restore(self, now_s: float) -> Out:
        """Fold what the signaller before this one had heard, and give out what that one owed."""
        out, dialogs = Out(), dict[str, bytes]()
        for one, settled in self._memory.inputs():
            if one.what is What.DIALOG:
                dialogs[one.dialog] = one.data
                continue
            if one.what is What.OVER:
                self.board.pool.rest(one.ear, one.ports, one.at)
                continue
            effects = self._folded_anew(one, out)
            if not settled:
                out.notes += [effect for effect in effects if isinstance(effect, Note)]
                out.tells += [effect for effect in effects if isinstance(effect, Tell)]
        alive = {
            key: Dialog.from_bytes(data)
            for key, data in dialogs.items()
            if key in self.board.dialogs
        }
        for key, dialog in alive.items():
            self._keys[dialog.id], self._ids[key] = key, dialog.id
        orphans = [key for key in self.board.dialogs if key not in alive]
        self._owed = dict.fromkeys(orphans, now_s + ASKED_AGAIN_WITHIN_S)
        for effect in self.agent.restore(alive.values(), now_s):
            if isinstance(effect, Send | Close):
                out.sends.append(effect)
        return out

    def _folded_anew(self, one: Input, out: Out) -> list[Effect]:
        self._draws.begin(one.seed)
        try:
            with self.board.pool.again(one.ports):
                if one.what is What.HEARD:
                    return self._heard(Heard.read(one.data), one.at)
                return folding.folded(self.board, one)
        except Exception:  # noqa: BLE001
            # One call that cannot be told again must not take all others with it.
            out.warnings.append("input-not-folded")
            return []
        finally:
            self._draws.taken()

    # --- SIP ----------------------------------------------------------------------------

    def _sip(
        self, effects: Iterable[sip_effects.Effect], now_s: float, at: datetime, out: Out
    ) -> None:
        for effect in effects:
            match effect:
                case Send() | Close():
                    out.sends.append(effect)
                case Asked():
                    self._asked(effect, now_s, at, out)
                case Kept(dialog, transaction):
                    self._kept(dialog, transaction, at)
                case Confirmed(dialog, ack):
                    self._in_dialog(dialog, ack, now_s, at, out)
                case Cancelled(transaction):
                    self._lost(str(transaction), now_s, at, out)
                case Ended(dialog, _, request):
                    self._ended(dialog, request, now_s, at, out)
                case Refused(request, status) if self._is_new(request, now_s):
                    out.notes.append(Note(About.REFUSED_CALL, at, None, reason=str(status)))
                case RefreshDue(dialog):
                    self._refresh(dialog, now_s, at, out)
                case Warned(code):
                    out.warnings.append(code)
                case Refused() | Answered():
                    pass

    def _is_new(self, refused: Request, now_s: float) -> bool:
        """Whether this INVITE was not refused just now: a client repeats it until it is answered,
        and all its copies are one call."""
        if len(self._refused) > MOST_REFUSED:
            fresh = {key: at_s for key, at_s in self._refused.items() if at_s > now_s}
            self._refused = fresh if len(fresh) <= MOST_REFUSED else {}
        key = (refused.call_id, refused.headers.get("CSeq") or "")
        known = self._refused.get(key, 0.0) > now_s
        self._refused[key] = now_s + ASKED_AGAIN_WITHIN_S
        return not known

    def _asked(self, one: Asked, now_s: float, at: datetime, out: Out) -> None:
        method, key = one.request.method, ""
        if one.dialog is not None:
            key = self._keys.get(one.dialog.id, "")
        if method == "OPTIONS":
            self._options(one.transaction, now_s, at, out)
        elif one.dialog is None and method == "INVITE":
            self._begins(one, now_s, at, out)
        elif key and method in IN_DIALOG:
            self._pending[key] = one.transaction
            self._input(key, one.request, now_s, at, out)
        else:
            self._respond(one.transaction, 481, now_s, at, out)

    def _begins(self, one: Asked, now_s: float, at: datetime, out: Out) -> None:
        key, request = str(one.transaction), one.request
        self._pending[key] = one.transaction
        if self._owed.pop(key, None) is not None and key in self.board.dialogs:
            self._done(self.board.again(key), now_s, at, out)
            return
        secure = one.flow.transport is Transport.TLS
        called = request.headers.get("To") or ""
        peer = one.flow.remote[0]
        effects = self.board.begins(key, request, secure=secure, called=called, now=at, peer=peer)
        begun = self.board.dialogs.get(key)
        if begun is None:
            # Refused, and nothing of it is left that would have to be known again.
            self._taken()
            self._done(effects, now_s, at, out)
            return
        raw = request.as_received()
        came = Input(What.BEGINS, at, key, raw, begun.ear, secure, called, peer)
        self._desk(came, effects, now_s, at, out)

    def _in_dialog(
        self, dialog: Dialog, request: Request, now_s: float, at: datetime, out: Out
    ) -> None:
        key = self._keys.get(dialog.id)
        if key is not None and key in self.board.dialogs:
            self._input(key, request, now_s, at, out)

    def _input(self, key: str, request: Request, now_s: float, at: datetime, out: Out) -> None:
        effects, changes = folding.asked(self.board, key, request, at)
        if changes:
            self._desk(Input(What.ASKED, at, key, request.as_received()), effects, now_s, at, out)
        else:
            self._taken()
            self._done(effects, now_s, at, out)
        self._let_go(key, at)

    def _ended(
        self, dialog: Dialog, request: Request | None, now_s: float, at: datetime, out: Out
    ) -> None:
        key = self._keys.pop(dialog.id, None)
        if key is None:
            return
        self._ids.pop(key, None)
        if request is not None and key in self.board.dialogs:
            self._input(key, request, now_s, at, out)
        self._lost(key, now_s, at, out)

    def _lost(self, key: str, now_s: float, at: datetime, out: Out) -> None:
        self._pending.pop(key, None)
        self._desk(Input(What.LOST, at, key), self.board.lost(key, at), now_s, at, out)
        self._let_go(key, at)

    def _kept(self, dialog: Dialog, transaction: TransactionId | None, at: datetime) -> None:
        key = str(transaction) if transaction is not None else self._keys.get(dialog.id, "")
        if not key:
            return
        self._keys[dialog.id], self._ids[key] = key, dialog.id
        self._memory.keep(Input(What.DIALOG, at, key, dialog.to_bytes()))

    def _options(self, transaction: TransactionId, now_s: float, at: datetime, out: Out) -> None:
        if self.board.troubles:
            retry = (("Retry-After", str(RETRY_AFTER_S)),)
            self._respond(transaction, 503, now_s, at, out, headers=retry)
        else:
            accept = (("Accept", ", ".join(ACCEPTED)),)
            self._respond(transaction, 200, now_s, at, out, headers=accept)

    def _refresh(self, dialog: Dialog, now_s: float, at: datetime, out: Out) -> None:
        key = self._keys.get(dialog.id, "")
        described = self.board.described(key)
        if described:
            headers = (("Content-Type", "application/sdp"),)
            _, effects = self.agent.request(
                dialog.id, "INVITE", now_s, headers=headers, body=described
            )
            self._sip(effects, now_s, at, out)

    def _respond(
        self,
        transaction: TransactionId,
        status: int,
        now_s: float,
        at: datetime,
        out: Out,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
    ) -> None:
        effects = self.agent.respond(transaction, status, now_s, headers=headers, body=body)
        self._sip(effects, now_s, at, out)

    # --- the switchboard ----------------------------------------------------------------

    def _desk(
        self, one: Input, effects: Iterable[Effect], now_s: float, at: datetime, out: Out
    ) -> None:
        """Remember the input, then do what follows from it."""
        seed, ports = self._taken()
        if seed or ports:
            one = replace(one, seed=seed, ports=ports)
        self._memory.keep(one)
        self._done(effects, now_s, at, out)

    def _taken(self) -> tuple[bytes, tuple[int, ...]]:
        """Of what the last input drew, and the ports that it took."""
        return self._draws.taken(), self.board.pool.taken()

    def _done(self, effects: Iterable[Effect], now_s: float, at: datetime, out: Out) -> None:
        for effect in effects:
            match effect:
                case Note():
                    out.notes.append(effect)
                case Tell():
                    out.tells.append(effect)
                case Wish():
                    out.wishes.append(effect)
                case Answer(dialog, status, headers, body):
                    transaction = self._pending.pop(dialog, None)
                    if transaction is not None:
                        self._respond(
                            transaction, status, now_s, at, out, headers=headers, body=body
                        )
                    if status >= 300 and dialog not in self._ids:
                        # Promised, and then there was no port or no ear: it ends, and is told of.
                        self._lost(dialog, now_s, at, out)
                case Ask(dialog, method, content_type, body):
                    self._ask(dialog, method, content_type, body, now_s, at, out)

    def _ask(
        self, key: str, method: str, content_type: str, body: bytes, now_s: float, at: datetime,
        out: Out,
    ) -> None:  # fmt: skip
        dialog = self._ids.get(key)
        if dialog is None:
            return
        headers = (("Content-Type", content_type),)
        _, effects = self.agent.request(dialog, method, now_s, headers=headers, body=body)
        self._sip(effects, now_s, at, out)

    def _dialog_about(self, report: messages.Message) -> str:
        call: RecordingId | None = getattr(report, "call", None)
        return self.board.dialog_of(call) if call is not None else ""

    def _let_go(self, key: str, at: datetime) -> None:
        if key and key not in self.board.dialogs:
            self._ids.pop(key, None)
            self._said.pop(key, None)
            self._memory.over(key, at)


def _call_of(report: bytes) -> RecordingId:
    """The call of which one of ``messages.REMEMBERED`` speaks: its first field in each of them."""
    return RecordingId(UUID(bytes=report[1:17]))
