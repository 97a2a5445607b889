"""What the kernel had no room for is told of every call that lacks it. Real sockets."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from talteen.engine.vault.journal_bodies import Why
from talteen.life.capture.ears import holder
from talteen.life.capture.ears import messages as say
from tests.kit import ears
from tests.kit.ears import Node, rtp, tick
from tests.kit.processes import until


def flooded(node: Node, port: int, sent: int) -> None:
    """More packets than the kernel keeps, while the ear does not read."""
    process = node.holder.ears[0].process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    node.send(port, *(rtp(n, bytes(160)) for n in range(sent)))
    process.send_signal(signal.SIGCONT)


def spoken_until(node: Node, port: int, first: int, happens: Callable[[], object]) -> int:
    """Packet after packet, numbered from ``first`` on: the kernel tells of its drops with the next
    one that finds room. Gives how many."""
    spoken = 0

    def said() -> object:
        nonlocal spoken
        node.send(port, rtp(first + spoken, b"behind them"))
        spoken += 1
        return (node.hear(), happens())[1]

    until(said, within_s=60)
    return spoken


def missing(node: Node) -> bool:
    return any(isinstance(one, say.Missing) for one in node.told)


def test_drops_of_the_kernel_are_counted_and_marked(tmp_path: Path) -> None:
    sent = 6000
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        node.keep(call)
        flooded(node, node.ports.first, sent)
        closed = node.close(call)

        heard = node.heard(call)
    assert closed.dropped > 0
    assert closed.dropped + len(heard.packets(1)) == sent
    assert sum(g.packets for g in heard.gaps(1) if g.why is Why.DROPPED) == closed.dropped


def test_drops_before_the_evidence_are_told_of_what_is_kept(tmp_path: Path) -> None:
    sent = 6000
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        before = time.time_ns()
        flooded(node, node.ports.first, sent)
        sent += spoken_until(node, node.ports.first, sent, lambda: missing(node))
        node.keep(call, from_ns=before)
        closed = node.close(call)

        heard = node.heard(call)
    assert closed.dropped > 0
    assert closed.dropped + len(heard.packets(1)) == sent
    assert sum(g.packets for g in heard.gaps(1) if g.why is Why.DROPPED) == closed.dropped


def test_drops_before_the_time_that_is_kept_are_no_gap_of_it(tmp_path: Path) -> None:
    with ears.node(tmp_path) as node:
        call = node.open(node.ports.first)
        flooded(node, node.ports.first, 6000)
        spoken_until(node, node.ports.first, 6000, lambda: missing(node))
        tick()
        node.keep(call, from_ns=tick())
        node.send(node.ports.first, rtp(9000, b"kept"))
        node.close(call)

        heard = node.heard(call)
    assert [packet[12:] for _, packet in heard.packets(1)] == [b"kept"]
    assert heard.gaps(1) == []


DYING_OVER_DROPS = """
import os, signal, sys
from talteen.life.capture.ears import drain, ear
look = drain.Drain.look

def looked(self, stream, shape, taken):
    look(self, stream, shape, taken)
    if stream.dropped:
        os.kill(os.getpid(), signal.SIGKILL)

drain.Drain.look = looked
sys.exit(ear.main())
"""


def test_drops_that_an_ear_died_over_are_told_by_the_next(tmp_path: Path) -> None:
    sent = 6000
    with ears.node(tmp_path) as node:
        ear = node.holder.ears[0]
        ear.command = (sys.executable, "-c", DYING_OVER_DROPS)
        node.kill()
        call = node.open(node.ports.first)
        node.keep(call)
        ear.command = holder.EAR
        flooded(node, node.ports.first, sent)
        sent += spoken_until(node, node.ports.first, sent, lambda: ear.starts >= 3)
        node.wait(say.Kept, call, beyond=1)
        closed = node.close(call)

        heard = node.heard(call)
    gaps = [gap.packets for gap in heard.gaps(1) if gap.why is Why.DROPPED]
    assert closed.dropped > 0
    assert sum(gaps) + len(heard.packets(1)) == sent
    assert sum(gaps) == closed.dropped
