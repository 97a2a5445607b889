"""Whoever sends sound is told what came of it, from the port beside, and is bid good-bye."""

import os
import socket
import struct
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from talteen.engine.wire import rtcp
from talteen.engine.wire.rtcp import Bye, Named, ReceiverReport, ReportBlock
from talteen.engine.wire.srtcp import Lock
from talteen.ids import RecordingId
from talteen.life.capture.ears import messages as say
from tests.kit import ears
from tests.kit.ears import Node, rtp
from tests.kit.processes import until

SUITE = "AES_CM_128_HMAC_SHA1_80"
OURS, THEIRS = bytes(range(30)), bytes(range(100, 130))
REPORT_S = 10.0
"""The first report comes after three seconds at the latest."""


@pytest.fixture
def client() -> Iterator[socket.socket]:
    """Where the sender hears RTCP."""
    with socket.socket(type=socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(REPORT_S)
        yield made


def asked(node: Node, client: socket.socket, *, secure: bool = False) -> RecordingId:
    """A call whose stream 1 is reported of."""
    call = node.open(node.ports.first)
    crypto = f"1 {SUITE} inline:{b64encode(THEIRS).decode()}"
    keys = (SUITE, OURS, crypto) if secure else ("", b"", "")
    node.ask(say.SendReports(call, 1, *client.getsockname(), 8_000, *keys))
    node.keep(call)
    return call


def block(client: socket.socket) -> ReportBlock:
    """The first block that arrives; reports before anything was heard have none."""
    while True:
        report, named, *_ = rtcp.parse(client.recv(2048))
        assert isinstance(report, ReceiverReport)
        assert isinstance(named, Named)
        if report.blocks:
            return report.blocks[0]


def visited(node: Node, packet: bytes) -> None:
    """Send it, and let the ear have come and taken it."""
    told = 0

    def took() -> bool:
        node.ask(say.Ask())
        return node.wait(say.Status).packets > told

    told = node.wait(say.Status).packets
    node.send(node.ports.first, packet)
    until(took)


def sender_report(ntp: int) -> bytes:
    return struct.pack("!BBHIQIII", 0x80, 200, 6, 0x1234, ntp, 0, 9, 9)


def test_a_sender_is_told_what_came_and_what_did_not(tmp_path: Path, client: socket.socket) -> None:
    sent = [rtp(65_500 + n, os.urandom(160)) for n in range(100)]
    with ears.node(tmp_path) as node:
        call = asked(node, client)
        visited(node, sent[0])
        node.send(node.ports.first, *(one for n, one in enumerate(sent) if n % 10))
        for _ in range(4):  # an ear looks at every fourth visit
            visited(node, sent[-1])
        told = block(client)
        while told.highest_sequence < 65_599:
            told = block(client)
        closed = node.close(call)

    assert told.ssrc == 0x1234
    assert told.highest_sequence == 65_599  # their numbers wrapped
    # Nine of a hundred never came; each repeated one makes up for one of them.
    assert 100 - closed.kept <= told.lost <= 9


def test_it_comes_from_the_port_beside_and_ends_with_good_bye(
    tmp_path: Path, client: socket.socket
) -> None:
    with ears.node(tmp_path) as node:
        call = asked(node, client)
        report, source = client.recvfrom(2048)
        node.close(call)
        last = rtcp.parse(client.recv(2048))

        assert source[1] == node.ports.first + 1
    ours = rtcp.parse(report)[0]
    assert isinstance(ours, ReceiverReport)
    assert last[-1] == Bye((ours.ssrc,))


def test_the_senders_own_report_is_answered_with_its_time(
    tmp_path: Path, client: socket.socket
) -> None:
    """RFC 3550 6.4.1: the middle of its NTP time, and how long ago it came."""
    with ears.node(tmp_path) as node:
        asked(node, client)
        sent_at = time.monotonic()
        client.sendto(sender_report(0xAAAA_1234_5678_BBBB), ("127.0.0.1", node.ports.first + 1))
        node.send(node.ports.first, *(rtp(n, b"x" * 160) for n in range(4)))
        told = block(client)

    assert told.last_sr == 0x1234_5678
    assert 0 < told.since_last_sr / 65_536 <= time.monotonic() - sent_at


def test_of_a_secured_stream_reports_are_secured(tmp_path: Path, client: socket.socket) -> None:
    theirs = Lock(SUITE, THEIRS, f"1 {SUITE} inline:{b64encode(OURS).decode()}")
    with ears.node(tmp_path) as node:
        asked(node, client, secure=True)
        ear = ("127.0.0.1", node.ports.first + 1)
        client.sendto(theirs.protect(sender_report(0xAAAA_1234_5678_BBBB)), ear)
        client.sendto(sender_report(0xAAAA_6666_6666_BBBB), ear)  # no key: a stranger's
        node.send(node.ports.first, *(rtp(n, b"x" * 160) for n in range(4)))
        came = client.recv(2048)

    clear = theirs.open(came)
    assert clear is not None
    report = rtcp.parse(clear)[0]
    assert isinstance(report, ReceiverReport)
    assert [one.last_sr for one in report.blocks] == [0x1234_5678]


def test_an_ear_that_was_killed_is_followed_by_one_that_reports(
    tmp_path: Path, client: socket.socket
) -> None:
    """Under another SSRC: no keystream of SRTCP is used twice."""
    with ears.node(tmp_path) as node:
        asked(node, client)
        before = rtcp.parse(client.recv(2048))[0]
        node.kill()
        node.wait(say.Ready, beyond=1)
        after = rtcp.parse(client.recv(2048))[0]

    assert isinstance(before, ReceiverReport)
    assert isinstance(after, ReceiverReport)
    assert before.ssrc != after.ssrc


def test_on_a_shared_port_rtcp_is_read_and_sent_counted_apart_and_never_kept(
    tmp_path: Path, client: socket.socket
) -> None:
    """RFC 5761; and whoever sends from an address that nobody named is counted, too."""
    sound = [rtp(n, os.urandom(20)) for n in range(40)]
    # As long as the sound around it, so that only its type tells it apart.
    told_by_sender = sender_report(0xAAAA_1234_5678_BBBB).ljust(len(sound[0]), b"\0")
    with ears.node(tmp_path) as node, socket.socket(type=socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.2", 0))
        call, port = node.open(node.ports.first), node.ports.first
        node.ask(say.SendReports(call, 1, *client.getsockname(), 8_000, "", b"", "", mux=True))
        node.keep(call)
        for packet in sound[:20]:
            client.sendto(packet, ("127.0.0.1", port))
        client.sendto(told_by_sender, ("127.0.0.1", port))
        stranger.sendto(sound[0], ("127.0.0.1", port))
        for packet in sound[20:]:
            client.sendto(packet, ("127.0.0.1", port))
        report, source = client.recvfrom(2048)
        while not (blocks := reported(report)) or not blocks[0].last_sr:
            report = client.recv(2048)
        closed = node.close(call)
        heard = node.heard(call)

    assert source[1] == port
    assert blocks[0].last_sr == 0x1234_5678
    assert (closed.kept, closed.controls, closed.strangers) == (40, 1, 1)
    assert [data for _, data in heard.packets(1)] == sound


def reported(compound: bytes) -> tuple[ReportBlock, ...]:
    report = rtcp.parse(compound)[0]
    assert isinstance(report, ReceiverReport)
    return report.blocks
