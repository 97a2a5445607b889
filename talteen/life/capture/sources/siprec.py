"""The SIPREC recording server's own process: sockets, clocks and files around ``signaller``.

Started by the holder (decision 080), which owns the listening sockets: killed, it is started again
on the same ones. Its words (inheritance) are: ``address``, ``peers``, ``own`` (JSON) and ``folder``
(of the node's files). Run as ``python -m talteen.life.capture.sources.siprec``.
"""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import ssl
import time
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from socket import MSG_DONTWAIT, socket
from typing import Any

from talteen.engine.wire.agent import UserAgentServer
from talteen.engine.wire.core import Config
from talteen.engine.wire.effects import Close, Send
from talteen.engine.wire.flow import Flow, Transport
from talteen.errors import ConfigError, Unavailable
from talteen.ids import IntakeKeyId
from talteen.life.capture import naming, sip_tls
from talteen.life.capture import node_log as log
from talteen.life.capture.console_server import Console
from talteen.life.capture.ears import memory
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.control import Line
from talteen.life.capture.ears.inheritance import Inheritance, inherit, socket_of
from talteen.life.capture.ears.logbook import Logbook
from talteen.life.capture.effects import Tell, Trouble
from talteen.life.capture.given import Given
from talteen.life.capture.listening import waves
from talteen.life.capture.listening.desk import Desk
from talteen.life.capture.node_files import (
    Folder,
    read_intake,
    read_session_key,
    write_known,
)
from talteen.life.capture.note import About, Note
from talteen.life.capture.notes import Notes
from talteen.life.capture.out import Out
from talteen.life.capture.parties import OwnSide
from talteen.life.capture.pool import Pool
from talteen.life.capture.quiet import AFTER, Quiet
from talteen.life.capture.remembered import Draws, Memory
from talteen.life.capture.reply import Rules
from talteen.life.capture.rule import Rule
from talteen.life.capture.signaller import Signaller
from talteen.life.capture.sip_sockets import CONSOLE, HEARING, TLS, UDP
from talteen.life.capture.switchboard import Switchboard
from talteen.life.capture.unrecorded import Unrecorded

LOOK_EVERY_S = 0.5
DRAIN_S = 4 * 3600.0
"""How long a draining node waits for its calls."""
_READ_BYTES = 1 << 16
_AT_ONCE = 64
"""Datagrams that are read before their answers leave."""
_UNSENT_BYTES = 4 << 20
"""A peer that reads nothing of so much loses its connection."""


class Server:
    """The signaller at work, on the sockets of ``left``."""

    def __init__(self, left: Inheritance) -> None:
        words = left.words
        self._address = words["address"]
        self._media_from = words.get("media_from", "signalled")
        self._folder = Folder(Path(words["folder"]))
        self._notes = Notes(self._folder.notes)
        self._session_key = read_session_key(self._folder)
        self._intake_seen, self._sealing_to = 0.0, dict[int, IntakeKeyId]()
        self._lines = [Line(socket_of(file)) for file in left.ears]
        self._rule = Rule(self._folder.house, own_of(json.loads(words["own"])))
        key = bytes.fromhex(words.get("do_not_record", ""))
        self._unrecorded = Unrecorded(self._folder.unrecorded, words["node"], key)
        draws = Draws(os.urandom)
        self._board = Switchboard(self._given(draws), Pool.of(left.shares))
        peers, names = sip_tls.admitted(json.loads(words["peers"]))
        config = Config(peers, lambda: secrets.token_hex(12), names)
        memory = Memory(Logbook(left.logbook))
        self.signaller = Signaller(UserAgentServer(config), self._board, memory, draws)
        ends = {name: socket_of(file) for name, file in left.listening.items()}
        self._hearing = Desk(Line(ends.pop(HEARING)), lambda: waves.keys(self._folder.prompts))
        self._listening = ends
        after = timedelta(seconds=float(words.get("silent_after_s", AFTER.total_seconds())))
        self._console = Console(self.signaller, self._do, quiet=Quiet(after))
        self._tls = words.get("tls", "")
        self._restarted = left.restarted
        self._writers: dict[str, asyncio.StreamWriter] = {}
        self._udp: socket | None = None
        self._numbers, self._look_at = 0, 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._drained = asyncio.Event()

    async def run(self) -> None:
        """Until told to stop, and then until the last call has ended or a second word comes."""
        loop = asyncio.get_running_loop()
        for line in self._lines:
            loop.add_reader(line.end, self._hear)
        loop.add_reader(self._hearing.line.end, self._hear_prompts)
        if self._restarted:
            self._do(self.signaller.restore(time.monotonic()), owed=True)
            memory.give_back()
        await self._listen()
        if not self._unrecorded.there:
            log.warning("do_not_record.unreadable")
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._drained.set)
        loop.add_signal_handler(signal.SIGUSR1, self.drain)
        while not self._drained.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._drained.wait(), self._sleep_s())
            self._tick()

    def drain(self) -> None:
        """Take no new call; go when the last one has ended."""
        self._board.troubles.add(Trouble.DRAINING)

    # --- sockets ------------------------------------------------------------------------

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for name, listening in self._listening.items():
            if name == UDP:
                self._udp = listening
                loop.add_reader(listening, self._datagrams, listening)
            elif name == CONSOLE:
                await self._console.serve(listening)
            else:
                context = sip_tls.context(self._tls) if name == TLS else None
                transport = Transport.TLS if name == TLS else Transport.TCP
                await asyncio.start_server(
                    self._serving(transport), sock=listening, ssl=context, limit=_READ_BYTES
                )

    def _serving(
        self, transport: Transport
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._stream(self._flow_of(transport, writer), reader, writer)

        return serve

    def _flow_of(self, transport: Transport, writer: asyncio.StreamWriter) -> Flow:
        self._numbers += 1
        return sip_tls.flow(transport, writer, f"c{self._numbers}")

    async def _stream(
        self, flow: Flow, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._writers[flow.connection] = writer
        try:
            while data := await reader.read(_READ_BYTES):
                self._do(self._received(flow, data))
        except (OSError, ssl.SSLError):
            pass  # a connection that breaks is closed below; its calls go on
        finally:
            self._writers.pop(flow.connection, None)
            self.signaller.closed(flow)
            writer.close()

    def _datagrams(self, end: socket) -> None:
        """All that came over UDP, at most so many at once: their notes are made durable together,
        and only then is any of them answered."""
        out, here = Out(), end.getsockname()[:2]
        for _ in range(_AT_ONCE):
            try:
                data, remote = end.recvfrom(_READ_BYTES, MSG_DONTWAIT)
            except OSError:
                break  # nothing waits, or an answer of ours met a closed port
            flow = Flow(Transport.UDP, here, remote[:2])
            out.add(self._received(flow, data))
        self._do(out)

    def _received(self, flow: Flow, data: bytes) -> Out:
        return _folded(lambda: self.signaller.received(flow, data, time.monotonic(), _now()))

    def _send(self, one: Send) -> None:
        flow = one.flow
        if flow.transport is Transport.UDP:
            if self._udp is not None:
                with contextlib.suppress(OSError):  # lost like any datagram: SIP says it again
                    self._udp.sendto(one.data, MSG_DONTWAIT, flow.remote)
            return
        writer = self._writers.get(flow.connection)
        if writer is None:
            self._start(self._sent_anew(one))
        elif writer.transport.get_write_buffer_size() > _UNSENT_BYTES:
            writer.transport.abort()
        else:
            writer.write(one.data)

    async def _sent_anew(self, one: Send) -> None:
        """Open a connection for what has none (RFC 3261 18.1.1)."""
        context = ssl.create_default_context() if one.flow.transport is Transport.TLS else None
        try:
            reader, writer = await asyncio.open_connection(*one.flow.remote, ssl=context)
        except (OSError, ssl.SSLError):
            return
        flow = self._flow_of(one.flow.transport, writer)
        self.signaller.agent.opened(flow)
        writer.write(one.data)
        await self._stream(flow, reader, writer)

    def _start(self, what: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- what follows -------------------------------------------------------------------

    def _do(self, out: Out, *, owed: bool = False) -> None:
        """Notes first: what the register must know may not depend on an answer that left."""
        if out.notes:
            self._note(out.notes, owed=owed)
            _say(out.notes)
        for tell in out.tells:
            self._lines[tell.ear].add(tell.request)
        for ear in {tell.ear for tell in out.tells}:
            self._lines[ear].push()
        for one in out.sends:
            match one:
                case Send():
                    self._send(one)
                case Close(flow):
                    writer = self._writers.get(flow.connection)
                    if writer is not None:
                        writer.close()
        self._console.wish(out.wishes)
        for code in out.warnings:
            log.warning("sip.warned", code=code)
        self.signaller.settle()

    def _note(self, notes: list[Note], *, owed: bool) -> None:
        """Make them durable. Who cannot does nothing of what follows, and dies: whoever is started
        next owes all of it, until there is room."""
        try:
            (self._notes.append_owed if owed else self._notes.append)(*notes)
        except Unavailable as error:
            log.error("signaller.stopped", code=error.slug)
            raise SystemExit(1) from None

    def _hear(self) -> None:
        """What the ears say, done together: a thousand calls have their first words at once."""
        at, out = _now(), Out()
        for ear, line in enumerate(self._lines):
            for report in line.heard(partial(self.signaller.enter, ear, at)):
                if isinstance(report, say.Resealed):
                    self._resealed(ear, report.intake_key)
                if isinstance(report, say.Report):
                    self._console.told(ear, report)
                if isinstance(report, say.Sampled):
                    self._hearing.sampled(report)
                elif isinstance(report, say.Report):
                    out.add(self._reported(ear, report, at))
        self._do(out)

    def _reported(self, ear: int, report: say.Report, at: datetime) -> Out:
        return _folded(lambda: self.signaller.reported(ear, report, time.monotonic(), at))

    def _hear_prompts(self) -> None:
        for said in self._hearing.said():
            if isinstance(said, Tell):
                self._lines[said.ear].say(said.request)
            else:
                self._do(self.signaller.heard(*said, time.monotonic(), _now()))

    def _tick(self) -> None:
        for line in self._lines:
            line.push()
        self._do(self.signaller.tick(time.monotonic(), _now()))
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_EVERY_S
            self._look()

    def _look(self) -> None:
        """Whatever need not be looked at whenever SIP's clock rings, which is at every call."""
        if self._rule.look():
            self._board.given = self._given(None)
        if self._unrecorded.look() and not self._unrecorded.there:
            log.warning("do_not_record.unreadable")
        self._session_key = read_session_key(self._folder)
        self._look_at_intake()
        self._hearing.look(self._board.calls, _now())
        self._do(self._console.looked())
        if Trouble.DRAINING in self._board.troubles and not self._board.dialogs:
            self._drained.set()

    def _look_at_intake(self) -> None:
        """Tell the ears of the intake key of the hour, when there is another one."""
        with contextlib.suppress(OSError, ConfigError):
            seen = self._folder.intake.stat().st_mtime
            if seen == self._intake_seen:
                return
            intake = read_intake(self._folder)
            for line in self._lines:
                line.say(say.Reseal(intake.id, intake.public))
            self._intake_seen = seen

    def _resealed(self, ear: int, key: IntakeKeyId) -> None:
        """Once every ear seals to a key, the house may let die what is older and not needed."""
        self._sealing_to[ear] = key
        if len(self._sealing_to) == len(self._lines) and len(set(self._sealing_to.values())) == 1:
            write_known(self._folder, key)

    def _sleep_s(self) -> float:
        deadline = self.signaller.agent.deadline()
        until = self._look_at if deadline is None else min(deadline, self._look_at)
        return max(until - time.monotonic(), 0.0)

    def _given(self, draws: Draws | None) -> Given:
        file, own = self._rule.file, self._rule.own
        before = None if draws else self._board.given
        return Given(
            address=self._address,
            directory=file.directory(own),
            rules=Rules(own, file.published()),
            known=file.known,
            do_not_record=lambda number: self._unrecorded.stands(number),
            names=lambda session: naming.named(session, self._session_key),
            new_id=draws.new_id if draws else before.new_id,  # type: ignore[union-attr]
            random=draws.random if draws else before.random,  # type: ignore[union-attr]
            media_from_anywhere=self._media_from == "anywhere",
        )


def _folded(fold: Callable[[], Out]) -> Out:
    """What follows from one input. One that is more than we can take must not take with it what the
    others of its turn have asked for: their notes are owed to the register."""
    try:
        return fold()
    except Exception as fault:  # noqa: BLE001
        log.error("input.not_folded", code=type(fault).__name__.lower())
        return Out()


def _say(notes: Iterable[Note]) -> None:
    """What of them an operator may want to see at once."""
    for note in notes:
        if note.about in (About.SILENT, About.SPEAKS):
            log.warning(f"stream.{note.about.value}", recording=note.call, reason=note.reason)
        elif note.about is About.UNBELIEVED:
            log.warning("evidence.unbelieved", reason=note.reason, recording=note.call)
        elif note.strangers:
            log.warning("media.strangers", recording=note.call, count=note.strangers)


def own_of(told: dict[str, Any]) -> OwnSide:
    """What belongs to the house, from the words of an inheritance."""
    return OwnSide(
        frozenset(one.lower() for one in told["domains"]),
        frozenset(told["extensions"]),
        tuple((first, last) for first, last in told["numbers"]),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """The signaller of the holder that started this process."""
    try:
        memory.seldom_swept()
        asyncio.run(_run(inherit()))
    except Unavailable as error:
        log.error("signaller.stopped", code=error.slug)
        raise


async def _run(left: Inheritance) -> None:
    await Server(left).run()


if __name__ == "__main__":
    main()
