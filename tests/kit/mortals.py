"""Ears that live in this process's children and die where they are told to, quickly.

A child is a fork: it has the sockets, the memfds and the folder that its parent holds, like the
child of a real holder, and starts in milliseconds. Within it one thread speaks, says the words of a
signaller and lets the ear take its slices, so the same seed does the same again; and a kill -9 may
strike between any two lines of the ear.
"""

import contextlib
import os
import pickle
import random
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import bundle, intake
from talteen.engine.vault.bundle import Heard
from talteen.engine.vault.journal_bodies import Why
from talteen.engine.vault.journals import Journals
from talteen.errors import ConfigError
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture.ears import control, sockets
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.control import Line
from talteen.life.capture.ears.ear import Ear, settings_of
from talteen.life.capture.ears.inheritance import Inheritance
from talteen.life.capture.ears.slate import SIZE_BYTES
from talteen.life.capture.ears.sockets import Ports
from tests.kit.accounting import Sent
from tests.kit.ears import START, rtp, words

_OF_AN_EAR = (
    "/ears/control.py", "/ears/drain.py", "/ears/ear.py", "/ears/later.py", "/ears/logbook.py",
    "/ears/losses.py", "/ears/requests.py", "/ears/restart.py", "/ears/slate.py",
    "/ears/taken_back.py", "/ears/waiting.py", "/vault/segment.py", "/vault/journals.py",
)  # fmt: skip

Life = Callable[["Node", Ear], object]


@dataclass(slots=True)
class Node:
    """What a holder holds, who speaks to it, and what was spoken."""

    folder: Path
    seed: bytes
    signer: Ed25519PrivateKey
    left: Inheritance
    line: Line
    ports: Ports
    sent: dict[tuple[RecordingId, int], list[Sent]] = field(default_factory=dict)
    """What was spoken, by call and stream."""
    late: dict[RecordingId, say.Message] = field(default_factory=dict)
    """Words that are still to be said: the signaller is slow, or dead."""
    paused: set[RecordingId] = field(default_factory=set)
    port_of: dict[tuple[RecordingId, int], int] = field(default_factory=dict)
    """Where each stream is spoken to, since an ear said that it listens there."""
    moving: set[tuple[RecordingId, int]] = field(default_factory=set)
    """Streams that are silent until an ear says so of another port."""
    closed: set[RecordingId] = field(default_factory=set)
    starts: int = 0
    _now_ns: int = field(default_factory=time.monotonic_ns)
    """A clock of slices: in each of them every socket is visited."""
    _spoken: int = 0
    _diary: int = field(default_factory=lambda: os.memfd_create("diary"))
    _out: socket.socket = field(default_factory=lambda: socket.socket(type=socket.SOCK_DGRAM))

    # --- what a life is made of ---------------------------------------------------------

    def speak(self, call: RecordingId, stream: int, count: int = 1, *, size: int = 160) -> None:
        """So many packets with so many bytes of sound, unless the stream is moving."""
        if (call, stream) in self.moving:
            return
        port = self.port_of[call, stream]
        for _ in range(count):
            packet = rtp(self._spoken, self._spoken.to_bytes(4) + bytes(size - 4))
            one = Sent(time.time_ns(), packet, call not in self.paused)
            self._out.sendto(packet, ("127.0.0.1", port))
            self._note("_spoke", (call, stream, one))

    def open(self, *ports: int) -> RecordingId:
        """A call that listens to ``ports``, streams 1, 2 ..."""
        call = RecordingId(uuid4())
        self.tell(say.Open(call, START))
        for stream, port in enumerate(ports, 1):
            self.move(call, stream, port)
        return call

    def move(self, call: RecordingId, stream: int, port: int) -> None:
        """The stream goes on at ``port``."""
        self._note("_moves", (call, stream))
        self.tell(say.Listen(call, stream, port, "127.0.0.1", time.time_ns(), control=False))

    def reseal(self) -> None:
        """The intake key of another hour: all goes on in another segment, under other keys."""
        self.tell(say.Reseal(IntakeKeyId(uuid4()), intake.public_bytes(self.seed)))

    def turn(self, call: RecordingId) -> None:
        """From now on nothing of the call is wanted, or all of it again. The word of it is still
        to be said (``say_late``)."""
        turned = say.Resume if call in self.paused else say.Pause
        self._note("_turned", (call, turned(call, time.time_ns(), Why.HOLD)))

    def say_late(self, call: RecordingId) -> None:
        """Say what is still to be said of the call."""
        if call in self.late:
            self.tell(self.late[call])
            self._note("_said", call)

    def tell(self, *requests: say.Message) -> None:
        """The words of a signaller, whether an ear lives or not."""
        for request in requests:
            self.line.say(request)

    def hear(self) -> list[say.Message]:
        """What the ears have said since the last time."""
        heard = list(self.line.heard())
        for one in heard:
            if isinstance(one, say.Closed):
                self._note("_ended", one.call)
            if isinstance(one, say.Listening):
                assert one.ok
                self._note("_listens", ((one.call, one.stream), one.port))
        return heard

    def slice(self, ear: Ear, count: int = 1) -> None:
        """The ear hears, looks after its calls and visits all of its sockets."""
        for _ in range(count):
            self._now_ns += 10_000_000
            ear.slice(self._now_ns)
            self.hear()

    def until(self, ear: Ear, happens: Callable[[], object]) -> None:
        """Slice after slice, until it ``happens``."""
        end = time.monotonic() + 60
        while not happens():
            assert time.monotonic() < end, "a slice that never brought it"
            self.slice(ear)
            time.sleep(0.002)

    # --- lives --------------------------------------------------------------------------

    def live(self, life: Life, *, dies_after: int | None = None) -> bool:
        """One ear: ``life`` and a kill -9, or that kill after so many lines of the ear. Gives
        whether it came to the end of ``life``."""
        child = os.fork()
        if not child:
            self._die(life, dies_after)
        self.starts += 1
        _, status = os.waitpid(child, 0)
        self._read_diary()
        if os.WIFEXITED(status):
            raise AssertionError("an ear ended by itself")
        return os.WTERMSIG(status) == signal.SIGUSR1

    def _die(self, life: Life, dies_after: int | None) -> None:
        try:
            if dies_after is not None:
                strike(dies_after)
            life(self, Ear(settings_of(self.left), self._inherited()))
            sys.settrace(None)
            os.kill(os.getpid(), signal.SIGUSR1)
        except BaseException:  # noqa: BLE001
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def _inherited(self) -> Inheritance:
        self.left = Inheritance(
            logbook=self.left.logbook,
            slate=self.left.slate,
            control=self.left.control,
            ports=self.left.ports,
            words=self.left.words,
            restarted=self.starts > 0,
        )
        return self.left

    def ear(self) -> Ear:
        """One in this process. Its sockets are copies: whoever holds a socket closes it."""
        assert self.left.control is not None
        ports = {port: os.dup(file) for port, file in self.left.ports.items()}
        left = replace(self.left, control=os.dup(self.left.control), ports=ports)
        return Ear(settings_of(left), left)

    def heard(self, call: RecordingId) -> Heard:
        """What the house opens of a call."""
        data = b"".join(bundle.bundle(Journals(self.folder), call))
        public = self.signer.public_key().public_bytes_raw()
        return bundle.heard(data, seed_of=lambda _: self.seed, node_key=public)

    # --- what a child did, for its parent -----------------------------------------------

    def _note(self, what: str, value: Any) -> None:
        """Do it here, and leave it to whoever lives on."""
        getattr(self, what)(value)
        entry = pickle.dumps((os.getpid(), what, value))
        os.write(self._diary, len(entry).to_bytes(4) + entry)

    def _read_diary(self) -> None:
        data = os.pread(self._diary, os.fstat(self._diary).st_size, 0)
        at = 0
        while at < len(data):
            size = int.from_bytes(data[at : at + 4])
            writer, what, value = pickle.loads(data[at + 4 : at + 4 + size])
            if writer != os.getpid():
                getattr(self, what)(value)
            at += 4 + size
        os.ftruncate(self._diary, 0)
        os.lseek(self._diary, 0, os.SEEK_SET)

    def _spoke(self, told: tuple[RecordingId, int, Sent]) -> None:
        call, stream, one = told
        self.sent.setdefault((call, stream), []).append(one)
        self._spoken += 1

    def _turned(self, told: tuple[RecordingId, say.Message]) -> None:
        call, word = told
        self.paused ^= {call}
        self.late[call] = word

    def _said(self, call: RecordingId) -> None:
        del self.late[call]

    def _moves(self, stream: tuple[RecordingId, int]) -> None:
        self.moving |= {stream}

    def _listens(self, told: tuple[tuple[RecordingId, int], int]) -> None:
        stream, self.port_of[stream] = told
        self.moving -= {stream}

    def _ended(self, call: RecordingId) -> None:
        self.closed.add(call)


def strike(after: int) -> None:
    """Only between lines of this thread: in another one's, a packet may be sent and not noted."""
    left = after

    def line(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
        return line

    def call(frame: FrameType, event: str, argument: object) -> Any:
        return line if frame.f_code.co_filename.endswith(_OF_AN_EAR) else None

    sys.settrace(call)


@contextlib.contextmanager
def node(folder: Path, *, pairs: int = 8, room_bytes: int = 0, **more: str) -> Iterator[Node]:
    """A node without its processes, whose sockets have ``room_bytes`` for what waits."""
    seed, signer = os.urandom(intake.SEED_BYTES), Ed25519PrivateKey.generate()
    told = words(
        folder,
        signer=signer.private_bytes_raw().hex(),
        intake_public=intake.public_bytes(seed).hex(),
        period_ms="1",
        **more,
    )
    media, ports = _bound(pairs)
    for one in media:
        if room_bytes:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room_bytes)
    ours, theirs = control.pair()
    slate = os.memfd_create("slate")
    os.ftruncate(slate, SIZE_BYTES)
    left = Inheritance(
        logbook=os.memfd_create("logbook"),
        slate=slate,
        control=ours.fileno(),
        ports={port: one.fileno() for port, one in zip(ports, media, strict=True)},
        words=told,
    )
    here = Node(folder, seed, signer, left, Line(theirs), ports)
    try:
        yield here
    finally:
        for one in (*media, ours, theirs, here._out):
            one.close()
        for memory in (left.logbook, slate, here._diary):
            os.close(memory)


def _bound(pairs: int) -> tuple[list[socket.socket], Ports]:
    while True:
        first = random.randrange(20000, 31000, 2)
        ports = Ports("127.0.0.1", first, first + 2 * pairs - 1)
        with contextlib.suppress(ConfigError):
            return sockets.bind(ports), ports
