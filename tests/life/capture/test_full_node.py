"""A node whose disk others have filled: what it cannot note is owed until there is room."""

import asyncio
import random
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import loads, nodes
from benchmarks.callers import Dialog, Kind
from benchmarks.nodes import ADDRESS, Node
from talteen.life.capture import notes
from talteen.life.capture.note import About
from tests.kit import disks
from tests.kit.processes import until

CALLS = 60
"""Their notes are more than what is free behind the last one."""


@pytest.fixture
def client() -> Iterator[socket.socket]:
    with closing(socket.socket(type=socket.SOCK_DGRAM)) as end:
        end.bind((ADDRESS, 0))
        end.settimeout(0.5)
        yield end


def send(client: socket.socket, at: Node, message: bytes) -> None:
    """Once, as from where ``client`` hears the answer."""
    here = client.getsockname()[1]
    client.sendto(message.replace(b":25061", b":%d" % here), (ADDRESS, at.port))


def said(client: socket.socket, at: Node, message: bytes) -> str:
    """The final answer to a message that is sent until one comes."""
    cseq = next(line for line in message.decode().split("\r\n") if line.startswith("CSeq"))

    def answered() -> bool:
        send(client, at, message)
        try:
            while not final(answer := client.recv(65_536).decode()):
                pass
        except TimeoutError:
            return False
        found[:] = [answer]
        return True

    def final(answer: str) -> bool:
        return cseq in answer and not answer.startswith("SIP/2.0 1")

    found: list[str] = []
    until(answered, within_s=60)
    return found[0]


def test_a_call_that_runs_ends_properly_though_its_node_could_note_nothing_for_a_while(
    tmp_path: Path, client: socket.socket
) -> None:
    little = {"reserve_bytes": str(1 << 20), "spare_bytes": "0"}
    port, call = random.randrange(20_000, 30_000), Dialog(Kind.PLAIN, 1)
    with disks.small(tmp_path / "disk", 4) as disk:
        (disk / "node").mkdir()
        with nodes.node(disk / "node", calls=8, port=port, settings=little) as at:
            asyncio.run(loads.until_ready(at))
            call.answered(said(client, at, call.message("INVITE", call.offer("sendonly"), "")))
            send(client, at, call.message("ACK", b"", ""))
            full = disks.fill(disk)
            for n in range(2, 2 + CALLS):
                other = Dialog(Kind.PLAIN, n)
                send(client, at, other.message("INVITE", other.offer("sendonly"), ""))
            time.sleep(0.2)  # it tries, and meets the full disk
            full.unlink()
            call.number += 1
            bye = said(client, at, call.message("BYE", b"", ""))
            until(lambda: About.ENDED in {note.about for _, note in notes.read(at.folder.notes)})

        told = [note for _, note in notes.read(disk / "node" / "notes")]
        begun = [note.call for note in told if note.about is About.PROMISED]
        assert bye.startswith("SIP/2.0 200")
        assert told[0].call == next(note.call for note in told if note.about is About.ENDED)
        assert len(set(begun)) == len(begun)
