"""A capture node for tests: a real holder with real ears on loopback, and who sends to them."""

import contextlib
import os
import random
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import bundle, intake
from talteen.engine.vault.bundle import Heard
from talteen.engine.vault.journals import Journals
from talteen.errors import ConfigError, KeyGone
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.control import Line
from talteen.life.capture.ears.holder import Holder, Other, Plan
from talteen.life.capture.ears.sockets import Ports
from tests.kit.processes import kill_9, until

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
R = TypeVar("R")


def rtp(sequence: int, payload: bytes, *, ssrc: int = 0x1234, kind: int = 8) -> bytes:
    """An RTP packet of 20 ms."""
    head = bytes([0x80, kind]) + (sequence & 0xFFFF).to_bytes(2)
    return head + (160 * sequence & 0xFFFFFFFF).to_bytes(4) + ssrc.to_bytes(4) + payload


def tick() -> int:
    """An instant between two packets, by the clock that stamps them."""
    time.sleep(0.002)
    at = time.time_ns()
    time.sleep(0.002)
    return at


@dataclass(slots=True)
class Node:
    """One node with its house's half of the keys."""

    folder: Path
    holder: Holder
    node_key: bytes
    seeds: dict[IntakeKeyId, bytes]
    line: Line
    ports: Ports
    told: list[say.Message] = field(default_factory=list)
    sender: socket.socket = field(
        default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    )

    def ask(self, *requests: say.Message) -> None:
        """Say it to the ear."""
        for request in requests:
            self.line.say(request)
        until(self.line.push, within_s=60)

    def hear(self) -> list[say.Message]:
        """All that the ear has said."""
        self.holder.look(time.monotonic())
        self.told += self.line.heard()
        return self.told

    def wait(self, kind: type[R], call: RecordingId | None = None, *, beyond: int = 0) -> R:
        """The next report of a kind, about ``call`` if one is given."""
        found: list[R] = []

        def happens() -> bool:
            found[:] = [
                one
                for one in self.hear()
                if isinstance(one, kind) and call in (None, getattr(one, "call", None))
            ]
            return len(found) > beyond

        until(happens, within_s=90)
        return found[-1]

    def open(self, *ports: int, source: str = "127.0.0.1") -> RecordingId:
        """A call that listens to ``ports``, streams 1, 2 ..."""
        call = RecordingId(uuid4())
        self.ask(say.Open(call, START))
        for stream, port in enumerate(ports, 1):
            self.ask(say.Listen(call, stream, port, source, 0, control=False))
        until(
            lambda: (
                sum(isinstance(one, say.Listening) and one.call == call for one in self.hear())
                >= len(ports)
            )
        )
        return call

    def keep(self, call: RecordingId, from_ns: int = 0) -> None:
        """Keep it, and be told that its envelope is durable."""
        self.ask(say.Keep(call, from_ns))
        self.wait(say.Kept, call)

    def close(self, call: RecordingId) -> say.Closed:
        """End it."""
        self.ask(say.Close(call, time.time_ns()))
        return self.wait(say.Closed, call)

    def send(self, port: int, *packets: bytes) -> None:
        """Packets to one port."""
        for packet in packets:
            self.sender.sendto(packet, ("127.0.0.1", port))

    def kill(self) -> None:
        """kill -9 of the ear; the holder starts another."""
        process = self.holder.ears[0].process
        assert process is not None
        kill_9(process.pid)
        process.wait()

    def heard(self, call: RecordingId) -> Heard:
        """What the house opens of a call."""
        data = b"".join(bundle.bundle(Journals(self.folder), call))
        return bundle.heard(data, seed_of=self.seed, node_key=self.node_key)

    def seed(self, of: IntakeKeyId) -> bytes:
        """The private half of an intake key."""
        if of not in self.seeds:
            raise KeyGone("this intake key is dead", remedy="nothing")
        return self.seeds[of]


def words(folder: Path, **more: str) -> dict[str, str]:
    """What an ear is told, with keys that nobody keeps."""
    return {
        "folder": str(folder),
        "house": str(uuid4()),
        "node": "n1",
        "signer": os.urandom(32).hex(),
        "intake_key": str(uuid4()),
        "intake_public": intake.public_bytes(os.urandom(intake.SEED_BYTES)).hex(),
        "reserve_bytes": str(1 << 20),
        "spare_bytes": "0",
        "period_ms": "50",
        **more,
    }


@contextlib.contextmanager
def node(
    folder: Path,
    *,
    pairs: int = 8,
    others: tuple[Other, ...] = (),
    ring_bytes: int = 0,
    **more: str,
) -> Iterator[Node]:
    """A node with one ear and ``pairs`` of ports, stopped at the end. With ``ring_bytes`` it takes
    in media from a ring."""
    seed, signer = os.urandom(intake.SEED_BYTES), Ed25519PrivateKey.generate()
    told = words(
        folder,
        signer=signer.private_bytes_raw().hex(),
        intake_public=intake.public_bytes(seed).hex(),
        **more,
    )
    holder = _bound(pairs, told, others, ring_bytes)
    here = Node(
        folder,
        holder,
        signer.public_key().public_bytes_raw(),
        {IntakeKeyId(UUID(told["intake_key"])): seed},
        Line(holder.lines()[0]),
        holder.ports,
    )
    try:
        here.hear()
        here.wait(say.Ready)
        yield here
    finally:
        holder.stop()
        holder.release()
        here.sender.close()


def _bound(pairs: int, told: dict[str, str], others: tuple[Other, ...], ring_bytes: int) -> Holder:
    while True:
        first = random.randrange(20000, 31000, 2)
        ports = Ports("127.0.0.1", first, first + 2 * pairs - 1)
        try:
            return Holder(Plan(ports, 1, told, ring_bytes, others))
        except ConfigError:
            continue
