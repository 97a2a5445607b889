"""What it costs to take a call: INVITE, ports, gate, note, 200, ACK, and the key of its journal.

In one process for the signaller alone, and with a real node over UDP for all of it. A second is one
of CPU, so that neighbours on the machine do not count; what a disk takes to make notes and
envelopes durable is the disk's. Nobody speaks in these calls.
"""

import asyncio
import contextlib
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_network
from itertools import count
from pathlib import Path

from benchmarks import Judged, Row, median
from benchmarks.callers import Dialog, Kind
from benchmarks.loads import cpu_of, until_ready
from benchmarks.nodes import ADDRESS, HOUSE, Node, node
from talteen.engine.wire.agent import UserAgentServer
from talteen.engine.wire.core import Config
from talteen.engine.wire.flow import Flow, Transport
from talteen.life.capture import notes
from talteen.life.capture.ears import memory
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.logbook import Logbook
from talteen.life.capture.given import Given
from talteen.life.capture.note import About
from talteen.life.capture.notes import Notes
from talteen.life.capture.out import Out
from talteen.life.capture.parties import OwnSide
from talteen.life.capture.pool import Pool
from talteen.life.capture.remembered import Draws, Memory
from talteen.life.capture.reply import Rules
from talteen.life.capture.signaller import Signaller
from talteen.life.capture.switchboard import Switchboard

GROUP = "capture_setup"
row = partial(Row, GROUP)
CALLS = 500
AT_ONCE = 25
"""Calls that begin together: a client's datagrams are read together, too."""
OWN = OwnSide(frozenset(["centre.example"]), frozenset(), ())
WAIT_S = 60.0


def rows() -> Iterator[Row]:
    """The signaller alone, and a whole node."""
    bar = partial(row, peer=None, judged=Judged.OURS)
    memory.seldom_swept()  # as the signaller of a node does
    rate = CALLS / median(in_process)
    yield bar("INVITEs parsed and answered a second", rate, bar=">=1000")
    signaller, ear = on_a_node()
    yield bar("calls set up a second and core", CALLS / (signaller + ear), bar=">=500")
    yield row("of that, the signaller (us a call)", signaller / CALLS * 1e6)
    yield row("of that, the ear with its keys (us a call)", ear / CALLS * 1e6)


# --- one process --------------------------------------------------------------------------------


def in_process() -> float:
    """CPU seconds for all calls from INVITE to 200, notes written, an ear that hears at once."""
    invites = [Dialog(Kind.PLAIN, n).invite() for n in range(CALLS)]
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        desk = Desk(Path(folder))
        began = time.process_time()
        desk.take(invites)
        taken = time.process_time() - began
        assert desk.answered == CALLS
    return taken


class Desk:
    """A signaller with the logbook and the notes of a real one."""

    def __init__(self, folder: Path) -> None:
        draws, tokens = Draws(os.urandom), count(1)
        given = Given(
            address=ADDRESS,
            directory=HOUSE.directory(OWN),
            rules=Rules(OWN, HOUSE.published()),
            known=HOUSE.known,
            do_not_record=lambda number: False,
            new_id=draws.new_id,
            random=draws.random,
        )
        config = Config((ip_network("127.0.0.0/8"),), tokens=lambda: f"token-{next(tokens):x}")
        board = Switchboard(given, Pool.of([(10_000, 10_000 + 4 * CALLS - 1)]))
        inputs = Memory(Logbook(os.memfd_create("logbook")))
        self.signaller = Signaller(UserAgentServer(config), board, inputs, draws)
        self.notes, self.answered = Notes(folder / "notes"), 0

    def take(self, invites: list[bytes]) -> None:
        """Answer all of them, so many at once."""
        flow = Flow(Transport.UDP, (ADDRESS, 5060), (ADDRESS, 25_061))
        for first in range(0, len(invites), AT_ONCE):
            out = Out()
            for invite in invites[first : first + AT_ONCE]:
                out.add(self.signaller.received(flow, invite, _now_s(), _now()))
            self._do(out)

    def _do(self, out: Out) -> None:
        if out.notes:
            self.notes.append(*out.notes)
        self.answered += sum(b"SIP/2.0 200" in one.data[:11] for one in out.sends)  # type: ignore[union-attr]
        self.signaller.settle()
        heard = Out()
        for tell in out.tells:
            if isinstance(tell.request, say.Listen):
                asked = tell.request
                one = say.Listening(asked.call, asked.stream, asked.port, ok=True)
                self.signaller.enter(0, _now(), say.write(one))
                heard.add(self.signaller.reported(0, one, _now_s(), _now()))
        if heard.sends:
            self._do(heard)


# --- a whole node -------------------------------------------------------------------------------


def on_a_node() -> tuple[float, float]:
    """CPU seconds of signaller and ear until all calls are acknowledged and their keys durable."""
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd()) as folder,
        node(Path(folder) / "node", calls=CALLS) as at,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        asyncio.run(until_ready(at))
        client.bind((ADDRESS, 25_061))
        client.connect((ADDRESS, at.port))
        client.settimeout(WAIT_S)
        of = at.children()
        before = [cpu_of(of[name]) for name in ("siprec", "ear")]
        _place(client)
        _until_kept(at)
        after = [cpu_of(of[name]) for name in ("siprec", "ear")]
    signaller, ear = (b - a for a, b in zip(before, after, strict=True))
    return signaller, ear


def _place(client: socket.socket) -> None:
    for first in range(0, CALLS, AT_ONCE):
        calls = {f"{n}@bench": Dialog(Kind.PLAIN, n) for n in range(first, first + AT_ONCE)}
        for one in calls.values():
            client.send(one.invite())
        while calls:
            answer = client.recv(65_536).decode()
            if answer.startswith("SIP/2.0 200"):
                name = answer.partition("Call-ID: ")[2].partition("\r\n")[0]
                if name in calls:
                    one = calls.pop(name)
                    one.answered(answer)
                    client.send(one.message("ACK", b"", ""))


def _until_kept(at: Node) -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        with contextlib.suppress(FileNotFoundError):
            if sum(n.about is About.KEPT for _, n in notes.read(at.folder.notes)) == CALLS:
                return
        time.sleep(0.2)
    raise TimeoutError("not every call has its key")


def _now_s() -> float:
    return time.monotonic()


def _now() -> datetime:
    return datetime.now(UTC)
