"""A signaller without sockets that can be killed before or behind each of its acts, and all that
outlives it."""

import os
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from talteen.engine.wire import sip
from talteen.engine.wire.agent import UserAgentServer
from talteen.engine.wire.core import Config
from talteen.engine.wire.effects import Send
from talteen.engine.wire.flow import Flow, Transport
from talteen.life.capture import notes
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.logbook import Logbook
from talteen.life.capture.given import Given
from talteen.life.capture.note import Note
from talteen.life.capture.notes import Notes
from talteen.life.capture.out import Out
from talteen.life.capture.pool import Pool
from talteen.life.capture.remembered import Draws, Memory
from talteen.life.capture.reply import Rules
from talteen.life.capture.signaller import Signaller
from talteen.life.capture.switchboard import Switchboard
from tests.kit.switchboard import CLOCK, DIALOGS, DIRECTORY, KNOWN, OWN

FLOW = Flow(Transport.UDP, ("198.51.100.20", 5060), ("192.0.2.147", 5060))
DIALOG = DIALOGS / "announce-header"


class Killed(Exception):
    """kill -9."""


@dataclass(slots=True)
class Fate:
    """Counts what the signaller does, and kills it before one of them."""

    strikes_at: int = 1 << 30
    step: int = 0

    def __call__(self) -> None:
        self.step += 1
        if self.step == self.strikes_at:
            raise Killed


class Memfd(Logbook):
    """The real logbook; a kill strikes before or behind each of its writes."""

    def __init__(self, memory: int, fate: Fate) -> None:
        super().__init__(memory)
        self._fate = fate

    def append(self, entry: bytes) -> None:
        self._fate()
        super().append(entry)
        self._fate()

    def settle(self) -> None:
        self._fate()
        super().settle()
        self._fate()


@dataclass(slots=True, weakref_slot=True)
class Node:
    """What outlives a signaller: its logbook, the notes, the ear with its line, the client."""

    folder: Path
    fate: Fate
    logbook: int = field(default_factory=lambda: os.memfd_create("logbook"))
    signaller: Signaller = field(init=False)
    line: deque[say.Report] = field(default_factory=deque)
    """What the ear has said and nobody has taken."""
    asked: list[say.Request] = field(default_factory=list)
    """What the ear was told."""
    client: list[sip.Response] = field(default_factory=list)
    """What the client was answered."""
    now_s: float = 100.0
    at: datetime = CLOCK
    deaths: int = 0

    def __post_init__(self) -> None:
        weakref.finalize(self, os.close, self.logbook)
        self._begin()

    def _begin(self) -> None:
        draws = Draws(os.urandom)
        given = Given(
            address="198.51.100.20",
            directory=DIRECTORY,
            rules=Rules(OWN, {"3": frozenset({"fi"})}),
            known=lambda at: KNOWN,
            do_not_record=lambda number: False,
            new_id=draws.new_id,
            random=draws.random,
        )
        config = Config((ip_network("192.0.2.0/24"),), tokens=lambda: os.urandom(8).hex())
        self.signaller = Signaller(
            UserAgentServer(config),
            Switchboard(given, Pool.of([(20_000, 20_031)])),
            Memory(Memfd(self.logbook, self.fate)),
            draws,
        )

    @contextmanager
    def alive(self) -> Iterator[None]:
        """A kill in this block is followed by a new signaller."""
        try:
            yield
        except Killed:
            self.deaths += 1
            self._begin()
            self.carry_out(self.signaller.restore(self.now_s), owed=True)

    def says(self, message: bytes) -> None:
        """The client says it, again and again until it is answered; the ear is heard meanwhile."""
        request = sip.parse(message)
        assert isinstance(request, sip.Request)
        for _ in range(4):
            with self.alive():
                self.carry_out(self.signaller.received(FLOW, message, self.now_s, self.at))
            self.listen()
            if request.method == "ACK" or self._answered(request):
                return
            self.passes(0.5)
        raise AssertionError("nobody answers")

    def listen(self) -> None:
        """Hear the ear out."""
        while self.line:
            with self.alive():
                report = self.line[0]
                self.signaller.enter(0, self.at, say.write(report))
                self.line.popleft()
                out = self.signaller.reported(0, report, self.now_s, self.at)
                self.carry_out(out)

    def passes(self, seconds: float) -> None:
        self.now_s += seconds
        self.at += timedelta(seconds=seconds)
        with self.alive():
            self.carry_out(self.signaller.tick(self.now_s, self.at))
        self.listen()

    def _answered(self, request: sip.Request) -> bool:
        asked = request.headers.get("CSeq")
        return any(one.status >= 200 and one.headers.get("CSeq") == asked for one in self.client)

    def carry_out(self, out: Out, *, owed: bool = False) -> None:
        """As the shell does: notes, words to the ear, answers."""
        self.fate()
        if out.notes:
            with closing(Notes(self.folder / "notes")) as file:
                (file.append_owed if owed else file.append)(*out.notes)
        for tell in out.tells:
            self.fate()
            self._ear(tell.request)
        for one in out.sends:
            self.fate()
            if isinstance(one, Send):
                message = sip.parse(one.data)
                if isinstance(message, sip.Response):
                    self.client.append(message)
        self.signaller.settle()

    def _ear(self, request: say.Request) -> None:
        """An ear does the same thing once, however often it is told."""
        again = request in self.asked
        self.asked.append(request)
        match request:
            case say.Listen(call, stream, port):
                self.line.append(say.Listening(call, stream, port, ok=True))
            case say.Keep(call) if not again:
                self.line.append(say.Kept(call, 0))
            case say.Close(call) if not again:
                self.line.append(say.Closed(call, 100, 0, 0, 0))
            case say.Burn(call):
                self.line.append(say.Burnt(call))

    def noted(self) -> list[Note]:
        return [note for _, note in notes.read(self.folder / "notes")]

    def tag(self) -> str:
        """Of our side, as the client was told it."""
        (to,) = {one.headers.get("To") for one in self.client if one.status == 200}
        assert to is not None
        return to.rpartition("tag=")[2]
