"""A stream that goes on at another port of its node: a re-INVITE moved it."""

from pathlib import Path

import pytest

from talteen.ids import RecordingId
from talteen.life.capture.ears import messages as say
from tests.kit import ears
from tests.kit.ears import Node, rtp
from tests.kit.processes import until


def voice(first: int, count: int = 20) -> list[bytes]:
    return [rtp(n, bytes([n % 256]) * 160) for n in range(first, first + count)]


def listens(node: Node, call: RecordingId, port: int) -> None:
    node.ask(say.Listen(call, 1, port, "127.0.0.1", 0, control=False))
    until(lambda: say.Listening(call, 1, port, ok=True) in node.hear())


@pytest.mark.parametrize("further", [2, 0], ids=["another port", "the same port"])
def test_a_stream_that_left_before_the_evidence_is_heard_where_it_comes_back(
    tmp_path: Path, further: int
) -> None:
    """On hold before the announcement has ended, say: its port goes, and what it said waits."""
    before, after = voice(0), voice(20)
    with ears.node(tmp_path) as node:
        port = node.ports.first
        call = node.open(port)
        node.send(port, *before)
        node.ask(say.Leave(call, 1))
        node.hear().clear()
        listens(node, call, port + further)
        node.send(port + further, *after)
        node.keep(call)
        closed = node.close(call)

        assert [packet for _, packet in node.heard(call).packets(1)] == before + after
    assert (closed.kept, closed.unwanted) == (40, 0)


def test_a_stream_that_moves_while_a_new_ear_takes_over_loses_nothing(tmp_path: Path) -> None:
    before, meanwhile, after = voice(0), voice(20), voice(40)
    with ears.node(tmp_path) as node:
        old, new = node.ports.first, node.ports.first + 2
        call = node.open(old)
        node.keep(call)
        node.send(old, *before)
        node.kill()
        node.send(old, *meanwhile)
        listens(node, call, new)
        node.send(new, *after)
        node.close(call)

        packets = [packet for _, packet in node.heard(call).packets(1)]
    assert sorted(packets) == sorted(before + meanwhile + after)
