"""Who answers at the console: a door of the signaller's own process, narrow on purpose.

So many askers at once, lines of a bounded length, and who says nothing for long is let go. Only the
node's own user is answered, whatever the file's mode says (SO_PEERCRED).
"""

import asyncio
import hashlib
import json
import os
import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from talteen import ids
from talteen.errors import Conflict, InputError, Missing, TalteenError
from talteen.life.capture import api, heard, matching, rules, shown
from talteen.life.capture.console import LISTEN, MOST_ASKED_BYTES, State, refusal
from talteen.life.capture.ears import flows
from talteen.life.capture.ears.messages import Flows, Report, Status
from talteen.life.capture.effects import Wish
from talteen.life.capture.facts import Evidence, Refusal
from talteen.life.capture.live import LiveCall
from talteen.life.capture.out import Out
from talteen.life.capture.quiet import Quiet
from talteen.life.capture.rules import MarkKind, SoFar
from talteen.life.capture.signaller import Signaller

MOST_ASKERS = 64
SILENT_S = 60.0
"""An asker that says nothing for so long is let go; its client comes again when it must."""
UNREAD_S = 5.0
"""How long an asker may take to read its answer."""
_KEY_LENGTH = 128
_MOST_WISHES = 1_000
_UNANNOUNCED = MarkKind.UNANNOUNCED.value
_UCRED = struct.Struct("3i")


class Console:
    """The console of one node."""

    def __init__(
        self,
        signaller: Signaller,
        do: Callable[[Out], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        quiet: Quiet | None = None,
    ) -> None:
        self._signaller, self._do, self._now = signaller, do, now
        self._ears: dict[int, Status] = {}
        self._flows: dict[int, shown.Flowing] = {}
        self._parts: dict[int, flows.Parts] = {}
        self._quiet = quiet or Quiet()
        self._askers = 0
        self._listeners: set[asyncio.Queue[dict[str, Any]]] = set()

    def told(self, ear: int, report: Report) -> None:
        """How an ear is, and what comes in there."""
        match report:
            case Status():
                self._ears[ear] = report
            case Flows(listed, more):
                told = self._parts.setdefault(ear, flows.Parts()).add(listed, more=more)
                if told is not None:
                    before = self._flows.get(ear, {})
                    self._flows[ear] = shown.flowing(told, before, self._now())

    def looked(self) -> Out:
        """What follows from what comes in and what does not: a stream that is silent is told of."""
        calls = self._signaller.board.calls
        return Out(notes=self._quiet.looked(calls, self._flows, self._now()))

    def wish(self, wishes: Iterable[Wish]) -> None:
        """Tell everybody who listens what the exchange is to do."""
        for wish in wishes:
            for listener in self._listeners:
                with suppress(asyncio.QueueFull):  # who reads nothing is let go soon
                    listener.put_nowait(_wish(wish))

    async def serve(self, listening: socket.socket) -> None:
        """Answer at ``listening`` from now on."""
        await asyncio.start_unix_server(self._serve, sock=listening, limit=MOST_ASKED_BYTES)

    def answer(self, line: bytes) -> dict[str, Any]:
        """What is answered to one line."""
        try:
            asked: Any = json.loads(line)
        except ValueError:
            asked = None
        try:
            match asked:
                case {"ask": "calls"}:
                    return self._calls()
                case {"ask": "whose", "ids": list(known), "extensions": list(extensions)}:
                    return self._whose(known, extensions)
                case {"say": str(what), "call": str(call)}:
                    return self._said(what, call, asked.get("body"), asked.get("key"))
                case _:
                    raise InputError("this is not asked here", remedy="see decision 089")
        except TalteenError as error:
            return refusal(error)

    def _calls(self) -> dict[str, Any]:
        now, board = self._now(), self._signaller.board
        node = shown.node(
            now,
            troubles=board.troubles,
            pool=board.pool,
            ears=self._ears,
            calls=len(board.calls),
            silent=len(self._quiet.silent),
        )
        return {"node": node, "calls": [self._shown(live, now) for live in board.calls]}

    def _shown(self, live: LiveCall, now: datetime) -> dict[str, Any]:
        return shown.call(live, now, self._flows.get(live.ear, {}), self._quiet.silent)

    def _whose(self, known: list[Any], extensions: list[Any]) -> dict[str, Any]:
        live = matching.found(
            self._signaller.board.calls,
            ids=(one for one in known if isinstance(one, str)),
            extensions=(one for one in extensions if isinstance(one, str)),
        )
        return {"call": None if live is None else self._shown(live, self._now())}

    def _said(self, what: str, call: str, body: object, key: object) -> dict[str, Any]:
        live = self._running(call)
        now = self._now()
        written = json.dumps({} if body is None else body).encode()
        if what == "evidence":
            evidence = heard.evidence_of(body)
        else:
            evidence = api.evidence(what, written, now)
        known = self._known(live, key, f"{what} ".encode() + written)
        if not (known.again or _settled(live, evidence, now)):
            self._do(
                self._signaller.heard(live.recording, evidence, monotonic(), now, key=known.key)
            )
        return {"done": True, "call": self._shown(live, now)}

    def _running(self, call: str) -> LiveCall:
        wanted = ids.parse(call)
        for live in self._signaller.board.calls:
            if live.recording == wanted:
                return live
        raise Missing("no such call runs here", remedy="ask which calls run")

    def _known(self, live: LiveCall, key: object, said: bytes) -> "_Key":
        if not key:
            return _Key()
        if not isinstance(key, str) or len(key) > _KEY_LENGTH or not key.isprintable():
            raise InputError("this is no key", remedy="give a printable one, 128 long at most")
        digest = hashlib.sha256(said).hexdigest()[:32]
        before = self._signaller.keys_of(live.recording)
        if f"{digest} {key}" in before:
            return _Key(f"{digest} {key}", again=True)
        if any(one.partition(" ")[2] == key for one in before):
            raise InputError("this key was used for something else", remedy="give another one")
        return _Key(f"{digest} {key}")

    # --- askers -------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._askers += 1
        try:
            if self._askers <= MOST_ASKERS and _is_ours(writer):
                await self._answer_all(reader, writer)
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
            pass  # an asker that breaks off, or says too much, is let go
        finally:
            self._askers -= 1
            writer.close()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await asyncio.wait_for(reader.readline(), SILENT_S):
            if line.strip() == LISTEN:
                await self._tell_wishes(reader, writer)
                return
            await _write(writer, self.answer(line))

    async def _tell_wishes(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Tell each wish as it comes; first those that stand, whatever became of them before."""
        mine: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_MOST_WISHES)
        self._listeners.add(mine)
        gone = asyncio.ensure_future(reader.read(1))
        try:
            for wish in self._standing():
                await _write(writer, _wish(wish))
            while not gone.done():
                wished = asyncio.ensure_future(mine.get())
                await asyncio.wait({wished, gone}, return_when=asyncio.FIRST_COMPLETED)
                if wished.done():
                    await _write(writer, wished.result())
                else:
                    wished.cancel()
        finally:
            self._listeners.discard(mine)
            gone.cancel()

    def _standing(self) -> Iterator[Wish]:
        """Who has joined a call, and is not told yet."""
        for live in self._signaller.board.calls:
            law = rules.so_far(live.gate.facts)
            reason = shown.standing(live, self._now())[1]
            if live.fate is None and isinstance(law, SoFar) and reason == _UNANNOUNCED:
                yield live.announce(law.announcement)


@dataclass(frozen=True, slots=True)
class _Key:
    """By what a saying is known, and whether it was said before."""

    key: str = field(default="", repr=False)
    again: bool = False


def _wish(wish: Wish) -> dict[str, Any]:
    return {
        "wish": wish.what.value,
        "call": str(wish.call),
        "announcement": wish.announcement,
        "language": wish.language,
    }


async def _write(writer: asyncio.StreamWriter, told: dict[str, Any]) -> None:
    writer.write(json.dumps(told, separators=(",", ":")).encode() + b"\n")
    await asyncio.wait_for(writer.drain(), UNREAD_S)


def _settled(live: LiveCall, evidence: Evidence, now: datetime) -> bool:
    """Whether this was said of a call that is over, and is true already. Conflict where it is not:
    evidence that comes after the call belongs to no capture (15.5)."""
    if live.fate is None:
        return False
    if isinstance(evidence, Refusal) and shown.standing(live, now)[0] is State.REFUSED:
        return True
    raise Conflict("this call is over", remedy="look for it among the recordings")


def _is_ours(writer: asyncio.StreamWriter) -> bool:
    peer = writer.get_extra_info("socket")
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
    _, user, _ = _UCRED.unpack(credentials)
    return bool(user == os.getuid())
