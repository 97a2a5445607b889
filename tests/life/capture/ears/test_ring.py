"""An ear in front of a ring takes what one at its sockets takes, byte for byte. A real ring of this
kernel, on loopback."""

import ctypes
import os
import signal
import socket
import threading
import time
from pathlib import Path
from struct import pack

import pytest

from talteen.engine.hunt import hunt
from talteen.engine.vault.bundle import Heard
from talteen.engine.vault.journal_bodies import Why
from talteen.errors import ConfigError
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears import ring
from talteen.life.capture.ears.ring import BLOCK_BYTES
from talteen.life.capture.ears.sockets import Ports
from tests.kit import ears
from tests.kit.ears import Node, rtp
from tests.kit.processes import until

RING_BYTES = 128 * BLOCK_BYTES
HERE = "127.0.0.1"


def has_rings() -> bool:
    try:
        ring.opened(Ports(HERE, 2, 3), BLOCK_BYTES).close()
    except ConfigError:
        return False
    return True


with_ring = pytest.mark.skipif(
    not has_rings(), reason="THE RING IS NOT TESTED HERE: it needs Linux and CAP_NET_RAW"
)


def voice(count: int, *, first: int = 0, ssrc: int = 0x1234) -> list[bytes]:
    return [rtp(first + n, os.urandom(160), ssrc=ssrc) for n in range(count)]


def summed(data: bytes) -> int:
    whole = data + bytes(len(data) % 2)
    return (~(int.from_bytes(whole) % 0xFFFF) & 0xFFFF) or 0xFFFF


def datagram(port: int, body: bytes, *, checksum: int | None = None) -> bytes:
    """UDP from port 9 of this machine."""
    size = 8 + len(body)
    bare = pack(">4H", 9, port, size, 0) + body
    told = socket.inet_aton(HERE) * 2 + pack(">HH", socket.IPPROTO_UDP, size)
    right = summed(told + bare)
    return pack(">4H", 9, port, size, right if checksum is None else checksum) + body


class Wire:
    """Packets as a network may bring them, and no socket sends them."""

    def __init__(self) -> None:
        self._raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)

    def send(
        self, content: bytes, *, at: int = 0, more: bool = False, options: bytes = b""
    ) -> None:
        """One IP packet; ``at`` and ``more`` of a fragment."""
        head = pack(
            ">BBHHHBBH4s4s",
            0x45 + len(options) // 4, 0, 0, 77, more << 13 | at // 8, 64, socket.IPPROTO_UDP, 0,
            socket.inet_aton(HERE), socket.inet_aton(HERE),
        )  # fmt: skip
        self._raw.sendto(head + options + content, (HERE, 0))


def odd_ones(node: Node, port: int) -> None:
    """What else may come to a stream."""
    wire, body = Wire(), rtp(1, os.urandom(999), ssrc=9)
    wire.send(datagram(port, rtp(0, b"with options", ssrc=9)), options=bytes([1, 1, 1, 0]))
    wire.send(datagram(port, rtp(0, b"damaged on its way", ssrc=9), checksum=0x1111))
    wire.send(datagram(port, rtp(0, b"without a checksum", ssrc=9), checksum=0))
    whole = datagram(port, body)
    wire.send(whole[512:], at=512)
    wire.send(whole[:512], more=True)
    node.send(port, b"", b"x", b"a" * 9_000, b"b" * 65_000)


def of_one_node(folder: Path, ring_bytes: int) -> tuple[Heard, say.Closed, list[bytes]]:
    one = voice(300)
    other = [rtp(n, os.urandom(40 + 13 * n % 900), ssrc=7) for n in range(200)]
    with ears.node(folder, ring_bytes=ring_bytes) as node:
        first, second, third = (node.ports.first + 2 * n for n in range(3))
        call = node.open(first, second, third)
        node.keep(call)
        for even, uneven in zip(one, other, strict=False):
            node.send(first, even)
            node.send(second, uneven)
        node.send(first, *one[200:])
        node.send(second + 4, b"to nobody")
        odd_ones(node, third)
        node.ask(say.Close(call, time.time_ns()))
        closed = node.wait(say.Closed, call)
        heard = node.heard(call)
        assert hunt(folder, {"spoken": one[50][12:]}) == []
    assert [packet for _, packet in heard.packets(1)] == one
    assert [packet for _, packet in heard.packets(2)] == other
    return heard, closed, [packet for _, packet in heard.packets(3)]


@with_ring
def test_what_a_ring_brings_is_what_the_sockets_bring(tmp_path: Path) -> None:
    """Of one size, of many, in fragments, with options; damaged on the way, and to nobody."""
    (_, sockets, third), (heard, gathered, third_too) = (
        of_one_node(tmp_path / str(size), size) for size in (0, RING_BYTES)
    )

    assert [p[12:] for p in third[:2]] == [b"with options", b"without a checksum"]
    assert (
        [len(p) for p in third_too]
        == [len(p) for p in third]
        == [24, 30, 1011, 0, 1, 9_000, 65_000]
    )
    assert (gathered.kept, gathered.strangers, gathered.dropped) == (507, 0, 0)
    assert (sockets.kept, sockets.strangers, sockets.dropped) == (507, 0, 0)
    assert heard.gaps(1) == []


@with_ring
def test_arrivals_are_the_kernels_and_not_of_the_reading(tmp_path: Path) -> None:
    with ears.node(tmp_path, ring_bytes=RING_BYTES, period_ms="400") as node:
        call = node.open(node.ports.first)
        node.keep(call)
        edges = [time.time_ns()]
        for packet in voice(20):
            node.send(node.ports.first, packet)
            edges.append(time.time_ns())
        node.close(call)
        arrivals = [at for at, _ in node.heard(call).packets(1)]

    inside = [
        before <= at <= after
        for before, at, after in zip(edges[:-1], arrivals, edges[1:], strict=True)
    ]
    assert all(inside)
    assert len(inside) == 20


@with_ring
def test_a_killed_ear_finds_its_packets_in_the_ring(tmp_path: Path) -> None:
    """Each once: what was sealed when it died, and what was not."""
    sent: dict[int, list[bytes]] = {}
    with ears.node(tmp_path, ring_bytes=RING_BYTES, pairs=16) as node:
        ports = [node.ports.first + 2 * n for n in range(16)]
        call = node.open(*ports)
        node.keep(call)
        for turn in range(4):
            kept = sum(isinstance(one, say.Kept) for one in node.told)
            for n in range(60):
                for port in ports:
                    packet = rtp(60 * turn + n, os.urandom(160))
                    sent.setdefault(port, []).append(packet)
                    node.send(port, packet)
                if n == 15 * turn:
                    node.kill()
            node.wait(say.Kept, call, beyond=kept)
        closed = node.close(call)
        heard = node.heard(call)

    for stream, port in enumerate(ports, 1):
        assert [packet for _, packet in heard.packets(stream)] == sent[port]
    assert closed.dropped == 0
    assert heard.gaps(1) == []


@with_ring
def test_what_found_no_room_is_counted_and_a_gap(tmp_path: Path) -> None:
    with ears.node(tmp_path, ring_bytes=8 * BLOCK_BYTES) as node:
        call = node.open(node.ports.first)
        node.keep(call)
        process = node.holder.ears[0].process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        sent = voice(8_000)
        node.send(node.ports.first, *sent)
        process.send_signal(signal.SIGCONT)
        after = voice(50, first=8_000)
        until(lambda: dropped(node) > 0)
        node.send(node.ports.first, *after)
        node.close(call)
        heard, lost = node.heard(call), dropped(node)

    kept = [packet for _, packet in heard.packets(1)]
    gap = heard.gaps(1)[0]
    assert kept[: -len(after)] == sent[: len(sent) - lost]
    assert kept[-len(after) :] == after
    assert gap.why is Why.DROPPED
    arrivals = [at for at, _ in heard.packets(1)]
    assert (gap.from_ns, gap.until_ns) == (arrivals[-len(after) - 1], arrivals[-len(after)])


def dropped(node: Node) -> int:
    node.ask(say.Ask())
    told = sum(isinstance(one, say.Status) for one in node.told)
    return node.wait(say.Status, beyond=told).dropped


@with_ring
def test_nobody_is_told_that_a_port_is_shut(tmp_path: Path) -> None:
    """An ICMP would end the sound of some clients; the sockets stay bound behind the ring."""
    with (
        ears.node(tmp_path, ring_bytes=RING_BYTES) as node,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        for port in node.ports:
            client.connect((HERE, port))
            client.send(b"anybody?")
            client.send(b"anybody?")  # an ICMP would be told here


def test_a_ring_that_cannot_be_is_refused_at_the_start_with_what_to_do() -> None:
    with pytest.raises(ConfigError, match="IPv4 alone"):
        ring.opened(Ports("::1", 2, 3), BLOCK_BYTES)
    found: list[ConfigError] = []

    def without_the_right() -> None:
        with pytest.raises(ConfigError) as refused:
            _drop_capabilities()
            ring.opened(Ports(HERE, 2, 3), BLOCK_BYTES)
        found.append(refused.value)

    # Capabilities are a thread's.
    thread = threading.Thread(target=without_the_right)
    thread.start()
    thread.join()

    assert "CAP_NET_RAW" in str(found[0])
    assert "capture.gather = 'sockets'" in found[0].remedy


def _drop_capabilities() -> None:
    version, nothing = pack("=Ii", 0x20080522, 0), bytes(24)
    assert ctypes.CDLL(None).capset(version, nothing) == 0
