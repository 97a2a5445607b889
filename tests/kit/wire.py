"""Plays the dialogs of ``tests/vectors/siprec`` against a server, as an SRC would.

``Script`` is a folder, ``Player`` a patient SRC, ``Line`` what it speaks over: ``Bench`` is a line
to a ``UserAgentServer`` in the same process with a clock moved by hand; a real socket can be one
too. Judged are statuses and header fields; what a body must say is for ``Player.heard``.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_network
from itertools import count
from pathlib import Path
from typing import Any, Protocol, cast

from talteen.engine.wire.agent import UserAgentServer
from talteen.engine.wire.answers import Reply
from talteen.engine.wire.core import Config
from talteen.engine.wire.dialog import contact_of
from talteen.engine.wire.effects import Asked, Effect, Send
from talteen.engine.wire.flow import Flow, Transport
from talteen.engine.wire.framing import Framer
from talteen.engine.wire.sip import Request, Response, parse

VECTORS = Path(__file__).parents[1] / "vectors" / "siprec"
_TO_TAG = re.compile(rb";tag=srs-tag\b")
_LENGTH_OF = re.compile(rb"(?im)^((?:content-length|l)[ \t]*:[ \t]*)(\d+)")

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Script:
    """One folder of the vectors."""

    folder: Path

    @property
    def expect(self) -> dict[str, Any]:
        return cast(dict[str, Any], json.loads((self.folder / "expect.json").read_text()))

    @property
    def play(self) -> list[Step]:
        return cast(list[Step], self.expect["play"])

    @property
    def transport(self) -> Transport:
        return Transport(self.expect["transport"].upper())

    def message(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


def scripts() -> list[Script]:
    """All dialogs."""
    return [Script(path.parent) for path in sorted(VECTORS.glob("*/expect.json"))]


class Line(Protocol):
    """What a player speaks over."""

    def send(self, data: bytes) -> None:
        """One datagram, or a piece of the stream."""
        ...

    def receive(self, within_s: float) -> list[bytes]:
        """What comes within that time: messages, or a bare line break."""
        ...


Rewrite = Callable[[bytes], bytes]


@dataclass
class Player:
    """Plays the steps of a script and asserts what they expect.

    ``rewrite`` puts addresses, ports, Call-ID and branch of a live run into a message; it must keep
    Content-Length as wrong as it was.
    """

    script: Script
    line: Line
    rewrite: Rewrite = bytes
    acts: dict[str, Callable[[Step], None]] = field(default_factory=dict)
    """What else a step may ask for, by ``do``: ``rtp`` for a peer that has sound."""
    heard: Callable[[Step, Response], None] | None = None
    """Called with each final answer and what its step expects."""
    patience_s: float = 2.0

    def __post_init__(self) -> None:
        self._ours: dict[str, tuple[bytes, str]] = {}
        """To tag and Contact of the server, by node: two recorders may be asked at once."""
        self._node = ""
        self._status: dict[str, int] = {}
        self._early: list[bytes] = []
        self.requests: list[Request] = []
        """Those that the server sent us; each was answered 200."""

    def run(self) -> None:
        """All steps."""
        for step in self.script.play:
            self.step(step)

    def step(self, step: Step) -> None:
        self._node = step.get("node", "")
        match step["do"]:
            case "send":
                self._send(step)
            case "segments":
                self._segments(step)
            case "raw":
                self.line.send(bytes.fromhex(step["hex"]))
                assert bytes.fromhex(step["expect_raw"]) in self._come()
            case "await_final":
                self._expect(step["file"], self.prepared(step["file"]), step)
            case "expect_retransmit":
                self._retransmits(step)
            case "expect_request":
                self._asked(step)
            case "wait":
                self._take(self.line.receive(step["ms"] / 1000))
            case other if other in self.acts:
                self.acts[other](step)
            case _:  # rtp without anybody who has sound: the time passes
                self._take(self.line.receive(step.get("seconds", 0)))

    def _send(self, step: Step) -> None:
        before = step.get("if_status")
        if before is not None and before not in self._status.values():
            return
        raw = self.prepared(step["file"])
        for _ in range(step.get("repeat", 1)):
            self.line.send(raw)
        if "expect" in step and "nowait" not in step:
            self._expect(step["file"], raw, step["expect"])

    def _segments(self, step: Step) -> None:
        raws = [self.prepared(name) for name in step["files"]]
        stream, start = b"".join(raws), 0
        marks = [bytes.fromhex(mark) for mark in step["cut_after_hex"]]
        for end in sorted(stream.index(mark) + len(mark) for mark in marks):
            self.line.send(stream[start:end])
            start = end
        self.line.send(stream[start:])
        for raw, expect in zip(raws, step["expect"], strict=True):
            self._expect(expect["file"], raw, expect | {"status": expect["status"]})

    def prepared(self, name: str) -> bytes:
        """The message with the To tag and the target that the server gave us."""
        raw = self.rewrite(self.script.message(name))
        tag, target = self._ours.get(self._node, (b"srs-tag", ""))
        if target and b"tag=srs-tag" in raw:
            line, rest = raw.lstrip(b"\r\n").split(b"\n", 1)
            method = line.split(b" ")[0]
            end = b"\r\n" if line.endswith(b"\r") else b"\n"
            raw = method + b" " + target.encode() + b" SIP/2.0" + end + rest
        return _TO_TAG.sub(b";tag=" + tag, raw)

    def _expect(self, name: str, raw: bytes, expect: Step) -> None:
        response = self._final(raw)
        assert response.status in expect["status"], (name, response.status, expect["status"])
        for header, wanted in expect.get("headers", {}).items():
            got = ", ".join(response.headers.all(header))
            for value in [wanted] if isinstance(wanted, str) else wanted:
                assert value in got, (name, header, got)
        if self.heard:
            self.heard(expect, response)

    def _final(self, raw: bytes) -> Response:
        """The final answer to ``raw``; an INVITE that was refused is acknowledged."""
        request = parse(raw)
        assert isinstance(request, Request)
        come = self._come()
        for at, raw_answer in enumerate(come):
            if not raw_answer.strip():
                continue
            message = parse(raw_answer)
            mine = message.cseq == request.cseq and message.via.branch == request.via.branch
            if mine and isinstance(message, Response) and message.status >= 200:
                self._take(come[:at] + come[at + 1 :])
                return self._answered(request, message)
        raise AssertionError(f"no final answer to {request.method}")

    def _answered(self, request: Request, response: Response) -> Response:
        name = next(
            path.name
            for path in sorted(self.script.folder.glob("*.sip"))
            if (m := parse(path.read_bytes())) and m.cseq == request.cseq
        )
        self._status[name] = response.status
        if request.method == "INVITE" and response.status < 300:
            self._ours[self._node] = response.to.tag.encode(), contact_of(response.headers)
        elif request.method == "INVITE":
            self.line.send(_ack(request, response))
        return response

    def _come(self) -> list[bytes]:
        early, self._early = self._early, []
        return early + self.line.receive(self.patience_s)

    def _take(self, raws: list[bytes]) -> None:
        """Requests are answered; answers are kept for the step that awaits them."""
        for raw in raws:
            if not raw.strip() or isinstance(self._message(raw), Response):
                self._early.append(raw)

    def _message(self, raw: bytes) -> Request | Response:
        message = parse(raw)
        if isinstance(message, Request) and message.method != "ACK":
            self.requests.append(message)
            names = ("Via", "From", "To", "Call-ID", "CSeq")
            pairs = [(name, v) for name in names for v in message.headers.all(name)]
            answer = Response(type(message.headers)(pairs), b"", (), 200, "OK")
            self.line.send(answer.to_bytes())
        return message

    def _retransmits(self, step: Step) -> None:
        raws = self._early + self.line.receive(step["within_ms"] / 1000)
        self._early = []
        found = [m for raw in raws if raw.strip() and isinstance(m := parse(raw), Response)]
        assert sum(m.status == step["status"] for m in found) >= step["min"]

    def _asked(self, step: Step) -> None:
        self._take(self.line.receive(step["within_ms"] / 1000))
        methods = [request.method for request in self.requests]
        assert step.get("optional") or set(methods) & set(step["methods"])


def _ack(request: Request, response: Response) -> bytes:
    headers = request.headers
    pairs = [
        ("Via", headers.all("Via")[0]),
        ("From", headers.get("From") or ""),
        ("To", response.headers.get("To") or ""),
        ("Call-ID", request.call_id),
        ("CSeq", f"{request.cseq.number} ACK"),
    ]
    return Request(type(headers)(pairs), b"", (), "ACK", request.uri).to_bytes()


def tokens() -> Callable[[], str]:
    """Tokens that are new each time and the same in each run."""
    numbers = count(1)
    return lambda: f"token{next(numbers):08x}"


def accept(asked: Asked) -> Reply | None:
    """An application that takes every call."""
    if asked.request.method in ("INVITE", "UPDATE"):
        return Reply(200, (("Content-Type", "application/sdp"),), b"v=0\r\n")
    return Reply(200)


class Bench:
    """A server, an application and a clock on one table."""

    def __init__(
        self,
        transport: Transport = Transport.UDP,
        *,
        application: Callable[[Asked], Reply | None] = accept,
        remote: tuple[str, int] = ("192.0.2.1", 5060),
        **settings: Any,
    ) -> None:
        peers = settings.pop("peers", (ip_network("192.0.2.0/24"),))
        self.agent = UserAgentServer(Config(peers, tokens(), **settings))
        self.application = application
        connection = "c1" if transport.reliable else ""
        self.flow = Flow(transport, ("198.51.100.20", 5060), remote, connection)
        self.now = 1000.0
        self.effects: list[Effect] = []
        """All but Send, in order."""
        self.afterwards: list[Callable[[], list[Effect]]] = []
        """What the application does once it has answered."""
        self.sent: list[Send] = []
        """What was sent and not received yet."""

    def send(self, data: bytes) -> None:
        self.do(self.agent.received(self.flow, data, self.now))

    def do(self, effects: list[Effect]) -> None:
        """Do what the server wants."""
        for effect in effects:
            if isinstance(effect, Send):
                self.sent.append(effect)
                continue
            self.effects.append(effect)
            if isinstance(effect, Asked) and (reply := self.application(effect)):
                self.respond(effect, reply)
        while self.afterwards:
            self.do(self.afterwards.pop()())

    def respond(self, asked: Asked, reply: Reply) -> None:
        """Answer late."""
        self.do(
            self.agent.respond(
                asked.transaction, reply.status, self.now, headers=reply.headers, body=reply.body
            )
        )

    def receive(self, within_s: float = 0.0) -> list[bytes]:
        """What was sent until now; if nothing was, the clock moves until something is."""
        if not self.sent:
            self.advance(within_s)
        sent, self.sent = self.sent, []
        if not self.flow.transport.reliable:
            return [send.data for send in sent]
        return [piece for send in sent for piece in _pieces(send.data)]

    def advance(self, seconds: float) -> None:
        """Move the clock, stopping at each deadline."""
        until = self.now + seconds
        while (at := self.agent.deadline()) is not None and at <= until:
            self.now = max(self.now, at)
            self.do(self.agent.tick(self.now))
        self.now = until

    def told(self, kind: type[Effect]) -> list[Any]:
        """The effects of that kind."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def answers(self) -> list[Response]:
        """The answers that came until now."""
        return [m for m in self._messages() if isinstance(m, Response)]

    def requests(self) -> list[Request]:
        """The requests that came until now."""
        return [m for m in self._messages() if isinstance(m, Request)]

    def _messages(self) -> list[Request | Response]:
        return [parse(raw) for raw in self.receive() if raw.strip()]


def _pieces(data: bytes) -> list[bytes]:
    if not data.strip():
        return [data]
    return [piece for piece in Framer().feed(data) if isinstance(piece, bytes)]
