"""An ear's logbook forgets the calls that are over, and no other."""

import os
from pathlib import Path

from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.logbook import Logbook
from tests.kit import ears
from tests.kit.ears import rtp
from tests.kit.processes import until

FACT = 60_000
"""Bytes: two are as much as a logbook may hold before it is looked through."""


def test_a_call_that_goes_on_is_known_again_when_others_were_forgotten(tmp_path: Path) -> None:
    packets = [rtp(n, os.urandom(160)) for n in range(40)]
    with ears.node(tmp_path) as node:
        port = node.ports.first
        going_on, over = node.open(port), node.open(port + 2)
        node.keep(going_on)
        node.keep(over)
        node.send(port, *packets[:20])
        node.ask(*(say.Fact(over, bytes([n]) * FACT) for n in range(2)))
        node.close(over)
        logbook = Logbook(node.holder.ears[0].left.logbook)
        until(lambda: logbook.size_bytes < FACT)
        node.kill()
        node.send(port, *packets[20:])
        node.wait(say.Kept, going_on, beyond=1)
        node.close(going_on)

        assert [packet for _, packet in node.heard(going_on).packets(1)] == packets
